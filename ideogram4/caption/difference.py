"""What sets two pieces of JSON data apart, in parts that can be taken or left one by one.

Why: repair guesses, and a person may want one guess and not the next. `Comparison.build` makes the
data that holds exactly the parts they took.

What it is not: a diff of texts, or about captions. The order of an object's keys is no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any

from ideogram4.caption.issue import Path
from ideogram4.caption.likeness import aligned, equal, telling

Member = tuple[str | int, Any]
SameName = Callable[[Path, str], str | None]
Belongs = Callable[[Path, Path], bool]


@dataclass(frozen=True)
class Difference:
    """One part that differs. `path` leads to it in the first side, or to where it would stand.

    `there` is the same with the objects on the way named as in the second side. `before` and
    `after` are what is there on each side, as (key, value); None is nothing. `group` joins parts
    that only make sense together, such as both ends of a move.
    """

    path: Path
    there: Path
    before: Member | None
    after: Member | None
    group: int = -1

    @property
    def kind(self) -> str:
        """`added`, `removed`, `renamed` or `changed`."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        return "changed" if self.before[0] == self.after[0] else "renamed"


@dataclass
class _Node:
    """An object's members or a list's items, where something inside differs.

    A part is the number of a difference, a member that needs no choice (its value may be a node),
    or, with a number, a member whose name alone is the difference.
    """

    is_list: bool
    parts: list[int | Member | tuple[int, _Node]] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """Every difference between two values, by place; see `compare`."""

    differences: tuple[Difference, ...]
    _root: _Node

    def build(self, taken: Collection[int]) -> Any:
        """The first side with the differences of the groups in `taken`."""
        return _built(self._root, self.differences, frozenset(taken))[0]

    def groups(self) -> list[list[Difference]]:
        """The differences that go together; group 0 first."""
        groups: dict[int, list[Difference]] = {}
        for difference in self.differences:
            groups.setdefault(difference.group, []).append(difference)
        return [groups[number] for number in sorted(groups)]


def compare(
    before: Any,
    after: Any,
    *,
    same_name: SameName = lambda path, key: None,
    belongs: Belongs = lambda removed, added: False,
) -> Comparison:
    """How to get from `before` to `after`.

    `same_name(there, key)` says which key of `after` is meant by the `key` of an object;
    `belongs(removed, new)` whether a part that was taken out made a new one of the same object.
    Both are given places in the manner of `Difference.there`.
    Parts that share telling words belong together without being asked.
    """
    found: list[Difference] = []
    root = _Node(True)
    _add(root, found, (), (), 0, before, after, lambda there, key: same_name(there[1:], key))
    # The root has no key; the path of a difference in it is "the whole".
    rootless = [replace(item, path=item.path[1:], there=item.there[1:]) for item in found]
    return Comparison(tuple(_joined(rootless, belongs)), root)


def _add(
    node: _Node,
    found: list[Difference],
    path: Path,
    there: Path,
    key: str | int,
    before: Any,
    after: Any,
    same: SameName,
) -> None:
    """Add what `key` of the place `path`, `there` holds on both sides to `node`."""
    if equal(before, after):
        node.parts.append((key, after))
        return
    here, there = (*path, key), (*there, key)
    inner = _inside(before, after, here, there, found, same)
    if inner is not None:
        node.parts.append((key, inner))
    else:
        node.parts.append(_note(found, here, there, (key, before), (key, after)))


def _inside(
    before: Any, after: Any, path: Path, there: Path, found: list[Difference], same: SameName
) -> _Node | None:
    """The node of two objects or two lists of nested things; None for anything else."""
    if isinstance(before, dict) and isinstance(after, dict):
        return _objects(before, after, path, there, found, same)
    if _nests(before) and _nests(after):
        return _lists(before, after, path, there, found, same)
    return None


def _objects(
    before: dict[str, Any],
    after: dict[str, Any],
    path: Path,
    there: Path,
    found: list[Difference],
    same: SameName,
) -> _Node:
    node = _Node(False)
    old_of: dict[str, str] = {}
    for key in before:
        name = None if key in after else same(there, key)
        if name in after and name not in before:
            old_of.setdefault(name, key)
    for key, value in after.items():
        old = key if key in before else old_of.get(key)
        if old is None:
            node.parts.append(_note(found, (*path, key), (*there, key), None, (key, value)))
        elif old == key:
            _add(node, found, path, there, key, before[key], value, same)
        else:
            here = (*path, old)
            number = _note(found, here, (*there, old), (old, before[old]), (key, value))
            inner = _inside(before[old], value, here, (*there, key), found, same)
            node.parts.append(number if inner is None else (number, inner))
    for key in before:
        if key not in after and key not in old_of.values():
            node.parts.append(_note(found, (*path, key), (*there, key), (key, before[key]), None))
    return node


def _lists(
    before: list[Any],
    after: list[Any],
    path: Path,
    there: Path,
    found: list[Difference],
    same: SameName,
) -> _Node:
    node = _Node(True)
    pairs = aligned(before, after)
    old = new = 0
    for left, right in [*pairs, (len(before), len(after))]:
        for index in range(old, left):
            here, spot = (*path, index), (*there, index)
            node.parts.append(_note(found, here, spot, (index, before[index]), None))
        for index in range(new, right):
            here, spot = (*path, index), (*there, index)
            node.parts.append(_note(found, here, spot, None, (index, after[index])))
        if left < len(before):
            _add(node, found, path, there, left, before[left], after[right], same)
        old, new = left + 1, right + 1
    return node


def _joined(found: list[Difference], belongs: Belongs) -> list[Difference]:
    """The differences with their groups: what comes from what was taken out goes with it."""
    leader = list(range(len(found)))
    of_word: dict[str, list[int]] = {}
    beside: dict[Path, list[int]] = {}
    for number, item in enumerate(found):
        if item.before is not None and item.after is None:
            beside.setdefault(item.there[:-1], []).append(number)
            for word in telling(item.before[1]):
                of_word.setdefault(word, []).append(number)
    for number, item in enumerate(found):
        if item.after is None or item.kind == "renamed":
            continue
        sources = [n for word in telling(item.after[1]) for n in of_word.get(word, ())]
        siblings = beside.get(item.there[:-1], ())
        sources += [n for n in siblings if belongs(found[n].there, item.there)]
        for source in sources:
            first, second = sorted((_lead(leader, source), _lead(leader, number)))
            leader[second] = first
    order: dict[int, int] = {}
    numbers = [order.setdefault(_lead(leader, n), len(order)) for n in range(len(found))]
    return [replace(item, group=number) for item, number in zip(found, numbers, strict=True)]


def _lead(leader: list[int], number: int) -> int:
    while leader[number] != number:
        number = leader[number]
    return number


def _built(node: _Node, differences: tuple[Difference, ...], taken: frozenset[int]) -> Any:
    members: list[Member] = []
    for part in node.parts:
        if isinstance(part, int):
            member = _chosen(differences[part], taken)
            if member is not None:
                members.append(member)
            continue
        key, value = part
        if isinstance(value, _Node):
            value = _built(value, differences, taken)
            if not node.is_list and isinstance(key, int):
                member = _chosen(differences[key], taken)
                key = key if member is None else member[0]
        members.append((key, value))
    return [value for _, value in members] if node.is_list else dict(members)


def _chosen(difference: Difference, taken: frozenset[int]) -> Member | None:
    return difference.after if difference.group in taken else difference.before


def _note(
    found: list[Difference],
    path: Path,
    there: Path,
    before: Member | None,
    after: Member | None,
) -> int:
    found.append(Difference(path, there, before, after))
    return len(found) - 1


def _nests(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value)
