"""What one run asks and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from ideogram4.demo.evaluation.cases import Size
from ideogram4.demo.evaluation.figures import Judged, figures


@dataclass(frozen=True)
class Setting:
    """What is asked in one run. No preset: no model took part; guidance None: the preset's own."""

    name: str
    size: Size
    preset: str = ""
    guidance: float | None = None
    steps: int | None = None

    @property
    def size_text(self) -> str:
        """Height x width, as `--sizes` takes it."""
        return "{}x{}".format(*self.size)

    @property
    def guidance_text(self) -> str:
        return "preset" if self.guidance is None else f"{self.guidance:g}"

    @property
    def preset_text(self) -> str:
        return f"{self.preset} in {self.steps}" if self.steps else self.preset

    @property
    def title(self) -> str:
        return f"{self.name} {self.size_text} {self.preset_text} guidance {self.guidance_text}"

    @property
    def slug(self) -> str:
        """For file names."""
        return f"{self.name}-{self.size_text}-{self.preset}-guidance-{self.guidance_text}"


@dataclass(frozen=True)
class Run:
    """The judged pictures of one setting. `what`: model, ceiling, autoencoder or floor."""

    what: str
    setting: Setting
    judged: tuple[Judged, ...]
    seconds: tuple[float, ...] = ()
    complete: bool = True

    def figures(self) -> dict[str, Any]:
        """The figures of its pictures, and the seconds that the middle one took."""
        found = figures(self.judged)
        return found | ({"seconds": median(self.seconds)} if self.seconds else {})
