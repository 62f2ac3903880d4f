"""`Provider`: who writes captions. One a file: `hosted`, `chat`, `built_in` and `offline`.

A provider gets an `Assignment` and writes text; what the text is worth is not its business
(`expansion` reads and repairs it), so a service that answers nonsense needs no care of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ideogram4.magic.assignment import Assignment


class Provider(Protocol):
    """Writes captions. Answers within its own deadline, and may be used from several threads."""

    @property
    def name(self) -> str:
        """What people know it as, such as "Ideogram"."""
        ...

    @property
    def sends_words(self) -> bool:
        """Whether what a person wrote leaves this machine."""
        ...

    def write(self, assignment: Assignment) -> Iterator[str]:
        """What is written, in pieces as they come: a caption as JSON, or something like it.

        Closing the iterator stops the work. Raises ServiceError, whose words are ours and not the
        service's, and of a model at work here WeightsError and its kin.
        """
        ...
