"""Say in plain words why the Hugging Face hub did not hand over a model.

`explain` turns whatever huggingface_hub or the network raised into one `WeightsError`. It reads
status codes and types, never copies text out of the original: a header or a server's reply may hold
the token. A hub in trouble is always `HubUnavailableError`, never "file missing".

It makes no request and knows nothing of caches.
"""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from typing import Any

from ideogram4.errors import (
    HubUnavailableError,
    MissingFileError,
    UnknownModelError,
    UnknownRevisionError,
    WeightsError,
)
from ideogram4.weights.gate import gated, missing_step

_TRY_AGAIN = "Try again in a little while; what has arrived is kept."
# Exception names of httpx (and its successors) for a connection that never came to be.
_NEVER_CONNECTED = frozenset(
    {"ConnectError", "ConnectTimeout", "ProxyError", "UnsupportedProtocol"}
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was being asked for. `filename` is None for the repository's description."""

    repo: str
    revision: str
    endpoint: str
    filename: str | None = None
    with_token: bool = False

    @property
    def what(self) -> str:
        return f"{self.filename} of {self.repo}" if self.filename else self.repo


def explain(error: Exception, wanted: Wanted) -> WeightsError:
    """Return (do not raise) the error of this project that stands for `error`."""
    from huggingface_hub import errors as hub

    if isinstance(error, WeightsError):
        return error
    if isinstance(error, hub.LocalEntryNotFoundError) and isinstance(error.__cause__, Exception):
        # "Not in the cache either": the reason the hub gave is the one that counts.
        return explain(error.__cause__, wanted)
    response = getattr(error, "response", None)
    if response is not None:
        return _from_reply(error, response, wanted)
    if isinstance(error, hub.HFValidationError):
        return unknown_name(wanted.repo)
    if isinstance(error, hub.OfflineModeIsEnabled):
        return HubUnavailableError(
            f"{wanted.what} is needed and HF_HUB_OFFLINE forbids going online",
            hint="Unset HF_HUB_OFFLINE, or download the model once while online.",
        )
    if is_transport(error):
        return _from_transport(error, wanted)
    if isinstance(error, (hub.LocalEntryNotFoundError, hub.FileMetadataError)):
        return _odd_answer(wanted)
    if isinstance(error, OSError):
        return _from_system(error, wanted)
    if wanted.filename is None:
        # A reply that is not JSON, or JSON of another shape, fails in the library's parsing.
        return _odd_answer(wanted)
    return _cut(wanted)


def is_transport(error: Exception) -> bool:
    """Whether the network failed. By name: the library's transport varies between versions."""
    is_ours = type(error).__module__.split(".")[0].startswith("http")
    return is_ours and getattr(error, "response", None) is None


def unknown_name(model: str) -> UnknownModelError:
    """The error for a name that can be neither a folder nor a repository."""
    return UnknownModelError(
        f"{model[:200]!r} is neither a folder on this computer nor a name on the hub",
        hint="Give a folder, a name like ideogram-ai/ideogram-4-nf4, or `demo`.",
    )


def unknown_revision(repo: str, revision: str) -> UnknownRevisionError:
    """The error for a branch, tag or commit that the repository does not have."""
    return UnknownRevisionError(
        f"{repo} has no revision {revision[:200]!r}",
        hint="Give a branch, a tag or a full commit, or leave the revision out.",
    )


def _from_reply(error: Exception, response: Any, wanted: Wanted) -> WeightsError:
    from huggingface_hub import errors as hub

    status = int(response.status_code)
    code = response.headers.get("X-Error-Code", "")
    said = response.headers.get("X-Error-Message", "")
    if code == "GatedRepo" or isinstance(error, hub.GatedRepoError):
        step = missing_step(status, "GatedRepo", said, with_token=wanted.with_token)
        return gated(wanted.repo, step, status=status)
    if code == "RevisionNotFound" or isinstance(error, hub.RevisionNotFoundError):
        return unknown_revision(wanted.repo, wanted.revision)
    if code == "EntryNotFound" or (status == 404 and wanted.filename and code != "RepoNotFound"):
        return MissingFileError(f"{wanted.repo} has no file {wanted.filename}")
    if code == "RepoNotFound" or status == 404:
        return UnknownModelError(
            f"the hub knows no model {wanted.repo}",
            hint="Check the spelling. A private model shows itself only after `hf auth login`, "
            "or with HF_TOKEN set.",
        )
    if status in (401, 403):
        step = missing_step(status, code, said, with_token=wanted.with_token)
        return gated(wanted.repo, step, status=status)
    if status == 429:
        return _too_many(wanted, response)
    if status >= 500 or status == 408:
        return HubUnavailableError(
            f"the hub is having trouble: it answered {status} when asked for {wanted.what}",
            hint=_TRY_AGAIN,
        )
    return WeightsError(f"the hub answered {status} when asked for {wanted.what}")


def _too_many(wanted: Wanted, response: Any) -> HubUnavailableError:
    wait = str(response.headers.get("Retry-After", "")).strip()
    if not wait.isdigit():
        match = re.search(r"\bt\s*=\s*(\d+)", str(response.headers.get("RateLimit", "")))
        wait = match[1] if match else ""
    when = f"in {wait[:9]} seconds" if wait else "in a few minutes"
    return HubUnavailableError(
        f"the hub asks to slow down: too many requests (429) when asked for {wanted.what}",
        hint=f"Try again {when}. Logging in with `hf auth login` raises the limit.",
    )


def _from_transport(error: Exception, wanted: Wanted) -> HubUnavailableError:
    if wanted.filename is not None and type(error).__name__ not in _NEVER_CONNECTED:
        return _cut(wanted)
    return HubUnavailableError(
        f"the hub at {wanted.endpoint} could not be reached, and {wanted.what} is needed from it",
        hint="Check the network and any proxy. A model that is already here still loads.",
    )


def _cut(wanted: Wanted) -> HubUnavailableError:
    return HubUnavailableError(
        f"the download of {wanted.what} broke off",
        hint="Run it again; it goes on from what has arrived.",
    )


def _odd_answer(wanted: Wanted) -> HubUnavailableError:
    return HubUnavailableError(
        f"the hub at {wanted.endpoint} answered, but not as the Hugging Face hub does, "
        f"when asked for {wanted.what}",
        hint="A proxy or a login page may be in between. Check HF_ENDPOINT if it is set.",
    )


def _from_system(error: OSError, wanted: Wanted) -> WeightsError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WeightsError(
            f"the disk is full; {wanted.what} could not be saved",
            hint="Free some space, or set HF_HOME to a larger disk.",
        )
    if error.errno is None or isinstance(error, (ConnectionError, TimeoutError)):
        # The library reports a file of the wrong length as a bare OSError.
        return _cut(wanted)
    return WeightsError(
        f"{wanted.what} could not be saved ({error.strerror})",
        hint="Check that the Hugging Face cache folder (HF_HOME) can be written to.",
    )
