"""Weight formats: which one a checkpoint is in, and how to load it.

`detect_format` answers with a format that can load the checkpoint or raises an error that names the
one it found. `format_name` only names it and never refuses, for `ideogram4 info`; unlike loading,
naming needs no torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ideogram4.errors import TensorMismatchError, WeightsError
from ideogram4.quant.formats import QuantFormat, StoredTensor, register, registered
from ideogram4.quant.signatures import PLAIN_DTYPES, SIGNATURES, float8_without_scale, is_plain

if TYPE_CHECKING:
    from pathlib import Path

    from ideogram4.weights.header import TensorInfo

__all__ = [
    "QuantFormat",
    "StoredTensor",
    "detect_format",
    "format_name",
    "register",
    "registered",
]

_SHOWN = 3


def detect_format(tensors: Mapping[str, TensorInfo], *, where: str | Path) -> QuantFormat:
    """The registered format of a checkpoint with these headers; `where` names it in errors.

    Raises `TensorMismatchError` for float8 weights that lack their scales and `WeightsError` for a
    format that is known and cannot be loaded, or not known at all.
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
                f"{where} is stored as {signature.title}, which cannot be loaded",
                hint=f"These can: {_loadable()}. `ideogram4 quantize` makes nf4 or fp8 weights of "
                "a bf16 copy.",
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
    if is_plain(tensors):
        return "plain"
    return next((known.name for known in registered() if known.detect(tensors)), "unknown")


def _loadable() -> str:
    return ", ".join(known.title for known in registered())
