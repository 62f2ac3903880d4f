"""Which pictures a contact sheet is made of: one caption in several seeds, palettes and presets.

What it is not: the drawing (`ui.service.GenerationService.run_sheet`), or the picture of the sheet.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from ideogram4.caption import Caption
from ideogram4.caption.model import Style
from ideogram4.errors import RequestError
from ideogram4.sampling.limits import MAX_SEED
from ideogram4.sampling.presets import PRESETS
from ui.presets.palettes import HEX_COLOUR, MAX_COLOURS
from ui.service.requests import GenerateRequest, whole_number

MOST_CELLS = 24
MOST_SEEDS = 8
LONGEST_NAME = 40
AS_IT_IS = "as it is"
FRESH_SEEDS = 2**31  # a drawn seed is short enough to be read and typed


@dataclass(frozen=True)
class SheetPalette:
    """A palette by its name; `colours` None leaves the caption's own."""

    name: str
    colours: tuple[str, ...] | None = None


@dataclass(frozen=True)
class SheetPlan:
    """What a sheet shows: so many seeds, counted on from the first, in each palette and preset."""

    seeds: int
    palettes: tuple[SheetPalette, ...]
    presets: tuple[str, ...]

    @property
    def cells(self) -> int:
        return self.seeds * len(self.palettes) * len(self.presets)

    @classmethod
    def checked(cls, asked: object, preset: str) -> SheetPlan:
        """A plan of whatever a page sends; raises RequestError.

        `asked` is `{seeds, palettes: [{name, colours}], presets: [names]}`; without palettes the
        caption's own is taken, without presets `preset`.
        """
        wished = asked if isinstance(asked, dict) else {}
        seeds = whole_number("number of seeds", wished.get("seeds", 1))
        if not 1 <= seeds <= MOST_SEEDS:
            raise RequestError(f"the number of seeds is {seeds}; it must be 1 to {MOST_SEEDS}")
        palettes = tuple(map(_palette, _list(wished, "palettes"))) or (SheetPalette(AS_IT_IS),)
        names = [str(name) for name in _list(wished, "presets")] or [preset]
        for name in names:
            if name not in PRESETS:
                raise RequestError(f"{name[:40]!r} is no preset; choose from {', '.join(PRESETS)}")
        plan = cls(seeds, palettes, tuple(dict.fromkeys(names)))
        if plan.cells > MOST_CELLS:
            raise RequestError(
                f"that is {plan.cells} pictures; a contact sheet holds at most {MOST_CELLS}",
                hint="Choose fewer seeds, palettes or presets.",
            )
        return plan


def plan_sheet(request: GenerateRequest, plan: SheetPlan) -> list[GenerateRequest]:
    """The cells, row by row: a row a palette and preset, a column a seed. They share one run."""
    first = secrets.randbelow(FRESH_SEEDS) if request.seed is None else request.seed
    run = request.run or secrets.token_hex(8)
    return [
        replace(
            request,
            caption=_in_colours(request.caption, palette),
            preset=preset,
            seed=(first + number) % (MAX_SEED + 1),
            num_images=1,
            run=run,
            label=_label(plan, palette.name, preset, (first + number) % (MAX_SEED + 1)),
        )
        for palette in plan.palettes
        for preset in plan.presets
        for number in range(plan.seeds)
    ]


def _label(plan: SheetPlan, palette: str, preset: str, seed: int) -> str:
    """Only what differs within the sheet; a single picture still says its seed."""
    parts = [palette] if len(plan.palettes) > 1 else []
    parts += [preset] if len(plan.presets) > 1 else []
    parts += [f"seed {seed}"] if plan.seeds > 1 or not parts else []
    return " · ".join(parts)


def _in_colours(caption: Caption, palette: SheetPalette) -> Caption:
    if palette.colours is None:
        return caption
    style = caption.style_description or Style()
    return replace(caption, style_description=replace(style, colour_palette=palette.colours))


def _palette(value: Any) -> SheetPalette:
    entry = value if isinstance(value, dict) else {}
    name, colours = entry.get("name"), entry.get("colours")
    words = " ".join(name.split())[:LONGEST_NAME] if isinstance(name, str) else ""
    if colours is None:
        return SheetPalette(words or AS_IT_IS)
    if not isinstance(colours, list) or not 1 <= len(colours) <= MAX_COLOURS:
        raise RequestError(f"a palette of a contact sheet has 1 to {MAX_COLOURS} colours")
    hexes = tuple(c.upper() if isinstance(c, str) else "" for c in colours)
    if not all(HEX_COLOUR.fullmatch(c) for c in hexes):
        raise RequestError("a palette of a contact sheet has colours in the form #RRGGBB")
    return SheetPalette(words or " ".join(hexes[:3]), tuple(dict.fromkeys(hexes)))


def _list(wished: dict[str, Any], name: str) -> list[Any]:
    value = wished.get(name)
    return value[: MOST_CELLS + 1] if isinstance(value, list) else []
