"""Text that somebody writes piece by piece: passed on within a limit, and whole in the end.

Shared by those who write captions and those who read pictures. What it is not: a judge of the text.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TypeVar

from ideogram4.errors import ServiceError

MOST_CHARACTERS = 200_000
"""Of one answer; a long caption has ten thousand."""

Result = TypeVar("Result")


def passed_on(
    pieces: Iterable[str], name: str, *, silent: bool, hint: str = ""
) -> Generator[str, None, str]:
    """Yield the pieces that `name` writes and return the whole text.

    silent: yield empty ones instead, so that a reader can still go. Closing it stops the work.
    Raises ServiceError, with `hint`, when there is no end of it.
    """
    written: list[str] = []
    length = 0
    try:
        for piece in pieces:
            length += len(piece)
            if length > MOST_CHARACTERS:
                raise ServiceError(f"{name} wrote far too much", hint=hint)
            # Half of a surrogate pair, which JSON can spell and no page can be sent, becomes "?".
            whole = piece.encode("utf-8", "replace").decode("utf-8")
            written.append(whole)
            yield "" if silent else whole
    finally:
        if isinstance(pieces, Generator):
            pieces.close()
    return "".join(written)


def result_of(work: Generator[str, None, Result]) -> Result:
    """What a generator returns, for whoever does not want its pieces."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
