"""`PictureReport`: asked and found colours of the picture in sight, closed until somebody looks.

The page asks for the report of a picture by its id, once it is opened, and may have the picture
read back. What it is not: the measuring (`ideogram4.colour.report`), or the reading.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from ideogram4.caption import parse_caption
from ideogram4.colour.report import palette_report
from ideogram4.errors import Ideogram4Error
from ui.components import StudioComponent
from ui.reading.answers import facts_of, report_answers
from ui.service.readings import Readings
from ui.store import PictureStore

KEPT = 64  # reports: a picture never changes, so neither does its report


class PictureReport(StudioComponent):
    """`store` has the pictures; without one there is nothing to report. `readings` reads them."""

    module = "report/report.js"
    styles = ("report/report.css",)

    def __init__(
        self,
        value: None = None,
        *,
        store: PictureStore | None = None,
        readings: Readings | None = None,
        elem_id: str | None = "report",
        **settings: Any,
    ) -> None:
        functions = [] if store is None else [reporter(store)]
        facts: dict[str, Any] = {}
        if store is not None and readings is not None:
            functions += report_answers(readings, store)
            facts = facts_of(readings)
        super().__init__(
            value, elem_id=elem_id, server_functions=functions, facts=facts, **settings
        )


def reporter(store: PictureStore) -> Callable[[object], dict[str, Any]]:
    """The function that the page asks: `{id}` in, `PaletteReport.to_dict` out, or `{error}`."""
    known: OrderedDict[str, dict[str, Any]] = OrderedDict()
    lock = threading.Lock()

    def report(asked: object = None) -> dict[str, Any]:
        picture_id = asked.get("id") if isinstance(asked, dict) else None
        with lock:
            if isinstance(picture_id, str) and picture_id in known:
                known.move_to_end(picture_id)
                return known[picture_id]
        try:
            found = _measured(store, picture_id)
        except Ideogram4Error as error:
            return {"error": error.sentence}
        with lock:
            known[str(picture_id)] = found
            while len(known) > KEPT:
                known.popitem(last=False)
        return found

    return report


def _measured(store: PictureStore, picture_id: object) -> dict[str, Any]:
    from PIL import Image

    picture = store.get(picture_id)
    caption = parse_caption(picture.record.caption).caption
    if caption is None:
        raise Ideogram4Error("the picture's caption cannot be read")
    try:
        with Image.open(picture.path) as image:
            found = palette_report(image, caption)
    except (OSError, ValueError, SyntaxError) as problem:
        raise Ideogram4Error("the picture cannot be read") from problem
    return {**found.to_dict(), "caption": picture.record.caption}
