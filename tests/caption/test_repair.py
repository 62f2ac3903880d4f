"""Whatever text a language model wrote becomes a caption, and every change is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ideogram4.caption import Caption, RepairResult, parse_caption, repair_caption
from tests.caption.repairing import GOOD, GOOD_CAPTION, codes, elements_of, with_elements

TEXTS = {
    "a code fence": (f"Sure, here you are:\n```json\n{GOOD}\n```\nEnjoy!", {"code-fence"}),
    "a fence that never closes": (f"```\n{GOOD}", {"code-fence"}),
    "prose around it": (f"Your {{nice}} caption: {GOOD} Enjoy!", {"prose"}),
    "smart quotes": (GOOD.replace('": "', "”: “").replace('"', "“"), {"wrong-quotes"}),
    "single quotes": (GOOD.replace('"', "'"), {"wrong-quotes"}),
    "Python's dict": (str(json.loads(GOOD)), {"wrong-quotes"}),
    "trailing commas": (GOOD.replace("]", ",]").replace("}", ",}"), {"trailing-comma"}),
    "comments": (GOOD.replace("{", "{ // new\n/* old */"), {"comment"}),
    "a hash comment": (GOOD.replace("[{", "[ # the cup\n{"), {"comment"}),
    "bare keys": (GOOD.replace('"desc"', "desc").replace('"type"', "type"), {"bare-key"}),
    "bare words": (GOOD.replace('"obj"', "obj"), {"bare-word"}),
    "missing commas": (GOOD.replace('", "', '"\n"'), {"missing-comma"}),
    "a missing bracket": (GOOD.replace("400]", "400"), {"wrong-bracket"}),
    "a bracket too many": (GOOD.replace("400]", "400]]"), {"wrong-bracket"}),
    "a cut-off tail": (GOOD[:-4], {"cut-off"}),
    "a tail of commas": (GOOD[:-4] + ", ", {"cut-off"}),
    "double encoding": (json.dumps(GOOD), {"double-encoded"}),
    "triple encoding": (json.dumps(json.dumps(GOOD)), {"double-encoded"}),
    "escaped quotes": (GOOD.replace('"', '\\"'), {"double-encoded"}),
    "HTML quotes": (GOOD.replace('"', "&quot;"), {"double-encoded"}),
    "a byte order mark": ("\ufeff" + GOOD, {"byte-order-mark"}),
    "UTF-16": (GOOD.encode("utf-16"), {"encoding"}),
    "a list of one": (f"[{GOOD}]", {"wrapper"}),
    "a wrapper": (f'{{"caption": {GOOD}}}', {"wrapper"}),
    "wrappers in wrappers": (f'{{"data": {{"result": [{GOOD}]}}}}', {"wrapper"}),
    "an encoded wrapper": (
        json.dumps({"data": {"json_prompt": GOOD}}),
        {"wrapper", "double-encoded"},
    ),
    "a repeated key": (GOOD.replace('"desc"', '"desc": "b", "desc"'), {"duplicate-key"}),
    "American spelling of nothing": (GOOD[:-4] + ', "color_palette": []}]}}', {"palette-empty"}),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_are_almost_json(name: str) -> None:
    text, told = TEXTS[name]
    result = repair_caption(text)
    assert result.caption == GOOD_CAPTION
    assert told <= codes(result)


def test_json_in_a_fence_that_is_whole_is_read_as_it_stands() -> None:
    odd = {"type": "obj", "desc": 'a cup that says {"', "<b>": '"', 'a "b"': "{{c}}", "": "d"}
    result = repair_caption(f"Sure!\n```json\n{with_elements(odd)}\n```")
    assert codes(result) == {"code-fence", "unknown-key"}
    assert elements_of(result) == [{"type": "obj", "desc": 'a cup that says {"'}]
    assert result.found is not None
    assert result.found["compositional_deconstruction"]["elements"] == [odd]


def test_a_good_caption_comes_back_unchanged() -> None:
    assert repair_caption(GOOD) == RepairResult(GOOD_CAPTION, issues=parse_good_issues())


def parse_good_issues() -> Any:
    assert GOOD_CAPTION is not None
    return parse_caption(GOOD_CAPTION.to_json()).issues


def test_a_cut_off_sentence_is_kept() -> None:
    [element] = elements_of(repair_caption(GOOD[: GOOD.index("cup", 100)]))
    assert element == {"type": "obj", "bbox": [100, 200, 300, 400], "desc": "a red"}


@pytest.mark.parametrize("end", range(20, len(GOOD), 3))
def test_a_caption_cut_off_anywhere_is_still_one(end: int) -> None:
    result = repair_caption(GOOD[:end])
    if '"high_level_description": "' in GOOD[:end]:
        assert result.caption is not None
        assert "cut-off" in codes(result)


def test_quotes_inside_a_text_stay_in_it() -> None:
    text = GOOD.replace("a red cup", 'a cup that says "tea", "milk" and it\'s red')
    [element] = elements_of(repair_caption(text))
    assert element["desc"] == 'a cup that says "tea", "milk" and it\'s red'


def test_line_breaks_inside_a_text_stay_in_it() -> None:
    result = repair_caption(GOOD.replace("a red cup", "a red\ncup"))
    assert elements_of(result)[0]["desc"] == "a red\ncup"
    assert "control-character" in codes(result)


@pytest.mark.parametrize(
    ("written", "ratio"),
    [
        ("16:9", "16:9"),
        ("16x9", "16:9"),
        ("16 / 9", "16:9"),
        ("1344x768 px", "1344:768"),
        ([16, 9], "16:9"),
        ({"width": 1344, "height": 768}, "1344:768"),
        (1.5, "1.5:1"),
        ("square", "1:1"),
    ],
)
def test_the_aspect_ratio_is_handed_out_and_not_sent(written: Any, ratio: str) -> None:
    result = repair_caption(with_elements(aspect_ratio=written))
    assert result.aspect_ratio == ratio
    assert result.caption is not None
    assert "ratio" not in result.caption.to_prompt()
    assert result.set_aside == {}


def test_the_ratio_beside_a_wrapped_caption_counts_too() -> None:
    """The hosted service answers so."""
    result = repair_caption(json.dumps({"json_prompt": json.loads(GOOD), "aspect_ratio": "16x9"}))
    assert (result.caption, result.aspect_ratio) == (GOOD_CAPTION, "16:9")


def test_a_ratio_that_means_nothing_is_set_aside() -> None:
    result = repair_caption(with_elements(aspect_ratio="AUTO"))
    assert result.aspect_ratio is None
    assert result.set_aside == {"/aspect_ratio": "AUTO"}


def test_unknown_keys_are_set_aside_and_listed() -> None:
    data = json.loads(with_elements({"type": "obj", "desc": "cup", "z": 1}, seed=7))
    data["compositional_deconstruction"]["notes"] = ["a"]
    result = repair_caption(json.dumps(data))
    assert result.set_aside == {
        "/compositional_deconstruction/elements/0/z": 1,
        "/compositional_deconstruction/notes": ["a"],
        "/seed": 7,
    }
    assert result.caption is not None
    assert "seed" not in result.caption.to_prompt()


def test_a_flat_caption_is_sorted_into_its_parts() -> None:
    flat = {
        "description": "A cup.",
        "style": "oil painting",
        "palette": "#fff, #000",
        "lighting": "soft",
        "background": "wall",
        "objects": ["a red cup", {"label": "a spoon", "boundingBox": [1, 2, 3, 4]}],
    }
    result = repair_caption(flat)
    assert result.caption is not None
    assert result.caption.to_dict() == {
        "high_level_description": "A cup.",
        "style_description": {
            "lighting": "soft",
            "art_style": "oil painting",
            "colour_palette": ["#FFFFFF", "#000000"],
        },
        "compositional_deconstruction": {
            "background": "wall",
            "elements": [
                {"type": "obj", "desc": "a red cup"},
                {"type": "obj", "bbox": [1, 2, 3, 4], "desc": "a spoon"},
            ],
        },
    }


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "a cat on a mat",
        "{}",
        "[]",
        '{"a": 1}',
        "<html><body>502 Bad Gateway</body></html>",
        '{"error": {"message": "busy"}}',
        "[" * 100_000,
        "{" * 100_000,
        '{"a":' * 40_000,
        "x" * 10_000_000,
        '"' * 200_000,
        "\\" * 200_000,
        "{'" * 80_000,
        None,
        5,
        object(),
        {1, 2},
        {"a": object()},
        [],
        b"\xff\xfe\x00",
        b"\x81\x8d",
    ],
    ids=lambda thing: repr(thing)[:20],
)
def test_where_there_is_no_caption_none_is_made(nothing: Any) -> None:
    result = repair_caption(nothing)
    assert result.caption is None
    assert any(issue.severity == "error" for issue in result.issues)


def test_what_is_left_to_do_is_told_in_the_repaired_text() -> None:
    result = repair_caption(with_elements({"type": "obj", "desc": ""}))
    assert result.caption is not None
    lines = result.caption.to_json().split("\n")
    empty = next(issue for issue in result.issues if issue.code == "empty-value")
    assert empty.line is not None
    assert '"desc": ""' in lines[empty.line - 1]


def test_a_caption_object_comes_back_as_it_is() -> None:
    assert repair_caption(Caption.empty()).caption == Caption.empty()
    assert repair_caption(Caption.empty()).changes == ()


def test_changes_as_data_are_json() -> None:
    result = repair_caption(with_elements({"type": "cat", "desc": "cup"}))
    [change] = [json.loads(json.dumps(change.to_dict())) for change in result.changes]
    assert change == {
        "path": "/compositional_deconstruction/elements/0/type",
        "code": "unknown-type",
        "message": 'An element is "obj" or "text": made "obj".',
        "before": "cat",
        "after": "obj",
    }
