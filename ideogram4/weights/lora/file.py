"""Read a LoRA file and hold it to a model's layers: everything that does not fit is told at once.

The result is a list of `Pair`s, each a low-rank product for some rows of one linear layer. The
strength that a writer keeps beside the weights (alpha, in the file, its metadata or PEFT's
configuration) is worked in here. It changes no model (`attach`) and opens nothing but safetensors
and JSON.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ideogram4.errors import MissingFileError, TensorMismatchError
from ideogram4.files import read_limited
from ideogram4.quant.placing import check_finite
from ideogram4.quant.signatures import PLAIN_FLOATS
from ideogram4.weights.assemble import TensorReader
from ideogram4.weights.header import (
    TensorInfo,
    corrupt,
    parse_json,
    read_header,
    read_metadata,
)
from ideogram4.weights.lora.names import (
    Key,
    layer_of,
    other_kind,
    read_key,
    underscored_names,
    writer_of,
)
from ideogram4.weights.lora.spec import finite_number

if TYPE_CHECKING:
    import torch

FILES = ("adapter_model.safetensors", "pytorch_lora_weights.safetensors")
CONFIG = "adapter_config.json"
_SHOWN = 8
_LONGEST_PATTERN = 500
_NUMBERS = PLAIN_FLOATS | {"I8", "I16", "I32", "I64", "U8"}  # an alpha is often a whole number
# Ways to begin that take the product out of the base's weights, by the first part of their names.
_CHANGE_THE_BASE = ("pissa", "olora", "corda", "eva", "loftq")
Shape = tuple[int, int]


@dataclass(frozen=True)
class Pair:
    """`scale * up @ down`, added to rows `start` to `stop` of the layer `target`.

    down (rank, in) and up (stop - start, rank) as stored, on the CPU. branch: the transformer the
    file names, None for whichever the caller chooses.
    """

    target: str
    start: int
    stop: int
    down: torch.Tensor
    up: torch.Tensor
    scale: float
    branch: str | None

    @property
    def rank(self) -> int:
        return int(self.down.shape[0])


@dataclass(frozen=True)
class LoraFile:
    """A file that has been read and fits; `unmatched` keys belong to other models' layers."""

    name: str
    writer: str
    pairs: tuple[Pair, ...]
    unmatched: tuple[str, ...]
    sha256: str


def lora_path(path: Path) -> Path:
    """The safetensors file that `path` means: itself, or the one in a folder that PEFT made."""
    if path.is_dir():
        found = next((path / name for name in FILES if (path / name).is_file()), None)
        if found is None:
            raise MissingFileError(
                f"{path}: no LoRA here; looked for {' and '.join(FILES)}",
                hint="Name the .safetensors file itself.",
            )
        return found
    return path


@dataclass(frozen=True)
class LoraPlan:
    """A file that fits, known from its header: which keys make up which product."""

    path: Path
    writer: str
    groups: tuple[Mapping[str, Key], ...]
    unmatched: tuple[str, ...]
    tensors: Mapping[str, TensorInfo]

    @property
    def ranks(self) -> tuple[int, ...]:
        """Every rank there is, from the smallest."""
        return tuple(sorted({self.tensors[group["down"].name].shape[0] for group in self.groups}))


def plan_lora(path: Path, layers: Mapping[str, Shape], *, strict: bool = True) -> LoraPlan:
    """Hold a LoRA's header to a model whose linear layers have these (out, in) shapes.

    Raises `MissingFileError` and `CorruptFileError` for a broken file and `TensorMismatchError`
    for adapters of another kind, factors without their partner, shapes that do not fit and, unless
    `strict` is False, keys of layers that the model does not have: all of them named.
    """
    path = lora_path(path)
    tensors = read_header(path)
    kinds = {other_kind(name) for name in tensors} - {None}
    if kinds:
        first = next(name for name in tensors if other_kind(name))
        raise TensorMismatchError(
            f"{path}: this is {' and '.join(sorted(map(str, kinds)))} ({first}), "
            "which is not supported",
            hint="Plain LoRA is. Many trainers can merge or convert to it.",
        )
    names = underscored_names(layers)
    keys = {name: read_key(name, layers, names) for name in tensors}
    unmatched = tuple(name for name, key in keys.items() if key is None)
    known = [key for key in keys.values() if key is not None]
    if not known or (unmatched and strict):
        raise _not_matched(path, unmatched, len(known))
    groups = tuple(_grouped(known).values())
    problems = [text for group in groups for text in _problems(group, tensors, layers)]
    if problems:
        listed = "\n".join(f"  {text}" for text in problems[:_SHOWN])
        rest = f"\n  and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise TensorMismatchError(
            f"{path}: this LoRA does not fit the model\n{listed}{rest}",
            hint="It was trained for a model of another size, or the file is incomplete.",
        )
    return LoraPlan(path, writer_of(tensors), groups, unmatched, tensors)


