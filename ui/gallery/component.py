"""`Gallery`: every picture there is, with its filters, commands, comparison and versions.

The page asks for what it shows (`ui.gallery.answers`), a page of pictures at a time, and sends ids
and never paths. Its events, each with the id of a picture: select (show it large), submit (bring
its caption and settings back), retry (the same with the next seed, and draw); and apply, with the
settings of a picture's file that was opened. What it is not: the store (`ui.store`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ui.components import StudioComponent
from ui.gallery.answers import GalleryAnswers

RUN = re.compile(r"[0-9a-f]{16}")

_serials = itertools.count(1)


@dataclass(frozen=True)
class Standing:
    """Where a page stands: the run its caption came from ("" for none), and its newest picture."""

    lineage: str = ""
    newest: str = ""


def news(
    *, added: Sequence[str] = (), lineage: str | None = None, said: str = ""
) -> dict[str, Any]:
    """What the page hears: ids of new pictures, the run that the caption now comes from, words."""
    told: dict[str, Any] = {"serial": next(_serials), "added": list(added), "said": said}
    return told if lineage is None else {**told, "lineage": lineage}


class Gallery(StudioComponent):
    """`answers` speaks for the store; `own`: a browser sees only the pictures that it made."""

    module = "gallery/gallery.js"
    styles = ("gallery/gallery.css", "gallery/compare.css")

    def __init__(
        self,
        value: dict[str, Any] | None = None,
        *,
        answers: GalleryAnswers | None = None,
        elem_id: str | None = "gallery",
        **settings: Any,
    ) -> None:
        functions = answers.functions if answers else []
        own = answers.own if answers else True
        super().__init__(
            value, elem_id=elem_id, server_functions=functions, **{"own": own, **settings}
        )

    # Gradio's HTML holds text; what a panel holds is its own business.
    def postprocess(self, value: dict[str, Any] | None) -> dict[str, Any]:  # type: ignore[override]
        """What the page reads; see `news`."""
        return value or {}

    def preprocess(self, payload: object) -> Standing:  # type: ignore[override]
        """Where the page stands; whatever else it sends counts as nothing."""
        told = payload if isinstance(payload, dict) else {}
        lineage, newest = told.get("lineage"), told.get("newest")
        known = isinstance(lineage, str) and RUN.fullmatch(lineage)
        return Standing(
            lineage if known and isinstance(lineage, str) else "",
            newest if isinstance(newest, str) else "",
        )

    def api_info(self) -> dict[str, Any]:
        return {"type": "object"}
