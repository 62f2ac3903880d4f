"""A second opinion: the transformer, the schedule and guidance written the slow and obvious way.

Written from the description of the model alone, with plain tensors and a dictionary of weights:
one padded and masked sequence, text features as zeros on image rows, every table and projection
computed again on each call, explicit softmax. Nothing is shared with the package, so a mistake
has to be made twice, in two shapes, to go unseen.

What it is not: fast, or used by anything outside these tests.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

import torch
from torch import Tensor

IMAGE_OFFSET = 65536
T_FIRST = 1.0 / (1.0 + math.exp(9.0))
T_LAST = 1.0 / (1.0 + math.exp(-7.5))

Weights = Mapping[str, Tensor]


def times(steps: int, width: int, height: int, mu: float, std: float) -> list[float]:
    """The `steps + 1` times of a schedule in sampling order, from noise (near 0) to image."""
    mean = mu + 0.5 * math.log(width * height / 512**2)
    result = []
    for k in range(steps, -1, -1):
        if k == steps:
            t = 0.0
        elif k == 0:
            t = 1.0
        else:
            t = 1.0 - 1.0 / (1.0 + math.exp(-(mean + std * NormalDist().inv_cdf(k / steps))))
        result.append(min(max(t, T_FIRST), T_LAST))
    return result


def positions(text_tokens: int, rows: int, columns: int) -> Tensor:
    """(text + image tokens, 3) float64: text i at (i, i, i), image at (0, row, column) + 65536."""
    text = [(i, i, i) for i in range(text_tokens)]
    image = [
        (IMAGE_OFFSET, IMAGE_OFFSET + r, IMAGE_OFFSET + c)
        for r in range(rows)
        for c in range(columns)
    ]
    return torch.tensor(text + image, dtype=torch.float64)


def rotation(place: Tensor, config: Mapping[str, object]) -> tuple[Tensor, Tensor]:
    """cos and sin, each (tokens, head_dim), in float64 until the last moment."""
    head_dim = int(config["attention_head_dim"])  # type: ignore[call-overload]
    theta = float(config["rope_theta"])  # type: ignore[arg-type]
    _, section_h, section_w = config["mrope_section"]  # type: ignore[misc]
    half = head_dim // 2
    angles = torch.empty(len(place), half, dtype=torch.float64)
    for j in range(half):
        axis = 0
        if j % 3 == 1 and j < 3 * section_h:
            axis = 1
        if j % 3 == 2 and j < 3 * section_w:
            axis = 2
        angles[:, j] = place[:, axis] * theta ** (-2.0 * j / head_dim)
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos().float(), angles.sin().float()


def rms(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + eps) * weight


def linear(w: Weights, name: str, x: Tensor) -> Tensor:
    y = x @ w[f"{name}.weight"].T
    return y + w[f"{name}.bias"] if f"{name}.bias" in w else y


def silu(x: Tensor) -> Tensor:
    return x / (1.0 + torch.exp(-x))


def turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-second, first], dim=-1) * sin


def time_vector(w: Weights, t: float) -> Tensor:
    """The conditioning vector of one time, before each layer's own projection."""
    width = w["t_embedding.mlp_in.weight"].shape[1]
    half = width // 2
    angles = [1e4 * t * math.exp(-math.log(1e4) * i / (half - 1)) for i in range(half)]
    wave = torch.tensor([math.sin(a) for a in angles] + [math.cos(a) for a in angles])
    hidden = linear(w, "t_embedding.mlp_out", silu(linear(w, "t_embedding.mlp_in", wave)))
    return silu(linear(w, "adaln_proj", hidden))


