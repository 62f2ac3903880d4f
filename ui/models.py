"""Which model the studio uses, what is known of it before it is loaded, and the loading itself.

A page must say which weights it has, and refuse sizes they cannot draw, before anything heavy is
imported: that is `peek`. It is not the download or the check of files; `ideogram4.weights` is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from ideogram4.errors import RequestError, WeightsError
from ideogram4.model.config import CheckpointInfo
from ideogram4.sampling.limits import SizeLimits
from ideogram4.settings import Settings
from ideogram4.weights import resolve_model

if TYPE_CHECKING:
    from ideogram4.pipeline import Ideogram4Pipeline

OnProgress = Callable[[str, float], None]


class ModelFacts(Protocol):
    """What the page needs to know; a loaded pipeline and a `CheckpointInfo` both say it."""

    @property
    def name(self) -> str: ...
    @property
    def is_demo(self) -> bool: ...
    @property
    def licence(self) -> str: ...
    @property
    def limits(self) -> SizeLimits: ...
    @property
    def default_size(self) -> tuple[int, int]: ...
    @property
    def default_preset(self) -> str: ...


def peek(model: str) -> ModelFacts:
    """What the files here say of a model; the full model's facts while there are none.

    Downloads nothing. Files that cannot be used are told when the model is loaded, not here: a
    page with a clear message beats no page.
    """
    try:
        return CheckpointInfo.from_folder(resolve_model(model, local_files_only=True), model)
    except WeightsError:
        return CheckpointInfo(name=model, is_demo=model == "demo")


def only_the_demo(model: ModelFacts) -> None:
    """Raise RequestError unless `model` is the demo."""
    if not model.is_demo:
        raise RequestError(
            "live redraws are for the demo model only",
            hint="Press Generate to make a picture with these weights.",
        )


def load(model: str, settings: Settings, on_progress: OnProgress) -> Ideogram4Pipeline:
    """Load a model for real; imports torch. Raises what `from_pretrained` raises."""
    from ideogram4.pipeline import Ideogram4Pipeline

    return Ideogram4Pipeline.from_pretrained(
        model, token=settings.hf_token, on_progress=on_progress
    )
