"""Which model the studio uses, what is known of it before it is loaded, and the loading itself.

A page must say which weights it has, and refuse sizes they cannot draw, before anything heavy is
imported: that is `peek`. `Keeper` has the one pipeline there is. It is not the download or the
check of files; `ideogram4.weights` is.
"""

from __future__ import annotations

import gc
import importlib.util
import threading
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ideogram4.errors import RequestError, WeightsError
from ideogram4.model.config import CheckpointInfo
from ideogram4.sampling.limits import SizeLimits
from ideogram4.settings import Settings
from ideogram4.weights import resolve_model
from ideogram4.weights.head import why_no_writing as why_mute
from ideogram4.weights.sight import why_no_seeing as why_blind

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
    def commit(self) -> str: ...
    @property
    def limits(self) -> SizeLimits: ...
    @property
    def default_size(self) -> tuple[int, int]: ...
    @property
    def default_preset(self) -> str: ...
    @property
    def preset_guidance_limit(self) -> float | None: ...


def peek(model: str) -> ModelFacts:
    """What the files here say of a model; the full model's facts while there are none.

    Downloads nothing. Files that cannot be used are told when the model is loaded, not here: a
    page with a clear message beats no page.
    """
    try:
        return CheckpointInfo.from_folder(resolve_model(model, local_files_only=True), model)
    except WeightsError:
        return CheckpointInfo(name=model, is_demo=model == "demo")


def why_no_seeing(model: str) -> str:
    """Why this model reads no pictures itself, in a sentence; "" if it may. Nothing is loaded."""
    # What is seen has to be written down.
    return _why_not(model, lambda f: why_blind(f) or why_mute(f), "read pictures")


def why_no_writing(model: str) -> str:
    """Why this model writes no captions itself, in a sentence; "" if it may. Nothing is loaded."""
    return _why_not(model, why_mute, "write captions")


def _why_not(model: str, why: Callable[[Path], str], what: str) -> str:
    if importlib.util.find_spec("spaces") is not None:
        return f"Where a card is lent for each picture, the model does not {what}."
    try:
        return why(resolve_model(model, local_files_only=True))
    except WeightsError:
        return f"This model is not here yet; whether it can {what} is known once it is."


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

    gc.unfreeze()  # an earlier model may be gone by now
    gc.collect()
    pipeline = Ideogram4Pipeline.from_pretrained(
        model,
        memory=settings.memory,
        token=settings.hf_token,
        endpoint=settings.hf_endpoint,
        local_files_only=settings.offline,
        on_progress=on_progress,
    )
    # A model and its libraries are half a million objects that stay. Unlooked at, the collection
    # after each picture takes no time and not 200 ms, which a person waits after Cancel.
    gc.collect()
    gc.freeze()
    return pipeline


def asked_for(model: str, settings: Settings) -> Hashable:
    """What makes one pipeline another: the model, and all that `load` takes from the settings."""
    hub = settings.hf_token, settings.hf_endpoint, settings.offline
    return model, settings.memory, *hub


class Keeper:
    """At most one pipeline, the one that was asked for last. A load that fails leaves nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: Hashable = None
        self._pipeline: Ideogram4Pipeline | None = None

    @property
    def pipeline(self) -> Ideogram4Pipeline | None:
        """What is loaded by now."""
        return self._pipeline

    def kept(self, key: Hashable) -> Ideogram4Pipeline | None:
        """The pipeline for `key`, if that is what is loaded."""
        return self._pipeline if self._key == key else None

    def get(self, key: Hashable, load: Callable[[], Ideogram4Pipeline]) -> Ideogram4Pipeline:
        """The pipeline for `key`, loaded first if it is not the one that is kept."""
        with self._lock:
            if self._pipeline is None or self._key != key:
                self._pipeline = None  # two of them may not fit
                self._pipeline, self._key = load(), key
            return self._pipeline


def release_memory() -> None:
    """Hand unused memory back to the device; imports torch, which whoever ran out of it has."""
    from ideogram4 import device

    device.release_memory()
