"""From what a person passes as a prompt to the string the model reads.

A caption (object, dict or JSON text) becomes its canonical form; plain text and JSON that is no
caption go through as they are, with a warning, unless `check` says otherwise. Not the tokenizer.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ideogram4.caption import Caption, Issue, parse_caption, validate_caption
from ideogram4.errors import CaptionError, RequestError

Check = Literal["raise", "warn", "off"]
CHECKS = ("raise", "warn", "off")
_HINT = (
    "`ideogram4 check FILE` lists every problem with its place; `ideogram4 repair FILE` fixes most."
)
Prompt = Caption | Mapping[str, Any] | str


class CaptionWarning(UserWarning):
    """The caption is outside the format the model was trained on."""


def prompt_texts(prompts: Prompt | Sequence[Prompt], check: str = "warn") -> list[str]:
    """The strings the model reads, one a prompt.

    check: "raise" refuses a caption with errors or warnings, "warn" warns and goes on, "off" is
    silent. Raises `CaptionError` (with its issues) and `RequestError`.
    """
    if check not in CHECKS:
        raise RequestError(f"check is {check!r:.40}; choose from {', '.join(CHECKS)}")
    if isinstance(prompts, (str, Mapping, Caption)):
        prompts = [prompts]
    if not isinstance(prompts, Sequence) or not prompts:
        raise RequestError("prompts must be a caption, a text, or a list of at least one of them")
    return [_prompt_text(prompt, check) for prompt in prompts]


def _prompt_text(prompt: object, check: str) -> str:
    if isinstance(prompt, Caption):
        return prompt.to_prompt()
    if isinstance(prompt, Mapping):
        return _from_dict(dict(prompt), check)
    if isinstance(prompt, str):
        return _from_text(prompt, check)
    raise RequestError(
        f"a prompt is a caption, a dict or a text, not {type(prompt).__name__}",
        hint="Make one with Caption.from_dict(...) or parse_caption(text).caption.",
    )


def _from_dict(content: dict[str, Any], check: str) -> str:
    issues = validate_caption(content)
    if any(issue.severity == "error" for issue in issues):
        # A dict with errors has no canonical form, and guessing one would draw something else.
        raise CaptionError(_summary(issues), issues=issues, hint=_HINT)
    _tell(issues, check)
    return Caption.from_dict(content).to_prompt()


def _from_text(text: str, check: str) -> str:
    if not text.strip():
        raise RequestError("the prompt is empty", hint="Write a caption, or at least some words.")
    _refuse_lone_surrogates(text)
    if not text.lstrip().startswith(("{", "\ufeff")):
        _tell_plain_text(check)
        return text
    result = parse_caption(text)
    _tell(result.issues, check)
    return result.caption.to_prompt() if result.caption is not None else text


def _refuse_lone_surrogates(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise CaptionError(
            f"character {error.start + 1} of the prompt is half of a surrogate pair",
            hint="Paste the text again; it was cut inside an emoji or a rare letter.",
        ) from error


def _tell_plain_text(check: str) -> None:
    message = "the prompt is plain text; the model was trained on JSON captions only"
    if check == "raise":
        raise CaptionError(message, hint=_HINT)
    if check == "warn":
        warnings.warn(message, CaptionWarning, stacklevel=5)


def _tell(issues: Sequence[Issue], check: str) -> None:
    serious = [issue for issue in issues if issue.severity != "hint"]
    if not serious or check == "off":
        return
    if check == "raise":
        raise CaptionError(_summary(serious), issues=serious, hint=_HINT)
    warnings.warn(_summary(serious), CaptionWarning, stacklevel=5)


def _summary(issues: Sequence[Issue]) -> str:
    serious = [issue for issue in issues if issue.severity != "hint"]
    first = serious[0]
    where = first.path or "the caption"
    more = f" (and {len(serious) - 1} more)" if len(serious) > 1 else ""
    return f"{where}: {first.message}{more}"
