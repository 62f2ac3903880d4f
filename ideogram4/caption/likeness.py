"""When two pieces of JSON data are the same, and which items of two lists are the same one, edited.

What it is not: a comparison of captions; it knows no key and no rule (`difference` uses it).
"""

from __future__ import annotations

from typing import Any

# Shorter words ("obj", "text") stand in many places and prove no move.
_TELLING = 5
# Longer lists are compared by place: no caption has them.
_MOST_PAIRS = 250_000


def equal(before: Any, after: Any) -> bool:
    """The same JSON; 1, 1.0 and true are three values."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() == after.keys() and all(
            equal(before[key], after[key]) for key in before
        )
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(equal, before, after))
    return type(before) is type(after) and bool(before == after)


def telling(value: Any) -> frozenset[str]:
    """Every telling text in a value."""
    if isinstance(value, str):
        return frozenset((value,) if len(value) >= _TELLING else ())
    items = value.values() if isinstance(value, dict) else value
    if not isinstance(value, (dict, list)):
        return frozenset()
    return frozenset().union(*map(telling, items))


def aligned(before: list[Any], after: list[Any]) -> list[tuple[int, int]]:
    """Which items are the same one: in order, as much alike as possible."""
    if len(before) == len(after) or len(before) * len(after) > _MOST_PAIRS:
        return [(index, index) for index in range(min(len(before), len(after)))]
    words = [(telling(item)) for item in before], [(telling(item)) for item in after]
    best = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for j in reversed(range(len(after))):
            alike = len(words[0][i] & words[1][j])
            paired = best[i + 1][j + 1] + 1 + alike if alike else 0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs, i, j = [], 0, 0
    while i < len(before) and j < len(after):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs
