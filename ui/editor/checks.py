"""What the JSON editor asks Python: is this a caption, fix this, repair this, what will be read.

The page calls these functions directly, so every argument is whatever a browser sent. The answers
are plain data, and none of them raises for any text. What it is not: rules; those are
`ideogram4.caption`'s alone.
"""

from __future__ import annotations

from typing import Any

from ideogram4.caption import format_json, parse_caption, repair_caption


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


def repair(text: object) -> dict[str, Any]:
    """The caption that can be made of `text` and what was changed, or `{"error": ...}`."""
    result = repair_caption(_as_text(text))
    if result.caption is None:
        reasons = [issue.message for issue in result.issues if issue.severity == "error"]
        return {"error": " ".join(["No caption could be made of this text.", *reasons[:1]])}
    return {
        "text": result.caption.to_json(),
        "changes": [change.message for change in result.changes],
    }


def model_text(text: object) -> dict[str, Any]:
    """`{"text": ...}`: the one line that the model reads, or `{"error": ...}`."""
    caption = parse_caption(_as_text(text)).caption
    if caption is None:
        return {"error": "The caption has errors; the list of issues names them."}
    return {"text": caption.to_prompt()}


def _as_text(text: object) -> str:
    return text if isinstance(text, str) else ""
