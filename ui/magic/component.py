"""`MagicPanel`: a field for an idea, who writes, and the proposal that comes back.

Its value is news for the page (`ui.magic.actions`); as an input it is of no use. Two events have
handlers: submit (write this) and stop. Each carries the number that the page has given to what it
asks. What it is not: a place for a key; those are the owner's, in the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ui.components import StudioComponent
from ui.magic.parts import Data, FindSize
from ui.magic.proposal import compare_proposal, take_proposal
from ui.service.expansions import Offer


class MagicPanel(StudioComponent):
    """`offers`: who can be asked, the best first; `missing`: why the model itself is not one of
    them; `size_for`: the size for a ratio."""

    module = "magic/magic.js"
    styles = ("magic/magic.css", "review/sheet.css")

    def __init__(
        self,
        value: Data | None = None,
        *,
        offers: Sequence[Offer] = (),
        missing: str = "",
        size_for: FindSize = lambda ratio: None,
        elem_id: str | None = "magic",
        **settings: Any,
    ) -> None:
        super().__init__(
            value,
            elem_id=elem_id,
            server_functions=_answers(size_for),
            offers=[
                {"name": offer.name, "label": offer.label, "sends": offer.sends_words}
                for offer in offers
            ],
            missing=missing,
            **settings,
        )

    # Gradio's HTML holds text; what a panel holds is its own business.
    def postprocess(self, value: Data | None) -> Data:  # type: ignore[override]
        """What the page reads."""
        return value or {}

    def preprocess(self, payload: object) -> None:
        """Nothing: the page's copy is not to be trusted and not needed."""

    def api_info(self) -> dict[str, Any]:
        return {"type": "object"}


def _answers(size_for: FindSize) -> list[Callable[..., Data]]:
    """What the page may call, by these names."""

    def magic_compare(asked: object) -> Data:
        return compare_proposal(asked, size_for)

    def magic_take(asked: object) -> Data:
        return take_proposal(asked, size_for)

    return [magic_compare, magic_take]
