"""`Moderator`: what judges words and pictures, and `Verdict`, what it answers.

Why a protocol: Hive is one service among others, and an owner may have their own. Whoever can
answer two questions can stand in. What it is not: the decision what is asked and when; that is
`screening`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Verdict:
    """An answer. Only "allowed" lets anything through: "unchecked" counts as blocked.

    `classes` say in plain words what was found; `reason` why nothing could be said, as the end of
    "... could not be checked: ". Both are shown to people, so they are the moderator's own words
    and never what a service has sent.
    """

    outcome: Literal["allowed", "blocked", "unchecked"]
    classes: tuple[str, ...] = ()
    reason: str = ""

    @property
    def allowed(self) -> bool:
        return self.outcome == "allowed"

    @classmethod
    def allow(cls) -> Verdict:
        """Somebody has looked, and nothing speaks against it."""
        return cls("allowed")

    @classmethod
    def block(cls, *classes: str) -> Verdict:
        """Something was found."""
        return cls("blocked", classes=classes)

    @classmethod
    def unchecked(cls, reason: str) -> Verdict:
        """Nobody has looked, or the answer cannot be trusted."""
        return cls("unchecked", reason=reason)


class Moderator(Protocol):
    """Judges. It answers within its own deadline and raises nothing; what it raises all the same
    is taken for "unchecked". May be asked from several threads at once."""

    @property
    def name(self) -> str:
        """What people know it as, such as "Hive"."""
        ...

    def check_text(self, texts: Sequence[str]) -> Verdict:
        """About texts that belong together: one idea, or all of one caption."""
        ...

    def check_picture(self, png: bytes) -> Verdict:
        """About one picture, as the bytes of a PNG."""
        ...
