"""What the services that write captions have in common: reading JSON, and telling a failure.

What a service sends is never repeated to a person: it may hold the key, or anything else.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from ideogram4.errors import ServiceError
from ideogram4.transport import NoAnswer

UNCHANGED = "Your words and your caption are unchanged."
_MEANINGS = {
    400: "it does not take these words or this model",
    402: "the account behind the key is out of credit",
    404: "there is no such model or address",
    413: "that is too long for it",
}


def answer_json(reply: bytes | str) -> dict[str, Any]:
    """The object that a service answered with. Raises NoAnswer."""
    try:
        value = json.loads(reply, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NoAnswer("the answer is not what it should be") from None
    if not isinstance(value, dict):
        raise NoAnswer("the answer is not what it should be")
    return value


def told(name: str, problem: NoAnswer) -> ServiceError:
    """A failure in our own words."""
    reason = _MEANINGS.get(problem.status or 0, str(problem))
    return ServiceError(f"{name} wrote no caption: {reason}", hint=UNCHANGED)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
