"""Write a model folder again with packed weights: nf4 or fp8, in the published layout.

Linear weights of both transformers and of the text encoder (vision tower included) are packed;
biases, norms and embeddings become bfloat16; the autoencoder and all small files are copied. One
tensor is in memory at a time, and the new folder appears under its name only when it is whole.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ideogram4.errors import Ideogram4Error, RequestError, TensorMismatchError, WeightsError
from ideogram4.quant import QuantFormat, StoredTensor, detect_format
from ideogram4.quant.packing import PACKERS, Packer, TensorPlan
from ideogram4.weights.assemble import TensorReader
from ideogram4.weights.checkpoint import open_checkpoint
from ideogram4.weights.compare import joined_shape
from ideogram4.weights.header import corrupt, parse_json
from ideogram4.weights.keys import Entry, published_text_encoder_keys, transformer_keys
from ideogram4.weights.layout import needed_in_folder
from ideogram4.weights.writer import SafetensorsWriter

if TYPE_CHECKING:
    import torch

Keys = Literal["fused", "split"]
OnProgress = Callable[[str, float], None]
TRANSFORMERS = ("transformer", "unconditional_transformer")
SOURCES = ("plain", "fp8")
_TABLES = ("embed_image_indicator", "embed_tokens", "pos_embed", "lm_head")
_COPIED = ("vae", "tokenizer", "scheduler", "lm_head")
_TEXT = (".json", ".md", ".txt", ".jinja", "")  # LICENSE has no ending


@dataclass(frozen=True)
class QuantizeReport:
    """What came of it. Sizes in bytes of all weight files; `packed` counts linear layers."""

    folder: Path
    format: str
    source_formats: Mapping[str, str]
    source_bytes: int
    nbytes: int
    packed: int


def quantize_folder(
    source: Path,
    target: Path,
    format_name: str,
    *,
    keys: Keys = "fused",
    device: str | None = None,
    on_progress: OnProgress | None = None,
) -> QuantizeReport:
    """Write the model in `source` to the new folder `target` as "nf4" or "fp8".

    keys: attention names to write, "fused" as in the published nf4 and fp8 repositories or "split"
    as diffusers reads them. device: where to compute, None for the CPU. Raises `RequestError`
    (unknown format, target exists), `WeightsError` (no room, source incomplete) and what opening
    the source raises.
    """
    packer = PACKERS.get(format_name)
    if packer is None:
        raise RequestError(f"format {format_name!r:.40} is not one of {', '.join(PACKERS)}")
    if os.path.lexists(target):
        raise RequestError(
            f"{target} exists already and is kept", hint="Name a folder that does not exist yet."
        )
    if target.resolve().is_relative_to(source.resolve()):
        raise RequestError(f"{target} lies inside {source}, which would be copied into itself")
    needed_in_folder(source)
    components = [
        _Component.open(source / name, packer, keys)
        for name in (*TRANSFORMERS, "text_encoder")
        if (source / name).is_dir()
    ]
    total = sum(component.writer_bytes for component in components)
    _check_room(target, total + _size(source / "vae"))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        _copy_small_files(source, temporary)
        for component in components:
            component.write(temporary / component.name, device, on_progress)
        temporary.rename(target)
    except OSError as problem:
        raise Ideogram4Error(
            f"{target} could not be written: {problem.strerror or problem}",
            hint="Nothing is left behind. Free some space, or choose another place.",
        ) from problem
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return QuantizeReport(
        target,
        packer.name,
        {component.name: component.source_format.name for component in components},
        sum(component.source_bytes for component in components) + _size(source / "vae"),
        total + _size(source / "vae"),
        sum(output.is_linear for component in components for output in component.outputs),
    )


@dataclass(frozen=True)
class _Output:
    """One tensor to write, before packing: its sources joined, or rows of them from `start` on."""

    name: str
    shape: tuple[int, ...]
    sources: tuple[StoredTensor, ...]
    start: int = 0

    @property
    def is_linear(self) -> bool:
        """Whether it is the weight of a linear layer: the matrices that are no table to look up."""
        is_matrix = len(self.shape) == 2 and self.name.endswith(".weight")
        return is_matrix and not any(table in self.name for table in _TABLES)


@dataclass(frozen=True)
class _Component:
    """One part of the model on its way from one format to another."""

    folder: Path
    source_format: QuantFormat
    source_bytes: int
    outputs: tuple[_Output, ...]
    packer: Packer
    keys: Keys

    @classmethod
    def open(cls, folder: Path, packer: Packer, keys: Keys) -> _Component:
        checkpoint = open_checkpoint(folder)
        source_format = detect_format(checkpoint.tensors, where=folder)
        if source_format.name not in SOURCES:
            raise WeightsError(
                f"{folder} is stored as {source_format.title}; there is nothing left to gain",
                hint=f"Start from weights that are {' or '.join(SOURCES)}.",
            )
        stored = source_format.fold(checkpoint.tensors)
        if folder.name == "text_encoder":
            entries = published_text_encoder_keys(stored.keys()).entries
        else:
            entries = transformer_keys(stored.keys()).entries
        outputs = [_output(entry, stored, folder) for entry in entries]
        if folder.name != "text_encoder" and keys == "split":
            outputs = [part for output in outputs for part in _split(output)]
        return cls(folder, source_format, checkpoint.nbytes, tuple(outputs), packer, keys)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def plan(self) -> dict[str, TensorPlan]:
        plan: dict[str, TensorPlan] = {}
        for output in self.outputs:
            if output.is_linear:
                plan |= self.packer.plan(output.name, output.shape)  # type: ignore[arg-type]
            else:
                plan[output.name] = TensorPlan("BF16", output.shape)
        return plan

    @property
    def writer_bytes(self) -> int:
        return SafetensorsWriter(Path(), self.plan).nbytes

    def write(self, folder: Path, device: str | None, on_progress: OnProgress | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._write_config(folder)
        is_text = self.name == "text_encoder"
        file = folder / ("model" if is_text else "diffusion_pytorch_model")
        path = file.with_name(file.name + ".safetensors")
        done = 0.0
        with (
            TensorReader() as reader,
            SafetensorsWriter(path, self.plan, {"format": "pt"}) as writer,
        ):
            for output in self.outputs:
                values = self._values(output, reader)
                if output.is_linear:
                    packed = self.packer.pack(output.name, values.to(device or "cpu"))
                    for name, tensor in packed.items():
                        writer.write(name, tensor)
                else:
                    writer.write(output.name, values.bfloat16())
                done += sum(source.nbytes for source in output.sources) / len(output.sources)
                if on_progress is not None:
                    on_progress(self.name, min(1.0, done / max(self.source_bytes, 1)))

    def _values(self, output: _Output, reader: TensorReader) -> torch.Tensor:
        """The numbers to write, as precise as the source has them."""
        import torch

        parts = [self.source_format.unpack(source, reader.read) for source in output.sources]
        whole = parts[0] if len(parts) == 1 else torch.cat(parts)
        if output.shape and whole.shape[0] != output.shape[0]:
            whole = whole[output.start : output.start + output.shape[0]]
        return whole

    def _write_config(self, folder: Path) -> None:
        path = self.folder / "config.json"
        config = parse_json(path.read_bytes(), path, "it")
        if not isinstance(config, dict):
            raise corrupt(path, "it is not a table", hint="")
        for old in ("quantization_config", "ideogram_fp8_weight_only"):
            config.pop(old, None)
        if self.name == "text_encoder":
            config |= self.packer.text_encoder_config()
        else:
            config |= self.packer.transformer_config(self.keys)
        text = json.dumps(config, indent=2, sort_keys=True) + "\n"
        (folder / "config.json").write_text(text, encoding="utf-8")


def _output(entry: Entry, stored: Mapping[str, StoredTensor], folder: Path) -> _Output:
    missing = [source for source in entry.sources if source not in stored]
    if missing:
        raise TensorMismatchError(f"{folder}: {', '.join(missing)} is missing")
    sources = tuple(stored[source] for source in entry.sources)
    shape = joined_shape(sources)
    if shape is None:
        raise TensorMismatchError(f"{folder}: {', '.join(entry.sources)} cannot be joined")
    return _Output(entry.target, shape, sources)


def _split(output: _Output) -> Iterator[_Output]:
    """A fused output as the ones that diffusers reads; any other as it is."""
    block, _, part = output.name.rpartition(".attention.")
    if part == "o.weight":
        yield replace(output, name=f"{block}.attention.to_out.0.weight")
    elif part == "qkv.weight":
        rows = output.shape[0] // 3
        for index, name in enumerate(("to_q", "to_k", "to_v")):
            yield _Output(
                f"{block}.attention.{name}.weight",
                (rows, *output.shape[1:]),
                output.sources,
                start=index * rows,
            )
    else:
        yield output


def _copy_small_files(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for name in _COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
    for folder in (source, source / "text_encoder"):
        for path in folder.iterdir():
            is_note = path.suffix in _TEXT and not path.name.endswith(".index.json")
            if path.is_file() and is_note and path.name != "config.json":
                place = target / path.relative_to(source)
                place.parent.mkdir(exist_ok=True)
                shutil.copy2(path, place)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _check_room(target: Path, needed: int) -> None:
    parent = next((p for p in target.absolute().parents if p.is_dir()), Path("/"))
    free = shutil.disk_usage(parent).free
    if free < needed:
        raise WeightsError(
            f"{parent} has {free / 1e6:,.0f} MB free, and {needed / 1e6:,.0f} MB are needed",
            hint="Free some space, or write to another disk.",
        )
