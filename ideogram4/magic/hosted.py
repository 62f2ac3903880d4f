"""`Ideogram`: the hosted magic prompt of the people who trained the model.

One request with an idea, one caption back; it needs a key and knows only ideas, so an assignment of
another kind is told to it as one (`wording.as_idea`). Its answers are read like anybody's.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ideogram4.magic.answers import answer_json, told
from ideogram4.magic.assignment import Assignment
from ideogram4.magic.wording import as_idea
from ideogram4.transport import Body, Key, NoAnswer, Transport, send

ADDRESS = "https://api.ideogram.ai"
PATH = "/v1/ideogram-v4/magic-prompt"
SECONDS = 60.0
LONGEST = 4_000
_WIDE = ("5x4", "4x3", "3x2", "16x10", "16x9", "2x1", "3x1", "4x1")
_TALL = ("4x5", "3x4", "2x3", "10x16", "9x16", "1x2", "1x3", "1x4")
RATIOS = ("1x1", *_WIDE, *_TALL)
AUTO = "AUTO"
_RATIO = re.compile(r"\d{1,5}[x:]\d{1,5}")


@dataclass(frozen=True)
class Ideogram:
    """Ideogram's service. `address` is scheme, host and port; `send` is replaced in tests."""

    key: str = field(repr=False)
    address: str = ADDRESS
    seconds: float = SECONDS
    send: Transport = field(default=send, repr=False)

    name = "Ideogram"
    sends_words = True

    def write(self, assignment: Assignment) -> Iterator[str]:
        """The caption in one piece, with the page's ratio beside it as the service gives it."""
        body = {
            "text_prompt": as_idea(assignment, LONGEST),
            "aspect_ratio": nearest_ratio(assignment.size),
        }
        key = Key("Api-Key", self.key)
        try:
            reply = self.send(self.address + PATH, key, Body(json=body), self.seconds)
            written = _written(answer_json(reply))
        except NoAnswer as problem:
            failure = told(self.name, problem)
        else:
            yield written
            return
        raise failure


def _written(reply: dict[str, Any]) -> str:
    """`json_prompt`, an object or text, with the page's ratio in it. Raises NoAnswer."""
    caption, ratio = reply.get("json_prompt"), reply.get("aspect_ratio")
    text = caption if isinstance(caption, str) else ""
    if text:
        with suppress(NoAnswer):  # text that is no JSON is for repair to read
            caption = answer_json(text)
    if not isinstance(caption, dict):
        if not text.strip():
            raise NoAnswer("the answer holds no caption")
        return text
    if not caption:
        raise NoAnswer("the answer holds no caption")
    if isinstance(ratio, str) and _RATIO.fullmatch(ratio) and "aspect_ratio" not in caption:
        caption = {"aspect_ratio": ratio.replace("x", ":"), **caption}
    try:
        return json.dumps(caption, ensure_ascii=False)
    except RecursionError:
        raise NoAnswer("the answer is not what it should be") from None


def nearest_ratio(size: tuple[int, int] | None) -> str:
    """The ratio of the service's that a page of (width, height) comes closest to, "AUTO" without.

    Closest by the factor between them: 1920 x 1088 is 16x9.
    """
    if size is None:
        return AUTO
    wanted = math.log(size[0] / size[1])

    def distance(ratio: str) -> float:
        width, height = ratio.split("x")
        return abs(math.log(int(width) / int(height)) - wanted)

    return min(RATIOS, key=distance)
