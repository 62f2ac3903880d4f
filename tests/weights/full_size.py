"""The published model at its full size, as headers over files of holes: no weights, no disk space.

Names and shapes are written down here from the spec's facts, apart from the package's own modules,
so that a module of another shape is found out.
"""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import Any

HIDDEN, FFN, ADALN, LAYERS, CHANNELS, FEATURES = 4608, 12288, 512, 34, 128, 53248
TEXT_LAYERS, TEXT_HIDDEN, TEXT_FFN, VOCABULARY = 36, 4096, 12288, 151_936

TRANSFORMER_CONFIG = {
    "adaln_dim": ADALN,
    "attention_head_dim": 256,
    "in_channels": CHANNELS,
    "intermediate_size": FFN,
    "llm_features_dim": FEATURES,
    "mrope_section": [24, 20, 20],
    "norm_eps": 1e-05,
    "num_attention_heads": 18,
    "num_layers": LAYERS,
    "rope_theta": 5_000_000,
}
BITS = {"BF16": 16, "F32": 32, "U8": 8, "F8_E4M3": 8}
NOT_LINEAR = ("embed_image_indicator.weight", "embed_tokens.weight", "pos_embed.weight")

NOTES: dict[str, bytes] = {}  # what bitsandbytes keeps beside each weight, by name
Header = dict[str, tuple[str, tuple[int, ...]]]


def transformer(layers: int = LAYERS) -> Header:
    """The 458 tensors with fused attention, bfloat16; fewer with fewer layers."""
    shapes: dict[str, tuple[int, ...]] = {
        "input_proj.weight": (HIDDEN, CHANNELS),
        "input_proj.bias": (HIDDEN,),
        "llm_cond_norm.weight": (FEATURES,),
        "llm_cond_proj.weight": (HIDDEN, FEATURES),
        "llm_cond_proj.bias": (HIDDEN,),
        "t_embedding.mlp_in.weight": (HIDDEN, HIDDEN),
        "t_embedding.mlp_in.bias": (HIDDEN,),
        "t_embedding.mlp_out.weight": (HIDDEN, HIDDEN),
        "t_embedding.mlp_out.bias": (HIDDEN,),
        "adaln_proj.weight": (ADALN, HIDDEN),
        "adaln_proj.bias": (ADALN,),
        "embed_image_indicator.weight": (2, HIDDEN),
        "final_layer.linear.weight": (CHANNELS, HIDDEN),
        "final_layer.linear.bias": (CHANNELS,),
        "final_layer.adaln_modulation.weight": (HIDDEN, ADALN),
        "final_layer.adaln_modulation.bias": (HIDDEN,),
    }
    for n in range(layers):
        layer = f"layers.{n}"
        shapes |= {
            f"{layer}.attention.qkv.weight": (3 * HIDDEN, HIDDEN),
            f"{layer}.attention.o.weight": (HIDDEN, HIDDEN),
            f"{layer}.attention.norm_q.weight": (256,),
            f"{layer}.attention.norm_k.weight": (256,),
            f"{layer}.feed_forward.w1.weight": (FFN, HIDDEN),
            f"{layer}.feed_forward.w2.weight": (HIDDEN, FFN),
            f"{layer}.feed_forward.w3.weight": (FFN, HIDDEN),
            f"{layer}.adaln_modulation.weight": (4 * HIDDEN, ADALN),
            f"{layer}.adaln_modulation.bias": (4 * HIDDEN,),
        }
        for norm in ("attention_norm1", "attention_norm2", "ffn_norm1", "ffn_norm2"):
            shapes[f"{layer}.{norm}.weight"] = (HIDDEN,)
    return {name: ("BF16", shape) for name, shape in shapes.items()}


def split(header: Header) -> Header:
    """The same with diffusers' attention names."""
    result: Header = {}
    for name, (dtype, shape) in header.items():
        if ".attention.qkv." in name:
            for part in ("to_q", "to_k", "to_v"):
                result[name.replace("qkv", part)] = (dtype, (shape[0] // 3, shape[1]))
        else:
            result[name.replace(".attention.o.", ".attention.to_out.0.")] = (dtype, shape)
    return result


def language_model() -> Header:
    """The text encoder without its vision tower, in the published names."""
    kv = TEXT_HIDDEN // 4
    shapes: dict[str, tuple[int, ...]] = {
        "embed_tokens.weight": (VOCABULARY, TEXT_HIDDEN),
        "norm.weight": (TEXT_HIDDEN,),
    }
    for n in range(TEXT_LAYERS):
        layer = f"layers.{n}"
        shapes |= {
            f"{layer}.input_layernorm.weight": (TEXT_HIDDEN,),
            f"{layer}.post_attention_layernorm.weight": (TEXT_HIDDEN,),
            f"{layer}.self_attn.q_norm.weight": (128,),
            f"{layer}.self_attn.k_norm.weight": (128,),
            f"{layer}.self_attn.q_proj.weight": (TEXT_HIDDEN, TEXT_HIDDEN),
            f"{layer}.self_attn.k_proj.weight": (kv, TEXT_HIDDEN),
            f"{layer}.self_attn.v_proj.weight": (kv, TEXT_HIDDEN),
            f"{layer}.self_attn.o_proj.weight": (TEXT_HIDDEN, TEXT_HIDDEN),
            f"{layer}.mlp.gate_proj.weight": (TEXT_FFN, TEXT_HIDDEN),
            f"{layer}.mlp.up_proj.weight": (TEXT_FFN, TEXT_HIDDEN),
            f"{layer}.mlp.down_proj.weight": (TEXT_HIDDEN, TEXT_FFN),
        }
    return {f"language_model.{name}": ("BF16", shape) for name, shape in shapes.items()}


def packed(header: Header, kind: str) -> Header:
    """The same in nf4 or fp8."""
    result: Header = {}
    for name, (dtype, shape) in header.items():
        if len(shape) != 2 or not name.endswith(".weight") or name.endswith(NOT_LINEAR):
            result[name] = (dtype, shape)
        elif kind == "fp8":
            result[name] = ("F8_E4M3", shape)
            result[f"{name}_scale"] = ("F32", shape[:1])
        else:
            note = {"quant_type": "nf4", "blocksize": 64, "dtype": "bfloat16", "shape": shape}
            result[name] = ("U8", (prod(shape) // 2, 1))
            result[f"{name}.absmax"] = ("F32", (prod(shape) // 64,))
            result[f"{name}.quant_map"] = ("F32", (16,))
            state = f"{name}.quant_state.bitsandbytes__nf4"
            text = json.dumps(note).encode()
            result[state] = ("U8", (len(text),))
            NOTES[state] = text
    return result


def write(path: Path, header: Header) -> int:
    """A whole safetensors file of zeros, all of it a hole but the notes on nf4 weights.

    Returns the bytes of its tensors.
    """
    end, entries, notes = 0, {}, {}
    for name, (dtype, shape) in sorted(header.items(), key=lambda item: -BITS[item[1][0]]):
        start, end = end, end + prod(shape) * BITS[dtype] // 8
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}
        if "quant_state" in name:
            notes[start] = NOTES[name]
    raw = json.dumps(entries).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(len(raw).to_bytes(8, "little") + raw)
        file.truncate(8 + len(raw) + end)
        for start, note in notes.items():
            file.seek(8 + len(raw) + start)
            file.write(note)
    return end


def configure(folder: Path, config: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
