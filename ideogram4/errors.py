"""Every error this project raises on purpose: a message, a hint that says what to do, an exit code.

    Ideogram4Error                     exit 1
    ├── CaptionError                   exit 1   a caption that is not one; carries its issues
    ├── RequestError                   exit 2   a size, seed, step or option outside its rule
    ├── WeightsError                   exit 3   anything about model files
    │   ├── GatedModelError            licence not accepted, or the token is missing or wrong
    │   ├── UnknownModelError          no such repository or folder
    │   ├── UnknownRevisionError       the repository has no such branch, tag or commit
    │   ├── MissingFileError           the folder or repository lacks a file the model needs
    │   ├── HubUnavailableError        the hub is busy, broken, out of reach, or cut the download
    │   ├── CorruptFileError           a file that is not what its name says
    │   └── TensorMismatchError        missing, extra, misshaped or non-finite tensors
    ├── DeviceError                    exit 4   the device cannot do it
    │   └── OutOfMemoryError
    └── ServiceError                   exit 5   a service around the model failed
        └── BlockedError               screening did not let words or a picture pass

What it is not: a place for `ValueError`. A function called wrongly by our own code may still raise
the built-in errors; whatever a person, a file or a server can cause is one of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ideogram4.caption import Issue


class Ideogram4Error(Exception):
    """Base of all errors of this project: `message` says what is wrong, `hint` what to do."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    @property
    def sentence(self) -> str:
        """Message and hint as one line for a page, whether or not the message was a sentence."""
        words = self.message[:1].upper() + self.message[1:]
        ended = words if words.endswith((".", "!", "?", "…")) else f"{words}."
        return f"{ended} {self.hint}".strip()


class CaptionError(Ideogram4Error):
    """The text is not a caption the model can be given. `issues` names every problem."""

    def __init__(self, message: str, *, issues: Sequence[Issue] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.issues = tuple(issues)


class RequestError(Ideogram4Error):
    """An argument breaks a rule: the message names argument, rule and value."""

    exit_code = 2


class WeightsError(Ideogram4Error):
    """Model files could not be found, fetched or trusted."""

    exit_code = 3


class GatedModelError(WeightsError):
    """The hub holds the files back until a person accepts the licence and logs in.

    `step` names what is missing: token, refused (the token), licence, pending, rejected, scope (of
    the token) or unclear.
    """

    def __init__(self, message: str, *, hint: str = "", step: str = "unclear") -> None:
        super().__init__(message, hint=hint)
        self.step = step


class UnknownModelError(WeightsError):
    """Neither a folder here nor a repository on the hub."""


class UnknownRevisionError(WeightsError):
    """The repository exists, the branch, tag or commit does not."""


class MissingFileError(WeightsError):
    """The model is there, a file it needs is not."""


class HubUnavailableError(WeightsError):
    """Busy (429), broken (5xx), out of reach, or cut off: trying again can help."""


class CorruptFileError(WeightsError):
    """A file that is truncated, overlapping, a Git-LFS pointer, an HTML page, no safetensors."""


class TensorMismatchError(WeightsError):
    """The file is whole and holds other tensors than the configuration asks for."""


class DeviceError(Ideogram4Error):
    """The device does not exist or cannot do what was asked."""

    exit_code = 4


class OutOfMemoryError(DeviceError):
    """The device ran out of memory; the hint says what to make smaller."""


class ServiceError(Ideogram4Error):
    """A service around the model (magic prompt, moderation) failed or answered nonsense."""

    exit_code = 5


class BlockedError(ServiceError):
    """Screening has looked at words or a picture and did not let them pass."""
