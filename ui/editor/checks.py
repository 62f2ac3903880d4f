"""What the JSON editor asks Python about its text: is this a caption, and fix this.

The page calls these functions directly, so every argument is whatever a browser sent. The answers
are plain data, and none of them raises for any text. What it is not: rules; those are
`ideogram4.caption`'s alone. Repair is `review`'s, what the model reads is `reading`'s.
"""

from __future__ import annotations

from typing import Any

from ideogram4.caption import Issue, format_json, parse_caption

_MOST_ROUNDS = 12


def check(text: object) -> list[dict[str, Any]]:
    """Every issue of `text`: `{path, line, column, code, severity, message, fix}`, fix a label."""
    return [issue.to_dict() for issue in parse_caption(_as_text(text)).issues]


def apply_fix(asked: object) -> dict[str, Any]:
    """`{"text": ...}` with one issue fixed, or `{"error": ...}` in words.

    `asked` is `{"text": ..., "index": ...}`, the issue's number in `check`'s answer for that text;
    one argument, because Gradio hands a page's several arguments over as one list.
    """
    parts = asked if isinstance(asked, dict) else {}
    source, index = _as_text(parts.get("text")), parts.get("index")
    result = parse_caption(source)
    issues = result.issues
    if type(index) is not int or not 0 <= index < len(issues):
        return {"error": "That problem is no longer there."}
    fix = issues[index].fix
    if fix is None:
        return {"error": "This problem needs a person's decision."}
    if not isinstance(result.value, dict):
        return {"error": "The text must be a JSON object before this can be fixed."}
    return {"text": format_json(fix(result.value))}


def apply_fixes(text: object) -> dict[str, Any]:
    """`{"text": ..., "count": ...}` with every fix made, again until none is left; or an error.

    A fix may bring another problem to light, so this goes on until nothing changes any more.
    """
    source, made = _as_text(text), 0
    value = parse_caption(source).value
    for _ in range(_MOST_ROUNDS):
        value, count = _fixed_once(value, parse_caption(source).issues)
        if count == 0:
            break
        source, made = format_json(value), made + count
    if made == 0:
        return {"error": "There is nothing here that can be fixed without a person's decision."}
    return {"text": source, "count": made}


def _fixed_once(value: Any, issues: tuple[Issue, ...]) -> tuple[Any, int]:
    """`value` with at most one fix made at each place, and how many of them changed something.

    From the back: taking out an item of a list then moves none that is still to be fixed.
    """
    count = 0
    if not isinstance(value, dict):
        return value, count
    first = {issue.path: issue for issue in reversed(issues) if issue.fix is not None}
    for issue in sorted(first.values(), key=lambda issue: issues.index(issue), reverse=True):
        fixed = value if issue.fix is None else issue.fix(value)
        if fixed != value:
            value, count = fixed, count + 1
    return value, count


def _as_text(text: object) -> str:
    return text if isinstance(text, str) else ""
