"""`StartPicker`: a button that opens the captions to start from, shown as small layouts.

A choice loads the caption in the page, as a document that can be undone; the value tells Python
its title, so that the page gets the size that the layout is made for. What it is not: the files
(`ui.presets`), nor the pictures (`document/wireframe.js`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ui.components import StudioComponent
from ui.presets import Start


class StartPicker(StudioComponent):
    """`starts`: what is offered, in order. The value is the title chosen last."""

    module = "starts/picker.js"
    styles = ("starts/picker.css",)

    def __init__(
        self,
        value: str | None = None,
        *,
        starts: Sequence[Start] = (),
        elem_id: str | None = "start-from",
        **settings: Any,
    ) -> None:
        offered = [
            {
                "title": start.title,
                "use": start.use,
                "group": start.group,
                "ratio": start.ratio[0] / start.ratio[1],
                "text": start.caption.to_json(),
            }
            for start in starts
        ]
        super().__init__(value, elem_id=elem_id, starts=offered, **settings)

    def preprocess(self, payload: object) -> str:
        """The title; an empty string for an empty page."""
        return payload if isinstance(payload, str) else ""
