"""Any text or data is parsed or refused with issues in their place, and never raises."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ideogram4.caption import Caption, parse_caption, validate_caption
from tests.caption.spoiling import ELEMENT, composition, element, of_code, style


def test_a_good_caption_has_no_issues(data: dict[str, Any], prompt_text: str) -> None:
    assert parse_caption(json.dumps(data)).issues == ()
    assert parse_caption(prompt_text).issues == ()
    assert parse_caption(prompt_text.encode()).ok
    assert validate_caption(data) == ()
    assert validate_caption(Caption.from_dict(data)) == ()


def test_two_palettes_in_one_object_names_both(data: dict[str, Any]) -> None:
    style(data)["color_palette"] = ["#000000"]
    message = of_code(validate_caption(data), "both-palettes").message
    assert "colour_palette" in message
    assert "color_palette" in message


def test_the_two_spellings_may_live_in_different_objects(data: dict[str, Any]) -> None:
    element(data)["color_palette"] = ["#000000"]
    assert validate_caption(data) == ()


def test_issues_come_in_the_order_of_the_text_with_their_places(data: dict[str, Any]) -> None:
    element(data)["bbox"] = [5, 0, 5, 10]
    element(data)["notes"] = "x"
    data["high_level_description"] = ""
    text = json.dumps(data, indent=1)
    lines = text.split("\n")
    issues = parse_caption(text).issues
    assert [issue.code for issue in issues] == ["empty-value", "bbox-empty", "unknown-key"]
    for issue, written in zip(issues, ['""', "[", '"notes"'], strict=True):
        assert issue.line is not None
        assert issue.column is not None
        assert lines[issue.line - 1][issue.column - 1 :].startswith(written)


def test_a_misspelt_key_is_recognised(data: dict[str, Any]) -> None:
    element(data)["boox"] = element(data).pop("bbox")
    issue = of_code(validate_caption(data), "unknown-key")
    assert issue.fix is not None
    composition(data)["backgroud"] = composition(data).pop("background")
    missing = of_code(validate_caption(data), "missing-key")
    assert missing.fix is not None
    assert missing.fix.label == "Rename it to background"
    mended = missing.fix(data)["compositional_deconstruction"]
    assert mended["background"] == "a plain wall"
    assert list(mended) == ["elements", "background"]


@pytest.mark.parametrize(
    ("written", "colour"), [("#0f0", "#00FF00"), ("red", "#FF0000"), ("rgb(1,2,3)", "#010203")]
)
def test_a_colour_written_otherwise_is_offered_as_captions_write_it(
    data: dict[str, Any], written: str, colour: str
) -> None:
    element(data)["colour_palette"] = [written]
    issue = of_code(validate_caption(data), "colour-format")
    assert issue.fix is not None
    assert issue.fix.label == f"Use {colour}"
    assert element(issue.fix(data))["colour_palette"] == [colour]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("photograph", "photo"), ("3d_render", "art_style"), ("", "photo")],
)
def test_of_two_styles_the_one_that_fits_the_medium_stays(
    data: dict[str, Any], written: str, kept: str
) -> None:
    style(data)["art_style"] = "oil"
    if written:
        style(data)["medium"] = written
    else:
        del style(data)["medium"]
    fix = of_code(validate_caption(data), "photo-and-art-style").fix
    assert fix is not None
    assert {"photo", "art_style"} & set(style(fix(data))) == {kept}


def test_a_fix_leaves_a_caption_that_has_changed_since(data: dict[str, Any]) -> None:
    element(data)["bbox"] = [9, 0, 5, 10]
    fix = of_code(validate_caption(data), "bbox-inverted").fix
    assert fix is not None
    for later in ({}, [], None, {"compositional_deconstruction": {"elements": []}}):
        assert fix(later) == later


@pytest.mark.parametrize("value", ["NaN", "1e400", "9" * 5000, '"' + "x" * 4001 + '"'])
def test_a_refused_value_is_told_and_nothing_is_said_of_its_stand_in(value: str) -> None:
    [issue] = parse_caption(f'{{"high_level_description": {value}}}').issues
    assert (issue.path, issue.line, issue.column) == ("/high_level_description", 1, 28)


def test_the_value_as_written_is_there_for_fixes() -> None:
    text = '{"high_level_description": "a\nb", "seed": 1}'
    result = parse_caption(text)
    assert result.value == {"high_level_description": "a\nb", "seed": 1}
    fix = of_code(result.issues, "control-character").fix
    assert fix is not None
    codes = [issue.code for issue in parse_caption(json.dumps(fix(result.value))).issues]
    assert "control-character" not in codes


def test_issues_as_data_are_json(data: dict[str, Any]) -> None:
    element(data)["bbox"] = [9, 0, 5, 10]
    [issue] = parse_caption(json.dumps(data)).issues
    written = json.loads(json.dumps(issue.to_dict()))
    assert written["path"] == ELEMENT + "/bbox"
    assert written["fix"] == {"label": "Mend this box"}
    assert set(written) == {"path", "line", "column", "code", "severity", "message", "fix"}


def test_thousands_of_problems_are_cut_short_and_still_an_error(data: dict[str, Any]) -> None:
    composition(data)["elements"] = [{"a": 1, "b": 2, "c": 3} for _ in range(200)]
    issues = validate_caption(data)
    assert issues[0].code == "too-many-problems"
    assert len(issues) < 400


class Rude(dict):  # type: ignore[type-arg]
    def items(self) -> Any:
        raise RuntimeError("never")


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    ("thing", "code"),
    [
        (None, "not-an-object"),
        (5, "not-an-object"),
        (True, "not-an-object"),
        ([], "not-an-object"),
        ("text", "not-an-object"),
        ({1, 2}, "not-json"),
        (object(), "not-json"),
        (b"{}", "not-json"),
        ({"a": object()}, "not-json"),
        (CIRCLE, "not-json"),
        (Rude(a=1), "not-json"),
        ({(1, 2): 3}, "not-json"),
        ({"a": 10**5000}, "not-json"),
        ({"high_level_description": float("nan")}, "number-not-finite"),
        ({"high_level_description": "\ud800"}, "lone-surrogate"),
        ({"a": "x" * 300_000}, "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_anything_at_all_can_be_validated(thing: object, code: str) -> None:
    issue = of_code(validate_caption(thing), code)
    assert (issue.severity, issue.line, issue.column) == ("error", None, None)


@pytest.mark.parametrize("thing", [None, 5, {}, [], object(), Caption.empty()])
def test_what_is_no_text_cannot_be_parsed(thing: Any) -> None:
    [issue] = parse_caption(thing).issues
    assert (issue.code, issue.severity) == ("not-text", "error")


def test_data_nested_without_end_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    assert validate_caption(nested)[0].code == "too-deep"
