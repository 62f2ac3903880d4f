"""The list of elements put right: their types, words and boxes.

Why: this is where captions from elsewhere differ most. All boxes are read together, because only
together do they show whether they count the grid, pixels or fractions.

What it is not: a judge of layout; it moves nothing that is a valid box.
"""

from __future__ import annotations

import re
from typing import Any

from ideogram4.caption.boxes import Sketch, Unit, on_grid, page_unit, sketch
from ideogram4.caption.issue import Path
from ideogram4.caption.repairs.log import Log
from ideogram4.caption.repairs.names import plain_key, rename_keys, right_name, synonyms
from ideogram4.caption.repairs.page import Page
from ideogram4.caption.repairs.values import in_order, mend_palette, mend_words, put_aside
from ideogram4.caption.schema import LIMITS

_QUOTED = re.compile(r"[\"“‘'«]([^\"“”‘’'«»]{1,200})[\"”’'»]")
_LOOSE_BOX = ("x", "y", "w", "h", "width", "height", "left", "top", "right", "bottom")


def mend_elements(
    value: Any, background: str | None, page: Page, path: Path, log: Log
) -> tuple[list[dict[str, Any]], str | None]:
    """The elements as the schema has them, and the background, which may be found among them."""
    elements: list[dict[str, Any]] = []
    sketches: list[Sketch | None] = []
    for index, item in enumerate(_listed(value, path, log)):
        here = (*path, index)
        if isinstance(item, str) and item.strip():
            log.add(here, "wrong-type", 'A bare text made an "obj" element.', before=item)
            item = {"type": "obj", "desc": item}
        if not isinstance(item, dict) or not item:
            log.aside(here, "wrong-type", "Not an element: set aside.", item)
            continue
        if not any(right_name(key, "element") in ("desc", "text", "bbox") for key in item):
            log.aside(here, "missing-key", "An element without words or box: set aside.", item)
            continue
        element, drawn = _mend(item, page, here, log)
        if not background and _is_background(item) and element["desc"]:
            background = element["desc"]
            log.add(here, "background", "The background element made the background.", before=item)
            continue
        elements.append(element)
        sketches.append(drawn)
        if len(elements) == LIMITS.elements:
            break
    _put_boxes(elements, sketches, page, path, log)
    return elements, background


def _listed(value: Any, path: Path, log: Log) -> list[Any]:
    if isinstance(value, dict):
        # One element alone, or elements by name.
        named = all(isinstance(item, dict) for item in value.values()) and value
        items = list(value.values()) if named else [value]
        log.add(path, "wrong-type", "Elements made a list.", before=value)
        return items
    if not isinstance(value, list):
        log.aside(path, "wrong-type", "Elements are a list: this set aside.", value)
        return []
    if len(value) > LIMITS.elements:
        message = f"{len(value):,} elements: the first {LIMITS.elements} kept."
        log.aside(path, "too-many-items", message, value[LIMITS.elements :])
    return value[: LIMITS.elements]


def _mend(
    item: dict[str, Any], page: Page, path: Path, log: Log
) -> tuple[dict[str, Any], Sketch | None]:
    element, rest, written = rename_keys(item, "element", path, log)
    for key in ("text", "desc"):
        mend_words(element, key, path, log)
    _mend_type(element, path, log)
    if "desc" not in element:
        element["desc"] = ""
        if "text" not in element or element["type"] == "obj":
            log.add(path, "missing-key", "An empty desc added.", after="")
        else:
            log.add(path, "missing-key", "An empty desc added: say how the text looks.", after="")
    drawn = _take_box(element, rest, written.get("bbox", "bbox"), page, path, log)
    mend_palette(element, rest, LIMITS.element_palette, path, log)
    _mend_hidden(element, path, log)
    put_aside(rest, path, log)
    return in_order(element, "element"), drawn


def _mend_hidden(element: dict[str, Any], path: Path, log: Log) -> None:
    """Hidden is true or not said; doubt shows the element rather than losing it."""
    if "hidden" not in element:
        return
    before = element.pop("hidden")
    if before is True:
        element["hidden"] = True
    elif before is not False:
        log.aside((*path, "hidden"), "wrong-type", "hidden is true or false: set aside.", before)


