"""Small random checkpoints in the published folder layout, made with diffusers and transformers.

Every part is the published architecture with small numbers, so a folder written here is what a
person downloads, only narrow. Weights are random but not tiny: norms, gates, biases and the
batch-norm statistics are all moved off their defaults, because a forgotten gate or a swapped
statistic hides behind ones and zeros.

What it is not: a model that draws anything, and not a test of the weights loader's refusals.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKLFlux2,
    FlowMatchEulerDiscreteScheduler,
    Ideogram4Transformer2DModel,
)
from diffusers import Ideogram4Pipeline as PeerPipeline
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import Qwen2Tokenizer, Qwen3VLConfig, Qwen3VLModel

CHAT_TEMPLATE = """\
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' }}
    {%- if message.content is string %}
        {{- message.content }}
    {%- else %}
        {%- for part in message.content %}
            {%- if 'text' in part %}
                {{- part.text }}
            {%- endif %}
        {%- endfor %}
    {%- endif %}
    {{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""

SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
TAPS = 13

SHORT_CAPTION = '{"high_level_description":"A red square."}'
LONG_CAPTION = json.dumps(
    {
        "high_level_description": "Un café à Kraków, 東京の夜, with a sign that says OPEN 24/7.",
        "compositional_deconstruction": {
            "background": "A quiet street at dusk, wet stones, warm windows.",
            "elements": [
                {"type": "obj", "bbox": [100, 120, 480, 510], "desc": "a striped awning"},
                {"type": "text", "bbox": [520, 140, 640, 860], "text": "OPEN", "desc": "neon"},
            ],
        },
    },
    ensure_ascii=False,
    separators=(",", ":"),
)


@dataclass(frozen=True)
class CheckpointSize:
    """The numbers of one checkpoint; `text_hidden * 13` is the width of the text features."""

    heads: int = 3
    head_dim: int = 32
    layers: int = 3
    unconditional_layers: int = 2
    intermediate: int = 160
    adaln: int = 48
    mrope_section: tuple[int, int, int] = (6, 5, 5)
    text_hidden: int = 32
    text_intermediate: int = 48
    vae_widths: tuple[int, ...] = (16, 16, 24, 32)
    vae_layers: int = 1
    vae_groups: int = 8
    seed: int = 20260603


def build_pipeline(size: CheckpointSize | None = None) -> PeerPipeline:
    """Everything of one checkpoint as diffusers' pipeline, float32 on the CPU, from one seed."""
    size = size or CheckpointSize()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(size.seed)
        tokenizer = build_tokenizer()
        return PeerPipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(),
            vae=build_vae(size),
            text_encoder=build_text_encoder(size, vocabulary=len(tokenizer)),
            tokenizer=tokenizer,
            transformer=build_transformer(size, size.layers),
            unconditional_transformer=build_transformer(size, size.unconditional_layers),
        )


def build_tokenizer() -> Qwen2Tokenizer:
    """A byte-level BPE of a few hundred tokens with Qwen's special tokens and chat form."""
    core = Tokenizer(models.BPE())
    core.normalizer = normalizers.NFC()
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=list(SPECIAL_TOKENS),
    )
    core.train_from_iterator([SHORT_CAPTION, LONG_CAPTION], trainer)
    state = json.loads(core.to_str())["model"]
    tokenizer = Qwen2Tokenizer(
        vocab=state["vocab"],
        merges=[tuple(merge) for merge in state["merges"]],
        pad_token="<|endoftext|>",
        eos_token="<|im_end|>",
        unk_token=None,
    )
    tokenizer.add_special_tokens({"additional_special_tokens": list(SPECIAL_TOKENS[1:])})
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def build_text_encoder(size: CheckpointSize, vocabulary: int) -> Qwen3VLModel:
    """Qwen3-VL with the published 36 decoder layers, very narrow, and the smallest vision tower."""
    heads, head_dim = 2, 16
    config = Qwen3VLConfig(
        text_config={
            "vocab_size": vocabulary,
            "hidden_size": size.text_hidden,
            "intermediate_size": size.text_intermediate,
            "num_hidden_layers": 36,
            "num_attention_heads": heads,
            "num_key_value_heads": 1,
            "head_dim": head_dim,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 5_000_000.0,
                "mrope_interleaved": True,
                "mrope_section": [4, 2, 2],
            },
        },
        vision_config={
            "depth": 1,
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_heads": 2,
            "out_hidden_size": size.text_hidden,
            "num_position_embeddings": 16,
            "deepstack_visual_indexes": [0],
        },
    )
    model = Qwen3VLModel(config).eval()
    randomise(model)
    return model


def build_transformer(size: CheckpointSize, layers: int) -> Ideogram4Transformer2DModel:
    """One diffusion transformer of the published shape."""
    model = Ideogram4Transformer2DModel(
        num_layers=layers,
        num_attention_heads=size.heads,
        attention_head_dim=size.head_dim,
        intermediate_size=size.intermediate,
        adaln_dim=size.adaln,
        llm_features_dim=TAPS * size.text_hidden,
        mrope_section=size.mrope_section,
    ).eval()
    randomise(model)
    return model


def build_vae(size: CheckpointSize) -> AutoencoderKLFlux2:
    """The FLUX.2 autoencoder with statistics that are neither trivial nor the usual constants."""
    vae = AutoencoderKLFlux2(
        block_out_channels=size.vae_widths,
        layers_per_block=size.vae_layers,
        norm_num_groups=size.vae_groups,
    ).eval()
    randomise(vae)
    with torch.no_grad():
        vae.bn.running_mean.normal_(0.0, 0.3)
        vae.bn.running_var.uniform_(0.2, 3.0)
    return vae


@torch.no_grad()
def randomise(module: torch.nn.Module) -> None:
    """Matrices normal with variance 1 / fan-in, other weights around 1, biases around 0."""
    for name, parameter in module.named_parameters():
        if parameter.ndim > 1:
            fan_in = parameter[0].numel()
            parameter.normal_(0.0, 1.0 / math.sqrt(fan_in))
        elif name.endswith("bias"):
            parameter.normal_(0.0, 0.1)
        else:
            parameter.uniform_(0.6, 1.4)


def fuse_attention(file: Path) -> None:
    """Rewrite one transformer file from split to fused attention keys (q rows, k rows, v rows)."""
    state = load_file(file)
    fused: dict[str, torch.Tensor] = {}
    for name, tensor in state.items():
        if ".to_q." in name:
            rows = [state[name.replace(".to_q.", f".to_{part}.")] for part in "qkv"]
            fused[name.replace(".to_q.", ".qkv.")] = torch.cat(rows).contiguous()
        elif ".to_out.0." in name:
            fused[name.replace(".to_out.0.", ".o.")] = tensor
        elif ".to_k." not in name and ".to_v." not in name:
            fused[name] = tensor
    save_file(fused, file)
