"""Which provider writes: the one that was asked for, or the best there is.

In order: Ideogram with its key, a chat endpoint with a key or an address of the person's own, the
model that is loaded, rules. What it is not: a fallback. A service that fails is told as such; words
are not handed on to another one that the person did not choose.
"""

from __future__ import annotations

from typing import Literal, get_args

from ideogram4.errors import RequestError
from ideogram4.magic.built_in import BuiltIn, Write
from ideogram4.magic.chat import MODELS, OPENROUTER, Chat
from ideogram4.magic.hosted import Ideogram
from ideogram4.magic.offline import Rules
from ideogram4.magic.provider import Provider
from ideogram4.settings import Settings

Name = Literal["ideogram", "chat", "local", "offline"]
NAMES: tuple[Name, ...] = get_args(Name)
HOSTED_MODEL = "ideogram-4-v1"
PUBLISHED_MODELS = (HOSTED_MODEL, *MODELS)
"""The names of the product document's `--magic-prompt-model`."""


def available(settings: Settings, *, local: Write | None = None) -> tuple[Name, ...]:
    """The providers that can be asked as things are, the best first; "offline" is always one."""
    found: list[Name] = []
    if settings.ideogram_api_key:
        found.append("ideogram")
    if has_chat(settings):
        found.append("chat")
    if local is not None:
        found.append("local")
    return (*found, "offline")


def has_chat(settings: Settings) -> bool:
    """A key, or a server of the person's own, which may need none."""
    return bool(settings.magic_prompt_api_key) or settings.magic_prompt_base_url != OPENROUTER


def choose_provider(
    settings: Settings, name: str | None = None, *, local: Write | None = None
) -> Provider:
    """The provider of that name, without one the best there is. Raises RequestError."""
    if name is not None and name not in NAMES:
        raise RequestError(f"provider is {name!r:.40}; choose from {', '.join(NAMES)}")
    chosen = name or available(settings, local=local)[0]
    if chosen == "ideogram":
        if not settings.ideogram_api_key:
            raise RequestError(
                "Ideogram's magic prompt needs a key",
                hint="Get one at https://developer.ideogram.ai/ and set IDEOGRAM_API_KEY.",
            )
        return Ideogram(settings.ideogram_api_key, settings.ideogram_api_base_url)
    if chosen == "chat":
        if not has_chat(settings):
            raise RequestError(
                "a language model of your own needs a key or an address",
                hint="Set MAGIC_PROMPT_API_KEY, or MAGIC_PROMPT_BASE_URL for a server that needs "
                "none (Ollama: http://127.0.0.1:11434/v1).",
            )
        return Chat(
            settings.magic_prompt_model,
            settings.magic_prompt_api_key,
            settings.magic_prompt_base_url,
        )
    if chosen == "local":
        if local is None:
            raise RequestError(
                "this model cannot write captions",
                hint="Its text encoder has no head for writing. Choose another provider.",
            )
        return BuiltIn(local)
    return Rules()