def attention(
    w: Weights, name: str, x: Tensor, config: Mapping[str, object], place: Tensor, pad: Tensor
) -> Tensor:
    heads = int(config["num_attention_heads"])  # type: ignore[call-overload]
    tokens, hidden = x.shape
    cos, sin = rotation(place, config)
    parts = []
    for part in "qkv":
        y = linear(w, f"{name}.to_{part}", x).view(tokens, heads, hidden // heads)
        if part in "qk":
            y = rms(y, w[f"{name}.norm_{part}.weight"], 1e-5)
            y = turn(y, cos[:, None], sin[:, None])
        parts.append(y.transpose(0, 1))
    q, k, v = parts
    scores = q @ k.transpose(1, 2) / math.sqrt(hidden // heads)
    scores = scores.masked_fill(pad[None, None, :], -math.inf)
    mixed = (torch.softmax(scores, dim=-1) @ v).transpose(0, 1).reshape(tokens, hidden)
    return linear(w, f"{name}.to_out.0", mixed)


@torch.no_grad()
def velocity(
    w: Weights,
    config: Mapping[str, object],
    z: Tensor,
    t: float,
    features: Tensor | None,
    rows: int,
    columns: int,
    padding: int = 3,
) -> Tensor:
    """Velocity (image tokens, channels) of one sample: weights `w` use split attention keys.

    z: (rows * columns, channels). features: (text tokens, feature width), or None for no text.
    `padding` masked tokens stand on the left, as they would in a batch; they must change nothing.
    """
    text = 0 if features is None else len(features)
    length, image_start = padding + text + len(z), padding + text
    is_pad, is_text, is_image = (torch.zeros(length, dtype=torch.bool) for _ in range(3))
    is_pad[:padding] = True
    is_text[padding:image_start] = True
    is_image[image_start:] = True

    packed_z = torch.zeros(length, z.shape[1])
    packed_z[is_image] = z
    packed_text = torch.zeros(length, w["llm_cond_norm.weight"].shape[0])
    if features is not None:
        packed_text[is_text] = features
    place = torch.zeros(length, 3, dtype=torch.float64)
    place[padding:] = positions(text, rows, columns)

    from_text = linear(w, "llm_cond_proj", rms(packed_text, w["llm_cond_norm.weight"], 1e-6))
    x = linear(w, "input_proj", packed_z) * is_image[:, None] + from_text * is_text[:, None]
    x = x + w["embed_image_indicator.weight"][is_image.long()]

    c = time_vector(w, t)
    for layer in range(int(config["num_layers"])):  # type: ignore[call-overload]
        x = block(w, f"layers.{layer}", x, c, config, place, is_pad)

    scale = linear(w, "final_layer.adaln_modulation", silu(c))
    centred = x - x.mean(-1, keepdim=True)
    normal = centred / torch.sqrt((centred**2).mean(-1, keepdim=True) + 1e-6)
    return linear(w, "final_layer.linear", normal * (1.0 + scale))[is_image]


def block(
    w: Weights,
    name: str,
    x: Tensor,
    c: Tensor,
    config: Mapping[str, object],
    place: Tensor,
    pad: Tensor,
) -> Tensor:
    def norm(which: str, y: Tensor) -> Tensor:
        return rms(y, w[f"{name}.{which}.weight"], 1e-5)

    modulation = linear(w, f"{name}.adaln_modulation", c)
    scale_msa, gate_msa, scale_mlp, gate_mlp = modulation.chunk(4)
    y = norm("attention_norm1", x) * (1.0 + scale_msa)
    y = attention(w, f"{name}.attention", y, config, place, pad)
    x = x + torch.tanh(gate_msa) * norm("attention_norm2", y)

    y = norm("ffn_norm1", x) * (1.0 + scale_mlp)
    gate = silu(linear(w, f"{name}.feed_forward.w1", y))
    y = linear(w, f"{name}.feed_forward.w2", gate * linear(w, f"{name}.feed_forward.w3", y))
    return x + torch.tanh(gate_mlp) * norm("ffn_norm2", y)


def sample(
    conditional: tuple[Weights, Mapping[str, object]],
    unconditional: tuple[Weights, Mapping[str, object]],
    z: Tensor,
    features: Tensor,
    width: int,
    height: int,
    guidance: Sequence[float],
    mu: float = 0.0,
    std: float = 1.5,
) -> list[Tensor]:
    """Latents after each guided Euler step, `guidance` first step first; z (tokens, channels)."""
    rows, columns = height // 16, width // 16
    grid = times(len(guidance), width, height, mu, std)
    after = []
    for t, t_next, weight in zip(grid, grid[1:], guidance, strict=False):
        with_text = velocity(*conditional, z, t, features, rows, columns)
        without = velocity(*unconditional, z, t, None, rows, columns)
        z = z + (weight * with_text + (1.0 - weight) * without) * (t_next - t)
        after.append(z)
    return after
