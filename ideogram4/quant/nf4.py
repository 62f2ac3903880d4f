"""bitsandbytes nf4: four bits a weight, in blocks of 64 that share one float32 maximum.

A byte holds two codes, the first in its upper half; a code is an index into 16 numbers; the weight
is that number times its block's maximum. Blocks run along the rows, so rows of q, k and v are
joined by joining their bytes, exactly. The nested form, whose maxima are packed in turn, is
unpacked on loading. Facts: what bitsandbytes writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ideogram4.errors import TensorMismatchError
from ideogram4.quant.formats import StoredTensor, register
from ideogram4.quant.nf4_linear import Nf4Linear, decode_nf4, standard_code
from ideogram4.quant.placing import (
    assign_tensor,
    check_finite,
    check_note,
    exchange_linear,
    linear_at,
)
from ideogram4.quant.plain import PlainFormat
from ideogram4.quant.signatures import PLAIN_FLOATS, is_nf4

if TYPE_CHECKING:
    from ideogram4.quant.formats import ReadTensor
    from ideogram4.weights.header import TensorInfo

STATE = "quant_state.bitsandbytes__nf4"
LARGEST_SIZE, MOST_AXES = 2**31, 8
_SIDE_NAMES = ("absmax", "quant_map", "nested_absmax", "nested_quant_map", STATE)


@dataclass(frozen=True)
class Packed:
    """One stored nf4 tensor, its side tensors read and checked."""

    codes: Tensor  # (n/2,) uint8
    absmax: Tensor  # (n/block,) float32
    code: Tensor  # (16,) float32
    block: int
    shape: tuple[int, ...]

    @property
    def elements(self) -> int:
        return prod(self.shape)

    def unpacked(self) -> Tensor:
        """float32, in the weight's shape."""
        whole = decode_nf4(self.codes, self.absmax, self.code, self.block, torch.float32)
        return whole[: self.elements].view(self.shape)


