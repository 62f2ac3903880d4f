"""The demo's networks at their sizes, with starts that suit a short training.

Same classes as the full model. What is special is the initial values: numbers and colour bytes
start as Fourier features of what they mean, gates start open, and the transformer starts by
answering "minus the noise", half of the right velocity, so that it only has to learn the picture.
"""

from __future__ import annotations

import re
from dataclasses import replace

import torch
from torch import Tensor, nn

from ideogram4.demo.training.tokenizer import build_tokenizer
from ideogram4.model.config import AutoencoderConfig, TransformerConfig
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.transformer import Transformer

TAPS = (0, 1, 3)
TEXT_WIDTH = 128
GATE_START = 0.4
PICTURE_HEARD = 0.2
PICTURE_WRITTEN = 0.1

CONDITIONAL = TransformerConfig(
    num_layers=6,
    num_attention_heads=4,
    attention_head_dim=64,
    intermediate_size=1024,
    adaln_dim=64,
    llm_features_dim=TEXT_WIDTH * len(TAPS),
    in_channels=128,
    mrope_section=(22, 5, 5),
    rope_theta=5_000_000.0,
)
UNCONDITIONAL = replace(CONDITIONAL, llm_features_dim=8)  # it never sees any
AUTOENCODER = AutoencoderConfig(
    block_out_channels=(32, 32, 64, 64), layers_per_block=1, latent_channels=32, norm_num_groups=4
)


def make_text_encoder() -> TextEncoder:
    """Qwen3-VL's language model: 4 layers of 128."""
    from transformers import Qwen3VLTextConfig

    tokenizer = build_tokenizer()
    config = Qwen3VLTextConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=TEXT_WIDTH,
        intermediate_size=2 * TEXT_WIDTH,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=4,
        head_dim=32,
        max_position_embeddings=2048,
        rope_parameters={
            "rope_type": "default",
            "rope_theta": 10_000.0,
            "mrope_section": [8, 4, 4],
            "mrope_interleaved": True,
        },
        initializer_range=0.06,
        tie_word_embeddings=False,
    )
    encoder = TextEncoder(config, TAPS)
    with torch.no_grad():
        table = encoder.language_model.embed_tokens.weight
        table.normal_(0, 0.3)
        for token, index in tokenizer.get_vocab().items():
            if token.isdecimal() and int(token) <= 1000:
                table[index, :32] = fourier(int(token) / 1000)
            if re.fullmatch("[#~][0-9a-fA-F]{2}", token):
                table[index, 32:64] = fourier(int(token[1:], 16) / 255)
    return encoder


def fourier(value: float) -> Tensor:
    """32 sines and cosines of a value in 0..1, from half a turn up to 128 turns."""
    turns = torch.pi * 2.0 ** torch.arange(16) ** 0.75
    angle = value * turns
    return torch.cat([angle.sin(), angle.cos()])


def make_transformer(config: TransformerConfig) -> Transformer:
    """A transformer with open gates whose first answer is minus its input.

    The picture's 128 channels enter on axes of their own, the last ones; the blocks start by
    listening to them faintly and hardly writing there, so that the noise they carry neither drowns
    what the text says nor gets lost on its way to the output.
    """
    model = Transformer(config)
    hidden, channels = config.hidden_size, config.in_channels
    own = hidden - channels
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() == 2:
                nn.init.normal_(p, 0, p.shape[1] ** -0.5)
            elif name.endswith("bias"):
                p.zero_()
        model.embed_image_indicator.weight.zero_()
        model.input_proj.weight.zero_()
        model.input_proj.weight[own:] = 2 * torch.eye(channels)
        model.final_layer.linear.weight.zero_()
        model.final_layer.linear.weight[:, own:] = -torch.eye(channels)
        model.final_layer.adaln_modulation.weight.zero_()
        for block in model.layers:
            block.adaln_modulation.weight.mul_(0.1)
            bias = block.adaln_modulation.bias.view(4, hidden)
            bias[1::2] = torch.atanh(torch.tensor(GATE_START))
            for norm in (block.attention_norm1, block.ffn_norm1):
                norm.weight[own:] = PICTURE_HEARD
            for norm in (block.attention_norm2, block.ffn_norm2):
                norm.weight[own:] = PICTURE_WRITTEN
    return model
