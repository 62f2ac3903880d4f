"""Weight formats: which one a checkpoint is in, and how to load it.

`detect_format` answers with a format that can load the checkpoint or raises an error that names the
one it found. `format_name` only names it and never refuses, for `ideogram4 info`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ideogram4.errors import TensorMismatchError, WeightsError
from ideogram4.quant.formats import QuantFormat, StoredTensor, register, registered
from ideogram4.quant.plain import PlainFormat
from ideogram4.quant.signatures import PLAIN_DTYPES, SIGNATURES, float8_without_scale

if TYPE_CHECKING:
    from pathlib import Path

    from ideogram4.weights.header import TensorInfo

__all__ = [
    "PlainFormat",
    "QuantFormat",
    "StoredTensor",
    "detect_format",
    "format_name",
    "register",
    "registered",
]

_SHOWN = 3

register(PlainFormat())


def detect_format(tensors: Mapping[str, TensorInfo], *, where: str | Path) -> QuantFormat:
    """The registered format of a checkpoint with these headers; `where` names it in errors.

    Raises `TensorMismatchError` for float8 weights that lack their scales and `WeightsError` for a
    format that is known and not supported in this version, or not known at all.
    """
    lonely = float8_without_scale(tensors)
    if lonely:
        rest = f" and {len(lonely) - _SHOWN} more" if len(lonely) > _SHOWN else ""
        raise TensorMismatchError(
            f"{where}: float8 weights without a scale: {', '.join(lonely[:_SHOWN])}{rest}",
            hint="Each float8 X.weight needs an X.weight_scale beside it; without it the numbers "
            "mean nothing. The conversion that wrote this file left the scales out.",
        )
    for quant_format in registered():
        if quant_format.detect(tensors):
            return quant_format
    for signature in SIGNATURES:
        if signature.matches(tensors):
            raise WeightsError(
                f"{where} is stored as {signature.title}, "
                "which is not supported yet in this version",
                hint=f"This version loads: {_loadable()}. Use a bf16 copy of the model, "
                "or the built-in demo model (`demo`).",
            )
    odd = next(info for info in tensors.values() if info.dtype not in PLAIN_DTYPES)
    raise WeightsError(
        f"{where}: tensor {odd.name!r} is stored as {odd.dtype}, a format this version "
        "does not know",
        hint=f"This version loads: {_loadable()}.",
    )


def format_name(tensors: Mapping[str, TensorInfo]) -> str:
    """The short name of the format, loadable or not: "plain", "nf4", "fp8"... or "unknown"."""
    for signature in SIGNATURES:
        if signature.matches(tensors):
            return signature.name
    return next((known.name for known in registered() if known.detect(tensors)), "unknown")


def _loadable() -> str:
    return ", ".join(known.title for known in registered())