class Nf4Format:
    """bitsandbytes nf4. Tensors without a state beside them are plain, in any mixture."""

    name = "nf4"
    title = "bitsandbytes nf4 (4 bits a weight)"

    def detect(self, tensors: Mapping[str, TensorInfo]) -> bool:
        return is_nf4(tensors)

    def fold(self, tensors: Mapping[str, TensorInfo]) -> dict[str, StoredTensor]:
        """Side tensors join their weight; raises `TensorMismatchError` where some are missing."""
        packed = [name for name in tensors if f"{name}.{STATE}" in tensors]
        sides = {f"{name}.{side}" for name in packed for side in _SIDE_NAMES}
        lonely = [
            name
            for name, info in tensors.items()
            if info.dtype == "U8" and f"{name}.absmax" in tensors and name not in packed
        ]
        if lonely:
            raise TensorMismatchError(
                f"{tensors[lonely[0]].file}: nf4 weights without their state: "
                f"{', '.join(lonely[:3])}",
                hint=f"Each needs a tensor NAME.{STATE} beside it. Download the file again.",
            )
        stored = {}
        for name, info in tensors.items():
            if name in sides:
                continue
            if name not in packed:
                stored[name] = StoredTensor(name, info.shape, info.elements, {"": info})
                continue
            parts = {"": info}
            parts |= {s: tensors[f"{name}.{s}"] for s in _SIDE_NAMES if f"{name}.{s}" in tensors}
            _check_parts(name, parts)
            stored[name] = StoredTensor(name, None, 2 * info.elements, parts)
        return stored

    def memory_bytes(self, piece: StoredTensor, dtype_bytes: int) -> int:
        if STATE not in piece.parts:
            return PlainFormat().memory_bytes(piece, dtype_bytes)
        return piece.main.nbytes + 4 * piece.parts["absmax"].elements + 4 * 16

    def unpack(self, piece: StoredTensor, read: ReadTensor) -> Tensor:
        if STATE not in piece.parts:
            return PlainFormat().unpack(piece, read)
        return read_packed(piece, read).unpacked()

    def make_linear(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: bool = True,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> nn.Module:
        return Nf4Linear(in_features, out_features, bias=bias, device=device, dtype=dtype)

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
        """See `QuantFormat.place`. What is not the weight of a linear layer is decoded.

        So are pieces that cannot be joined in packed form: of different block sizes, or ending
        inside a block, which no published size does.
        """
        if not any(STATE in piece.parts for piece in pieces):
            PlainFormat().place(
                module, target, pieces, read, shape=shape, device=device, dtype=dtype
            )
            return
        is_linear = linear_at(module, target) is not None and len(shape) == 2
        packed = [read_packed(piece, read) for piece in pieces] if _all_packed(pieces) else []
        for piece in pieces:
            if STATE in piece.parts:
                _check_columns(piece, tuple(_state(piece, read)["shape"]), shape)
        if is_linear and packed and _can_join(packed):
            layer = Nf4Linear(shape[1], shape[0], bias=False, device=device, block=packed[0].block)
            _fill(layer, packed)
            exchange_linear(module, target, layer)
        else:
            values = torch.cat([self.unpack(piece, read).float() for piece in pieces])
            values = values.reshape(shape).to(device, dtype or torch.bfloat16)
            assign_tensor(module, target, values)


def _all_packed(pieces: Sequence[StoredTensor]) -> bool:
    return all(STATE in piece.parts for piece in pieces)


def _can_join(packed: Sequence[Packed]) -> bool:
    first = packed[0]
    alike = all(p.block == first.block and torch.equal(p.code, first.code) for p in packed)
    return alike and all(p.elements % p.block == 0 for p in packed[:-1])


def _fill(layer: Nf4Linear, packed: Sequence[Packed]) -> None:
    if len(packed) == 1 and layer.weight.device.type == "cpu":
        # What was read is already a copy of its own.
        layer.weight.data, layer.absmax.data = packed[0].codes, packed[0].absmax
    else:
        byte = block = 0
        for piece in packed:
            layer.weight[byte : byte + piece.codes.numel()].copy_(piece.codes)
            layer.absmax[block : block + piece.absmax.numel()].copy_(piece.absmax)
            byte += piece.codes.numel()
            block += piece.absmax.numel()
    layer.code.copy_(packed[0].code)
    layer.is_standard_code = torch.allclose(packed[0].code, standard_code(), atol=1e-6)


def read_packed(piece: StoredTensor, read: ReadTensor) -> Packed:
    """Read a packed tensor and what belongs to it, checked against its own state."""
    state = _state(piece, read)
    block = int(state["blocksize"])
    shape = tuple(int(size) for size in state["shape"])
    elements = prod(shape)
    codes = read(piece.main).flatten().clone()
    code = read(piece.parts["quant_map"]).float().flatten().clone()
    absmax = _maxima(piece, read, state)
    blocks = -(-elements // block)
    if codes.numel() != (elements + 1) // 2 or absmax.numel() != blocks or code.numel() != 16:
        raise TensorMismatchError(
            f"{piece.main.file}: tensor {piece.name!r} of {shape} in blocks of {block} does not "
            f"match its {codes.numel()} bytes, {absmax.numel()} maxima and {code.numel()} numbers",
            hint="The conversion that wrote this file is broken. Use the published weights.",
        )
    check_finite(absmax, piece.parts["absmax"], torch.float32)
    check_finite(code, piece.parts["quant_map"], torch.float32)
    return Packed(codes, absmax, code, block, shape)


def _check_columns(piece: StoredTensor, told: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    """Only a count of numbers is known before a state is read; here its shape is held to it."""
    if len(told) != len(wanted) or told[1:] != wanted[1:]:
        raise TensorMismatchError(
            f"{piece.main.file}: tensor {piece.name!r} says it is {told}, the model wants {wanted}",
            hint="The weights and config.json belong to different models.",
        )


def _maxima(piece: StoredTensor, read: ReadTensor, state: Mapping[str, Any]) -> Tensor:
    """A float32 maximum a block, unpacked where the file packs these too."""
    absmax = read(piece.parts["absmax"]).flatten().clone()
    if "nested_absmax" not in piece.parts:
        return absmax.float()
    code = read(piece.parts["nested_quant_map"]).float().flatten().clone()
    outer = read(piece.parts["nested_absmax"]).float().flatten().clone()
    block = state["nested_blocksize"]
    if (
        absmax.dtype != torch.uint8
        or code.numel() != 256
        or -(-absmax.numel() // block) > outer.numel()
    ):
        raise TensorMismatchError(
            f"{piece.main.file}: the packed maxima of tensor {piece.name!r} do not fit together",
            hint="The conversion that wrote this file is broken. Use the published weights.",
        )
    scale = outer[torch.arange(absmax.numel()) // block]
    return code[absmax.int()] * scale + float(state["nested_offset"])


def _state(piece: StoredTensor, read: ReadTensor) -> dict[str, Any]:
    note = piece.parts[STATE]
    wanted = {"quant_type", "blocksize", "shape"}
    nested = "nested_absmax" in piece.parts
    if nested:
        wanted |= {"nested_blocksize", "nested_offset"}
    try:
        check_note(note)
        state: dict[str, Any] = json.loads(bytes(read(note).flatten().tolist()))
        block = state["blocksize"]
        fits = wanted <= state.keys() and state["quant_type"] == "nf4"
        sizes = [block, *state["shape"]] + ([state["nested_blocksize"]] if nested else [])
        fits = fits and all(isinstance(size, int) and 0 < size < LARGEST_SIZE for size in sizes)
        fits = fits and block % 2 == 0 and len(state["shape"]) <= MOST_AXES
        if nested:
            fits = fits and abs(state["nested_offset"]) < LARGEST_SIZE
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        fits = False
    if not fits:
        raise TensorMismatchError(
            f"{note.file}: tensor {note.name!r} does not describe an nf4 weight",
            hint="The file is damaged or written by another tool. Download it again.",
        )
    return state


def _check_parts(name: str, parts: Mapping[str, TensorInfo]) -> None:
    wanted = {"absmax", "quant_map"}
    if "nested_absmax" in parts or parts.get("absmax", parts[""]).dtype == "U8":
        wanted |= {"nested_absmax", "nested_quant_map"}
    floats = {"quant_map", "nested_absmax", "nested_quant_map"} & parts.keys()
    floats |= set() if "nested_absmax" in parts else {"absmax"} & parts.keys()
    odd = sorted(part for part in floats if parts[part].dtype not in PLAIN_FLOATS)
    if odd:
        raise TensorMismatchError(
            f"{parts[odd[0]].file}: tensor {parts[odd[0]].name!r} is {parts[odd[0]].dtype}, "
            "expected floating point",
            hint="The conversion that wrote this file is broken. Use the published weights.",
        )
    missing = sorted(f"{name}.{part}" for part in wanted - parts.keys())
    if missing:
        raise TensorMismatchError(
            f"{parts[''].file}: nf4 weight without {', '.join(missing)}",
            hint="The file is incomplete. Download it again.",
        )


register(Nf4Format())
