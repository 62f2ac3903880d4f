"""What the page says about the model in use: what it is, what it cannot do, under which licence.

Plain Markdown made of facts. It promises nothing that the weights in use cannot keep.
"""

from __future__ import annotations

from ui.models import ModelFacts

INFO_COMMAND = "ideogram4 info"
REAL_LICENCE_PAGE = "https://huggingface.co/ideogram-ai/ideogram-4-nf4"


def badge(model: ModelFacts) -> str:
    """One line for the top of the page."""
    if model.is_demo:
        return (
            "**Demo weights in use**: a small model for flat shapes on plain backgrounds, "
            f"{_range(model)}. Licence: {model.licence}."
        )
    return f"**Weights in use**: {_code(model.name)}, {_range(model)}. Licence: {model.licence}."


def details(model: ModelFacts, reason: str) -> str:
    """What stands behind the badge. `reason`: why this model was chosen."""
    limits = model.limits
    shared = (
        f"**Limits.** {limits.minimum} to {limits.maximum} pixels a side in steps of "
        f"{limits.multiple}, up to {limits.max_ratio:g}:1, at most 2048 tokens of caption. "
        "The model loads when the first picture is asked for.\n\n"
        f"**Why these weights.** {reason[:1].upper()}{reason[1:]}. "
        f"`{INFO_COMMAND}` in a terminal says what is here and what is missing.\n\n"
    )
    if not model.is_demo:
        return (
            f"**Licence.** {model.licence}. It applies to whoever uses these weights.\n\n" + shared
        )
    return (
        "**The demo** was trained from scratch on drawn pictures so that the studio runs "
        "anywhere. It puts up to four elements in their colours at their boxes. In this first "
        "version outlines are rough, small elements may be missing and words are not legible. It "
        f"knows no photographs, people or scenes. Licence: {model.licence}.\n\n"
        + shared
        + "**The real weights** need an NVIDIA card and your own access: accept the licence "
        f"(Ideogram 4 Non-Commercial) at [{REAL_LICENCE_PAGE}]({REAL_LICENCE_PAGE}), then "
        "`hf auth login`. This version opens unquantised copies of them, named by "
        "`IDEOGRAM4_MODEL`; the nf4 and fp8 files come with a later one."
    )


def _range(model: ModelFacts) -> str:
    return f"{model.limits.minimum} to {model.limits.maximum} pixels a side"


def _code(name: str) -> str:
    return f"`{name.replace('`', '')}`"
