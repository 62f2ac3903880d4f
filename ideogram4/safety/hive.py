"""`Hive`: screening by the service of that name, version 3 of its API.

One request a piece of text or a picture, and one rule for the answer: unless it is whole and says
something of every class that counts, the words or the picture could not be checked. So a class that
Hive leaves out, as it does for languages it cannot judge, is never taken for harmless.

What it is not: a client for the rest of Hive. What it sends is exactly the text or the picture;
what it gets is read by the rules below and shown to nobody.
"""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ideogram4.safety.moderator import Verdict
from ideogram4.transport import Body, Key, NoAnswer, Transport, send

ADDRESS = "https://api.thehive.ai"
TEXT_PATH = "/api/v3/hive/text-moderation"
PICTURE_PATH = "/api/v3/hive/visual-moderation"
TEXT_SECONDS = 20.0  # for all pieces of one caption together
PICTURE_SECONDS = 30.0
# Hive reads 1024 characters of a text; pieces overlap, so that no sentence is torn out of sight.
PIECE, OVERLAP = 1000, 100
MOST_PIECES = 32

# Classes that count, in plain words. Severities are whole numbers, scores lie between 0 and 1.
TEXT_CLASSES = {
    "bullying": "bullying",
    "child_exploitation": "child exploitation",
    "child_safety": "child safety",
    "drugs": "drugs",
    "hate": "hate",
    "self_harm": "self-harm",
    "self_harm_intent": "intent of self-harm",
    "sexual": "sexual content",
    "sexual_description": "sexual description",
    "violence": "violence",
    "violent_description": "violent description",
}
PICTURE_CLASSES = {
    "general_nsfw": "sexual content",
    "general_suggestive": "suggestive content",
    "yes_sexual_activity": "sexual activity",
    "yes_sexual_intent": "sexual intent",
    "yes_realistic_nsfw": "realistic sexual content",
    "very_bloody": "blood",
    "yes_animal_abuse": "animal abuse",
    "yes_self_harm": "self-harm",
    "yes_confederate": "a Confederate symbol",
    "yes_kkk": "a Ku Klux Klan symbol",
    "yes_nazi": "a Nazi symbol",
}
TEXT_BLOCKED_AT = 1
PICTURE_BLOCKED_AT = 0.9

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hive:
    """Hive with a key for texts, one for pictures, or both; each only asks with its own.

    `address` is scheme, host and port; `send` what carries a request, replaced in tests.
    """

    text_key: str | None = field(default=None, repr=False)
    picture_key: str | None = field(default=None, repr=False)
    address: str = ADDRESS
    text_seconds: float = TEXT_SECONDS
    picture_seconds: float = PICTURE_SECONDS
    send: Transport = field(default=send, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)

    name = "Hive"

    def check_text(self, texts: Sequence[str]) -> Verdict:
        """Every piece of the texts; the first that is not allowed ends it."""
        if not self.text_key:
            return Verdict.unchecked("Hive has no key for texts")
        end = self.clock() + self.text_seconds
        found = list(pieces("\n".join(texts)))
        if len(found) > MOST_PIECES:
            return Verdict.unchecked(f"more than {MOST_PIECES * (PIECE - OVERLAP)} characters")
        for piece in found:
            body = Body(json={"input": [{"text": piece}]})
            verdict = self._ask(TEXT_PATH, self.text_key, body, end, judge_text)
            if not verdict.allowed:
                return verdict
        return Verdict.allow()

    def check_picture(self, png: bytes) -> Verdict:
        """One picture, sent as a file."""
        if not self.picture_key:
            return Verdict.unchecked("Hive has no key for pictures")
        end = self.clock() + self.picture_seconds
        body = Body(files={"media": ("picture.png", png, "image/png")})
        return self._ask(PICTURE_PATH, self.picture_key, body, end, judge_picture)

    def _ask(
        self, path: str, key: str, body: Body, end: float, judge: Callable[[bytes], Verdict]
    ) -> Verdict:
        try:
            left = end - self.clock()
            if left <= 0:
                raise NoAnswer("Hive did not answer in time")
            return judge(self.send(self.address + path, Key.bearer(key), body, left))
        except NoAnswer as problem:
            log.warning("screening: %s", problem)
            return Verdict.unchecked(str(problem))


def pieces(text: str) -> Iterator[str]:
    """`text` in pieces that Hive reads whole, each beginning with the end of the one before."""
    start = 0
    while text[start:].strip():
        yield text[start : start + PIECE]
        if start + PIECE >= len(text):
            return
        start += PIECE - OVERLAP


def judge_text(reply: bytes) -> Verdict:
    """What a reply says of a text. Raises NoAnswer for one that is not whole."""
    return _judge(reply, TEXT_CLASSES, TEXT_BLOCKED_AT, _severity)


def judge_picture(reply: bytes) -> Verdict:
    """What a reply says of a picture. Raises NoAnswer for one that is not whole."""
    return _judge(reply, PICTURE_CLASSES, PICTURE_BLOCKED_AT, _score)


def _judge(
    reply: bytes, counting: Mapping[str, str], limit: float, number: Callable[[Any], float]
) -> Verdict:
    found: set[str] = set()
    for classes in _parts(_parsed(reply)):
        missing = [name for name in counting if name not in classes]
        if missing:
            raise NoAnswer(f"Hive's answer leaves out {counting[missing[0]]}")
        found |= {name for name in counting if max(map(number, classes[name])) >= limit}
    if found:
        return Verdict.block(*(words for name, words in counting.items() if name in found))
    return Verdict.allow()


def _parsed(reply: bytes) -> Any:
    try:
        return json.loads(reply, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NoAnswer("Hive's answer is not what it should be") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _parts(reply: Any) -> Iterator[dict[str, list[Any]]]:
    """The values of each class, for each part of what was sent; NoAnswer when a field is amiss."""
    if not isinstance(reply, dict) or reply.get("error"):
        raise NoAnswer("Hive's answer is not what it should be")
    for part in _filled_list(reply.get("output")):
        if not isinstance(part, dict):
            raise NoAnswer("Hive's answer is not what it should be")
        classes: dict[str, list[Any]] = {}
        for entry in _filled_list(part.get("classes")):
            name = entry.get("class") if isinstance(entry, dict) else None
            if not isinstance(name, str) or entry.get("value") is None:
                raise NoAnswer("Hive's answer is not what it should be")
            classes.setdefault(name, []).append(entry["value"])
        yield classes


def _filled_list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise NoAnswer("Hive's answer is not what it should be")
    return value


def _severity(value: Any) -> float:
    """A whole number from 0; -1 is how Hive says that it has not judged."""
    number = _number(value)
    if number < 0 or number != math.floor(number):
        raise NoAnswer("Hive's answer has a severity that is none")
    return number


def _score(value: Any) -> float:
    number = _number(value)
    if not 0 <= number <= 1:
        raise NoAnswer("Hive's answer has a score that is none")
    return number


def _number(value: Any) -> float:
    # True is a number to Python, and 1e400 is infinite.
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or value in (math.inf, -math.inf)
    ):
        raise NoAnswer("Hive's answer has a value that is no number")
    return value