def read_lora(path: Path, layers: Mapping[str, Shape], *, strict: bool = True) -> LoraFile:
    """Read a LoRA; see `plan_lora`. Raises `TensorMismatchError` for values that are not finite."""
    plan = plan_lora(path, layers, strict=strict)
    strength = _Strength.of(plan.path)
    with TensorReader() as reader:
        pairs = tuple(_pair(group, plan.tensors, layers, reader, strength) for group in plan.groups)
    return LoraFile(plan.path.name, plan.writer, pairs, plan.unmatched, _sha256(plan.path))


def _grouped(keys: list[Key]) -> dict[tuple[str, int | None, str | None], dict[str, Key]]:
    groups: dict[tuple[str, int | None, str | None], dict[str, Key]] = {}
    for key in keys:
        group = groups.setdefault((key.target, key.third, key.branch), {})
        # A second name for one thing: both are kept, and told as a problem.
        group[key.factor if key.factor not in group else f"{key.factor} again"] = key
    return groups


def _problems(
    group: Mapping[str, Key], tensors: Mapping[str, TensorInfo], layers: Mapping[str, Shape]
) -> list[str]:
    first = next(iter(group.values()))
    twice = [key.name for factor, key in group.items() if factor.endswith("again")]
    if twice:
        return [f"{name} is given twice" for name in twice]
    if "down" not in group or "up" not in group:
        lacking = " and ".join(factor for factor in ("down", "up") if factor not in group)
        alone = group.get("down") or group.get("up") or first
        return [f"{alone.name} has no partner ({lacking} is missing)"]
    down, up = tensors[group["down"].name], tensors[group["up"].name]
    alpha = tensors[group["alpha"].name] if "alpha" in group else None
    if alpha is not None and (alpha.elements != 1 or alpha.dtype not in _NUMBERS):
        return [f"{alpha.name} is no number ({alpha.dtype} {alpha.shape})"]
    odd = [info for info in (down, up) if info.dtype not in PLAIN_FLOATS]
    if odd:
        return [f"{info.name} is stored as {info.dtype}" for info in odd]
    rows, columns = layers[first.target]
    rows = rows // 3 if first.third is not None else rows
    down_shape, up_shape = _matrix(down), _matrix(up)
    if down_shape is None or up_shape is None or not 0 < down_shape[0] == up_shape[1]:
        return [f"{down.name} {down.shape} and {up.name} {up.shape} are no product"]
    if down_shape[1] != columns or up_shape[0] != rows:
        return [
            f"{first.target}: the file has ({up_shape[0]}, {down_shape[1]}), "
            f"the model ({rows}, {columns})"
        ]
    return []


def _matrix(info: TensorInfo) -> Shape | None:
    """The shape as a matrix; 1 x 1 convolutions, as some trainers save linear layers, are one."""
    if len(info.shape) < 2 or any(size != 1 for size in info.shape[2:]):
        return None
    return info.shape[0], info.shape[1]


