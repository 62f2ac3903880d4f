"""What a person is told about a caption: every rule's code, severity, place and fix."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ideogram4.caption import Caption, Issue, parse_caption, validate_caption

ELEMENT = "/compositional_deconstruction/elements/0"
Spoil = Callable[[dict[str, Any]], object]


def element(caption: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caption["compositional_deconstruction"]["elements"][0]
    return found


def style(caption: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caption["style_description"]
    return found


def composition(caption: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caption["compositional_deconstruction"]
    return found


# What is done to a good caption; the code, severity and path that come of it; and whether the fix
# leaves nothing of it.
RULES: list[tuple[Spoil, str, str, str, bool]] = [
    (lambda c: c.pop("compositional_deconstruction"), "missing-key", "error", "", True),
    (lambda c: composition(c).pop("background"), "missing-key", "error", ELEMENT[:29], True),
    (lambda c: composition(c).pop("elements"), "missing-key", "error", ELEMENT[:29], True),
    (lambda c: element(c).pop("desc"), "missing-key", "error", ELEMENT, True),
    (lambda c: element(c).pop("type"), "missing-key", "error", ELEMENT, True),
    (lambda c: element(c).update(type="text"), "missing-key", "error", ELEMENT, True),
    (lambda c: element(c).update(desc=5), "wrong-type", "error", ELEMENT + "/desc", True),
    (lambda c: element(c).update(type=[]), "wrong-type", "error", ELEMENT + "/type", False),
    (
        lambda c: element(c).update(type="text", text={}),
        "wrong-type",
        "error",
        ELEMENT + "/text",
        False,
    ),
    (lambda c: element(c).update(bbox=None), "wrong-type", "error", ELEMENT + "/bbox", True),
    (lambda c: c.update(style_description=[]), "wrong-type", "error", "/style_description", False),
    (
        lambda c: style(c).update(photo=None),
        "wrong-type",
        "error",
        "/style_description/photo",
        True,
    ),
    (lambda c: element(c).update(type="person"), "unknown-type", "error", ELEMENT + "/type", True),
    (lambda c: element(c).update(text="HI"), "text-on-object", "error", ELEMENT + "/text", True),
    (
        lambda c: style(c).update(art_style="oil"),
        "photo-and-art-style",
        "error",
        "/style_description",
        True,
    ),
    (lambda c: element(c).update(bbox=[1, 2, 3]), "bbox-length", "error", ELEMENT + "/bbox", True),
    (
        lambda c: element(c).update(bbox=[0.1, 0, 1, 1]),
        "bbox-not-integers",
        "error",
        ELEMENT + "/bbox/0",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[0, 0, 10.0, 10]),
        "bbox-not-integers",
        "error",
        ELEMENT + "/bbox/2",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[0, False, 10, 10]),
        "boolean-as-number",
        "error",
        ELEMENT + "/bbox/1",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[0, 0, 10, 1001]),
        "bbox-range",
        "error",
        ELEMENT + "/bbox/3",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[-1, 0, 10, 10]),
        "bbox-range",
        "error",
        ELEMENT + "/bbox/0",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[9, 0, 5, 10]),
        "bbox-inverted",
        "error",
        ELEMENT + "/bbox",
        True,
    ),
    (
        lambda c: element(c).update(bbox=[5, 0, 5, 10]),
        "bbox-empty",
        "error",
        ELEMENT + "/bbox",
        True,
    ),
    (
        lambda c: element(c).update(color_palette=["#FFFFFF"], colour_palette=["#000000"]),
        "both-palettes",
        "error",
        ELEMENT + "/color_palette",
        True,
    ),
    (
        lambda c: element(c).update(color_palette=["red"]),
        "colour-format",
        "error",
        ELEMENT + "/color_palette/0",
        True,
    ),
    (
        lambda c: element(c).update(colour_palette=["#FFFFFF\n"]),
        "colour-format",
        "error",
        ELEMENT + "/colour_palette/0",
        True,
    ),
    (
        lambda c: element(c).update(color_palette=["#ff00aa"]),
        "colour-lowercase",
        "warning",
        ELEMENT + "/color_palette/0",
        True,
    ),
    (
        lambda c: element(c).update(color_palette=["#FFFFFF"] * 6),
        "palette-too-long",
        "warning",
        ELEMENT + "/color_palette",
        True,
    ),
    (
        lambda c: style(c).update(colour_palette=["#FFFFFF"] * 17),
        "palette-too-long",
        "warning",
        "/style_description/colour_palette",
        True,
    ),
    (
        lambda c: element(c).update(colour_palette=[]),
        "palette-empty",
        "warning",
        ELEMENT + "/colour_palette",
        True,
    ),
    (lambda c: style(c).pop("medium"), "missing-key", "warning", "/style_description", True),
    (lambda c: style(c).pop("photo"), "no-style-kind", "warning", "/style_description", False),
    (lambda c: c.update(seed=7), "unknown-key", "warning", "/seed", True),
    (
        lambda c: element(c).update({"a/b~c": 7}),
        "unknown-key",
        "warning",
        ELEMENT + "/a~1b~0c",
        True,
    ),
    (
        lambda c: composition(c).update(elements=[]),
        "no-elements",
        "warning",
        "/compositional_deconstruction/elements",
        False,
    ),
    (
        lambda c: composition(c).update(background=""),
        "empty-value",
        "warning",
        "/compositional_deconstruction/background",
        False,
    ),
    (lambda c: c.pop("high_level_description"), "recommended-key", "hint", "", False),
    (
        lambda c: c.update(high_level_description="word " * 51),
        "many-words",
        "hint",
        "/high_level_description",
        False,
    ),
    (
        lambda c: element(c).update(desc="word " * 61),
        "many-words",
        "hint",
        ELEMENT + "/desc",
        False,
    ),
    (lambda c: element(c).update(desc="a cup"), "few-words", "hint", ELEMENT + "/desc", False),
    (
        lambda c: composition(c).update(elements=composition(c)["elements"][:3]),
        "element-count",
        "hint",
        "/compositional_deconstruction/elements",
        False,
    ),
]
IDS = [f"{rule[2]} {rule[1]} {number}" for number, rule in enumerate(RULES)]


def of_code(issues: tuple[Issue, ...], code: str) -> Issue:
    return next(issue for issue in issues if issue.code == code)


def test_a_good_caption_has_no_issues(data: dict[str, Any], prompt_text: str) -> None:
    assert parse_caption(json.dumps(data)).issues == ()
    assert parse_caption(prompt_text).issues == ()
    assert parse_caption(prompt_text.encode()).ok
    assert validate_caption(data) == ()
    assert validate_caption(Caption.from_dict(data)) == ()


@pytest.mark.parametrize(("spoil", "code", "severity", "path", "mends"), RULES, ids=IDS)
def test_each_rule(
    data: dict[str, Any], spoil: Spoil, code: str, severity: str, path: str, mends: bool
) -> None:
    spoil(data)
    result = parse_caption(json.dumps(data))
    issue = of_code(result.issues, code)
    assert (issue.severity, issue.path) == (severity, path)
    assert result.ok == (severity != "error") == (result.caption is not None)
    assert [issue.code for issue in validate_caption(data)] == [i.code for i in result.issues]
    if mends:
        assert issue.fix is not None
        before = json.dumps(data)
        after = validate_caption(issue.fix(data))
        assert (code, path) not in [(left.code, left.path) for left in after]
        assert json.dumps(data) == before, "a fix works on a copy"


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
