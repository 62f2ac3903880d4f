"""The gallery for programs: `/gallery_list` and `/gallery_get` over HTTP, and as MCP tools.

Signatures and docstrings are what Gradio publishes, so they are written for whoever calls. What it
is not: the page's questions (`ui.gallery.answers`); the rules of who sees what are the same.
"""

# No postponed annotations here: Gradio reads them while the application runs.
from dataclasses import asdict
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from ideogram4.errors import Ideogram4Error, RequestError
from ui.api import file_of
from ui.gallery.changes import title_of
from ui.service.requests import whole_number
from ui.store import Entry, PictureStore, Query
from ui.store.colours import HEX
from ui.store.index import MOST_A_PAGE


class GalleryApi:
    """Endpoints for one store. `own`: a caller sees only the pictures whose ids it names."""

    def __init__(self, store: PictureStore, *, own: bool = True) -> None:
        self.store = store
        self.own = own

    def gallery_list(
        self,
        words: str = "",
        colour: str = "",
        favourites: bool = False,
        ids: list[str] | None = None,
        offset: int = 0,
        limit: int = 60,
    ) -> dict[str, Any]:
        """List stored pictures, the newest first.

        Args:
            words: all of them must occur in a picture's caption, label, seed, size or preset.
            colour: like #2850DC; only pictures that show this colour, or nearly, or name it.
            favourites: only those with a star.
            ids: only these pictures. A studio that shows each browser its own pictures lists none
                without them.
            offset: how many to leave out at the beginning.
            limit: how many at most, 1 to 500.

        Returns:
            total (how many fit), and pictures: each with id (for /gallery_get), created, title,
            seed, width, height, preset, weights, label, run (the same for all pictures of one
            request), parent (the run that the caption came from), blocked, favourite and colours.
        """
        try:
            stars = self.store.favourites.ids()
            query = Query(
                words=_text("words", words),
                colour=_colour(colour),
                among=self._among(ids),
                favourites=stars if favourites else None,
            )
            first = _within("offset", offset, 0, 10**9)
            page = self.store.index.page(query, first, _within("limit", limit, 1, MOST_A_PAGE))
        except Ideogram4Error as error:
            raise gr.Error(str(error), print_exception=False) from error
        pictures = [_told(entry, entry.id in stars) for entry in page.entries]
        return {"total": page.total, "pictures": pictures}

    def gallery_get(self, picture_id: str) -> tuple[FileData, dict[str, Any]]:
        """Get one stored picture and everything it was made from.

        Args:
            picture_id: as /gallery_list tells it; a file that /generate sent is named by it.

        Returns:
            The PNG; and its record: caption (JSON text), prompt (what the model read), seed, width,
            height, preset, steps, weights and the rest that its text holds.
        """
        try:
            picture = self.store.get(picture_id)
            file = file_of(picture)
        except Ideogram4Error as error:
            raise gr.Error(str(error), print_exception=False) from error
        return file, {"id": picture.id, **asdict(picture.record)}

    def _among(self, ids: object) -> frozenset[str] | None:
        if ids is None:
            return frozenset() if self.own else None
        if not isinstance(ids, list):
            raise RequestError("ids must be a list of ids")
        return frozenset(item for item in ids if isinstance(item, str))


def _told(entry: Entry, favourite: bool) -> dict[str, Any]:
    record = entry.record
    return {
        "id": entry.id,
        "created": _moment(entry.id),
        "title": title_of(record.caption),
        "seed": record.seed,
        "width": record.width,
        "height": record.height,
        "preset": record.preset,
        "weights": record.weights,
        "label": record.label,
        "run": record.run,
        "parent": record.parent,
        "blocked": record.blocked == "yes",
        "favourite": favourite,
        "colours": list(entry.colours),
    }


def _moment(picture_id: str) -> str:
    """20260131-235959... as 2026-01-31T23:59:59, in the studio's own time."""
    day, clock = picture_id[:8], picture_id[9:15]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}"


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise RequestError(f"{name} must be a text")
    return value[:200]


def _colour(value: object) -> str:
    text = _text("colour", value).strip()
    code = text if not text or text.startswith("#") else f"#{text}"
    if code and not HEX.fullmatch(code):
        raise RequestError(
            f"colour {text[:40]!r} is not one", hint="Write it like #2850DC, or leave it out."
        )
    return code


def _within(name: str, value: object, least: int, most: int) -> int:
    number = whole_number(name, value)
    if not least <= number <= most:
        raise RequestError(f"{name} is {number}, which is not {least} to {most}")
    return number
