"""`BuiltIn`: the loaded model's own text encoder as a writer of captions, without key or network.

It is held to the caption's schema while it writes (`decoding`), so what comes is always a caption;
how good a one depends on the weights. What it is not: the writing itself, which is the pipeline's
`write_caption`; whoever has a pipeline, or a line of jobs before one, lends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ideogram4.magic.assignment import Assignment
from ideogram4.magic.wording import instruction, request

Write = Callable[[str, str, bool], Iterator[str]]
"""(instruction, request, boxes) -> pieces of JSON text."""


@dataclass(frozen=True)
class BuiltIn:
    """The text encoder that `write_text` reaches."""

    write_text: Write

    name = "this model"
    sends_words = False

    def write(self, assignment: Assignment) -> Iterator[str]:
        """The caption, token by token."""
        system = instruction(assignment.task, boxes=assignment.boxes)
        yield from self.write_text(system, request(assignment), assignment.boxes)
