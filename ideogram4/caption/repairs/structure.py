"""From JSON data to a caption's dict: unwrapped, named, sorted into style and composition.

Why: the data may be a caption in someone else's shape. Each part finds its place by its name, what
has no place is set aside and listed.

What it is not: an inventor. It adds the keys a caption must have, empty, and no words.
"""

from __future__ import annotations

from typing import Any

from ideogram4.caption.fixes import keeps_photo
from ideogram4.caption.issue import Path
from ideogram4.caption.repairs.elements import mend_elements
from ideogram4.caption.repairs.log import Log
from ideogram4.caption.repairs.names import plain_key, rename_keys, right_name, synonyms
from ideogram4.caption.repairs.page import Page, take_page
from ideogram4.caption.repairs.text import nested_data
from ideogram4.caption.repairs.values import (
    as_words,
    in_order,
    mend_palette,
    mend_words,
    put_aside,
)
from ideogram4.caption.rules import nearest
from ideogram4.caption.schema import LIMITS, keys_of
from ideogram4.caption.serialise import MODEL_PALETTE, PEOPLE_PALETTE

_ROOT, _STYLE = keys_of("caption"), keys_of("style")
_DEEPEST_WRAP = 4
# More than the deepest wrapping takes off, less than any caption that has been read.
_TEXT_LIKENESS = 5


def likeness(value: Any, depth: int = 0) -> int:
    """How much JSON data looks like a caption; 0 is not at all. Wrapped counts a little less."""
    if isinstance(value, str) and value.lstrip().startswith(("{", "[", "```")):
        return _TEXT_LIKENESS if "compositional_deconstruction" in value else 0
    if isinstance(value, list) and depth < _DEEPEST_WRAP:
        return max((likeness(item, depth + 1) for item in value), default=0)
    if not isinstance(value, dict):
        return 0
    inside = likeness_inside(value, depth) if depth < _DEEPEST_WRAP else 0
    return max(_own_likeness(value), inside)


def likeness_inside(value: dict[str, Any], depth: int = 0) -> int:
    """The likeness of the most caption-like value in an object."""
    return max((likeness(item, depth + 1) - 1 for item in value.values()), default=0)


def unwrapped(value: Any, log: Log) -> tuple[dict[str, Any] | None, Page]:
    """The object in `value` that is meant as the caption, or None; and what stood beside it."""
    return _unwrapped(value, (), Page(), log, 0)


def mend_caption(data: dict[str, Any], page: Page, log: Log) -> tuple[dict[str, Any], Page]:
    """A caption's dict in people's spelling, keys in trained order; and its page."""
    data, page = take_page(data, log, page)
    root, rest, _ = rename_keys(data, "caption", (), log)
    style = _part(root, "style_description", log)
    composition = _part(root, "compositional_deconstruction", log)
    _sort_in(rest, style, composition, log)
    _sort_out(composition, root, style, log)
    mend_words(root, "high_level_description", (), log)
    mended_style = _mend_style(style, log)
    if mended_style:
        root["style_description"] = mended_style
    root["compositional_deconstruction"] = _mend_composition(composition, page, log)
    put_aside(rest, (), log)
    result = in_order(root, "caption")
    _tell_order(data, result, log)
    return result, page


def _own_likeness(value: dict[str, Any]) -> int:
    """The likeness of an object by its own keys. Everyday names count only for what they hold."""
    points = 0
    for key, item in value.items():
        right = right_name(key, "caption")
        strong = nearest(plain_key(key), list(_ROOT))
        if strong is not None:
            points += 8 if strong == "compositional_deconstruction" else 3
        elif right == "compositional_deconstruction" and isinstance(item, dict):
            points += 3 * any(right_name(part, "composition") for part in item)
        elif right_name(key, "composition") == "elements" and isinstance(item, list):
            points += 4 * any(isinstance(part, dict) for part in item)
    return points


def _unwrapped(
    value: Any, path: Path, page: Page, log: Log, depth: int
) -> tuple[dict[str, Any] | None, Page]:
    """The object inside `value` that is most like a caption, and what its wrappers say of pages."""
    if isinstance(value, str):
        value = nested_data(value, likeness, log)
        if value is not None:
            log.add(path, "double-encoded", "JSON inside a text unwrapped.")
    if isinstance(value, dict) and _own_likeness(value) >= max(1, likeness_inside(value)):
        return value, page
    if depth > _DEEPEST_WRAP or not isinstance(value, (dict, list)):
        return None, page
    if isinstance(value, dict):
        value, page = take_page(value, log, page)
    inside = _most_alike(value)
    if inside is None:
        return None, page
    log.add((*path, inside), "wrapper", "The caption taken out of its wrapper.")
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if key != inside:
            message = "Beside the caption, not part of it: set aside."
            log.aside((*path, key), "unknown-key", message, item)
    return _unwrapped(value[inside], (*path, inside), page, log, depth + 1)


