"""`ContactSheet`: choose seeds, palettes and presets; see the cells come; go on from the best one.

Its events: submit (draw, with the plan), stop (cancel), apply (go on from the picture of that id).
What it is not: the plan's rules (`ui.sheet.plan`), or the run (`ui.sheet.actions`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ideogram4.errors import Ideogram4Error
from ideogram4.sampling.presets import PRESETS
from ui.components import StudioComponent
from ui.serving import COPIES, address, room, served
from ui.sheet.picture import save_sheet
from ui.sheet.plan import MOST_CELLS, MOST_SEEDS
from ui.store import Picture, PictureStore

_serials = itertools.count(1)


@dataclass(frozen=True)
class SheetNews:
    """How far a sheet is: its cells so far, of how many, in how many columns; and words."""

    pictures: tuple[Picture, ...] = ()
    cells: int = 0
    columns: int = 1
    phase: str = "drawing"
    said: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As the page reads it."""
        shown = [
            {"id": p.id, "src": address(p.path), "label": p.record.label} for p in self.pictures
        ]
        return {
            "serial": next(_serials),
            "pictures": shown,
            "cells": self.cells,
            "columns": self.columns,
            "phase": self.phase,
            "said": self.said,
        }


class ContactSheet(StudioComponent):
    """`store`: where the cells of a sheet lie that is to be saved."""

    module = "sheet/sheet.js"
    styles = ("sheet/sheet.css",)

    def __init__(
        self,
        value: SheetNews | None = None,
        *,
        store: PictureStore | None = None,
        palettes: list[dict[str, Any]] | None = None,
        elem_id: str | None = "sheet",
        **settings: Any,
    ) -> None:
        super().__init__(
            value,
            elem_id=elem_id,
            server_functions=[] if store is None else [saver(store)],
            palettes=palettes or [],
            presets=list(PRESETS),
            most_cells=MOST_CELLS,
            most_seeds=MOST_SEEDS,
            **settings,
        )

    # Gradio's HTML holds text; what a panel holds is its own business.
    def postprocess(self, value: SheetNews | None) -> dict[str, Any]:  # type: ignore[override]
        """What the page reads."""
        return {} if value is None else value.to_dict()

    def preprocess(self, payload: object) -> None:
        """Nothing: what is asked for comes with the events."""

    def api_info(self) -> dict[str, Any]:
        return {"type": "object"}


def saver(store: PictureStore) -> Callable[[object], dict[str, Any]]:
    """The function that the page asks for a sheet to keep: `{ids, columns}` in."""

    def save(asked: object = None) -> dict[str, Any]:
        """The sheet of these pictures as one PNG: `{src, file}`."""
        wished = asked if isinstance(asked, dict) else {}
        ids, columns = wished.get("ids"), wished.get("columns")
        known: Sequence[Picture] = store.existing(ids[:MOST_CELLS] if isinstance(ids, list) else [])
        across = columns if type(columns) is int and 1 <= columns <= MOST_CELLS else MOST_SEEDS
        target = room("contact-sheet.png")
        try:
            save_sheet(known, across, target)
        except Ideogram4Error as error:
            return {"error": error.sentence}
        COPIES.add(str(target))
        return {"src": served(target), "file": target.name}

    return save
