"""`LiveSwitch`: a switch, and one word on what the live demo is doing.

Its value is news for the page (`Redraws.news`); as an input it is of no use. Three of its events
have handlers in `ui.live.actions`: input (may this be drawn?), submit (draw it), stop. Each
carries the number that the page has given to the redraw.
"""

from __future__ import annotations

from typing import Any

from ui.components import StudioComponent


class LiveSwitch(StudioComponent):
    """`started`: whether it is on when a browser opens the page for the first time."""

    module = "live/live.js"
    styles = ("live/live.css",)

    def __init__(
        self,
        value: dict[str, Any] | None = None,
        *,
        started: bool = True,
        elem_id: str | None = "live",
        **settings: Any,
    ) -> None:
        super().__init__(value, elem_id=elem_id, started=started, **settings)

    # Gradio's HTML holds text; what a panel holds is its own business.
    def postprocess(self, value: dict[str, Any] | None) -> dict[str, Any]:  # type: ignore[override]
        """What the page reads."""
        return value or {}

    def preprocess(self, payload: object) -> None:
        """Nothing: the page's copy is not to be trusted and not needed."""

    def api_info(self) -> dict[str, Any]:
        return {"type": "object"}