def _mend_type(element: dict[str, Any], path: Path, log: Log) -> None:
    """ "obj" or "text", by the name given and by whether there are letters to draw."""
    before = element.get("type")
    if before not in ("obj", "text"):
        names_text = isinstance(before, str) and plain_key(before) in synonyms()["text_types"]
        element["type"] = "text" if element.get("text") or names_text else "obj"
        log.add((*path, "type"), "unknown-type", _typed(element), before, element["type"])
    if element["type"] == "text" and "text" not in element:
        quoted = _QUOTED.findall(element.get("desc", ""))
        if len(quoted) == 1:
            element["text"] = quoted[0]
            message = "The text taken from the words in quotes."
            log.add((*path, "text"), "missing-key", message, after=quoted[0])
        else:
            element["type"] = "obj"
            log.add((*path, "type"), "missing-key", 'No text in it: made an "obj".', "text", "obj")
    elif element["type"] == "obj" and "text" in element:
        if element["text"]:
            element["type"] = "text"
            message = 'It has a text: made a "text" element.'
            log.add((*path, "type"), "text-on-object", message, "obj", "text")
        else:
            del element["text"]
            log.add((*path, "text"), "text-on-object", "Empty text taken out.", before="")


def _typed(element: dict[str, Any]) -> str:
    return f'An element is "obj" or "text": made "{element["type"]}".'


def _is_background(item: dict[str, Any]) -> bool:
    return any(
        plain_key(key) in ("type", "kind") and str(value).lower() == "background"
        for key, value in item.items()
    )


def _take_box(
    element: dict[str, Any], rest: dict[str, Any], written: str, page: Page, path: Path, log: Log
) -> Sketch | None:
    """Take the box out of `element` as a sketch; `bbox` keeps what was written until it is put."""
    if "bbox" not in element:
        loose = {key: rest[key] for key in _LOOSE_BOX if key in rest}
        drawn = sketch(loose) if len(loose) == 4 else None
        if drawn is not None:
            element["bbox"] = loose
            for key in loose:
                del rest[key]
        return drawn
    if element["bbox"] is None:
        del element["bbox"]
        log.add((*path, "bbox"), "null", "bbox was null: taken out.")
        return None
    drawn = sketch(element["bbox"])
    if drawn is None or drawn.named:
        return drawn
    name, order = plain_key(written), page.box_order
    table = synonyms()
    if name in table["x_first"] or order in ("xyxy", "x_first"):
        return drawn.turned()
    if name in table["x_first_sized"] or order in ("xywh", "x_y_w_h"):
        return drawn.sized().turned()
    return drawn


def _put_boxes(
    elements: list[dict[str, Any]],
    sketches: list[Sketch | None],
    page: Page,
    path: Path,
    log: Log,
) -> None:
    unit = page_unit([drawn for drawn in sketches if drawn is not None], page.width, page.height)
    for index, (element, drawn) in enumerate(zip(elements, sketches, strict=True)):
        if "bbox" not in element:
            continue
        here = (*path, index, "bbox")
        before = element["bbox"]
        box = None if drawn is None else on_grid(drawn, unit)
        if box is None or drawn is None:
            del element["bbox"]
            log.aside(here, "bbox-empty", "No box can be made of this: set aside.", before)
        elif list(box) != before or any(type(number) is not int for number in before):
            element["bbox"] = list(box)
            log.add(here, *_reason(before, drawn, unit), before, list(box))


def _reason(before: Any, drawn: Sketch, unit: Unit) -> tuple[str, str]:
    if drawn.fractions:
        return "bbox-fractions", "Fractions of the page made grid numbers 0 to 1000."
    if unit != Unit():
        size = f"{unit.width:g} x {unit.height:g}"
        order = ", x first," if unit.x_first else ""
        return "bbox-pixels", f"Pixels{order} of a page {size} made grid numbers 0 to 1000."
    if isinstance(before, dict):
        return "bbox-named", "Written as [y_min, x_min, y_max, x_max]."
    a, b, c, d = drawn.edges
    if drawn.named and not isinstance(before, dict):
        return "bbox-x-first", "Turned to y first: [y_min, x_min, y_max, x_max]."
    if a > c or b > d:
        return "bbox-inverted", "Minimum and maximum put in order."
    if min(drawn.edges) < 0 or max(drawn.edges) > 1000:
        return "bbox-range", "Cut at the page's edge."
    return "bbox-not-integers", "Made whole numbers."