def _most_alike(value: Any) -> Any:
    """The key or index of the item most like a caption; a usual wrapper wins over an equal."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    best, best_points = None, 0
    for key, item in items:
        points = 2 * likeness(item)
        if points and isinstance(key, str) and plain_key(key) in synonyms()["wrappers"]:
            points += 1
        if points > best_points:
            best, best_points = key, points
    return best


def _part(root: dict[str, Any], key: str, log: Log) -> dict[str, Any]:
    """Take the style or composition out of `root` as an object, whatever it was written as."""
    value = root.pop(key, None)
    if isinstance(value, str) and value.strip().startswith(("{", "[")):
        inside = nested_data(value, lambda data: 1 if isinstance(data, (dict, list)) else 0, log)
        if inside is not None:
            log.add((key,), "double-encoded", "JSON inside a text unwrapped.")
            value = inside
    if isinstance(value, dict):
        return dict(value)
    if value is None:
        return {}
    if isinstance(value, list) and key == "compositional_deconstruction":
        log.add((key,), "wrong-type", "A list alone made the elements.")
        return {"elements": value}
    words = as_words(value)
    if words is None:
        log.aside((key,), "wrong-type", f"{key} is not an object: set aside.", value)
        return {}
    name = "background"
    if key == "style_description":
        name = "photo" if "photo" in words.lower() else "art_style"
    log.add((key,), "wrong-type", f"{key} made an object: its words are the {name}.", value)
    return {name: words}


def _sort_in(
    rest: dict[str, Any], style: dict[str, Any], composition: dict[str, Any], log: Log
) -> None:
    """Keys that lie beside the style and the composition go into them."""
    for key in list(rest):
        name = right_name(key, "composition")
        if name == "elements" or plain_key(key) == "background":
            part, target = "compositional_deconstruction", composition
        elif plain_key(key) in _STYLE or right_name(key, "style") == PEOPLE_PALETTE:
            part, target = "style_description", style
            name = right_name(key, "style")
        else:
            continue
        if name is not None and name not in target:
            target[name] = rest.pop(key)
            log.add((key,), "moved", f'"{key[:60]}" moved into {part}.')


def _sort_out(
    composition: dict[str, Any], root: dict[str, Any], style: dict[str, Any], log: Log
) -> None:
    """Keys of the caption or of the style that lie in the composition go where they belong."""
    for key in [key for key in composition if right_name(key, "composition") is None]:
        here = ("compositional_deconstruction", key)
        if key == "style_description" and not style and isinstance(composition[key], dict):
            style.update(composition.pop(key))
            log.add(here, "moved", "The style moved out of the composition.")
        elif key in _ROOT[:1] and key not in root:
            root[key] = composition.pop(key)
            log.add(here, "moved", f"{key} moved out of the composition.")
        elif (key in _STYLE or key == MODEL_PALETTE) and key not in style:
            style[key] = composition.pop(key)
            log.add(here, "moved", f"{key} moved into the style.")


def _mend_style(value: dict[str, Any], log: Log) -> dict[str, Any]:
    path: Path = ("style_description",)
    style, rest, _ = rename_keys(value, "style", path, log)
    for key in _STYLE:
        if key != PEOPLE_PALETTE:
            mend_words(style, key, path, log)
    if "photo" in style and "art_style" in style:
        loser = "art_style" if keeps_photo(style) else "photo"
        message = f"A style has photo or art_style: {loser} set aside."
        log.aside((*path, loser), "photo-and-art-style", message, style.pop(loser))
    mend_palette(style, rest, LIMITS.style_palette, path, log)
    put_aside(rest, path, log)
    return in_order(style, "style")


def _mend_composition(value: dict[str, Any], page: Page, log: Log) -> dict[str, Any]:
    path: Path = ("compositional_deconstruction",)
    composition, rest, _ = rename_keys(value, "composition", path, log)
    mend_words(composition, "background", path, log)
    listed = composition.get("elements")
    if isinstance(listed, str):
        listed = nested_data(listed, lambda data: 1 if isinstance(data, (dict, list)) else 0, log)
    if listed is None:
        log.add(path, "missing-key", "An empty list of elements added.", after=[])
        listed = []
    before = composition.get("background")
    elements, background = mend_elements(listed, before, page, (*path, "elements"), log)
    if background is None:
        log.add(path, "missing-key", "An empty background added.", after="")
    put_aside(rest, path, log)
    return {"background": background or "", "elements": elements}


def _tell_order(before: Any, after: Any, log: Log) -> None:
    if _order_differs(before, after):
        log.add((), "key-order", "Keys put in the order the model was trained on.")


def _order_differs(before: Any, after: Any) -> bool:
    if isinstance(before, dict) and isinstance(after, dict):
        common = [key for key in before if key in after]
        return common != [key for key in after if key in before] or any(
            _order_differs(before[key], after[key]) for key in common
        )
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return any(map(_order_differs, before, after))
    return False
