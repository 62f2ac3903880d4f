"""The demo's networks at their sizes, with starts that suit a short training.

Same classes as the full model. What is special is the initial values: numbers and colour bytes
start as Fourier features of what they mean, gates start open, and the transformer starts by
answering "minus the noise", half of the right velocity, so that it only has to learn the picture.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ideogram4.demo.tokenizer import build_tokenizer
from ideogram4.model.config import AutoencoderConfig, TransformerConfig
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.transformer import Transformer

TAPS = (0, 1, 3)
TEXT_WIDTH = 128
GATE_START = 0.4

CONDITIONAL = TransformerConfig(
    num_layers=6,
    num_attention_heads=4,
    attention_head_dim=64,
    intermediate_size=512,
    adaln_dim=64,
    llm_features_dim=TEXT_WIDTH * len(TAPS),
    in_channels=128,
    mrope_section=(22, 5, 5),
    rope_theta=5_000_000.0,
)
UNCONDITIONAL = TransformerConfig(
    num_layers=4,
    num_attention_heads=3,
    attention_head_dim=64,
    intermediate_size=384,
    adaln_dim=64,
    llm_features_dim=8,
    in_channels=128,
    mrope_section=(22, 5, 5),
    rope_theta=5_000_000.0,
)
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
            colour = token.removeprefix("#")
            if len(colour) == 2 and all(c in "0123456789abcdef" for c in colour):
                table[index, 32:64] = fourier(int(colour, 16) / 255)
    return encoder


def fourier(value: float) -> Tensor:
    """32 sines and cosines of a value in 0..1, from half a turn up to 128 turns."""
    turns = torch.pi * 2.0 ** torch.arange(16) ** 0.75
    angle = value * turns
    return torch.cat([angle.sin(), angle.cos()])


def make_transformer(config: TransformerConfig) -> Transformer:
    """A transformer with open gates whose first answer is minus its input."""
    model = Transformer(config)
    hidden, channels = config.hidden_size, config.in_channels
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() == 2:
                nn.init.normal_(p, 0, p.shape[1] ** -0.5)
            elif name.endswith("bias"):
                p.zero_()
        frame = torch.linalg.qr(torch.randn(hidden, channels))[0]
        model.input_proj.weight.copy_(2 * frame)
        model.final_layer.linear.weight.copy_(-frame.T)
        model.final_layer.adaln_modulation.weight.zero_()
        for block in model.layers:
            block.adaln_modulation.weight.mul_(0.1)
            bias = block.adaln_modulation.bias.view(4, hidden)
            bias[1::2] = torch.atanh(torch.tensor(GATE_START))
    return model
