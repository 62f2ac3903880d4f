"""`ReadingPanel`: a picture of one's own goes in, a caption to take or leave comes out.

Nothing is put over the person's caption before they press for it. What it is not: the gallery's
drop, which takes the caption that a picture carries and looks at no pixels.
"""

from __future__ import annotations

from typing import Any

from ui.components import StudioComponent
from ui.reading.answers import facts_of, panel_answers
from ui.service.readings import Readings


class ReadingPanel(StudioComponent):
    """`readings` does the work; without it nobody reads."""

    module = "reading/reading.js"
    styles = ("reading/reading.css",)

    def __init__(
        self,
        value: None = None,
        *,
        readings: Readings | None = None,
        elem_id: str | None = "reading",
        **settings: Any,
    ) -> None:
        functions = [] if readings is None else panel_answers(readings)
        facts = {} if readings is None else facts_of(readings)
        super().__init__(
            value, elem_id=elem_id, server_functions=functions, facts=facts, **settings
        )
