"""The only reader of the environment: every variable the project knows, checked and documented.

`VARIABLES` is the one list. The README's table is tested against it, and `ideogram4 info` prints
it. Keys are kept out of every repr and `describe()` says only "set" or "not set".

It is not a configuration file and it never asks a library: whether a card or a login exists is
ideogram4.choice's business. Gradio reads its own GRADIO_SERVER_NAME, _PORT and GRADIO_ROOT_PATH;
they are only looked at here, to know who can open the studio. What a Hugging Face Space sets
(SPACE_ID, SPACES_ZERO_GPU) is the platform's, so it is read and not documented as a setting.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ideogram4.errors import RequestError


@dataclass(frozen=True)
class Variable:
    """One environment variable: where it lands in Settings, whether it is a key, what it is for."""

    name: str
    attribute: str
    kind: str  # "text", "path", "address", "key", "choice" or "switch"
    help: str
    choices: tuple[str, ...] = ()

    @property
    def secret(self) -> bool:
        return self.kind == "key"


SWITCHED_ON = ("1", "ON", "YES", "TRUE")  # as the hub library reads its own switches
SPACE_STORAGE = Path("/data")  # where a Space has its lasting storage, if it was given any

VARIABLES = (
    Variable(
        "IDEOGRAM4_MODEL",
        "model",
        "text",
        "`demo`, a folder, a Hugging Face `owner/name`, or `owner/name@revision` (a branch, tag or "
        "commit). Not set: the real weights when CUDA and access to them are there, else `demo`",
    ),
    Variable(
        "IDEOGRAM4_OUTPUT_DIR",
        "output_dir",
        "path",
        "where pictures are kept. Not set, on a Hugging Face Space with storage at `/data`: "
        "`/data/outputs`",
    ),
    Variable(
        "IDEOGRAM4_GALLERY",
        "gallery",
        "choice",
        "`all`: the studio shows every picture of the folder; `own`: each browser sees only those "
        "it made. Not set: `all` when only this machine can open the studio, else `own`",
        ("all", "own"),
    ),
    Variable("IDEOGRAM4_LORA_DIR", "lora_dir", "path", "where the studio looks for LoRAs"),
    Variable(
        "IDEOGRAM4_MEMORY",
        "memory",
        "choice",
        "where weights wait: `resident` (on the device), `swap` or `stream` (in host memory). Not "
        "set: `auto`, as much on the card as it has room for",
        ("auto", "resident", "swap", "stream"),
    ),
    Variable("HF_TOKEN", "hf_token", "key", "Hugging Face token for the gated weights"),
    Variable("HF_ENDPOINT", "hf_endpoint", "address", "another address for the Hugging Face hub"),
    Variable(
        "HF_HUB_OFFLINE",
        "offline",
        "switch",
        "`1`: ask the hub nothing, use the copy that is here",
    ),
    Variable("IDEOGRAM_API_KEY", "ideogram_api_key", "key", "Ideogram's hosted magic prompt"),
    Variable(
        "IDEOGRAM_API_BASE_URL", "ideogram_api_base_url", "address", "address of Ideogram's API"
    ),
    Variable(
        "MAGIC_PROMPT_API_KEY", "magic_prompt_api_key", "key", "magic prompt through your own LLM"
    ),
    Variable(
        "MAGIC_PROMPT_BASE_URL",
        "magic_prompt_base_url",
        "address",
        "any OpenAI-compatible server, up to and without `/chat/completions`",
    ),
    Variable("MAGIC_PROMPT_MODEL", "magic_prompt_model", "text", "the model asked for there"),
    Variable("HIVE_TEXT_MODERATION_KEY", "hive_text_key", "key", "Hive screening of prompts"),
    Variable("HIVE_VISUAL_MODERATION_KEY", "hive_visual_key", "key", "Hive screening of pictures"),
    Variable("HIVE_API_BASE_URL", "hive_api_base_url", "address", "address of Hive's API"),
    Variable(
        "IDEOGRAM4_BLOCKED_WORDS",
        "blocked_words",
        "path",
        "a file of words that no prompt may hold, one word or phrase a line",
    ),
)


@dataclass(frozen=True)
class Settings:
    """What the environment says, with defaults filled in. An empty variable counts as not set."""

    model: str | None = None
    output_dir: Path = Path("outputs")
    gallery: str | None = None
    lora_dir: Path = Path("loras")
    memory: str = "auto"
    hf_token: str | None = field(default=None, repr=False)
    hf_endpoint: str | None = None
    offline: bool = False
    ideogram_api_key: str | None = field(default=None, repr=False)
    ideogram_api_base_url: str = "https://api.ideogram.ai"
    magic_prompt_api_key: str | None = field(default=None, repr=False)
    magic_prompt_base_url: str = "https://openrouter.ai/api/v1"
    magic_prompt_model: str = "anthropic/claude-opus-4.8"
    hive_text_key: str | None = field(default=None, repr=False)
    hive_visual_key: str | None = field(default=None, repr=False)
    hive_api_base_url: str = "https://api.thehive.ai"
    blocked_words: Path | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read and check every variable; raises RequestError naming the one that is wrong."""
        values: dict[str, str | Path | bool] = {}
        for variable in VARIABLES:
            text = environ.get(variable.name, "").strip()
            if not text:
                continue
            if variable.secret:
                values[variable.attribute] = checked_key(variable.name, text)
            elif variable.kind == "address":
                values[variable.attribute] = checked_address(variable.name, text)
            elif variable.kind == "choice":
                values[variable.attribute] = checked_choice(variable, text)
            elif variable.kind == "switch":
                values[variable.attribute] = text.upper() in SWITCHED_ON
            elif variable.kind == "path":
                values[variable.attribute] = Path(text).expanduser()
            else:
                values[variable.attribute] = text
        if "output_dir" not in values and on_a_space(environ) and writable(SPACE_STORAGE):
            values["output_dir"] = SPACE_STORAGE / cls.output_dir
        return cls(**values)  # type: ignore[arg-type]  # the names and kinds come from VARIABLES

    def describe(self) -> Iterator[tuple[str, str]]:
        """Yield (variable, value in force) in the order of VARIABLES; a key is never shown."""
        for variable in VARIABLES:
            value = getattr(self, variable.attribute)
            if variable.secret:
                yield variable.name, "set" if value else "not set"
            else:
                yield variable.name, "not set" if value in (None, False) else str(value)


