"""From words to captions: one provider a file, behind one protocol, and one door, `expand`.

    provider = choose_provider(settings)
    proposal = expanded(Assignment("a ginger cat with a hat"), provider)
    proposal.caption

What it is not: anything that changes a person's caption; a proposal is theirs to take or leave.
"""

from __future__ import annotations

from ideogram4.magic.assignment import Assignment, Keep
from ideogram4.magic.choose import choose_provider
from ideogram4.magic.expansion import Expansion, expand, expanded
from ideogram4.magic.provider import Provider

__all__ = [
    "Assignment",
    "Expansion",
    "Keep",
    "Provider",
    "choose_provider",
    "expand",
    "expanded",
]
