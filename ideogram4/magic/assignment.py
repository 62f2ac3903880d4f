"""`Assignment`: what is to be written, and `Keep`, what of the person's own caption stays.

The hand-over between a page, a command or a program and whoever writes captions. It is checked
where it is made, so that no provider has to. What it is not: an answer; see `expansion`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from ideogram4.caption import LIMITS, Caption, Element
from ideogram4.errors import RequestError

Task = Literal["expand", "fill", "element", "layout"]
TASKS: tuple[Task, ...] = get_args(Task)

LONGEST_IDEA = 4_000
"""Characters of an idea; more is not an idea, and some services would cut it."""

MOST_TEXTS = 24
"""Pieces of lettering of one layout."""

MOST_LETTERS = 8_000
"""Characters of all of them together; the model reads fewer."""


@dataclass(frozen=True)
class Keep:
    """What of the current caption an expansion may not touch."""

    boxes: bool = False
    palette: bool = False


@dataclass(frozen=True)
class Assignment:
    """What is asked of a provider.

    task: "expand" a caption from the idea, "fill" what the caption lacks, one "element" anew, or
    "layout", places for `texts`. element: its index in `caption`. size: (width, height) of the
    picture in pixels, if it is known. boxes: whether elements are placed. Raises RequestError.
    """

    idea: str = ""
    task: Task = "expand"
    caption: Caption | None = None
    element: int | None = None
    texts: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    boxes: bool = True

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise RequestError(f"task is {self.task!r:.40}; choose from {', '.join(TASKS)}")
        _check_words("the idea", self.idea, LONGEST_IDEA)
        if self.task == "expand" and not self.idea.strip():
            raise RequestError("the idea is empty", hint="Say in a few words what to draw.")
        if self.task in ("fill", "element") and self.caption is None:
            raise RequestError(f'the task "{self.task}" needs a caption to work on')
        if self.task == "element" or self.element is not None:
            self._check_element()
        if self.task == "layout" or self.texts:
            self._check_texts()
        if self.task != "layout" and not self.idea.strip() and not self._has_words():
            raise RequestError(
                "neither the caption nor a wish says anything to go by",
                hint="Say in a few words what to draw.",
            )
        if self.size is not None and not all(0 < side <= 1 << 16 for side in self.size):
            raise RequestError(f"a picture of {self.size[0]} x {self.size[1]} pixels is none")

    @property
    def elements(self) -> int:
        """How many elements the caption has."""
        if self.caption is None:
            return 0
        return len(self.caption.compositional_deconstruction.elements)

    @property
    def told(self) -> tuple[Element, ...]:
        """The elements that a picture shows, and the one that is to be written anew."""
        if self.caption is None:
            return ()
        elements = self.caption.compositional_deconstruction.elements
        return tuple(e for i, e in enumerate(elements) if not e.hidden or i == self.element)

    @property
    def meant(self) -> Element | None:
        """The element that is to be written anew."""
        if self.caption is None or self.element is None:
            return None
        return self.caption.compositional_deconstruction.elements[self.element]

    def _has_words(self) -> bool:
        if self.caption is None:
            return False
        words = [
            self.caption.high_level_description,
            self.caption.compositional_deconstruction.background,
        ]
        words += [text for element in self.told for text in (element.desc, element.text)]
        return any(text and text.strip() for text in words)

    def _check_element(self) -> None:
        if type(self.element) is not int or not 0 <= self.element < self.elements:
            raise RequestError(
                f"there is no element {self.element!r:.20}; the caption has {self.elements}"
                + (", counted from 0" if self.elements else "")
            )

    def _check_texts(self) -> None:
        if isinstance(self.texts, str):
            raise RequestError("texts is one text; a layout takes a list of them")
        if not self.texts or not all(isinstance(t, str) and t.strip() for t in self.texts):
            raise RequestError("a layout needs texts, and none of them empty")
        if len(self.texts) > MOST_TEXTS:
            raise RequestError(f"{len(self.texts)} texts are too many; {MOST_TEXTS} is the most")
        for text in self.texts:
            _check_words("a text", text, LIMITS.string)
        _check_words("all texts together", "".join(self.texts), MOST_LETTERS)
        if self.task == "layout" and self.caption is not None:
            elements = self.caption.compositional_deconstruction.elements
            count = len(self.texts) + sum(element.type != "text" for element in elements)
            if count > LIMITS.elements:
                raise RequestError(
                    f"with these texts the caption would have {count} elements; "
                    f"{LIMITS.elements} is the most"
                )


def _check_words(what: str, words: str, most: int) -> None:
    if not isinstance(words, str):
        raise RequestError(f"{what} is {type(words).__name__}, not text")
    if "\0" in words:
        raise RequestError(
            f"character {words.index(chr(0)) + 1} of {what} is NUL, which is no letter"
        )
    if len(words) > most:
        raise RequestError(f"{what} has {len(words)} characters; {most} is the most")
    try:
        words.encode("utf-8")
    except UnicodeEncodeError as problem:
        raise RequestError(
            f"character {problem.start + 1} of {what} is half of a surrogate pair",
            hint="Paste it again; it was cut inside an emoji or a rare letter.",
        ) from problem
