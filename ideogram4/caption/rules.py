"""From a broken rule of the schema to an issue that a person understands.

Why: `jsonschema` says "['a'] is not of type 'string'"; people need the place, the reason and the
way out. One small function a rule, found by the rule's keyword; codes and sentences live here.

What it is not: the rules themselves, which are `schema.json`, nor their running (`validate`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ideogram4.caption import fixes
from ideogram4.caption.colours import parse_colour
from ideogram4.caption.issue import Finding, Fix, Path, Severity
from ideogram4.caption.strings import short

if TYPE_CHECKING:
    from jsonschema import ValidationError

Explain = Callable[["Broken"], Iterator[Finding]]

_KINDS = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}
_EXPECTED = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
}
_CLOSE = 0.8
_LONGEST_GUESSED_KEY = 60


@dataclass(frozen=True)
class Broken:
    """A rule that a value breaks: `value` at `path` (as the person wrote it) against `limit`."""

    path: Path
    value: Any
    limit: Any
    schema: dict[str, Any]
    severity: Severity

    def finding(
        self,
        code: str,
        message: str,
        fix: Fix | None = None,
        *,
        severity: Severity | None = None,
        about_key: bool = False,
    ) -> Finding:
        """A finding at this place, as severe as the schema says unless told otherwise."""
        return Finding(self.path, code, message, severity or self.severity, fix, about_key)


def explain(error: ValidationError, path: Path) -> Iterator[Finding]:
    """The findings that one broken rule at `path` (as the person wrote it) amounts to."""
    keyword = str(error.validator)
    schema = error.schema if isinstance(error.schema, dict) else {}
    severity: Severity = schema.get("x-severity", {}).get(keyword, "error")
    broken = Broken(path, error.instance, error.validator_value, schema, severity)
    yield from _EXPLAIN[keyword](broken)


def count_shown(elements: list[Any]) -> int:
    """How many elements the model will read: those that are not hidden."""
    return sum(not (isinstance(item, dict) and item.get("hidden") is True) for item in elements)


def nearest(key: str, known: list[str]) -> str | None:
    """The known key that `key` most likely misspells."""
    if len(key) > _LONGEST_GUESSED_KEY:
        return None
    plain = key.lower().replace("-", "_").replace(" ", "_")
    return next(iter(get_close_matches(plain, known, 1, _CLOSE)), None)


def _type(broken: Broken) -> Iterator[Finding]:
    value, expected, path = broken.value, str(broken.limit), broken.path
    if not path:
        message = f"A caption is an object in braces {{}}; this is {_KINDS[type(value)]}."
        yield broken.finding("not-an-object", message)
    elif type(value) is bool and expected == "integer":
        message = f"A box holds numbers, not {str(value).lower()}."
        yield broken.finding("boolean-as-number", message, fixes.mend_box(path[:-1]))
    elif expected == "integer":
        message = f"A box holds whole numbers from 0 to 1000, not {_shown(value)}."
        yield broken.finding("bbox-not-integers", message, fixes.mend_box(path[:-1]))
    else:
        message = f"{_name(path)} must be {_EXPECTED[expected]}, not {_KINDS[type(value)]}."
        yield broken.finding("wrong-type", message, _retype(path, value, expected))


def _retype(path: Path, value: Any, expected: str) -> Fix | None:
    if path[-1] == "bbox":
        return fixes.mend_box(path)
    if value is None:
        return fixes.remove(path)
    if expected == "string" and type(value) in (int, float):
        return fixes.put(path, str(value), "Make it text")
    if expected == "boolean":
        return fixes.remove(path)
    return None


def _required(broken: Broken) -> Iterator[Finding]:
    parent, key = broken.path[:-1], str(broken.path[-1])
    # jsonschema asks `then` branches too, whose schema does not repeat the properties.
    known = broken.schema.get("properties", {key: {}})
    twin = next((k for k in broken.value if k not in known and nearest(k, [key])), None)
    if key == "compositional_deconstruction":
        message = f"A caption needs {key}: the background and the elements."
        empty: Any = {"background": "", "elements": []}
    else:
        what = _name(parent) if isinstance(parent[-1], str) else "This element"
        message = f"{what} has no {key}."
        empty = {"elements": [], "type": "obj"}.get(key, "")
    label = f"Add {key}" if empty else f"Add an empty {key}"
    fix = fixes.put((*parent, key), empty, label)
    if twin is not None:
        fix = fixes.rename((*parent, twin), key)
    yield replace(broken, path=parent).finding("missing-key", message, fix)


def _additional(broken: Broken) -> Iterator[Finding]:
    key = str(broken.path[-1])
    twin = nearest(key, [name for name in broken.schema["properties"] if name not in broken.value])
    if twin is None:
        message = f'The model does not know "{short(key)}": it will not see it.'
        fix = fixes.remove(broken.path)
    else:
        message = f'The model does not know "{short(key)}"; is it {twin}?'
        fix = fixes.rename(broken.path, twin)
    yield broken.finding("unknown-key", message, fix, about_key=True)


def _style_kind(broken: Broken) -> Iterator[Finding]:
    if "photo" in broken.value and "art_style" in broken.value:
        message = "A style has photo or art_style, not both: keep one."
        fix = fixes.keep_one_style(broken.path)
        yield broken.finding("photo-and-art-style", message, fix)
    else:
        message = "Say photo (for a photograph) or art_style (for anything else)."
        yield broken.finding("no-style-kind", message, severity="warning")


def _text_on_object(broken: Broken) -> Iterator[Finding]:
    message = 'Only elements of type "text" have a text.'
    here = replace(broken, path=(*broken.path, "text"))
    fix = fixes.remove(here.path)
    if broken.value["text"]:
        fix = fixes.put((*broken.path, "type"), "text", 'Make it a "text" element')
    yield here.finding("text-on-object", message, fix, about_key=True)


def _enum(broken: Broken) -> Iterator[Finding]:
    message = f'An element\'s type is "obj" or "text", not "{short(broken.value)}".'
    fix = fixes.put(broken.path, "obj", 'Make it "obj"')
    yield broken.finding("unknown-type", message, fix)


def _range(broken: Broken) -> Iterator[Finding]:
    message = f"{_shown(broken.value)} is off the page: a box's numbers go from 0 to 1000."
    yield broken.finding("bbox-range", message, fixes.mend_box(broken.path[:-1]))


def _too_few(broken: Broken) -> Iterator[Finding]:
    if broken.path[-1] == "bbox":
        yield _box_length(broken)
    elif broken.path[-1] == "elements":
        message = "There are no elements yet: the model tends to answer with a grey card."
        yield broken.finding("no-elements", message)
    else:
        message = "An empty palette tends to give a grey card: leave it out. It will not be sent."
        yield broken.finding("palette-empty", message, fixes.remove(broken.path))


def _too_many(broken: Broken) -> Iterator[Finding]:
    if broken.path[-1] == "bbox":
        yield _box_length(broken)
        return
    limit, count = int(broken.limit), len(broken.value)
    message = f"This palette has {count} colours; the model knows up to {limit} here."
    fix = fixes.change(broken.path, lambda palette: palette[:limit], f"Keep the first {limit}")
    yield broken.finding("palette-too-long", message, fix)


def _box_length(broken: Broken) -> Finding:
    count = len(broken.value)
    message = f"A box has four numbers [y_min, x_min, y_max, x_max]; this has {count}."
    return broken.finding("bbox-length", message, fixes.remove(broken.path, "Take the box out"))


def _too_short(broken: Broken) -> Iterator[Finding]:
    yield broken.finding("empty-value", f"{_name(broken.path)} is empty.")


def _colour(broken: Broken) -> Iterator[Finding]:
    written = broken.value
    colour = parse_colour(written)
    if colour is not None and colour == written.upper():
        message = f"Write {colour}: the model was trained on capital letters."
        fix = fixes.put(broken.path, colour, f"Write {colour}")
        yield broken.finding("colour-lowercase", message, fix, severity="warning")
        return
    message = f'"{short(written)}" is not a colour as captions write it: #RRGGBB.'
    fix = fixes.remove(broken.path)
    if colour is not None:
        fix = fixes.put(broken.path, colour, f"Use {colour}")
    yield broken.finding("colour-format", message, fix)


def _box(broken: Broken) -> Iterator[Finding]:
    y_min, x_min, y_max, x_max = broken.value
    if y_min > y_max or x_min > x_max:
        low, high = ("y_min", "y_max") if y_min > y_max else ("x_min", "x_max")
        message = f"{low} is greater than {high}: the order is [y_min, x_min, y_max, x_max]."
        yield broken.finding("bbox-inverted", message, fixes.mend_box(broken.path))
    else:
        side = "height" if y_min == y_max else "width"
        message = f"This box has no {side}: nothing can be drawn in it."
        yield broken.finding("bbox-empty", message, fixes.remove(broken.path, "Take the box out"))


def _words(broken: Broken) -> Iterator[Finding]:
    count, limits = len(broken.value.split()), broken.limit
    plural = "word" if count == 1 else "words"
    if count > limits["max"]:
        message = f"{count} {plural}; up to {limits['max']} work best here."
        yield broken.finding("many-words", message, severity="hint")
    else:
        message = f"{count} {plural}; {limits['min']} to {limits['max']} work best here."
        yield broken.finding("few-words", message, severity="hint")


def _usual_items(broken: Broken) -> Iterator[Finding]:
    usual, count = broken.limit, count_shown(broken.value)
    if count == 0:
        message = "Every element is hidden: the model tends to answer with a grey card."
        yield broken.finding("no-elements", message, severity="warning")
        return
    plural = "element" if count == 1 else "elements"
    message = f"{count} {plural}; {usual['min']} to {usual['max']} are usual."
    yield broken.finding("element-count", message, severity="hint")


def _recommended(broken: Broken) -> Iterator[Finding]:
    message = f"A {broken.path[-1]} helps: the whole picture in a sentence or two."
    parent = replace(broken, path=broken.path[:-1])
    yield parent.finding("recommended-key", message, severity="hint")


def _name(path: Path) -> str:
    """The value at `path` as a sentence's subject."""
    if isinstance(path[-1], str):
        return str(path[-1])
    return {"elements": "An element"}.get(str(path[-2]) if len(path) > 1 else "", "A colour")


def _shown(value: Any) -> str:
    if type(value) in (int, float):
        return short(str(value))
    return _KINDS[type(value)]


_EXPLAIN: dict[str, Explain] = {
    "type": _type,
    "required": _required,
    "additionalProperties": _additional,
    "oneOf": _style_kind,
    "not": _text_on_object,
    "enum": _enum,
    "minimum": _range,
    "maximum": _range,
    "minItems": _too_few,
    "maxItems": _too_many,
    "minLength": _too_short,
    "maxLength": _colour,
    "pattern": _colour,
    "x-box": _box,
    "x-words": _words,
    "x-usual-items": _usual_items,
    "x-recommended": _recommended,
}
