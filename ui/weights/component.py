"""`WeightsPanel`: three steps to the real weights, closed until somebody wants them.

It is on the page only where this machine alone can open the studio, and asks the hub nothing until
it is opened. There is no field for a token: a token typed here would pass through the page's
events, where a password manager, an extension or a log could keep it, and would be gone with the
process; `hf auth login` keeps it where every tool of the hub looks for it. What it is not: the
download (`ui.service.fetching`).
"""

from __future__ import annotations

from typing import Any

from ui.components import StudioComponent
from ui.weights.answers import WeightsAnswers


class WeightsPanel(StudioComponent):
    """`answers` are what the page asks; without them there is nothing to show."""

    module = "weights/weights.js"
    styles = ("weights/weights.css",)

    def __init__(
        self,
        value: None = None,
        *,
        answers: WeightsAnswers | None = None,
        elem_id: str | None = "real-weights",
        **settings: Any,
    ) -> None:
        functions = [] if answers is None else answers.functions
        super().__init__(value, elem_id=elem_id, server_functions=functions, **settings)
