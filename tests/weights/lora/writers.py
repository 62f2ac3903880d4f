"""LoRA files as each trainer writes them, made by hand from one set of changes; the naive merge.

A `Change` is a low-rank product for one of diffusers' split layers. Every writer spells the same
changes in its own keys, so that all of its files must draw one picture: that of the checkpoint in
which a script added the products to the weights.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

FILE = "diffusion_pytorch_model.safetensors"
ALPHA = 2.0
RANK = 3


@dataclass(frozen=True)
class Change:
    """`alpha / rank * up @ down` for the layer `path` (diffusers' name)."""

    path: str
    down: Tensor
    up: Tensor
    alpha: float = ALPHA

    @property
    def product(self) -> Tensor:
        return self.alpha / self.down.shape[0] * (self.up @ self.down)


def changes(transformer: Path, paths: list[str], seed: int = 0) -> list[Change]:
    """Random changes, large enough to see, for these layers of a split checkpoint."""
    generator = torch.Generator().manual_seed(seed)
    state = load_file(transformer / FILE)
    made = []
    for path in paths:
        out, into = state[f"{path}.weight"].shape
        down = torch.randn(RANK, into, generator=generator) / into**0.5
        made.append(Change(path, down, torch.randn(out, RANK, generator=generator)))
    return made


def merged(
    plain: Path, target: Path, made: Mapping[str, list[Change]], weight: float = 1.0
) -> Path:
    """The checkpoint with the changes added to its weights; `made` by component."""
    shutil.copytree(plain, target)
    for part, list_of_changes in made.items():
        state = load_file(target / part / FILE)
        for change in list_of_changes:
            state[f"{change.path}.weight"] += weight * change.product
        save_file(state, target / part / FILE)
    return target


def diffusers(made: list[Change]) -> dict[str, Tensor]:
    """Split keys; the strength is worked into the second factor, as its saver does."""
    return _factors(made, "transformer.{}.lora_A.weight", "transformer.{}.lora_B.weight")


def peft(made: list[Change]) -> dict[str, Tensor]:
    return _factors(
        made,
        "base_model.model.{}.lora_A.default.weight",
        "base_model.model.{}.lora_B.default.weight",
    )


def ai_toolkit(made: list[Change]) -> dict[str, Tensor]:
    """Fused attention, no alpha: the scale is one."""
    return _factors(
        fused(made), "diffusion_model.{}.lora_A.weight", "diffusion_model.{}.lora_B.weight"
    )


def ai_toolkit_with_alpha(made: list[Change]) -> dict[str, Tensor]:
    return _with_alpha(
        fused(made),
        "diffusion_model.{}.lora_A.weight",
        "diffusion_model.{}.lora_B.weight",
        "diffusion_model.{}.alpha",
    )


def simpletuner(made: list[Change]) -> dict[str, Tensor]:
    return _factors(fused(made), "transformer.{}.lora_A.weight", "transformer.{}.lora_B.weight")


def fal(made: list[Change]) -> dict[str, Tensor]:
    return _factors(
        made, "conditional_transformer.{}.lora_A.weight", "conditional_transformer.{}.lora_B.weight"
    )


def kohya(made: list[Change]) -> dict[str, Tensor]:
    """Underscores, fused attention, alpha."""
    return _underscored(fused(made))


def kohya_split(made: list[Change]) -> dict[str, Tensor]:
    return _underscored(made)


WRITERS: dict[str, Callable[[list[Change]], dict[str, Tensor]]] = {
    "diffusers": diffusers,
    "PEFT": peft,
    "ai-toolkit": ai_toolkit,
    "ai-toolkit with alpha": ai_toolkit_with_alpha,
    "SimpleTuner": simpletuner,
    "fal": fal,
    "kohya": kohya,
    "kohya split": kohya_split,
}


def fused(made: list[Change]) -> list[Change]:
    """q, k and v of a layer as one change: first factors stacked, second block-diagonal."""
    result: list[Change] = []
    blocks: dict[str, dict[str, Change]] = {}
    for change in made:
        block, _, last = change.path.rpartition(".attention.")
        if last in ("to_q", "to_k", "to_v"):
            blocks.setdefault(block, {})[last] = change
        elif last == "to_out.0":
            result.append(Change(f"{block}.attention.o", change.down, change.up, change.alpha))
        else:
            result.append(change)
    for block, parts in blocks.items():
        size = next(iter(parts.values())).up.shape[0]
        down = torch.cat([change.down for change in parts.values()])
        up = torch.zeros(3 * size, down.shape[0])
        for column, (name, change) in enumerate(parts.items()):
            row = ("to_q", "to_k", "to_v").index(name) * size
            columns = slice(column * RANK, (column + 1) * RANK)
            up[row : row + size, columns] = change.up
        # The same strength for a rank that is as many times larger.
        result.append(Change(f"{block}.attention.qkv", down, up, ALPHA * len(parts)))
    return result


def _factors(made: list[Change], first: str, second: str) -> dict[str, Tensor]:
    state = {}
    for change in made:
        state[first.format(change.path)] = change.down
        state[second.format(change.path)] = change.up * (change.alpha / change.down.shape[0])
    return state


def _with_alpha(made: list[Change], first: str, second: str, third: str) -> dict[str, Tensor]:
    state = {}
    for change in made:
        state[first.format(change.path)] = change.down
        state[second.format(change.path)] = change.up
        state[third.format(change.path)] = torch.tensor(change.alpha)
    return state


def _underscored(made: list[Change]) -> dict[str, Tensor]:
    state = {}
    for change in made:
        name = "lora_unet_" + change.path.replace(".", "_")
        state[f"{name}.lora_down.weight"] = change.down
        state[f"{name}.lora_up.weight"] = change.up
        state[f"{name}.alpha"] = torch.tensor(change.alpha)
    return state
