"""Understand the keys of a LoRA file, whoever wrote it, as small typed data.

Every trainer spells one thing in its own way: a prefix for the model, a path of the layer with dots
or underscores, attention fused or split, and a name for the two factors. `read_key` turns a key
into a `Key`; what it cannot is for the caller to tell. Facts: the writers' own files.

It knows no shapes and moves no data.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

# (prefix, the writer it gives away when nothing else does, the branch it names)
_PREFIXES = (
    ("base_model.model.", "PEFT", None),
    ("model.diffusion_model.", "ComfyUI", None),
    ("diffusion_model.", "ai-toolkit", None),
    ("unconditional_transformer.", "fal", "unconditional"),
    ("conditional_transformer.", "fal", "conditional"),
    ("transformer.", "diffusers", None),
)
_UNDERSCORED = ("lora_unet_", "lora_transformer_")
# The factor that is multiplied first, and the other.
_FACTORS = re.compile(
    r"(?P<path>.+)\.(?:(?P<down>lora_A|lora_down|lora\.down)|(?P<up>lora_B|lora_up|lora\.up))"
    r"(?:\.(?P<adapter>[^.]+))??\.weight"
)
_ALPHA = re.compile(r"(?P<path>.+)\.alpha")
# Kinds of adapters that are no plain low-rank product, by the part of the key that tells.
_OTHER_KINDS = {
    "dora_scale": "DoRA",
    "lora_magnitude_vector": "DoRA",
    "lokr_w": "LoKr",
    "hada_w": "LoHa",
    "oft_": "OFT",
    "boft_": "BOFT",
    "lora_mid": "convolutional LoRA",
    "lora_B.bias": "LoRA with biases",
    "lora_embedding": "embedding LoRA",
}
_SPLIT = {"to_q": 0, "to_k": 1, "to_v": 2}


@dataclass(frozen=True, slots=True)
class Key:
    """One tensor of a LoRA file.

    target: our layer's name, such as `layers.0.attention.qkv`. third: 0, 1 or 2 where it is one of
    q, k, v, None for the whole layer. factor: "down" (A), "up" (B) or "alpha". branch: the
    transformer the key names, None where it names none.
    """

    name: str
    target: str
    third: int | None
    factor: str
    branch: str | None


def other_kind(key: str) -> str | None:
    """The kind of adapter a key belongs to when it is not a plain low-rank product."""
    if key.endswith((".diff", ".diff_b")):
        return "weight differences"
    return next((kind for part, kind in _OTHER_KINDS.items() if part in key), None)


def read_key(key: str, targets: Collection[str], underscored: Mapping[str, str]) -> Key | None:
    """Understand one key for a model whose linear layers are called `targets`, or return None.

    underscored: `underscored_names(targets)`.
    """
    match = _FACTORS.fullmatch(key)
    if match is not None:
        factor = "down" if match["down"] else "up"
    else:
        match = _ALPHA.fullmatch(key)
        if match is None:
            return None
        factor = "alpha"
    path, branch = match["path"], None
    for prefix in _UNDERSCORED:
        if path.startswith(prefix):
            path = underscored.get(path.removeprefix(prefix), "")
    # PEFT's prefix may stand before another.
    for prefix, _, named in (*_PREFIXES, *_PREFIXES):
        if path.startswith(prefix):
            path, branch = path.removeprefix(prefix), named or branch
    target, third = _fused(path)
    return Key(key, target, third, factor, branch) if target in targets else None


def layer_of(key: str) -> str:
    """The layer's path as its writer spells it, without PEFT's own prefix."""
    match = _FACTORS.fullmatch(key)
    return (match["path"] if match else key).removeprefix("base_model.model.")


def underscored_names(targets: Collection[str]) -> dict[str, str]:
    """Layer paths by their spelling with underscores, fused and split."""
    names = {target.replace(".", "_"): target for target in targets}
    for target in targets:
        if target.endswith("attention.qkv"):
            for part in _SPLIT:
                path = f"{target.removesuffix('qkv')}{part}"
                names[path.replace(".", "_")] = path
        elif target.endswith("attention.o"):
            path = f"{target.removesuffix('o')}to_out.0"
            names[path.replace(".", "_")] = path
    return names


def writer_of(keys: Collection[str]) -> str:
    """Who probably wrote a file with these keys; for people to read, nothing depends on it."""
    if any(key.startswith(_UNDERSCORED) for key in keys):
        return "kohya / ComfyUI"
    for prefix, writer, _ in _PREFIXES:
        if any(key.startswith(prefix) for key in keys):
            fused = any(".attention.qkv." in key for key in keys)
            return "SimpleTuner" if writer == "diffusers" and fused else writer
    return "unknown"


def _fused(path: str) -> tuple[str, int | None]:
    """Our name for a layer, and which third of it the path means."""
    above, _, last = path.rpartition(".attention.")
    if not above:
        return path, None
    if last in _SPLIT:
        return f"{above}.attention.qkv", _SPLIT[last]
    if last in ("to_out.0", "to_out"):
        return f"{above}.attention.o", None
    return path, None
