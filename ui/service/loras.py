"""The LoRAs a page may use: safetensors files of one folder, by name, and whether they fit.

A name is only ever looked up in the folder's own listing, so no path from a person is followed. It
loads no LoRA: the pipeline does, when a picture is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.weights.lora import BRANCHES, LoraSpec

MOST = 8  # in one picture
SUFFIX = ".safetensors"


@dataclass(frozen=True)
class LoraWish:
    """One LoRA of a wish, by its name in the folder."""

    name: str
    weight: float = 1.0
    branch: str = "conditional"

    def record(self) -> dict[str, Any]:
        """As pages, programs and pictures say it."""
        return {"name": self.name, "weight": self.weight, "branch": self.branch}


def read_loras(value: object) -> tuple[LoraWish, ...]:
    """The LoRAs of a wish, from anything at all; raises RequestError naming what is wrong."""
    if value is None or value == []:
        return ()
    if not isinstance(value, (list, tuple)):
        raise RequestError("loras must be a list, each with name, weight and branch")
    if len(value) > MOST:
        raise RequestError(f"{len(value)} LoRAs are too many; a picture takes {MOST} at most")
    wishes = [_wish(item) for item in value]
    names = [wish.name for wish in wishes]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise RequestError(f"the LoRA {twice[:80]!r} is asked for twice")
    return tuple(wish for wish in wishes if wish.weight != 0)


def _wish(item: object) -> LoraWish:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise RequestError("each of loras must have a name")
    name, weight = item["name"], item.get("weight", 1.0)
    branch = item.get("branch", BRANCHES[0])
    LoraSpec(Path(name), weight, branch if isinstance(branch, str) else repr(branch))
    return LoraWish(name, float(weight), branch)


class LoraShelf:
    """What lies in the folder now. `model_folder` finds the model's files, or raises."""

    def __init__(self, folder: Path, model_folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._model_folder = model_folder
        self._layers: dict[Path, dict[str, tuple[int, int]]] = {}

    def names(self) -> list[str]:
        """File names, sorted; none when there is no folder."""
        try:
            home = self._folder.resolve()
            found = [
                path.name
                for path in self._folder.iterdir()
                if path.suffix == SUFFIX and path.is_file() and path.resolve().parent == home
            ]
        except OSError:
            return []
        return sorted(found, key=str.casefold)

    def specs(self, wishes: tuple[LoraWish, ...]) -> tuple[LoraSpec, ...]:
        """The files of these wishes; raises RequestError for a name that is not in the folder."""
        known = self.names() if wishes else []
        for wish in wishes:
            if wish.name not in known:
                raise RequestError(
                    f"there is no LoRA called {wish.name[:80]!r} here",
                    hint="LoRAs are .safetensors files in the folder of IDEOGRAM4_LORA_DIR.",
                )
        return tuple(
            LoraSpec(self._folder / wish.name, wish.weight, wish.branch) for wish in wishes
        )

    def check(self, name: str) -> dict[str, Any]:
        """Whether a LoRA fits the model: `{fits, text}` with a sentence for the person."""
        from ideogram4.weights.lora.file import plan_lora

        try:
            (spec,) = self.specs((LoraWish(name),))
            plan = plan_lora(spec.path, self._shapes())
        except Ideogram4Error as problem:
            # Paths are the host's business.
            told = re.sub(r"(?<!\S)(?:[A-Za-z]:)?[\\/]\S*[\\/]", "", problem.message)
            return {"fits": False, "text": told.replace(f"{self._folder}/", "")}
        ranks = ", ".join(map(str, plan.ranks))
        return {"fits": True, "text": f"{len(plan.groups)} layers, rank {ranks} ({plan.writer})"}

    def _shapes(self) -> dict[str, tuple[int, int]]:
        from ideogram4.model.build import transformer_shapes

        folder = self._model_folder() / "transformer"
        if folder not in self._layers:
            self._layers = {folder: transformer_shapes(folder)}
        return self._layers[folder]
