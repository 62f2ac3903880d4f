"""What the page says about the model in use: what it is, what it cannot do, under which licence.

Plain Markdown made of facts. It promises nothing that the weights in use, or this version's
loaders, cannot keep.
"""

from __future__ import annotations

from ideogram4.choice import REAL
from ideogram4.disclosure import SUMMARY
from ideogram4.safety import Screening
from ui.markdown import code, plain
from ui.service.models import ModelFacts

INFO_COMMAND = "ideogram4 info"
REAL_LICENCE_PAGE = f"https://huggingface.co/{REAL}"


def badge(model: ModelFacts) -> str:
    """One line for the top of the page."""
    if model.is_demo:
        return (
            "**Demo weights in use**: a small model for flat shapes on plain backgrounds, "
            f"{_range(model)}. Licence: {plain(model.licence)}."
        )
    return (
        f"**Weights in use**: {code(model.name)}, {_range(model)}. Licence: {plain(model.licence)}."
    )


def first_words(model: ModelFacts) -> str:
    """What an empty gallery says of the model, as plain text."""
    if model.is_demo:
        return (
            "This small demo draws flat shapes, and short words in block capitals: up to four, in "
            "the colours you pick and the boxes you draw, on a plain background or one that fades."
        )
    return (
        "The model draws what each box says, where the box stands, in the colours you pick. These "
        "captions are simple ones to start from."
    )


def details(model: ModelFacts, reason: str, screening: Screening) -> str:
    """What stands behind the badge. `reason`: why this model was chosen."""
    limits = model.limits
    shared = (
        f"**Limits.** {limits.minimum} to {limits.maximum} pixels a side in steps of "
        f"{limits.multiple}, up to {limits.max_ratio:g}:1, at most 2048 tokens of caption. "
        "The model loads when the first picture is drawn.\n\n"
        f"**Why these weights.** {reason[:1].upper()}{reason[1:]}. "
        f"`{INFO_COMMAND}` in a terminal says what is here and what is missing.\n\n"
        + screened(screening)
        + f"**Each picture says** that it is {SUMMARY}.\n\n"
    )
    if not model.is_demo:
        return (
            f"**Licence.** {plain(model.licence)}. It applies to whoever uses these weights.\n\n"
            + shared
        )
    return (
        "**The demo** was trained from scratch on drawn pictures so that the studio runs "
        "anywhere. It puts up to four flat shapes, and short words in block capitals and digits, "
        "in their colours at their boxes, on a plain background or one that fades. Small shapes "
        "and letters are rough, and what it cannot read becomes a grey box. It knows no "
        f"photographs, people or scenes. Licence: {plain(model.licence)}.\n\n"
        "**The real weights** read the same captions and draw what they say: photographs, "
        "illustrations, legible lettering, at up to 2048 pixels a side. They want an NVIDIA card, "
        "need your own access, have a licence of their own (Ideogram 4 Non-Commercial), and take "
        "their time, so they draw only when you press Generate.\n\n"
        + how_to_get_the_real_weights()
        + "\n\n"
        + shared
    )


def screened(screening: Screening) -> str:
    """Whether anybody looks at words and pictures, and what that changes on the page."""
    changes = ""
    if screening.pictures:
        changes = " Nothing is seen of a picture before it has passed, so there are no previews."
    if screening.on:
        changes += " The page does not draw by itself, and what cannot be checked is not made."
    words = screening.describe().removeprefix("Screening is ")
    return f"**Screening** is {plain(words)}{changes}\n\n"


def how_to_get_the_real_weights() -> str:
    """The steps, and the one command that ends them."""
    return (
        f"**To use them**, accept the licence at [{REAL_LICENCE_PAGE}]({REAL_LICENCE_PAGE}) and "
        "log in once with `hf auth login`. `ideogram4 download` then says what will come, how big "
        "and where to, and fetches it; on the machine itself, this page can do that too. From then "
        "on `make run` finds the card and the weights and uses them."
    )


def _range(model: ModelFacts) -> str:
    return f"{model.limits.minimum} to {model.limits.maximum} pixels a side"
