"""Which names in a file make up which name in a module, as small typed data.

Published checkpoints spell one model in several ways: attention fused (`attention.qkv`) or split
(`attention.to_q`, `to_k`, `to_v`, `to_out.0`), the text encoder with and without `model.` and
`language_model.`. Each function here takes the names of a file and returns a `KeyMap` onto the
names our modules use. Names that no rule touches map to themselves, so that nothing is dropped
silently: what a module does not know is reported as extra.

It is not a check of shapes and it moves no data (both: `assemble`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Entry:
    """One tensor of a module: `sources` stacked along the rows make up `target`.

    `reshape` says how far shapes may differ: "exact" not at all, "trailing_ones" by axes of size 1
    at the end (a linear layer kept as a 1 x 1 convolution, or the other way round).
    """

    target: str
    sources: tuple[str, ...]
    reshape: Literal["exact", "trailing_ones"] = "exact"


@dataclass(frozen=True, slots=True)
class KeyMap:
    """Entries for a file's names, and the names that are known and not wanted."""

    entries: tuple[Entry, ...]
    ignored: frozenset[str] = frozenset()


Rename = Callable[[Collection[str]], KeyMap]

_FUSED_ROWS = ("to_q", "to_k", "to_v")
_SPLIT = re.compile(r"(?P<block>.*\battention)\.(?P<part>to_q|to_k|to_v|to_out\.0)\.weight")
_PREFIXES = ("model.diffusion_model.", "diffusion_model.", "transformer.")
_VAE_ATTENTION = re.compile(r".*\battentions\.\d+\.(to_q|to_k|to_v|to_out\.0)\.weight")


def same_keys(names: Collection[str]) -> KeyMap:
    """Every name stands for itself."""
    return KeyMap(tuple(Entry(name, (name,)) for name in names))


def transformer_keys(names: Collection[str]) -> KeyMap:
    """Onto fused names: `attention.qkv.weight` is the rows of q, then k, then v.

    A file may be fused, split, or mixed by layer, and some writers put one prefix before all names.
    Where one of q, k, v is missing the entry still lists all three, so that the missing one is
    reported under its own name.
    """
    entries: list[Entry] = []
    split_blocks: dict[str, None] = {}
    prefix = next((p for p in _PREFIXES if all(name.startswith(p) for name in names)), "")
    for name in names:
        match = _SPLIT.fullmatch(name)
        if match is None:
            entries.append(Entry(name.removeprefix(prefix), (name,)))
        elif match["part"] == "to_out.0":
            entries.append(Entry(f"{match['block'].removeprefix(prefix)}.o.weight", (name,)))
        else:
            split_blocks[match["block"]] = None
    entries.extend(
        Entry(
            f"{block.removeprefix(prefix)}.qkv.weight",
            tuple(f"{block}.{part}.weight" for part in _FUSED_ROWS),
        )
        for block in split_blocks
    )
    return KeyMap(tuple(entries))


def text_encoder_keys(names: Collection[str]) -> KeyMap:
    """Onto the language model alone: `layers.0...`, `embed_tokens.weight`, `norm.weight`.

    Accepts `language_model.X`, `model.language_model.X`, `language_model.model.X`, `model.X` and
    `X`. The vision tower and the output head are ignored: neither takes part in making a picture.
    """
    entries: list[Entry] = []
    ignored: set[str] = set()
    for name in names:
        bare = name.removeprefix("model.")
        if bare.startswith(("visual.", "lm_head.")):
            ignored.add(name)
            continue
        bare = bare.removeprefix("language_model.").removeprefix("model.")
        if bare.startswith("lm_head."):
            ignored.add(name)
            continue
        entries.append(Entry(bare, (name,)))
    return KeyMap(tuple(entries), frozenset(ignored))


def published_text_encoder_keys(names: Collection[str]) -> KeyMap:
    """Onto the names of the published repositories: `language_model.X`, `visual.X`, `lm_head.X`."""
    entries = []
    for name in names:
        bare = name.removeprefix("model.")
        if not bare.startswith(("visual.", "lm_head.")):
            bare = bare.removeprefix("language_model.").removeprefix("model.")
            bare = bare if bare.startswith("lm_head.") else f"language_model.{bare}"
        entries.append(Entry(bare, (name,)))
    return KeyMap(tuple(entries))


def autoencoder_keys(names: Collection[str], *, encoder: bool = True) -> KeyMap:
    """Diffusers' `AutoencoderKLFlux2` names, which our autoencoder shares.

    Attention weights may be matrices or 1 x 1 convolutions. With `encoder=False` the half that
    turns pictures into latents is ignored.
    """
    entries: list[Entry] = []
    ignored: set[str] = set()
    for name in names:
        unwanted_half = not encoder and name.startswith(("encoder.", "quant_conv."))
        if unwanted_half or name == "bn.num_batches_tracked":
            ignored.add(name)
        else:
            is_attention = _VAE_ATTENTION.fullmatch(name) is not None
            entries.append(Entry(name, (name,), "trailing_ones" if is_attention else "exact"))
    return KeyMap(tuple(entries), frozenset(ignored))


def repeated_targets(key_map: KeyMap) -> Mapping[str, list[str]]:
    """Targets that more than one entry claims, each with the sources that claim it."""
    claims: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for entry in key_map.entries:
        claims.setdefault(entry.target, []).extend(entry.sources)
        counts[entry.target] = counts.get(entry.target, 0) + 1
    return {target: claims[target] for target, count in counts.items() if count > 1}