def secret_values(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return every key in the environment, right or wrong, for whoever must not print them."""
    found = (environ.get(variable.name, "").strip() for variable in VARIABLES if variable.secret)
    return tuple(value for value in found if value)


def on_a_space(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this runs in a Hugging Face Space."""
    return bool(environ.get("SPACE_ID", "").strip())


def has_zero_gpu(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this Space borrows a card for each picture (ZeroGPU) and has none of its own."""
    return environ.get("SPACES_ZERO_GPU", "").strip().lower() in ("1", "t", "true")


def for_this_machine_only(host: str | None = None, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a studio that is asked to listen on `host` can be opened from this machine alone.

    Without `host` it is Gradio's variable that counts. A Hugging Face Space is for everybody, and a
    root path is there because a proxy stands before the studio, which lets in whom it likes.
    """
    if on_a_space(environ) or environ.get("GRADIO_ROOT_PATH", "").strip():
        return False
    name = (host or environ.get("GRADIO_SERVER_NAME", "")).strip().strip("[]")
    if name in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def writable(folder: Path) -> bool:
    """Whether `folder` is there and this user may make files in it."""
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def checked_choice(variable: Variable, text: str) -> str:
    """Return `text` in small letters if it is one of the variable's choices."""
    if text.lower() not in variable.choices:
        raise RequestError(
            f"{variable.name} is {text[:40]!r}; choose {' or '.join(variable.choices)}"
        )
    return text.lower()


def checked_key(name: str, text: str) -> str:
    """Return `text` if it can stand in an HTTP header; the error never repeats it."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise RequestError(
            f"{name} holds a space, a line break or a character that no key has",
            hint="Copy the key again, without quotes or anything around it.",
        )
    return text


def checked_address(name: str, text: str) -> str:
    """Return `text` without its last slash if it is http(s)://host[:port][/path] and no more."""
    hint = f"Write it like http://127.0.0.1:8000. {name} takes no user name, query or fragment."
    try:
        parts = urlsplit(text)
        port_is_legal = parts.port is None or parts.port > 0
    except ValueError:
        # The address may hold a password, so it is not repeated, and neither is urlsplit's reason.
        raise RequestError(f"{name} is not an address", hint=hint) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_legal:
        raise RequestError(f"{name} must start with http:// or https:// and a host", hint=hint)
    if parts.username is not None or parts.query or parts.fragment or not text.isprintable():
        raise RequestError(f"{name} holds more than scheme, host, port and path", hint=hint)
    return text.rstrip("/")
