"""What the gallery's page asks of the server: pages of pictures, comparisons, versions, downloads.

Each method answers one question with plain data, and whatever a browser sends is an answer or a
sentence, never an exception. A browser that sees only its own pictures says which those are: an id
has 64 random bits, and who knows it may see the picture.
What it is not: the page's events (`ui.gallery.actions`), or the store (`ui.store`).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any

from ideogram4.errors import Ideogram4Error
from ui.gallery.archives import Archives
from ui.gallery.cards import card, side, version
from ui.gallery.changes import changes
from ui.service.overrides import sampling_from
from ui.serving import address, served
from ui.store import Entry, PictureStore, Query, read_dropped

MOST_CHANGES = 60
MOST_VERSIONS = 500
MOST_BYTES = 3 << 20

Asked = dict[str, Any]


class GalleryAnswers:
    """Answers for one store. `own`: each browser sees only the pictures whose ids it knows."""

    def __init__(self, store: PictureStore, *, own: bool = True) -> None:
        self.store = store
        self.own = own
        self._archives = Archives(store)

    @property
    def functions(self) -> list[Callable[..., Any]]:
        """What the page may call, by these names."""
        methods = [
            self.pictures,
            self.picture,
            self.favourite,
            self.remove,
            self.restore,
            self.archive,
            self.compare,
            self.versions,
            self.dropped,
        ]
        return [_function(method) for method in methods]

    def pictures(self, asked: object) -> Asked:
        """A page of pictures: `{pictures, total, all, newest: {id, src}}`; newest on the first."""
        wished = _record(asked)
        stars = self.store.favourites.ids()
        query, offset = self._query(wished, stars), _number(wished, "offset")
        page = self.store.index.page(query, offset, _number(wished, "limit"))
        first = page.entries[:1]
        if page.total < page.all:  # the newest of all may be one that does not fit
            first = self.store.index.page(Query(among=query.among), 0, 1).entries
        newest = self._newest(first[0]) if first and not offset else {}
        cards = [card(entry, self._thumbnail(entry), entry.id in stars) for entry in page.entries]
        return {"pictures": cards, "total": page.total, "all": page.all, "newest": newest}

    def picture(self, asked: object) -> Asked:
        """Where one picture is, to be saved: `{src, file}`."""
        try:
            path = self.store.path(_record(asked).get("id"))
            return {"src": address(path), "file": path.name}
        except Ideogram4Error as error:
            return {"error": error.sentence}

    def favourite(self, asked: object) -> Asked:
        """Give pictures a star, or take it."""
        wished = _record(asked)
        try:
            return {"ids": self.store.favour(self._allowed(wished), wished.get("on") is True)}
        except Ideogram4Error as error:
            return {"error": error.sentence}

    def remove(self, asked: object) -> Asked:
        """Move pictures to the trash: `{removed}`."""
        try:
            return {"removed": self.store.delete(self._allowed(_record(asked)))}
        except Ideogram4Error as error:
            return {"removed": [], "error": error.sentence}

    def restore(self, asked: object) -> Asked:
        """Bring deleted pictures back: `{restored}`."""
        try:
            return {"restored": self.store.restore(_record(asked).get("ids"))}
        except Ideogram4Error as error:
            return {"restored": [], "error": error.sentence}

    def archive(self, asked: object) -> Asked:
        """A zip of some pictures, or of all that fit the filters: `{src, file}`."""
        wished = _record(asked)
        ids = self._allowed(wished)
        if wished.get("ids") is None:
            query = self._query(wished, self.store.favourites.ids())
            ids = [entry.id for entry in self.store.index.find(query)]
        try:
            made = self._archives.make(ids)
        except Ideogram4Error as error:
            return {"error": error.sentence}
        return {"src": served(made), "file": made.name}

    def compare(self, asked: object) -> Asked:
        """Two pictures and how the first one's caption became the second's."""
        wished = _record(asked)
        try:
            first, second = (self.store.get(wished.get(key)) for key in ("first", "second"))
            sides = {"first": side(first), "second": side(second)}
        except Ideogram4Error as error:
            return {"error": error.sentence}
        found = changes(first.record.caption, second.record.caption)
        shown = [change.to_dict() for change in found[:MOST_CHANGES]]
        return {**sides, "changes": shown, "more": max(0, len(found) - MOST_CHANGES)}

    def versions(self, asked: object) -> Asked:
        """Every press of Generate, the newest first, with what it changed: `{nodes}`."""
        runs: dict[str, list[Entry]] = {}
        for entry in self.store.index.entries(self._among(_record(asked))):
            runs.setdefault(entry.record.run or entry.id, []).append(entry)
        kept = dict(list(runs.items())[:MOST_VERSIONS])
        return {"nodes": [version(run, kept, self._thumbnail(kept[run][0])) for run in kept]}

    def dropped(self, asked: object) -> Asked:
        """The caption of a picture's file: `{caption, run, said, settings}`."""
        data = _record(asked).get("data")
        try:
            if not isinstance(data, str) or len(data) > MOST_BYTES * 4 // 3:
                raise Ideogram4Error("The picture holds more text than a caption can be.")
            found = read_dropped(base64.b64decode(data, validate=True))
        except ValueError:  # not Base64
            return {"error": "The picture could not be read."}
        except Ideogram4Error as error:
            return {"error": error.sentence}
        settings = {
            "seed": None if found.seed is None else str(found.seed),
            "width": found.width,
            "height": found.height,
            "preset": found.preset,
            "sampling": sampling_from(found.sampling),
        }
        told = {"caption": found.caption, "run": found.run, "said": found.said}
        return {**told, "settings": settings}

    def _newest(self, entry: Entry) -> Asked:
        try:
            return {"id": entry.id, "src": address(self.store.path(entry.id))}
        except Ideogram4Error:  # gone meanwhile, or there is no room to serve it from
            return {}

    def _thumbnail(self, entry: Entry) -> str:
        try:
            small = self.store.thumbnail(entry.id)
            return "" if small is None else address(small)
        except Ideogram4Error:
            return ""

    def _query(self, wished: Asked, stars: frozenset[str]) -> Query:
        words, colour = wished.get("words"), wished.get("colour")
        return Query(
            words=words[:200] if isinstance(words, str) else "",
            colour=colour if isinstance(colour, str) else "",
            among=self._among(wished),
            favourites=stars if wished.get("favourites") is True else None,
        )

    def _among(self, wished: Asked) -> frozenset[str] | None:
        """Whose pictures the question is about: None is everybody's, which only `own` forbids."""
        scope = wished.get("scope")
        if scope is None and not self.own:
            return None
        return frozenset(_texts(scope))

    def _allowed(self, wished: Asked) -> list[str]:
        """The ids that a command is about, as far as this browser may see them."""
        among = self._among(wished)
        ids = _texts(wished.get("ids"))
        return [picture_id for picture_id in ids if among is None or picture_id in among]


def _function(method: Callable[[object], Asked]) -> Callable[[object], Asked]:
    """Gradio marks the functions that a page may call, and a method cannot be marked."""

    @wraps(method)
    def answer(asked: object = None) -> Asked:
        return method(asked)

    return answer


def _record(asked: object) -> Asked:
    return asked if isinstance(asked, dict) else {}


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _number(wished: Asked, name: str) -> int:
    value = wished.get(name)
    return value if type(value) is int and 0 <= value < 1 << 31 else 0
