"""A small random Qwen3-VL that sees, by transformers, and a checkpoint that holds it.

The vision tower has more than one block, deepstack on two of them and a table of positions that
must be interpolated, so that nothing it does is a special case. What it is not: trained.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageDraw
from safetensors.torch import save_file
from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration

from tests.parity.checkpoints import CheckpointSize, build_pipeline, build_tokenizer, randomise

SEES = ("<|vision_start|>", "<|image_pad|>", "<|vision_end|>")
SIZE = CheckpointSize()
LAYERS = 13  # as many as there are taps, which is a third of the published model's


def seeing_tokenizer() -> Any:
    """The tests' tokenizer with Qwen's tokens for pictures."""
    tokenizer = build_tokenizer()
    tokenizer.add_tokens(list(SEES), special_tokens=True)
    return tokenizer


def seeing_model(vocabulary: int, image_token: int) -> Qwen3VLForConditionalGeneration:
    """Random, float32, narrow, with a head."""
    config = Qwen3VLConfig(
        image_token_id=image_token,
        text_config={
            "vocab_size": vocabulary,
            "hidden_size": SIZE.text_hidden,
            "intermediate_size": SIZE.text_intermediate,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 16,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 5_000_000.0,
                "mrope_interleaved": True,
                "mrope_section": [4, 2, 2],
            },
        },
        vision_config={
            "depth": 3,
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_heads": 2,
            "out_hidden_size": SIZE.text_hidden,
            "num_position_embeddings": 36,
            "deepstack_visual_indexes": [0, 1],
        },
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(31)
        model = Qwen3VLForConditionalGeneration(config).eval()
        randomise(model)
    return model


def save_seeing(folder: Path, tokenizer: Any, model: Any, prefix: str = "") -> Path:
    """A whole model folder in the published layout: `language_model.*`, `visual.*`, no head."""
    peer = build_pipeline()
    peer.text_encoder = model.model
    peer.tokenizer = tokenizer
    peer.save_pretrained(folder)
    text = folder / "text_encoder"
    for file in text.glob("*.safetensors*"):
        file.unlink()
    state = {f"{prefix}{name}": tensor for name, tensor in model.model.state_dict().items()}
    save_file({n: t.contiguous() for n, t in state.items()}, text / "model.safetensors")
    index = json.loads((folder / "model_index.json").read_text())
    index["ideogram4"] = {"text_encoder_taps": list(range(LAYERS))}
    (folder / "model_index.json").write_text(json.dumps(index))
    (folder / "lm_head").mkdir()
    save_file({"weight": model.lm_head.weight.data}, folder / "lm_head" / "model.safetensors")
    return folder


def change_config(folder: Path, **changes: Any) -> None:
    """Change the vision tower's configuration; a value of None takes the field out."""
    path = folder / "text_encoder" / "config.json"
    config = json.loads(path.read_text())
    config["vision_config"].update(changes)
    config["vision_config"] = {k: v for k, v in config["vision_config"].items() if v is not None}
    path.write_text(json.dumps(config))


def drawn(width: int, height: int) -> Image.Image:
    """A picture that is different everywhere."""
    picture = Image.new("RGB", (width, height), "#204060")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((width // 8, height // 4, width // 2, height - 9), fill="#E05010")
    pen.rectangle((width // 2, height // 9, width * 9 // 10, height // 3), fill="#F0E0A0")
    pen.line((0, 0, width, height), fill="#30C070", width=7)
    return picture
