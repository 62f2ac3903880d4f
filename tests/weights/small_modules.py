"""Small modules with the real tensors' names, built on the meta device as the models are."""

from __future__ import annotations

import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(hidden, 3 * hidden, bias=False)
        self.o = nn.Linear(hidden, hidden, bias=False)
        self.norm_q = nn.RMSNorm(hidden)


class Layer(nn.Module):
    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.attention = Attention(hidden)


class Transformer(nn.Module):
    """Fused names, a bias, and a table that is computed and never stored."""

    def __init__(self, hidden: int = 8, layers: int = 2) -> None:
        super().__init__()
        self.input_proj = nn.Linear(4, hidden)
        self.layers = nn.ModuleList(Layer(hidden) for _ in range(layers))
        inv_freq = torch.arange(4, dtype=torch.float32, device="cpu")
        self.register_buffer("inv_freq", inv_freq, persistent=False)


class Statistics(nn.Module):
    def __init__(self, size: int | None) -> None:
        super().__init__()
        for name in ("running_mean", "running_var"):
            self.register_buffer(name, None if size is None else torch.zeros(size))


class SelfAttention(nn.Module):
    def __init__(self, width: int, convolution: bool) -> None:
        super().__init__()
        self.to_q = nn.Conv2d(width, width, 1) if convolution else nn.Linear(width, width)


class MiddleBlock(nn.Module):
    def __init__(self, width: int, convolution: bool) -> None:
        super().__init__()
        self.attentions = nn.ModuleList([SelfAttention(width, convolution)])


class Decoder(nn.Module):
    def __init__(self, width: int, convolution: bool) -> None:
        super().__init__()
        self.mid_block = MiddleBlock(width, convolution)


class Autoencoder(nn.Module):
    """Attention as matrices or convolutions, and latent statistics that a file may lack."""

    def __init__(self, *, convolution: bool = False, statistics: int | None = 8) -> None:
        super().__init__()
        self.decoder = Decoder(4, convolution)
        self.post_quant_conv = nn.Conv2d(2, 2, 1)
        self.bn = Statistics(statistics)


STATISTICS = frozenset({"bn.running_mean", "bn.running_var"})


def on_meta(make: type[nn.Module], **kwargs: object) -> nn.Module:
    with torch.device("meta"):
        return make(**kwargs)


def random_tensors(
    module: nn.Module, dtype: torch.dtype = torch.bfloat16
) -> dict[str, torch.Tensor]:
    """Values for everything the module stores, the same for the same module."""
    generator = torch.Generator().manual_seed(0)
    return {
        name: torch.randn(tensor.shape, generator=generator).to(dtype)
        for name, tensor in module.state_dict().items()
    }


def split(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same weights as diffusers writes them: q, k and v apart."""
    result: dict[str, torch.Tensor] = {}
    for name, tensor in tensors.items():
        if name.endswith("attention.qkv.weight"):
            for part, rows in zip("qkv", tensor.chunk(3), strict=True):
                result[name.replace("qkv", f"to_{part}")] = rows.contiguous()
        elif name.endswith("attention.o.weight"):
            result[name.replace("attention.o.", "attention.to_out.0.")] = tensor
        else:
            result[name] = tensor
    return result
