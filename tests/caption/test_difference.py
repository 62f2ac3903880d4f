"""Two values apart: every part can be taken or left, none leaves the first, all give the second."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideogram4.caption.difference import compare

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=7),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=2), inner),
    max_leaves=12,
)


@given(JSON, JSON)
def test_taking_none_or_all_gives_either_side(before: Any, after: Any) -> None:
    comparison = compare(before, after)
    everything = range(len(comparison.groups()))
    assert comparison.build([]) == before
    assert comparison.build(everything) == after


def test_each_part_stands_alone() -> None:
    before = {"a": 1, "b": {"c": "x", "d": [1, 2]}, "old": True}
    after = {"a": 2, "b": {"c": "y", "d": [1, 2]}, "new": False}
    comparison = compare(before, after)
    kinds = [group[0].kind for group in comparison.groups()]
    assert kinds == ["changed", "changed", "added", "removed"]
    assert comparison.build([1]) == {"a": 1, "b": {"c": "y", "d": [1, 2]}, "old": True}
    for taken in itertools.chain.from_iterable(itertools.combinations(range(4), n) for n in (1, 2)):
        built = comparison.build(taken)
        assert (built["a"] == 2) == (0 in taken) and ("old" not in built) == (3 in taken)


def test_the_same_data_has_no_difference_whatever_the_order_of_keys() -> None:
    assert compare({"a": 1, "b": [{"c": 2}]}, {"b": [{"c": 2}], "a": 1}).differences == ()


def test_true_and_one_are_two_values() -> None:
    assert [d.kind for d in compare([[1]], [[True]]).differences] == ["changed"]


def test_another_name_is_one_difference_and_what_lies_under_it_others() -> None:
    names = {"objects": "elements"}
    before = {"objects": [{"size": "big"}, {"size": "small"}]}
    after = {"elements": [{"size": "large"}, {"size": "small"}]}
    comparison = compare(before, after, same_name=lambda path, key: names.get(key))
    assert [d.kind for d in comparison.differences] == ["renamed", "changed"]
    assert comparison.build([0]) == {"elements": before["objects"]}
    assert comparison.build([1]) == {"objects": after["elements"]}


def test_an_item_taken_out_of_a_list_leaves_the_others_as_they_are() -> None:
    before = [{"w": "first item"}, {"w": "second item"}, {"w": "third item"}]
    comparison = compare(before, [before[0], before[2]])
    (only,) = comparison.differences
    assert (only.kind, only.path) == ("removed", (1,))


def test_both_ends_of_a_move_go_together() -> None:
    before = {"light": "from the left", "style": {"mood": "calm"}, "a": 1}
    after = {"style": {"mood": "calm", "lighting": "from the left"}, "a": 2}
    comparison = compare(before, after)
    groups = comparison.groups()
    assert sorted(len(group) for group in groups) == [1, 2]
    moved = next(n for n, group in enumerate(groups) if len(group) == 2)
    assert comparison.build([moved]) == {**after, "a": 1}


@pytest.mark.parametrize(("before", "after"), [(1, 2), ({}, []), ("a", None), ([], {"a": 1})])
def test_a_root_that_is_another_thing_is_one_difference(before: Any, after: Any) -> None:
    (only,) = compare(before, after).differences
    assert only.path == () and only.kind == "changed"
