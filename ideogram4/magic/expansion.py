"""From an assignment to a proposal: ask, read, put back what has to stay, and check the words.

`expand` is the only door to a provider: everything that is written passes the same limits, the same
repair and the same screening, whoever wrote it. The person's own words and caption are never
changed; a failure is an error with a reason in a line. What it is not: the choice of a provider
(`choose`), or of what the person takes.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ideogram4.caption import Caption, Change, Issue, RepairResult, repair_caption, validate_caption
from ideogram4.errors import ServiceError
from ideogram4.magic.answers import UNCHANGED
from ideogram4.magic.assignment import Assignment, Keep
from ideogram4.magic.merge import merged
from ideogram4.magic.provider import Provider

if TYPE_CHECKING:
    from ideogram4.safety import Screening

MOST_CHARACTERS = 200_000
"""Of one answer; a long caption has ten thousand."""

# What every service does, as it was told or trained: the other spelling, and the page's ratio
# beside the caption, which the proposal tells itself.
EXPECTED = ("palette-spelling", "page")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Expansion:
    """A proposal. `changes` are repair's, `issues` what is left, `aspect_ratio` "W:H" if told."""

    caption: Caption
    provider: str
    changes: tuple[Change, ...] = ()
    issues: tuple[Issue, ...] = ()
    aspect_ratio: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the caption as people spell it, and what there is to say of it."""
        return {
            "caption": self.caption.to_dict(),
            "provider": self.provider,
            "changes": [change.message for change in self.changes],
            "issues": [f"{issue.severity}: {issue.message}" for issue in self.issues],
            "aspect_ratio": self.aspect_ratio,
        }


def expand(
    assignment: Assignment,
    provider: Provider,
    *,
    keep: Keep | None = None,
    screening: Screening | None = None,
) -> Generator[str, None, Expansion]:
    """Yield what is written as it is written, and return the proposal.

    Where words are screened the pieces are empty, so that a reader can still go: the proposal is
    told once it is cleared. Raises BlockedError and ServiceError, and for a model at work here
    WeightsError and its kin.
    """
    screened = screening is not None and bool(screening.words)
    if screening is not None:
        screening.check_words([assignment.idea, *assignment.texts])
        if assignment.caption is not None:
            screening.check_caption(assignment.caption)
    written: list[str] = []
    length = 0
    with closing(_closable(provider.write(assignment))) as pieces:
        for piece in pieces:
            length += len(piece)
            if length > MOST_CHARACTERS:
                raise ServiceError(f"{provider.name} wrote far too much", hint=UNCHANGED)
            written.append(piece)
            yield "" if screened else piece
    result = read(provider.name, "".join(written))
    caption = merged(assignment, result.caption, keep or Keep()) if result.caption else None
    if caption is None:  # `read` has refused already; this is for the type
        raise ServiceError(f"{provider.name} wrote no caption", hint=UNCHANGED)
    if screening is not None:
        screening.check_caption(caption)
    issues = tuple(validate_caption(caption.to_dict()))
    if any(issue.severity == "error" for issue in issues):
        raise ServiceError(
            f"what {provider.name} wrote and your caption are too much for one", hint=UNCHANGED
        )
    # What was repaired is told with the words that were there, which nobody has screened.
    changes = () if screened else [c for c in result.changes if c.code not in EXPECTED]
    return Expansion(caption, provider.name, tuple(changes), issues, result.aspect_ratio)


def read(name: str, text: str) -> RepairResult:
    """The caption in an answer. Raises ServiceError when there is none, or one that says nothing.

    A few stray words can be repaired into a caption without content; that is no answer.
    """
    result = repair_caption(text)
    caption = result.caption
    if caption is None:
        log.info("expansion: %s wrote %d characters without a caption", name, len(text))
        raise ServiceError(f"{name} wrote nothing that is a caption", hint=UNCHANGED)
    if not _says_something(caption):
        raise ServiceError(f"{name} wrote a caption that says nothing", hint=UNCHANGED)
    return result


def _closable(pieces: Any) -> Generator[str, None, None]:
    """Any iterator as one that can be closed, so that a provider's work ends with the reader's.

    Half of a surrogate pair, which JSON can spell and no page can be sent, becomes "?".
    """
    try:
        for piece in pieces:
            yield piece.encode("utf-8", "replace").decode("utf-8")
    finally:
        if isinstance(pieces, Generator):
            pieces.close()


def _says_something(caption: Caption) -> bool:
    """A summary, or an element that is seen and has words. A background alone is no picture."""
    seen = [e for e in caption.compositional_deconstruction.elements if not e.hidden]
    words = [caption.high_level_description, *(e.desc for e in seen), *(e.text for e in seen)]
    return any(text and text.strip() for text in words)


def expanded(
    assignment: Assignment,
    provider: Provider,
    *,
    keep: Keep | None = None,
    screening: Screening | None = None,
) -> Expansion:
    """`expand` for whoever wants the proposal alone."""
    pieces = expand(assignment, provider, keep=keep, screening=screening)
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            proposal: Expansion = end.value
            return proposal
