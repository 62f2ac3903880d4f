"""What the editor says of the text that the model reads: the line itself, and its tokens.

What it is not: a tokenizer; whoever builds the page hands one in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Protocol

from ideogram4.caption import Caption, parse_caption


class Counted(Protocol):
    """An answer of a meter."""

    @property
    def tokens(self) -> int: ...
    @property
    def exact(self) -> bool: ...
    @property
    def limit(self) -> int: ...


class Meter(Protocol):
    """`ui.service.tokens.TokenMeter` is one."""

    def count(self, prompt: str) -> Counted:
        """The tokens of a string, chat template included."""
        ...


def make_reading(meter: Meter | None) -> Callable[[object], dict[str, Any]]:
    """The function that the page calls; without a meter it counts nothing."""

    def reading(asked: object) -> dict[str, Any]:
        """`{"text", "tokens", "limit", "exact", "element"}`, or `{"error": ...}`.

        `asked` is `{"text": ..., "element": index or None}`; `element` in the answer is how many
        of the tokens go when that element does.
        """
        parts = asked if isinstance(asked, dict) else {}
        text = parts.get("text")
        caption = parse_caption(text if isinstance(text, str) else "").caption
        if caption is None:
            return {"error": "The caption has errors; the list of issues names them."}
        line = caption.to_prompt()
        answer: dict[str, Any] = {"text": line, "tokens": None, "element": None}
        if meter is not None:
            counted = meter.count(line)
            answer |= {"tokens": counted.tokens, "limit": counted.limit, "exact": counted.exact}
            without = _without(caption, parts.get("element"))
            if without is not None:
                answer["element"] = counted.tokens - meter.count(without.to_prompt()).tokens
        return answer

    return reading


def _without(caption: Caption, index: object) -> Caption | None:
    """The caption less one element; None where there is no such element."""
    composition = caption.compositional_deconstruction
    elements = composition.elements
    if type(index) is not int or not 0 <= index < len(elements):
        return None
    rest = (*elements[:index], *elements[index + 1 :])
    return dataclasses.replace(
        caption,
        compositional_deconstruction=dataclasses.replace(composition, elements=rest),
    )
