"""The parts that are trained, each with what it needs beside its network, and their files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ideogram4.demo.training import meaning, networks
from ideogram4.demo.training.auxiliary import GlyphHead, LetterHead, PlaceHead
from ideogram4.demo.training.compass import set_compass, start_of_code_projection

PROBED_BLOCKS = (1, 3)
LETTER_BLOCK, GLYPH_BLOCK = PROBED_BLOCKS


@dataclass
class Parts:
    """`trained` ends up in the checkpoint, `helpers` do not; and how far training got."""

    trained: nn.ModuleDict
    helpers: nn.ModuleDict
    samples: int = 0
    losses: dict[str, float] = field(default_factory=dict)

    def blocks(self) -> list[nn.Module]:
        """The layers that repeat, where compiling pays."""
        layers: list[nn.Module] = []
        if "transformer" in self.trained:
            layers += self.trained["transformer"].layers
        if "text_encoder" in self.trained:
            layers += self.trained["text_encoder"].language_model.layers
        return layers

    def save(self, path: Path, optimisers: list[torch.optim.Optimizer]) -> None:
        tensors = {
            f"{group}.{name}": tensor.detach().cpu().contiguous()
            for group, module in (("trained", self.trained), ("helpers", self.helpers))
            for name, tensor in module.state_dict().items()
            if "text_encoder" in self.trained or "llm_cond" not in name
        }
        for index, optimiser in enumerate(optimisers):
            for key, state in optimiser.state_dict()["state"].items():
                for name, value in state.items():
                    tensors[f"optimiser.{index}.{key}.{name}"] = (
                        torch.as_tensor(value).cpu().contiguous()
                    )
        partial = path.with_suffix(".partial")
        save_file(tensors, partial, {"samples": str(self.samples)})
        partial.replace(path)

    def load(self, path: Path, optimisers: list[torch.optim.Optimizer]) -> None:
        """Go on from `path`; without helpers and optimiser states in it, those start anew."""
        tensors, self.samples = read_run_file(path)
        fill(self.trained, tensors, "trained.")
        if any(name.startswith("helpers.") for name in tensors):
            fill(self.helpers, tensors, "helpers.")
        for index, optimiser in enumerate(optimisers):
            content = optimiser.state_dict()
            for name, value in tensors.items():
                if name.startswith(f"optimiser.{index}."):
                    _, _, key, field_name = name.split(".")
                    content["state"].setdefault(int(key), {})[field_name] = value
            optimiser.load_state_dict(content)


def read_run_file(path: Path) -> tuple[dict[str, Tensor], int]:
    """All tensors of a run's file, and the number of samples it has seen."""
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return tensors, int(file.metadata()["samples"])


def fill(module: nn.Module, tensors: dict[str, Tensor], prefix: str) -> None:
    """Load the tensors whose names start with `prefix`; names and shapes must match.

    A painter never uses its layer for features, so the one it has is kept.
    """
    found = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
    own = {k: v for k, v in module.state_dict().items() if "llm_cond" in k}
    module.load_state_dict(own | found)


def make_reader() -> Parts:
    """Text encoder and the layer that turns its features into codes."""
    features = networks.TEXT_WIDTH * len(networks.TAPS)
    return Parts(
        nn.ModuleDict({"text_encoder": networks.make_text_encoder()}),
        nn.ModuleDict({"codes": nn.Linear(features, meaning.WIDTH)}),
    )


def make_painter() -> Parts:
    """Transformer and the layer that takes codes in, in place of features."""
    config = networks.CONDITIONAL
    transformer = networks.make_transformer(config)
    codes = nn.Linear(meaning.WIDTH, config.hidden_size)
    own = config.hidden_size - config.in_channels
    with torch.no_grad():
        codes.weight.copy_(start_of_code_projection(config.hidden_size, meaning.WIDTH, own))
        codes.bias.zero_()
        set_compass(transformer, meaning.anchor_codes() @ codes.weight.T)
    heads: dict[str, nn.Module] = {
        f"block{n}": PlaceHead(config.hidden_size) for n in PROBED_BLOCKS
    }
    heads |= {"letters": LetterHead(config.hidden_size), "glyphs": GlyphHead(config.hidden_size)}
    return Parts(
        nn.ModuleDict({"transformer": transformer}), nn.ModuleDict({"codes": codes, **heads})
    )


def make_joint() -> Parts:
    """Both together; no helper between them any more."""
    reader, painter = make_reader(), make_painter()
    helpers = nn.ModuleDict(painter.helpers)
    helpers["codes"] = reader.helpers["codes"]
    return Parts(nn.ModuleDict({**reader.trained, **painter.trained}), helpers)


def join(parts: Parts, reader_file: Path, painter_file: Path) -> None:
    """Start the joint part from a trained reader and a trained painter.

    Painter(codes) after codes(reader) is one linear layer after another, so their product is the
    layer that the transformer has for text; nothing is lost.
    """
    reader, _ = read_run_file(reader_file)
    painter, parts.samples = read_run_file(painter_file)
    fill(parts.trained["text_encoder"], reader, "trained.text_encoder.")
    fill(parts.trained["transformer"], painter, "trained.transformer.")
    fill(parts.helpers["codes"], reader, "helpers.codes.")
    for name in parts.helpers:
        if name != "codes":
            fill(parts.helpers[name], painter, f"helpers.{name}.")
    outer, inner = painter["helpers.codes.weight"], reader["helpers.codes.weight"]
    into = parts.trained["transformer"].llm_cond_proj
    with torch.no_grad():
        into.weight.copy_(outer @ inner)
        into.bias.copy_(outer @ reader["helpers.codes.bias"] + painter["helpers.codes.bias"])


def start_from_painter(parts: Parts, painter_file: Path) -> None:
    """Give an unconditional painter what a painter knows of pictures.

    Guidance multiplies the difference between the two: it should be what the caption says, not
    that one of them draws better.
    """
    painter, _ = read_run_file(painter_file)
    fill(parts.trained["transformer"], painter, "trained.transformer.")


def make_unconditional() -> Parts:
    """The transformer without text."""
    model = networks.make_transformer(networks.UNCONDITIONAL)
    return Parts(nn.ModuleDict({"transformer": model}), nn.ModuleDict())
