"""What a person asks of a LoRA, and what they are told about it. No torch."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

from ideogram4.errors import RequestError

BRANCHES = ("conditional", "unconditional", "both")
LARGEST_WEIGHT = 10.0


@dataclass(frozen=True)
class LoraSpec:
    """One LoRA: a safetensors file (or the folder PEFT made), its strength, and where it acts.

    branch: the transformer that reads the caption ("conditional", as all LoRAs are trained), the
    one that does not, or both. Raises `RequestError` for a value outside its rule.
    """

    path: Path
    weight: float = 1.0
    branch: str = "conditional"

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", Path(self.path))
        try:
            weight = finite_number(self.weight)
        except ValueError as problem:
            raise RequestError(f"a LoRA's weight is no number: {problem}") from None
        if abs(weight) > LARGEST_WEIGHT:
            raise RequestError(
                f"the LoRA weight {weight:g} is outside -{LARGEST_WEIGHT:g} to {LARGEST_WEIGHT:g}"
            )
        if self.branch not in BRANCHES:
            raise RequestError(
                f"LoRA branch {self.branch!r:.40} is not one of {', '.join(BRANCHES)}"
            )

    @classmethod
    def parse(cls, text: str) -> LoraSpec:
        """Read FILE, FILE:WEIGHT or FILE:WEIGHT:BRANCH; colons in an existing name are its own."""
        if os.path.exists(text):
            return cls(Path(text))
        name, _, last = text.rpartition(":")
        branch = "conditional"
        if name and last in BRANCHES:
            branch, text = last, name
            name, _, last = text.rpartition(":")
        weight = _number(last)
        if not name or weight is None:
            return cls(Path(text), branch=branch)
        return cls(Path(name), weight, branch)


@dataclass(frozen=True)
class LoraReport:
    """What became of one LoRA. `matched` counts low-rank products, over all branches it acts on.

    `unmatched` are keys of the file that no layer of this model answers to, empty unless the caller
    allowed it. `rank` is the smallest and the largest; `sha256` the file's, in hexadecimal.
    """

    name: str
    writer: str
    weight: float
    branch: str
    matched: int
    unmatched: tuple[str, ...]
    rank: tuple[int, int]
    sha256: str

    def describe(self) -> str:
        """One line for a person."""
        low, high = self.rank
        rank = f"rank {low}" if low == high else f"ranks {low} to {high}"
        missed = f", {len(self.unmatched)} keys unmatched" if self.unmatched else ""
        return (
            f"{self.name}: weight {self.weight:g}, {self.branch}, {rank}, "
            f"{self.matched} products{missed} ({self.writer})"
        )

    def record(self) -> dict[str, object]:
        """What a picture says about it: enough to find the file again and use it alike."""
        return {
            "name": self.name,
            "weight": self.weight,
            "branch": self.branch,
            "sha256": self.sha256[:16],
        }


def finite_number(value: object) -> float:
    """`value` as a float; ValueError for anything that is not an ordinary number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{type(value).__name__} is no number")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("it is too large") from None
    if not math.isfinite(number):
        raise ValueError(f"{number} is not finite")
    return number


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
