"""How large a model's parts will be once they are loaded, from the headers of its files alone.

Grouped as the memory plans move them: blocks, what prepares a picture, tables, the rest. It reads
no tensor and knows no plan (`estimate`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ideogram4.quant import detect_format
from ideogram4.weights.checkpoint import open_checkpoint
from ideogram4.weights.keys import KeyMap, autoencoder_keys, text_encoder_keys, transformer_keys

_OF_TIME = ("t_embedding.", "adaln_proj.", "final_layer.adaln_modulation.")
_OF_TEXT = ("llm_cond_norm.", "llm_cond_proj.")
_LAYER = re.compile(r"layers\.(\d{1,6})\.")


@dataclass(frozen=True)
class TransformerSizes:
    """Bytes of one transformer. `blocks` leaves out their modulation, which is in `time`."""

    blocks: tuple[int, ...]
    text: int
    time: int
    rest: int

    @property
    def total(self) -> int:
        return sum(self.blocks) + self.text + self.time + self.rest


@dataclass(frozen=True)
class TextEncoderSizes:
    """Bytes of the language model up to its last tap; `table` is the embedding of tokens."""

    layers: tuple[int, ...]
    table: int
    rest: int

    @property
    def total(self) -> int:
        return sum(self.layers) + self.table + self.rest


@dataclass(frozen=True)
class ModelSizes:
    """Bytes of all parts in memory; `unconditional` is None where the model has none."""

    text_encoder: TextEncoderSizes
    conditional: TransformerSizes
    unconditional: TransformerSizes | None
    autoencoder: int

    @property
    def transformers(self) -> tuple[TransformerSizes, ...]:
        both = (self.conditional, self.unconditional)
        return tuple(sizes for sizes in both if sizes is not None)

    @property
    def total(self) -> int:
        parts = sum(sizes.total for sizes in self.transformers)
        return self.text_encoder.total + parts + self.autoencoder


def model_sizes(folder: Path, last_tap: int, dtype_bytes: int) -> ModelSizes:
    """Sizes of the model in `folder`, computed with numbers of `dtype_bytes` bytes.

    last_tap: the last text encoder layer that is used. Raises what opening the files raises.
    """
    unconditional = folder / "unconditional_transformer"
    return ModelSizes(
        _text_encoder(folder / "text_encoder", last_tap, dtype_bytes),
        _transformer(folder / "transformer", dtype_bytes),
        _transformer(unconditional, dtype_bytes) if unconditional.is_dir() else None,
        sum(_bytes_by_name(folder / "vae", dtype_bytes, autoencoder_keys).values()),
    )


def _transformer(folder: Path, dtype_bytes: int) -> TransformerSizes:
    sizes = _bytes_by_name(folder, dtype_bytes, transformer_keys)
    time = {n for n in sizes if n.startswith(_OF_TIME) or ".adaln_modulation." in n}
    text = {n for n in sizes if n.startswith(_OF_TEXT)}
    blocks, rest = _by_layer(sizes, sizes.keys() - time - text)
    return TransformerSizes(blocks, sum(sizes[n] for n in text), sum(sizes[n] for n in time), rest)


def _text_encoder(folder: Path, last_tap: int, dtype_bytes: int) -> TextEncoderSizes:
    sizes = _bytes_by_name(folder, dtype_bytes, text_encoder_keys)
    table = sizes.pop("embed_tokens.weight", 0)
    sizes.pop("norm.weight", 0)
    layers, rest = _by_layer(sizes, sizes.keys())
    return TextEncoderSizes(layers[: last_tap + 1], table, rest)


def _bytes_by_name(folder: Path, dtype_bytes: int, rename: object) -> dict[str, int]:
    checkpoint = open_checkpoint(folder)
    quant_format = detect_format(checkpoint.tensors, where=folder)
    stored = quant_format.fold(checkpoint.tensors)
    keys: KeyMap = rename(stored.keys())  # type: ignore[operator]
    return {
        entry.target: sum(
            quant_format.memory_bytes(stored[source], dtype_bytes)
            for source in entry.sources
            if source in stored
        )
        for entry in keys.entries
    }


def _by_layer(sizes: dict[str, int], names: Iterable[str]) -> tuple[tuple[int, ...], int]:
    """Bytes of each layer, and of what is in none."""
    layers: dict[int, int] = {}
    rest = 0
    for name in names:
        match = _LAYER.match(name)
        if match is not None:
            layers[int(match[1])] = layers.get(int(match[1]), 0) + sizes[name]
        else:
            rest += sizes[name]
    return tuple(layers[index] for index in sorted(layers)), rest
