"""Lettering compared letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideogram4.reading.spelling import compare_texts, edit_distance, plain

LETTERS = st.text(alphabet="abcé東🎈 ", max_size=40)


def by_the_book(one: str, other: str) -> int:
    """Levenshtein's table, row by row."""
    above = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))
        above = row
    return above[-1]


@given(LETTERS, LETTERS)
def test_the_quick_way_counts_as_the_table_does(one: str, other: str) -> None:
    assert edit_distance(one, other) == by_the_book(one, other)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("abc", "", 3),
        ("kitten", "sitting", 3),
        ("OPEN", "OPEN", 0),
        ("OPEN", "0PEN", 1),
        ("a" * 4000, "b" * 4000, 4000),
        ("ab" * 2000, "ba" * 2000, 2),
    ],
)
def test_known_distances(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == distance


@pytest.mark.parametrize(
    ("asked", "read", "verdict", "distance"),
    [
        ("OPEN DAILY", "OPEN DAILY", "exact", 0),
        ("OPEN\nDAILY", "OPEN DAILY", "exact", 0),
        ("OPEN\n\n DAILY ", "OPEN\r\nDAILY", "exact", 0),
        ("Caf\u00e9", "Cafe\u0301", "exact", 0),
        ("Don’t", "Don't", "exact", 0),
        ("“Hi”", '"Hi"', "exact", 0),
        ("I ❤\ufe0f NY", "I ❤ NY", "exact", 0),
        ("Open", "OPEN", "case", 3),
        ("Straße", "STRASSE", "case", 6),
        ("SUMMER SALE", "SUMMR SALE", "close", 1),
        ("SALE", "SAIL", "different", 2),
        ("東京の夜", "東京の朝", "different", 1),
        ("A", "", "different", 1),
        ("", "WORD", "different", 4),
        ("日本語のテキスト", "日本語のテキスト", "exact", 0),
    ],
)
def test_what_is_said_of_lettering(asked: str, read: str, verdict: str, distance: int) -> None:
    match = compare_texts(asked, read)
    assert (match.verdict, match.distance) == (verdict, distance)
    assert (match.asked, match.read) == (asked, read), "as they were written"


def test_the_rate_is_by_the_letters_asked_and_may_pass_one() -> None:
    assert compare_texts("ABCD", "ABXD").error_rate == 0.25
    assert compare_texts("A", "ABCD").error_rate == 3
    assert compare_texts("", "").error_rate == 0


def test_plain_says_the_same_twice() -> None:
    assert plain(plain(" “A”\n  e\u0301 ")) == plain(" “A”\n  e\u0301 ") == '"A" é'
