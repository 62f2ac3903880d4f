"""Ideogram 4 from structured captions: the pipeline, its captions and its sampler presets.

    from ideogram4 import Ideogram4Pipeline, Caption, PRESETS, parse_caption, repair_caption

Names are looked up when first used, so importing this package needs neither torch nor Gradio.
The studio is the package `ui` beside this one; nothing here knows about it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ideogram4.caption import Caption, ParseResult, RepairResult, parse_caption, repair_caption
    from ideogram4.errors import (
        CaptionError,
        CorruptFileError,
        DeviceError,
        GatedModelError,
        HubUnavailableError,
        Ideogram4Error,
        MissingFileError,
        OutOfMemoryError,
        RequestError,
        ServiceError,
        TensorMismatchError,
        UnknownModelError,
        UnknownRevisionError,
        WeightsError,
    )
    from ideogram4.pipeline import Ideogram4Pipeline, StepResult
    from ideogram4.sampling.presets import PRESETS, SamplerPreset
    from ideogram4.weights.lora import LoraReport, LoraSpec

__version__ = "0.1.0"

_HOME = {
    "ideogram4.pipeline": ("Ideogram4Pipeline", "StepResult"),
    "ideogram4.caption": (
        "Caption",
        "ParseResult",
        "RepairResult",
        "parse_caption",
        "repair_caption",
    ),
    "ideogram4.sampling.presets": ("PRESETS", "SamplerPreset"),
    "ideogram4.weights.lora": ("LoraReport", "LoraSpec"),
    "ideogram4.errors": (
        "Ideogram4Error",
        "CaptionError",
        "RequestError",
        "WeightsError",
        "GatedModelError",
        "UnknownModelError",
        "UnknownRevisionError",
        "MissingFileError",
        "HubUnavailableError",
        "CorruptFileError",
        "TensorMismatchError",
        "DeviceError",
        "OutOfMemoryError",
        "ServiceError",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Ideogram4Pipeline",
    "StepResult",
    "Caption",
    "ParseResult",
    "RepairResult",
    "parse_caption",
    "repair_caption",
    "PRESETS",
    "SamplerPreset",
    "LoraReport",
    "LoraSpec",
    "Ideogram4Error",
    "CaptionError",
    "RequestError",
    "WeightsError",
    "GatedModelError",
    "UnknownModelError",
    "UnknownRevisionError",
    "MissingFileError",
    "HubUnavailableError",
    "CorruptFileError",
    "TensorMismatchError",
    "DeviceError",
    "OutOfMemoryError",
    "ServiceError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
