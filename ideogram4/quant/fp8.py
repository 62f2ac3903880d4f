"""float8 weights with float32 scales: one a row, as published, or one for the whole weight.

Community files write `weight_scale`, `scale_weight` or `weight_scale_inv`, of shape [out],
[out, 1] or one number; scales of activations and ComfyUI's marker tensors say nothing about the
weights and are passed over. Scales of blocks are refused by name. Facts: the published checkpoints'
tensor lists.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ideogram4.errors import TensorMismatchError, WeightsError
from ideogram4.quant.formats import StoredTensor, register
from ideogram4.quant.fp8_linear import Fp8Linear
from ideogram4.quant.placing import (
    assign_tensor,
    check_finite,
    check_note,
    exchange_linear,
    linear_at,
)
from ideogram4.quant.plain import PlainFormat
from ideogram4.quant.signatures import FLOAT8, PLAIN_FLOATS, SCALE_NAMES, has_float8, is_marker

if TYPE_CHECKING:
    from ideogram4.quant.formats import ReadTensor
    from ideogram4.weights.header import TensorInfo

_DTYPES = {"F8_E4M3": torch.float8_e4m3fn, "F8_E5M2": torch.float8_e5m2}
# Bits that are all set in the codes of NaN (e4m3) and of NaN and infinity (e5m2).
_NOT_FINITE = {torch.float8_e4m3fn: 0x7F, torch.float8_e5m2: 0x7C}
_CHECKED_AT_ONCE = 1 << 22
_COMFY_FORMATS = ("float8_e4m3fn", "float8_e5m2")
_SIDE_NAMES = (*SCALE_NAMES, "input_scale", "scale_input", "comfy_quant")


class Fp8Format:
    """float8 with scales. Tensors that are not float8 are plain, in any mixture."""

    name = "fp8"
    title = "float8 (8 bits a weight, with scales)"

    def detect(self, tensors: Mapping[str, TensorInfo]) -> bool:
        return has_float8(tensors)

    def fold(self, tensors: Mapping[str, TensorInfo]) -> dict[str, StoredTensor]:
        """Scales join their weight. Raises `TensorMismatchError` for scales of another shape."""
        stored: dict[str, StoredTensor] = {}
        sides = {
            f"{name.removesuffix('weight')}{side}"
            for name, info in tensors.items()
            if info.dtype in FLOAT8
            for side in _SIDE_NAMES
        }
        for name, info in tensors.items():
            if name in sides or is_marker(name):
                continue
            parts = {"": info}
            if info.dtype in FLOAT8:
                stem = name.removesuffix("weight")
                parts |= {s: tensors[stem + s] for s in _SIDE_NAMES if stem + s in tensors}
                _check_parts(parts)
            stored[name] = StoredTensor(name, info.shape, info.elements, parts)
        return stored

    def memory_bytes(self, piece: StoredTensor, dtype_bytes: int) -> int:
        if piece.main.dtype not in FLOAT8:
            return PlainFormat().memory_bytes(piece, dtype_bytes)
        return piece.main.nbytes + 4 * (piece.main.shape[0] if piece.main.shape else 1)

    def unpack(self, piece: StoredTensor, read: ReadTensor) -> Tensor:
        if piece.main.dtype not in FLOAT8:
            return PlainFormat().unpack(piece, read)
        numbers = _codes(piece, read).view(_DTYPES[piece.main.dtype]).float()
        scale = _row_scale(piece, read)
        return numbers * scale.reshape(-1, *(1 for _ in numbers.shape[1:]))

    def make_linear(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> nn.Module:
        return Fp8Linear(in_features, out_features, bias=bias, device=device, dtype=dtype)

    def place(
        self,
        module: nn.Module,
        target: str,
        pieces: Sequence[StoredTensor],
        read: ReadTensor,
        *,
        shape: tuple[int, ...],
        device: torch.device | str,
        dtype: torch.dtype | None,
    ) -> None:
        """See `QuantFormat.place`. What is not the weight of a linear layer is decoded."""
        kinds = {piece.main.dtype for piece in pieces}
        if not kinds & FLOAT8:
            PlainFormat().place(
                module, target, pieces, read, shape=shape, device=device, dtype=dtype
            )
        elif linear_at(module, target) is None or len(kinds) > 1 or len(shape) != 2:
            values = torch.cat([self.unpack(piece, read).float() for piece in pieces])
            values = values.reshape(shape).to(device, dtype or torch.bfloat16)
            assign_tensor(module, target, values)
        else:
            float8 = _DTYPES[pieces[0].main.dtype]
            layer = Fp8Linear(shape[1], shape[0], bias=False, device=device, float8=float8)
            _fill(layer, pieces, read)
            exchange_linear(module, target, layer)


def _fill(layer: Fp8Linear, pieces: Sequence[StoredTensor], read: ReadTensor) -> None:
    row = 0
    for piece in pieces:
        codes = _codes(piece, read)
        rows = slice(row, row + codes.shape[0])
        layer.weight[rows].copy_(codes.flatten(1))  # 1 x 1 convolutions are matrices
        layer.scale[rows].copy_(_row_scale(piece, read))
        row = rows.stop


def _codes(piece: StoredTensor, read: ReadTensor) -> Tensor:
    codes = read(piece.main).view(torch.uint8)
    bits = _NOT_FINITE[_DTYPES[piece.main.dtype]]
    # In parts: the marks of a whole weight would take as much memory as it does.
    if any(
        ((part & bits) == bits).any() for part in torch.split(codes.flatten(), _CHECKED_AT_ONCE)
    ):
        raise TensorMismatchError(
            f"{piece.main.file}: tensor {piece.name!r} holds NaN or an infinite value, "
            "so no picture could come out",
            hint="The file was saved from a broken run or damaged. Download it again, "
            "or ask its author.",
        )
    return codes


def _row_scale(piece: StoredTensor, read: ReadTensor) -> Tensor:
    """float32 (rows,)."""
    _check_comfy(piece, read)
    info = piece.parts[_scale_name(piece.parts)]
    scale = read(info).float().flatten()
    check_finite(scale, info, torch.float32)
    return scale.expand(piece.main.shape[0] if piece.main.shape else 1).clone()


def _scale_name(parts: Mapping[str, TensorInfo]) -> str:
    return next(name for name in SCALE_NAMES if name in parts)


def _check_parts(parts: Mapping[str, TensorInfo]) -> None:
    weight = parts[""]
    if weight.dtype not in _DTYPES:
        raise WeightsError(
            f"{weight.file}: tensor {weight.name!r} is {weight.dtype}, a float8 that this version "
            "does not read",
            hint="Files in F8_E4M3 and F8_E5M2 are read.",
        )
    names = [name for name in SCALE_NAMES if name in parts]
    scale = parts[names[0]]
    if len(names) > 1 or scale.dtype not in PLAIN_FLOATS:
        told = " and ".join(parts[name].name for name in names)
        raise TensorMismatchError(
            f"{scale.file}: {told} ({scale.dtype}) cannot be the one scale of {weight.name!r}",
            hint="A weight has one scale, in floating point.",
        )
    rows = weight.shape[0] if weight.shape else 1
    if scale.elements != 1 and scale.shape not in ((rows,), (rows, 1)):
        raise TensorMismatchError(
            f"{scale.file}: tensor {scale.name!r} has shape {scale.shape}; "
            f"a scale a row would be ({rows},), one for the whole weight ()",
            hint="Scales of blocks are not supported. Use the published fp8 weights, or convert "
            "a bf16 copy with `ideogram4 quantize`.",
        )


def _check_comfy(piece: StoredTensor, read: ReadTensor) -> None:
    """Refuse a weight whose ComfyUI note says that its bytes mean something else."""
    note = piece.parts.get("comfy_quant")
    if note is None:
        return
    try:
        check_note(note)
        content = json.loads(bytes(read(note).flatten().tolist()))
        kind = str(content["format"])
    except (ValueError, TypeError, KeyError, RecursionError):
        kind = "a note that cannot be read"
    if kind not in _COMFY_FORMATS:
        raise WeightsError(
            f"{note.file}: tensor {note.name!r} says the weight is {kind[:40]!r}, "
            "a format this version does not know",
            hint=f"Known are {' and '.join(_COMFY_FORMATS)}.",
        )


register(Fp8Format())
