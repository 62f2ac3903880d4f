"""The caption that comes of taking some parts of a proposal: valid whenever the caption was.

Pure functions of data. What is not taken stays as it is, letter for letter.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ideogram4.caption.schema import keys_of
from ui.magic.parts import COMPOSITION, PALETTE, Data, Part, Sides, apart, elements_of


def built(read: Sides, taken: dict[str, Part]) -> Data:
    """The caption with these parts."""
    result = deepcopy(read.mine)
    composition = result[COMPOSITION]
    if "description" in taken:
        result = {"high_level_description": None, **result}  # its place, where it is new
        result["high_level_description"] = taken["description"].after
    if "style" in taken or "palette" in taken:
        result = _with_style(result, taken)
    if "background" in taken:
        composition["background"] = taken["background"].after
    composition["elements"] = _stacked(read, taken)
    return result


def _with_style(result: Data, taken: dict[str, Part]) -> Data:
    old = result.get("style_description")
    words, palette = apart(old if isinstance(old, dict) else {})
    if "style" in taken:
        new, more = apart(taken["style"].after)
        known = set(keys_of("style"))
        words = {**new, **{key: value for key, value in words.items() if key not in known}}
        palette = more or palette
    if "palette" in taken:
        palette = taken["palette"].after
    style = {**words, **({PALETTE: palette} if palette else {})}
    if "style_description" in result:
        return {**result, "style_description": style}
    first = {key: result[key] for key in result if key == "high_level_description"}
    return {**first, "style_description": style, **result}


def _stacked(read: Sides, taken: dict[str, Part]) -> list[Any]:
    """The elements from back to front. What is new stands in front of what it is in front of in
    the proposal; what stays and is unknown there keeps its neighbour."""
    own, new, matches = elements_of(read.mine), elements_of(read.theirs), read.matches
    back = {j: i for i, j in matches.items()}
    gone = {part.old for part in taken.values() if part.after is None}
    changed = {part.old: part.after for part in taken.values() if part.old is not None}
    fresh = {part.new for part in taken.values() if part.before is None and part.new is not None}
    mine = [i for i in range(len(own)) if i not in gone]
    theirs = [j for j in range(len(new)) if j in fresh or j in back]
    ours = "order" not in taken
    order = _merged(
        [("old", i) for i in mine] if ours else [_key(j, back) for j in theirs],
        [_key(j, back) for j in theirs] if ours else [("old", i) for i in mine],
    )
    return [new[n] if side == "new" else changed.get(n, own[n]) for side, n in order]


def _key(j: int, back: dict[int, int]) -> tuple[str, int]:
    return ("old", back[j]) if j in back else ("new", j)


def _merged(spine: list[tuple[str, int]], others: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """`spine` in its order, and what only `others` have behind the one that it follows there."""
    result = list(spine)
    for place, item in enumerate(others):
        if item in result:
            continue
        before = next((other for other in reversed(others[:place]) if other in result), None)
        after = next((other for other in others[place + 1 :] if other in result), None)
        if before is not None:
            result.insert(result.index(before) + 1, item)
        elif after is not None:
            result.insert(result.index(after), item)
        else:
            result.append(item)
    return result
