"""What a person wants written, checked: words from a page or an API become one `ExpansionWish`.

As `ui.service.requests` does for pictures. The rules of an assignment are its own
(`ideogram4.magic.assignment`); here anything that a browser may send is made into one or refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args

from ideogram4.caption import Caption, parse_caption, repair_caption
from ideogram4.errors import CaptionError, RequestError
from ideogram4.magic import Assignment, Keep
from ideogram4.magic.assignment import LONGEST_IDEA, MOST_TEXTS, Task
from ideogram4.magic.choose import NAMES
from ui.service.requests import optional_number, read_caption

TASKS: tuple[str, ...] = get_args(Task)


@dataclass(frozen=True)
class ExpansionWish:
    """One checked wish. `provider` None takes the best there is."""

    assignment: Assignment
    keep: Keep
    provider: str | None = None

    @classmethod
    def checked(
        cls,
        idea: object = "",
        *,
        caption: object = "",
        task: object = "expand",
        element: object = None,
        texts: object = (),
        width: object = None,
        height: object = None,
        provider: object = None,
        keep_boxes: object = False,
        keep_palette: object = False,
        boxes: object = True,
    ) -> ExpansionWish:
        """Make a wish of anything at all; raises RequestError or CaptionError."""
        if not isinstance(idea, str):
            raise RequestError("the idea must be text")
        if len(idea) > LONGEST_IDEA:  # before anybody looks at its letters
            raise RequestError(
                f"the idea has {len(idea):,} characters; {LONGEST_IDEA:,} is the most"
            )
        if not isinstance(task, str) or task not in TASKS:
            raise RequestError(f"task is {_shown(task)}; choose from {', '.join(TASKS)}")
        # The page's list has no name for "the best there is".
        named = provider or None
        if named is not None and named not in NAMES:
            raise RequestError(f"provider is {_shown(provider)}; choose from {', '.join(NAMES)}")
        assignment = Assignment(
            idea=idea,
            task=cast(Task, task),
            caption=_caption(caption, whole=task == "element"),
            element=optional_number("element", element) if task == "element" else None,
            texts=_texts(texts) if task == "layout" else (),
            size=_size(width, height),
            boxes=_switch("boxes", boxes),
        )
        keep = Keep(_switch("keep_boxes", keep_boxes), _switch("keep_palette", keep_palette))
        return cls(assignment, keep, cast(str | None, named))


def _caption(text: object, *, whole: bool) -> Caption | None:
    """The caption as far as there is one: a page half filled in is what one asks help with.

    whole: it has to be one as it stands, because mending could move what is counted in it.
    """
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise CaptionError("the caption must be JSON text")
    if not text.strip():
        return None
    found = parse_caption(text).caption
    if found is None and whole:
        return read_caption(text)  # whose refusal says what is wrong
    found = found or repair_caption(text).caption
    if found is None:
        raise CaptionError(
            "the caption is no JSON that could be read",
            hint="Mend its text first; the list of issues says where.",
        )
    return found


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(text, str) for text in value):
        raise RequestError("texts must be a list of texts")
    if len(value) > MOST_TEXTS:
        raise RequestError(f"{len(value):,} texts are too many; {MOST_TEXTS} is the most")
    return tuple(value)


def _size(width: object, height: object) -> tuple[int, int] | None:
    sides = optional_number("width", width), optional_number("height", height)
    if sides == (None, None):
        return None
    if None in sides:
        raise RequestError("a size needs width and height, or neither")
    return cast(tuple[int, int], sides)


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise RequestError(f"{name} is {_shown(value)}; it is true or false")
    return value


def _shown(value: object) -> str:
    text = repr(value[:40] if isinstance(value, str) else type(value).__name__)
    return text[:44]
