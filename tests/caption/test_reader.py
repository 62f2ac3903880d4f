"""Reading JSON strictly: every oddity has its own code, its line and its column."""

from __future__ import annotations

import json

import pytest

from ideogram4.caption.reader import read
from ideogram4.caption.schema import LIMITS

FATAL = [
    ("", "empty-text", 1, 1),
    (" \n ", "empty-text", 1, 1),
    ("a cat on a mat", "plain-text", 1, 1),
    ("\n 3 cats", "plain-text", 2, 2),
    ('Here you go: {"a": 1}', "plain-text", 1, 1),
    ('{"a": 1} and more', "text-after", 1, 10),
    ('{"a": 1,}', "trailing-comma", 1, 8),
    ('{"a": [1,\n2,\n]}', "trailing-comma", 2, 2),
    ('{"a": 1 // one\n}', "comment", 1, 9),
    ('// one\n{"a": 1}', "comment", 1, 1),
    ("{'a': 1}", "wrong-quotes", 1, 2),
    ("{“a”: 1}", "wrong-quotes", 1, 2),
    ('{"a": [1, 2', "cut-off", 1, 12),
    ('{"a"', "cut-off", 1, 5),
    ('{"a": "b', "unclosed-string", 1, 7),
    ('{"a" 1}', "syntax", 1, 6),
    ("{a: 1}", "syntax", 1, 2),
    ('{"a": 1 "b": 2}', "syntax", 1, 9),
    ('{"a": True}', "syntax", 1, 7),
    ('{"a": 01}', "bad-number", 1, 7),
    ('{"a": 1.}', "bad-number", 1, 7),
    ('{"a": +1}', "bad-number", 1, 7),
    ('{"a": \ufeff1}', "byte-order-mark", 1, 7),
    ("[" * 100_000, "too-deep", 1, 17),
    ('{"a":' * 50_000, "too-deep", 1, 81),
]

ODD = [
    ('{"a": 1, "a": 2}', "duplicate-key", 1, 10),
    ('{"a": NaN}', "number-not-finite", 1, 7),
    ('{"a": -Infinity}', "number-not-finite", 1, 7),
    ('{"a": 1e400}', "number-too-large", 1, 7),
    ('{"a": ' + "9" * 5000 + "}", "number-too-long", 1, 7),
    ('{"a": "x\\ud83d"}', "lone-surrogate", 1, 9),
    ('{"a": "🫖x\ud83d"}', "lone-surrogate", 1, 10),
    ('{"a": "\\u0000"}', "nul-character", 1, 8),
    ('{"a": "\0"}', "nul-character", 1, 8),
    ('{"a": "one\ntwo"}', "control-character", 1, 11),
    ('{"a": "one\\qtwo"}', "bad-escape", 1, 11),
    ('{"a": "' + "x" * 4001 + '"}', "string-too-long", 1, 7),
    ('{"a": [' + "1," * 200 + "1]}", "too-many-items", 1, 7),
    ('\ufeff{"a": 1}', "byte-order-mark", 1, 1),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), FATAL)
def test_what_cannot_be_read(text: str, code: str, line: int, column: int) -> None:
    document = read(text)
    assert not document.complete
    [finding] = document.findings
    assert finding.severity == "error"
    place = document.line_and_column(document.offset_of(finding))
    assert (finding.code, *place) == (code, line, column)


@pytest.mark.parametrize(("text", "code", "line", "column"), ODD)
def test_what_is_odd_is_told_and_read_past(text: str, code: str, line: int, column: int) -> None:
    document = read(text)
    assert document.complete
    assert isinstance(document.value, dict)
    [finding] = document.findings
    place = document.line_and_column(document.offset_of(finding))
    assert (finding.code, *place) == (code, line, column)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("[" * 10_000_000, "too-large"),
        (b"[" * 10_000_000, "too-large"),
        ("é" * 131_073, "too-large"),
        (b'{"a": "\xff"}', "not-utf8"),
        ("{}".encode("utf-16"), "not-utf8"),
        ("[[" + ",".join(["1"] * 199) + "]" + (",[" + ",".join("1" * 199) + "]") * 150, None),
    ],
    ids=["10 MB", "10 MB bytes", "256 KB counts bytes", "latin-1", "utf-16", "many values"],
)
def test_limits_come_first(source: str | bytes, code: str | None) -> None:
    document = read(source)
    assert [finding.code for finding in document.findings] == [code or "too-many-values"]
    assert len(document.places) <= LIMITS.values


def test_bytes_that_are_not_utf8_are_placed() -> None:
    document = read(b'{\n"a": "\xe9"}')
    assert document.line_and_column(document.offset_of(document.findings[0])) == (2, 7)


def test_too_many_elements_are_counted() -> None:
    document = read('{"elements": [' + ", ".join(['{"a": "], [,"}'] * 731) + "]}")
    assert document.findings[0].message == '"elements" holds 731 elements; the limit is 200.'
    assert len(document.value["elements"]) == LIMITS.elements


def test_one_text_may_have_many_problems_but_not_endlessly_many() -> None:
    document = read('{"a": "\0", "b": NaN, "b": 1}')
    codes = ["nul-character", "number-not-finite", "duplicate-key"]
    assert [finding.code for finding in document.findings] == codes
    assert read('{"a": "' + "\\u0000" * 40_000 + '"}').findings[-1].code == "too-many-problems"


def test_columns_count_code_points_and_lines_end_three_ways() -> None:
    document = read('{"🫖": 1,\r\n"é": 2,\r"b": 3,\n "c": 4}')
    places = [document.line_and_column(document.key_places[(key,)]) for key in "🫖ébc"]
    assert places == [(1, 2), (2, 1), (3, 1), (4, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦",
        "مرحبا \u202eabc",
        "e\u0301 \u200d \ufe0f",
        "\u2028\u2029\x7f",
        'quote " back \\ slash /',
        "\U0010ffff\ufffe",
        "line\nbreak\ttab\x1f",
    ],
)
def test_unicode_survives(text: str) -> None:
    for ascii_only in (True, False):
        document = read(json.dumps({"a": text}, ensure_ascii=ascii_only))
        assert document.findings == []
        assert document.value == {"a": text}
