"""The vision tower inside Qwen3-VL: a picture becomes tokens that the language model can read.

Pictures are made without it, so it is built and read from the checkpoint when something is first
looked at. For a card it lives in host memory and is lent for each look, under every memory plan:
looking is rare, and drawing needs the room. transformers' own module does the work; what it is not:
the language model (`text_encoder`), or where a picture stands in a prompt (`picture_prompt`).
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ideogram4.errors import CorruptFileError, MissingFileError, WeightsError
from ideogram4.memory.hosted import HostGroup, move_others, parameters_of
from ideogram4.model.build import Prepared
from ideogram4.model.config import read_json
from ideogram4.model.library import transformers
from ideogram4.model.patches import PatchSizes, patches_of
from ideogram4.weights.assemble import plan_load
from ideogram4.weights.checkpoint import open_checkpoint
from ideogram4.weights.keys import Entry, KeyMap

if TYPE_CHECKING:
    from PIL.Image import Image

ELSEWHERE = "Choose another way to read a picture, such as a service with vision."
# Fifty times the published tower; a larger one is a mistake or a trap.
LARGEST = {
    "depth": 1_000,
    "hidden_size": 100_000,
    "intermediate_size": 1_000_000,
    "num_heads": 1_000,
    "out_hidden_size": 100_000,
    "num_position_embeddings": 1_000_000,
    "patch_size": 256,
    "temporal_patch_size": 16,
    "spatial_merge_size": 16,
}


@dataclass(frozen=True)
class Sight:
    """What the tower saw of one picture: `rows` x `columns` tokens, row by row.

    features (rows * columns, hidden) stand in the prompt; deepstack holds as many again for each of
    the language model's first layers, which are added there.
    """

    features: Tensor
    deepstack: tuple[Tensor, ...]
    rows: int
    columns: int


class VisionTower:
    """Looks at pictures with transformers' vision model."""

    def __init__(self, model: Any, device: torch.device, *, visits: bool) -> None:
        """model: on the host, with its weights. visits: it is on `device` only while it looks."""
        self._model = model
        self._device = device
        config = model.config
        self._sizes = PatchSizes(
            config.patch_size, config.spatial_merge_size, config.temporal_patch_size
        )
        self._group = HostGroup(parameters_of(model), device) if visits else None
        move_others(model, [] if self._group is None else self._group.parameters, device)

    @property
    def host_bytes(self) -> int:
        """Weights kept in host memory for the device."""
        return 0 if self._group is None else self._group.nbytes

    @torch.inference_mode()
    def look(self, image: Image) -> Sight:
        """See one picture. Raises `RequestError` for one that is too long and thin."""
        patches = patches_of(image, self._sizes)
        pixels = torch.from_numpy(patches.values).to(self._device)
        grid = torch.tensor([[1, patches.rows, patches.columns]], device=self._device)
        lent = nullcontext() if self._group is None else self._group.lent_to(self._device)
        with lent:
            seen = self._model(pixels, grid_thw=grid)
        merge = self._sizes.merge
        return Sight(
            seen.pooler_output,
            tuple(seen.deepstack_features),
            patches.rows // merge,
            patches.columns // merge,
        )


def load_tower(
    folder: Path, hidden: int, device: torch.device, dtype: torch.dtype, *, hosted: bool
) -> VisionTower:
    """The tower of the model in `folder`, for a language model of width `hidden`.

    hosted: whether the memory plan keeps weights in host memory. Raises `WeightsError` where the
    model has no tower, and else what `plan_load` and `fill` raise.
    """
    prepared = prepare_tower(folder / "text_encoder", hidden)
    # A caller's inference mode would make weights that cannot be moved later.
    with torch.inference_mode(False), torch.no_grad():
        model = prepared.fill(torch.device("cpu"), dtype)
        return VisionTower(model, device, visits=hosted or device.type == "cuda")


def prepare_tower(folder: Path, hidden: int) -> Prepared[Any]:
    """The tower on the meta device, its weights' headers checked and nothing read."""
    config = vision_config_from_file(folder / "config.json")
    if config.out_hidden_size != hidden:
        raise CorruptFileError(
            f"{folder}: the vision tower gives {config.out_hidden_size} numbers a token, "
            f"the language model reads {hidden}",
            hint="The folder mixes parts of two models.",
        )
    if not tower_keys(open_checkpoint(folder).tensors).entries:
        raise MissingFileError(
            f"{folder}: the weights hold no vision tower (visual.*), which config.json describes",
            hint=f"Some copies leave it out; the published text_encoder has it. {ELSEWHERE}",
        )
    with torch.device("meta"):
        model = transformers().Qwen3VLVisionModel(config)

    def settle(device: torch.device) -> None:
        # No file carries the rotary frequencies.
        model.rotary_pos_emb = type(model.rotary_pos_emb)(config).to(device)

    plan = plan_load(model, folder, rename=tower_keys, what="vision tower")
    return Prepared(model, model, plan, "vision tower", settle)


def vision_config_from_file(path: Path) -> Any:
    """The `Qwen3VLVisionConfig` in a text encoder's `config.json`."""
    content = read_json(path).get("vision_config")
    if content is None:
        raise WeightsError(
            "this model has no vision tower, so it cannot look at pictures", hint=ELSEWHERE
        )
    if not isinstance(content, dict):
        raise CorruptFileError(f"{path}: vision_config is not an object")
    content = {k: v for k, v in content.items() if k not in ("model_type", "dtype", "torch_dtype")}
    for name, most in LARGEST.items():
        value = content.get(name, 1)
        if type(value) is not int or not 0 < value <= most:
            raise CorruptFileError(
                f"{path}: {name} of the vision tower is {str(value)[:20]}, "
                f"expected a whole number from 1 to {most}"
            )
    try:
        config = transformers().Qwen3VLVisionConfig(**content)
        fits = all(0 <= layer < config.depth for layer in config.deepstack_visual_indexes)
        fits = fits and config.hidden_size % (4 * config.num_heads) == 0 and config.in_channels == 3
    except Exception as problem:  # the library checks types with errors of its own
        raise CorruptFileError(f"{path} describes no vision tower of Qwen3-VL") from problem
    if not fits:
        raise CorruptFileError(f"{path}: the sizes of the vision tower do not fit together")
    config._attn_implementation = "sdpa"
    return config


def tower_keys(names: Collection[str]) -> KeyMap:
    """Onto the tower alone: `patch_embed...`, `blocks.0...`, `merger...`; the rest is ignored."""
    entries = []
    ignored = set()
    for name in names:
        bare = name.removeprefix("model.")
        if bare.startswith("visual."):
            entries.append(Entry(bare.removeprefix("visual."), (name,)))
        else:
            ignored.add(name)
    return KeyMap(tuple(entries), frozenset(ignored))
