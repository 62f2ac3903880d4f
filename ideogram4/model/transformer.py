"""The single-stream transformer that predicts the flow's velocity.

One sequence, text rows first and image rows after, through the same blocks. The *conditional*
transformer sees both; the *unconditional* one has the same shape and its own weights, and sees
image rows alone. Work that does not change from step to step (text projection, rotary tables,
modulation vectors) is done once in `prepare`; `forward` is what remains to be done at each step.

What it is not: a sampler. Guidance and the Euler step live in `ideogram4.sampling`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ideogram4.model.config import TransformerConfig
from ideogram4.model.rope import (
    InvFreqDtype,
    Rotary,
    image_positions,
    rotary_tables,
    rotate,
    text_positions,
)
from ideogram4.quant.linear import Linear

TEXT_NORM_EPS = 1e-6
FINAL_NORM_EPS = 1e-6
TIME_SCALE = 1e4
INDICATOR_TEXT, INDICATOR_IMAGE = 0, 1
Mix = Callable[..., Tensor]


@dataclass(frozen=True)
class Modulation:
    """Scales and gates of one denoising step, each broadcastable to (images, tokens, hidden).

    `blocks[n]` holds block n's scale_msa, tanh(gate_msa), scale_mlp, tanh(gate_mlp), with 1 already
    added to the scales; `final` is the final layer's scale, likewise.
    """

    blocks: tuple[tuple[Tensor, Tensor, Tensor, Tensor], ...]
    final: Tensor


@dataclass(frozen=True)
class Conditioning:
    """Everything that stays the same over the steps of one generation."""

    text: Tensor | None  # (1, text tokens, hidden), or None for the unconditional transformer
    rotary: Rotary
    modulations: tuple[Modulation, ...]  # one a step, first step first

    @property
    def num_text_tokens(self) -> int:
        return 0 if self.text is None else self.text.shape[1]


class Attention(nn.Module):
    """Full attention; queries and keys are RMS-normalised per head before they are rotated.

    `mix` is the attention itself, with the signature of torch's; training may set another.
    """

    mix: Mix = staticmethod(F.scaled_dot_product_attention)

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.heads = config.num_attention_heads
        self.qkv = Linear(config.hidden_size, 3 * config.hidden_size, bias=False)
        self.o = Linear(config.hidden_size, config.hidden_size, bias=False)
        self.norm_q = nn.RMSNorm(config.attention_head_dim, eps=config.norm_eps)
        self.norm_k = nn.RMSNorm(config.attention_head_dim, eps=config.norm_eps)

    def forward(self, x: Tensor, rotary: Rotary, mask: Tensor | None, first: int) -> Tensor:
        """x (images, tokens, hidden) -> (images, tokens - first, hidden).

        Rows before `first` give keys and values only: nobody reads their result.
        """
        hidden = x.shape[-1]
        if first:
            silent = self.qkv.rows(x[:, :first], hidden, 3 * hidden)
            query, key, value = self.qkv(x[:, first:]).chunk(3, dim=-1)
            silent_key, silent_value = silent.chunk(2, dim=-1)
            key = torch.cat([silent_key, key], dim=1)
            value = torch.cat([silent_value, value], dim=1)
        else:
            query, key, value = self.qkv(x).chunk(3, dim=-1)
        query = rotate(self.norm_q(self._split(query)), rotary.rows(first))
        key = rotate(self.norm_k(self._split(key)), rotary)
        mixed = self.mix(query, key, self._split(value), attn_mask=mask)
        return self.o(mixed.transpose(1, 2).flatten(2))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class FeedForward(nn.Module):
    """SwiGLU: w2(silu(w1 x) * w3 x)."""

    def __init__(self, hidden: int, intermediate: int) -> None:
        super().__init__()
        self.w1 = Linear(hidden, intermediate, bias=False)
        self.w2 = Linear(intermediate, hidden, bias=False)
        self.w3 = Linear(hidden, intermediate, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


class Block(nn.Module):
    """Attention and feed-forward, each between two norms, scaled and gated by the time."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        hidden, eps = config.hidden_size, config.norm_eps
        self.attention = Attention(config)
        self.feed_forward = FeedForward(hidden, config.intermediate_size)
        self.attention_norm1 = nn.RMSNorm(hidden, eps=eps)
        self.attention_norm2 = nn.RMSNorm(hidden, eps=eps)
        self.ffn_norm1 = nn.RMSNorm(hidden, eps=eps)
        self.ffn_norm2 = nn.RMSNorm(hidden, eps=eps)
        self.adaln_modulation = Linear(config.adaln_dim, 4 * hidden)

    def modulation(self, c: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(..., adaln_dim) -> scales (1 added) and gates (tanh taken), each (..., hidden)."""
        scale_msa, gate_msa, scale_mlp, gate_mlp = self.adaln_modulation(c).chunk(4, dim=-1)
        return 1 + scale_msa, gate_msa.tanh(), 1 + scale_mlp, gate_mlp.tanh()

    def forward(
        self,
        x: Tensor,
        rotary: Rotary,
        modulation: tuple[Tensor, Tensor, Tensor, Tensor],
        mask: Tensor | None = None,
        first: int = 0,
    ) -> Tensor:
        scale_msa, gate_msa, scale_mlp, gate_mlp = modulation
        attended = self.attention(self.attention_norm1(x) * scale_msa, rotary, mask, first)
        x = x[:, first:] + gate_msa * self.attention_norm2(attended)
        fed = self.feed_forward(self.ffn_norm1(x) * scale_mlp)
        return x + gate_mlp * self.ffn_norm2(fed)


class TimeEmbedding(nn.Module):
    """Sinusoid of 10,000 t, then a two-layer perceptron."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.hidden = hidden
        self.mlp_in = Linear(hidden, hidden)
        self.mlp_out = Linear(hidden, hidden)

    def forward(self, t: Tensor, dtype: torch.dtype) -> Tensor:
        """t (steps,) in 0 (noise) .. 1 (image) -> (steps, hidden) in `dtype`."""
        half = self.hidden // 2
        index = torch.arange(half, dtype=torch.float32, device=t.device)
        frequency = torch.exp(-math.log(TIME_SCALE) * index / (half - 1))
        angle = TIME_SCALE * t.float()[:, None] * frequency
        sinusoid = torch.cat([angle.sin(), angle.cos()], dim=-1).to(dtype)
        return self.mlp_out(F.silu(self.mlp_in(sinusoid)))


class FinalLayer(nn.Module):
    """Layer norm without weights, one scale, and the projection to latent channels."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.linear = Linear(config.hidden_size, config.in_channels)
        self.adaln_modulation = Linear(config.adaln_dim, config.hidden_size)

    def modulation(self, c: Tensor) -> Tensor:
        # A second SiLU on a vector that already went through one: so the model was trained.
        return 1 + self.adaln_modulation(F.silu(c))

    def forward(self, x: Tensor, scale: Tensor) -> Tensor:
        return self.linear(F.layer_norm(x, x.shape[-1:], eps=FINAL_NORM_EPS) * scale)


class Transformer(nn.Module):
    """Velocity of the flow at time t, for image latents given a caption's features.

    Parameter names are those of the published checkpoints with fused attention
    (`layers.0.attention.qkv.weight`, ...). A weight format that keeps weights packed exchanges the
    linear layers while loading.
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        hidden = config.hidden_size
        self.config = config
        self.input_proj = Linear(config.in_channels, hidden)
        self.llm_cond_norm = nn.RMSNorm(config.llm_features_dim, eps=TEXT_NORM_EPS)
        self.llm_cond_proj = Linear(config.llm_features_dim, hidden)
        self.t_embedding = TimeEmbedding(hidden)
        self.adaln_proj = Linear(hidden, config.adaln_dim)
        self.embed_image_indicator = nn.Embedding(2, hidden)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.final_layer = FinalLayer(config)

    @property
    def dtype(self) -> torch.dtype:
        """The compute dtype, from a tensor that no format quantises."""
        return self.embed_image_indicator.weight.dtype

    def prepare(
        self,
        features: Tensor | None,
        grid: tuple[int, int],
        times: Sequence[float],
        *,
        round_time: bool = True,
        inv_freq_dtype: InvFreqDtype = "float32",
    ) -> Conditioning:
        """Do once what all steps share.

        features: (text tokens, llm_features_dim) or None; grid: image tokens (rows, columns);
        times: the t of each step. `round_time` rounds t to the compute dtype before its sinusoid,
        as the public reference does (it matters in bfloat16); False keeps float32.
        """
        device = self.embed_image_indicator.weight.device
        positions = image_positions(*grid, device=device)
        text = None
        if features is not None:
            text = self.project_text(features[None])
            positions = torch.cat([text_positions(features.shape[0], device), positions])
        t = torch.tensor(times, dtype=torch.float32, device=device)
        if round_time:
            t = t.to(self.dtype)
        steps = self.modulate(t)
        return Conditioning(
            text=text,
            rotary=rotary_tables(positions, self.config, self.dtype, inv_freq_dtype),
            modulations=tuple(_step(steps, index) for index in range(len(times))),
        )

    def project_text(self, features: Tensor) -> Tensor:
        """(batch, tokens, llm_features_dim) -> text rows (batch, tokens, hidden)."""
        normed = self.llm_cond_norm(features.to(self.dtype))
        return self.llm_cond_proj(normed) + self.embed_image_indicator.weight[INDICATOR_TEXT]

    def modulate(self, t: Tensor) -> Modulation:
        """t (steps,) -> a Modulation whose tensors are (steps, 1, hidden)."""
        c = F.silu(self.adaln_proj(self.t_embedding(t, self.dtype)))[:, None]
        blocks = tuple(block.modulation(c) for block in self.layers)
        return Modulation(blocks, self.final_layer.modulation(c))

    def forward(self, latents: Tensor, conditioning: Conditioning, step: int) -> Tensor:
        """latents (images, tokens, channels) -> velocity of the same shape, float32.

        All images share the conditioning's text. `step` counts from 0 into the prepared times.
        """
        return self.run(
            latents, conditioning.text, conditioning.rotary, conditioning.modulations[step]
        )

    def run(
        self,
        latents: Tensor,
        text: Tensor | None,
        rotary: Rotary,
        modulation: Modulation,
        mask: Tensor | None = None,
    ) -> Tensor:
        """`forward` on explicit parts; training passes per-sample ones and a padding mask."""
        x = self.input_proj(latents.to(self.dtype))
        x = x + self.embed_image_indicator.weight[INDICATOR_IMAGE]
        num_text = 0
        if text is not None:
            num_text = text.shape[1]
            x = torch.cat([text.expand(x.shape[0], -1, -1), x], dim=1)
        last = len(self.layers) - 1
        for index, block in enumerate(self.layers):
            first = num_text if index == last else 0
            x = block(x, rotary, modulation.blocks[index], mask, first)
        return self.final_layer(x, modulation.final).float()


def _step(modulation: Modulation, index: int) -> Modulation:
    rows = slice(index, index + 1)
    blocks = tuple((a[rows], b[rows], c[rows], d[rows]) for a, b, c, d in modulation.blocks)
    return Modulation(blocks, modulation.final[rows])