def _pair(
    group: Mapping[str, Key],
    tensors: Mapping[str, TensorInfo],
    layers: Mapping[str, Shape],
    reader: TensorReader,
    strength: _Strength,
) -> Pair:
    first = group["down"]
    down, up = (_read(tensors[group[factor].name], reader).flatten(1) for factor in ("down", "up"))
    alpha = None
    if "alpha" in group:
        alpha = float(_read(tensors[group["alpha"].name], reader).flatten()[0])
    rows = layers[first.target][0]
    third = rows // 3
    start, stop = (
        (0, rows) if first.third is None else (first.third * third, (first.third + 1) * third)
    )
    scale = strength.scale(layer_of(first.name), int(down.shape[0]), alpha)
    return Pair(first.target, start, stop, down, up, scale, first.branch)


def _read(info: TensorInfo, reader: TensorReader) -> torch.Tensor:
    values = reader.read(info)
    check_finite(values, info, values.dtype)
    return values.clone()


@dataclass(frozen=True)
class _Strength:
    """How a writer scales its products where no alpha lies beside the weights."""

    alpha: float | None = None
    patterns: tuple[tuple[re.Pattern[str], float], ...] = ()
    root: bool = False

    @classmethod
    def of(cls, path: Path) -> _Strength:
        """From diffusers' metadata in the file, or PEFT's configuration beside it."""
        text = read_metadata(path).get("lora_adapter_metadata")
        if text is not None:
            told = parse_json(text.encode(), path, "its lora_adapter_metadata")
            if not isinstance(told, dict):
                raise corrupt(path, "its lora_adapter_metadata is not a table", hint="")
            plain = {str(key).removeprefix("transformer."): v for key, v in told.items()}
            return cls._from_config(plain, path)
        config = path.with_name(CONFIG)
        if path.name == FILES[0] and config.is_file():
            return cls._from_config(parse_json(read_limited(config, 1 << 20), config, "it"), config)
        return cls()

    @classmethod
    def _from_config(cls, config: Any, path: Path) -> _Strength:
        if not isinstance(config, dict):
            raise corrupt(path, "it is not a table", hint="")
        start = config.get("init_lora_weights", True)
        if isinstance(start, str) and start.split("_")[0].lower() in _CHANGE_THE_BASE:
            raise TensorMismatchError(
                f"{path}: a LoRA begun with {start[:20]} fits only the weights that were changed "
                "for it",
                hint="PEFT can save it as a plain LoRA (path_initial_model_for_weight_conversion).",
            )
        patterns = config.get("alpha_pattern") or {}
        if not isinstance(patterns, dict):
            raise corrupt(path, "alpha_pattern is not a table", hint="")
        try:
            alpha = config.get("lora_alpha")
            return cls(
                None if alpha is None else finite_number(alpha),
                tuple((_pattern(str(p)), finite_number(value)) for p, value in patterns.items()),
                bool(config.get("use_rslora")),
            )
        except ValueError as problem:
            raise corrupt(path, f"its strengths cannot be read ({problem})", hint="") from None

    def scale(self, layer: str, rank: int, alpha: float | None) -> float:
        """Alpha over rank; alpha is the rank where nobody says. layer: as the writer calls it."""
        if alpha is None:
            found = (value for pattern, value in self.patterns if pattern.fullmatch(layer))
            alpha = next(found, self.alpha)
        if alpha is None:
            return 1.0
        return alpha / (math.sqrt(rank) if self.root else rank)


def _pattern(text: str) -> re.Pattern[str]:
    """PEFT's rule: the pattern, at the end of the layer's path, after a dot or alone."""
    if len(text) > _LONGEST_PATTERN:
        raise ValueError("a pattern is too long")
    try:
        return re.compile(rf"(.*\.)?({text})")
    except re.error:
        raise ValueError(f"the pattern {text[:40]!r} is none") from None


def _not_matched(path: Path, unmatched: tuple[str, ...], known: int) -> TensorMismatchError:
    listed = "\n".join(f"  {name}" for name in unmatched[:_SHOWN])
    rest = f"\n  and {len(unmatched) - _SHOWN} more" if len(unmatched) > _SHOWN else ""
    some = f"{len(unmatched)} of {known + len(unmatched)} keys" if known else "no key of it"
    told = "belong to no layer of this model" if known else "belongs to a layer of this model"
    return TensorMismatchError(
        f"{path}: {some} {told}\n{listed}{rest}",
        hint="It was trained for another model, or holds more than a LoRA of the transformer.",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
