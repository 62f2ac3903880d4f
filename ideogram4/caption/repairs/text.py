"""From pasted text to JSON data: prose, code fences, double encoding, and everything JSON forbids.

Why: a language model's answer is rarely only JSON, and rarely quite JSON. The strict reader is
asked first; only what it refuses is read leniently, so a good text is never touched.

What it is not: about captions; what the data means is the next stage's matter (`structure`).
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from ideogram4.caption.document import Document
from ideogram4.caption.reader import read
from ideogram4.caption.repairs.lenient import Reading, read_leniently
from ideogram4.caption.repairs.log import Log
from ideogram4.caption.strings import unescape

_FENCE = re.compile(r"```[ \t]*[\w-]*[ \t]*\r?\n(.*?)(?:\n[ \t]*```|\Z)", re.DOTALL)
_START = re.compile(r"\{|\[(?=\s*\{)")
_ESCAPED = re.compile(r'\{\s*\\+"')
_HTML = re.compile(r"\{\s*&(?:quot|#34);")
_MOST_STARTS = 12
_MOST_ENCODINGS = 3
# What the lenient reader forgave, in words; {} is how often.
_FORGIVEN = {
    "comment": "Comments taken out ({}).",
    "wrong-quotes": "Quotes made straight ({}).",
    "inner-quotes": "Quotes inside a text escaped ({}).",
    "extra-comma": "Commas too many taken out ({}).",
    "trailing-comma": "Trailing commas taken out ({}).",
    "missing-comma": "Missing commas added ({}).",
    "missing-value": "Keys without a value emptied ({}).",
    "wrong-bracket": "Brackets that did not match put right ({}).",
    "cut-off": "The text was cut off: what was open is closed.",
    "bare-key": "Keys put in quotes ({}).",
    "bare-word": "Words that JSON does not know rewritten ({}).",
    "duplicate-key": "Keys given twice: the last one kept ({}).",
    "number-not-finite": "Numbers that JSON does not know taken out ({}).",
    "number-too-large": "Numbers too large taken out ({}).",
    "number-too-long": "Numbers too long taken out ({}).",
    "byte-order-mark": "An invisible byte order mark taken off.",
    "string-too-long": "Texts too long for a caption ({}).",
    "too-many-items": "Lists too long for a caption cut ({}).",
    "nul-character": "NUL characters taken out ({}).",
    "lone-surrogate": "Halves of characters taken out ({}).",
    "control-character": "Line breaks and other control characters escaped ({}).",
    "bad-escape": "Backslashes that escape nothing taken out ({}).",
}

Score = Callable[[Any], int]


def decode(source: bytes | bytearray, log: Log) -> str | bytes:
    """Bytes in whatever encoding a file was saved, as text; too many come back as they are."""
    data = bytes(source)
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8":
            log.add((), "encoding", f"Read as {encoding}; captions are UTF-8.")
        return text
    return data


def find_data(source: str | bytes, score: Score, log: Log) -> Any:
    """The JSON data in a text that looks most like a caption by `score`; None if there is none."""
    document = read(source)
    for _ in range(_MOST_ENCODINGS):
        value = _strict_value(document, log) if document.complete else None
        if not document.complete and document.text:
            value = _lenient_value(document.text, score, log)
        if not isinstance(value, str):
            return value
        log.add((), "double-encoded", "JSON that was wrapped in a JSON text unwrapped.")
        document = read(value)
    return None


def nested_data(text: str, score: Score, log: Log) -> Any:
    """The data in a text found where an object or a list was expected; None if there is none."""
    document = read(text)
    if document.complete and isinstance(document.value, (dict, list)):
        return _strict_value(document, log)
    return _lenient_value(text, score, log)


def _strict_value(document: Document, log: Log) -> Any:
    _tell(Counter(finding.code for finding in document.findings), log)
    return document.value


def _lenient_value(text: str, score: Score, log: Log) -> Any:
    text, fenced = _unfenced(text)
    inside = read(text) if fenced else None
    if inside is not None and inside.complete and isinstance(inside.value, (dict, list)):
        _tell_fence(log)
        return _strict_value(inside, log)
    text = _unescaped(text, log)
    best: Reading | None = None
    best_score, best_start, start = 0, 0, 0
    for _ in range(_MOST_STARTS):
        opening = _START.search(text, start)
        if opening is None:
            break
        reading = read_leniently(text, opening.start())
        points = 0 if reading is None else score(reading.value)
        if reading is not None and points > best_score:
            best, best_score, best_start = reading, points, opening.start()
        start = reading.end if reading is not None and points else opening.end()
    if best is None:
        return None
    if fenced:
        _tell_fence(log)
    before, behind = text[:best_start].strip("\ufeff \t\r\n"), text[best.end :].strip()
    if before or behind.strip("`;,}]) \n\r\t"):
        log.add((), "prose", "Words around the caption taken off.")
    _tell(best.forgiven, log)
    return best.value


def _tell_fence(log: Log) -> None:
    log.add((), "code-fence", "The code block's fence and what stands around it taken off.")


def _unfenced(text: str) -> tuple[str, bool]:
    for block in _FENCE.finditer(text):
        if "{" in block.group(1):
            return block.group(1), True
    return text, False


def _unescaped(text: str, log: Log) -> str:
    if _ESCAPED.search(text):
        log.add((), "double-encoded", "Backslashes before every quote taken out.")
        return unescape(text, 0, lambda code, message, at, fix: None)
    if _HTML.search(text):
        log.add((), "double-encoded", "HTML's &quot; turned back into quotes.")
        return html.unescape(text)
    return text


def _tell(forgiven: Counter[str], log: Log) -> None:
    for code, count in forgiven.items():
        log.add((), code, _FORGIVEN[code].format(count))
