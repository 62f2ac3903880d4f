"""What became of the colours that a caption asks for: found where, how far off, in words.

Each asked colour is looked for among the main colours of its region: of the whole picture, or of an
element's box without what stands in front of it. How far off is CIEDE2000; 1 is just visible.
What it is not: a judge of the picture; a colour can be right and the picture wrong.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ideogram4.caption import Caption
from ideogram4.caption.naming import element_name
from ideogram4.colour.cells import cells_of, hex_of
from ideogram4.colour.cielab import ciede2000, to_lab
from ideogram4.colour.regions import Region, regions_of

if TYPE_CHECKING:
    from PIL.Image import Image

Lab = NDArray[np.float64]
Rgb = NDArray[np.uint8]

LONGEST_SIDE = 256  # pixels looked at; more say nothing new about colours
MERGE = 4.0  # clusters nearer than this are one colour
MOST_CELLS = 256  # the commonest; the rest is noise
# Of a region's pixels. Less is the rim between two colours; letters are thin, theirs may be less.
LEAST_SHARE = 0.01
LEAST_SHARE_OF_LETTERS = 0.003
NEAR = 10.0  # what counts as pixels of a colour
LITTLE_UNCOVERED = 0.1
# CIEDE2000 up to which a verdict holds; beyond the last it is missing.
VERDICTS = (("exact", 2.0), ("close", 10.0), ("different", 25.0))


@dataclass(frozen=True)
class ColourMatch:
    """An asked colour and the nearest one found. `share` of the region's pixels are near it."""

    asked: str
    found: str
    difference: float
    share: float
    verdict: str


@dataclass(frozen=True)
class RegionReport:
    """The colours of one region: `index` of the element, or None for the whole picture."""

    index: int | None
    name: str
    matches: tuple[ColourMatch, ...]
    note: str = ""


@dataclass(frozen=True)
class PaletteReport:
    """Every region whose caption asks for colours, the whole picture first."""

    regions: tuple[RegionReport, ...]

    @property
    def matches(self) -> tuple[tuple[RegionReport, ColourMatch], ...]:
        return tuple((region, match) for region in self.regions for match in region.matches)

    @property
    def mean(self) -> float | None:
        """The mean difference of all asked colours; None when none was asked for."""
        found = [match.difference for _, match in self.matches]
        return float(np.mean(found)) if found else None

    @property
    def summary(self) -> str:
        """A line for people."""
        if not self.matches:
            hidden = "All elements with colours are covered by others."
            return hidden if self.regions else "The caption asks for no colours."
        good = sum(match.verdict in ("exact", "close") for _, match in self.matches)
        count = len(self.matches)
        region, worst = max(self.matches, key=lambda pair: pair[1].difference)
        line = f"{good} of {count} {'colour is' if count == 1 else 'colours are'} close"
        if worst.verdict in ("exact", "close"):
            return f"{line}."
        return f"{line}; worst is {worst.asked} in {region.name}, {worst.difference:.0f} off."

    def to_dict(self) -> dict[str, Any]:
        """As JSON-able data, figures rounded to what can be seen."""
        mean = self.mean
        return {
            "summary": self.summary,
            "mean": None if mean is None else round(mean, 1),
            "regions": [
                {
                    **asdict(region),
                    "matches": [
                        {
                            **asdict(match),
                            "difference": round(match.difference, 1),
                            "share": round(match.share, 4),
                        }
                        for match in region.matches
                    ],
                }
                for region in self.regions
            ],
        }


def palette_report(image: Image, caption: Caption) -> PaletteReport:
    """Measure `image` against the palettes of `caption`: the picture's and each element's."""
    small = image.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=None, resample=_nearest())
    rgb = np.asarray(small, dtype=np.uint8)
    lab = to_lab(rgb)
    found: list[RegionReport] = []
    style = caption.style_description
    if style is not None and style.colour_palette:
        everywhere = np.ones(rgb.shape[:2], dtype=bool)
        matches = _matches(rgb, lab, everywhere, style.colour_palette, LEAST_SHARE_OF_LETTERS)
        found.append(RegionReport(None, "the whole picture", matches))
    for region in regions_of(caption, *rgb.shape[:2]):
        if region.element.colour_palette:
            found.append(_of_element(rgb, lab, region))
    return PaletteReport(tuple(found))


def _of_element(rgb: Rgb, lab: Lab, region: Region) -> RegionReport:
    element = region.element
    name = element_name(region.index, element)
    if not region.mask.any():
        return RegionReport(region.index, name, (), "Other elements cover all of it.")
    least = LEAST_SHARE_OF_LETTERS if element.type == "text" else LEAST_SHARE
    matches = _matches(rgb, lab, region.mask, element.colour_palette, least)
    little = region.uncovered < LITTLE_UNCOVERED
    note = "Other elements cover most of it." if little else ""
    return RegionReport(region.index, name, matches, note)


def _matches(
    rgb: Rgb, lab: Lab, mask: NDArray[np.bool_], asked: tuple[str, ...], least: float
) -> tuple[ColourMatch, ...]:
    pixels = lab[mask]
    centres, colours = _main_colours(rgb[mask], pixels, least)
    found = []
    for colour in asked:
        wished = to_lab([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        far = ciede2000(centres, wished)
        nearest = int(np.argmin(far))
        share = float(np.mean(ciede2000(pixels, wished) <= NEAR))
        difference = float(far[nearest])
        found.append(
            ColourMatch(colour.upper(), colours[nearest], difference, share, verdict_of(difference))
        )
    return tuple(found)


def verdict_of(difference: float) -> str:
    """A difference in a word: exact, close, different or missing."""
    return next((word for word, most in VERDICTS if difference <= most), "missing")


def _main_colours(rgb: Rgb, lab: Lab, least: float) -> tuple[Lab, list[str]]:
    """The colours of a region with more than the least share: CIELAB centres, and hex texts."""
    cells = cells_of(rgb, lab)
    centres = cells.centres
    # The commonest first; a cell near one that is kept joins it, as halves of one colour do.
    kept: list[int] = []
    sums, flat, weight = cells.lab.copy(), cells.rgb.copy(), cells.counts.copy()
    for index in cells.most_common(MOST_CELLS):
        near = ciede2000(centres[kept], centres[index]) if kept else np.array([np.inf])
        first = int(np.argmin(near))
        if near[first] <= MERGE:
            home = kept[first]
            sums[home] += sums[index]
            flat[home] += flat[index]
            weight[home] += weight[index]
        else:
            kept.append(index)
    common = [k for k in kept if weight[k] >= least * len(rgb)] or kept[:1]
    means = flat[common] / weight[common, None]
    return sums[common] / weight[common, None], [hex_of(mean) for mean in means]


def _nearest() -> Any:
    """An average of two colours is a third that is not in the picture."""
    from PIL import Image as Pillow

    return Pillow.Resampling.NEAREST
