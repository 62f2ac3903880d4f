"""Whatever a language model wrote becomes a caption, and every change is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ideogram4.caption import Caption, RepairResult, parse_caption, repair_caption

GOOD = (
    '{"high_level_description": "A cup.", "compositional_deconstruction": {"background": "wall", '
    '"elements": [{"type": "obj", "bbox": [100, 200, 300, 400], "desc": "a red cup"}]}}'
)
GOOD_CAPTION = parse_caption(GOOD).caption


def codes(result: RepairResult) -> set[str]:
    return {change.code for change in result.changes}


def with_elements(*elements: Any, **root: Any) -> str:
    composition = {"background": "wall", "elements": list(elements)}
    return json.dumps({**root, "compositional_deconstruction": composition})


def elements_of(result: RepairResult) -> list[dict[str, Any]]:
    assert result.caption is not None
    found: list[dict[str, Any]] = result.caption.to_dict()["compositional_deconstruction"][
        "elements"
    ]
    return found


def mended(element: Any, **root: Any) -> dict[str, Any]:
    [only] = elements_of(repair_caption(with_elements(element, **root)))
    return only


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


@pytest.mark.parametrize("name", ["object", "Character", "person", "animal", "background", ""])
def test_types_that_are_objects(name: str) -> None:
    assert mended({"type": name, "desc": "cup"}) == {"type": "obj", "desc": "cup"}


@pytest.mark.parametrize("name", ["title", "Headline", "obj", "label", None])
def test_whatever_has_letters_is_a_text(name: str | None) -> None:
    element = mended({"type": name, "text": "SALE", "desc": "bold"})
    assert element == {"type": "text", "text": "SALE", "desc": "bold"}


def test_a_text_without_letters_takes_them_from_its_description_or_is_an_object() -> None:
    assert mended({"type": "text", "desc": "the word “SALE” in red"})["text"] == "SALE"
    assert mended({"type": "text", "desc": "some words"})["type"] == "obj"


def test_a_background_element_becomes_the_background_if_there_is_none() -> None:
    element = {"type": "background", "desc": "a blue sky"}
    found = repair_caption({"compositional_deconstruction": {"elements": [element]}})
    assert found.caption is not None
    assert found.caption.compositional_deconstruction.background == "a blue sky"
    assert found.caption.compositional_deconstruction.elements == ()


def test_text_before_bbox_is_put_in_order() -> None:
    element = {"desc": "bold", "text": "SALE", "bbox": [0, 0, 9, 9], "type": "text"}
    result = repair_caption(with_elements(element))
    assert list(elements_of(result)[0]) == ["type", "bbox", "text", "desc"]
    assert codes(result) == {"key-order"}


@pytest.mark.parametrize(
    ("written", "code", "box"),
    [
        ([0.1, 0.2, 0.3, 0.4], "bbox-fractions", [100, 200, 300, 400]),
        ({"x": 200, "y": 100, "w": 200, "h": 200}, "bbox-named", [100, 200, 300, 400]),
        ([300, 200, 100, 400], "bbox-inverted", [100, 200, 300, 400]),
        ([-5, 200, 300, 400], "bbox-range", [0, 200, 300, 400]),
        ([100.0, 200, 300, 400], "bbox-not-integers", [100, 200, 300, 400]),
        ([0, 0, 512, 2048], "bbox-pixels", [0, 0, 250, 1000]),
    ],
)
def test_boxes(written: Any, code: str, box: list[int]) -> None:
    result = repair_caption(with_elements({"type": "obj", "bbox": written, "desc": "cup"}))
    assert elements_of(result)[0]["bbox"] == box
    [change] = result.changes
    assert (change.code, change.before, change.after) == (code, written, box)
    assert change.path == "/compositional_deconstruction/elements/0/bbox"


@pytest.mark.parametrize(
    "key", ["bbox_2d", "xyxy", "boundingBox", "Bounding Box", "box", "coordinates"]
)
def test_boxes_by_other_names(key: str) -> None:
    x_first = key in ("bbox_2d", "xyxy")
    numbers = [200, 100, 400, 300] if x_first else [100, 200, 300, 400]
    assert mended({"type": "obj", key: numbers, "desc": "cup"})["bbox"] == [100, 200, 300, 400]


def test_the_order_of_boxes_may_be_told_beside_the_caption() -> None:
    element = {"type": "obj", "bbox": [200, 100, 200, 200], "desc": "cup"}
    assert mended(element, bbox_format="xywh")["bbox"] == [100, 200, 300, 400]


def test_pixels_are_a_matter_of_the_whole_caption_and_its_page() -> None:
    wide = {"type": "obj", "bbox": [0, 0, 768, 1344], "desc": "wall"}
    small = {"type": "obj", "bbox": [0, 0, 384, 672], "desc": "cup"}
    result = repair_caption(with_elements(wide, small, width=1344, height=768))
    boxes = [element["bbox"] for element in elements_of(result)]
    assert boxes == [[0, 0, 1000, 1000], [0, 0, 500, 500]]


def test_x_first_pixels_show_on_a_page_that_is_not_square() -> None:
    element = {"type": "obj", "bbox": [0, 0, 1344, 384], "desc": "sky"}
    assert mended(element, aspect_ratio="1344x768")["bbox"] == [0, 0, 500, 1000]


@pytest.mark.parametrize("written", [None, [], "middle", [5, 1, 5, 9], {"x": 1}])
def test_what_is_no_box_is_taken_out(written: Any) -> None:
    assert mended({"type": "obj", "bbox": written, "desc": "cup"}) == {
        "type": "obj",
        "desc": "cup",
    }


@pytest.mark.parametrize("key", ["colour_palette", "color_palette", "palette", "colors"])
def test_palettes(key: str) -> None:
    colours = ["#d7263d", "#0f0", "navy", "rgb(1, 2, 3)", [4, 5, 6], "not a colour"]
    result = repair_caption(with_elements({"type": "obj", "desc": "cup", key: colours}))
    assert elements_of(result)[0]["colour_palette"] == [
        "#D7263D",
        "#00FF00",
        "#000080",
        "#010203",
        "#040506",
    ]
    aside = "/compositional_deconstruction/elements/0/colour_palette/5"
    assert result.set_aside == {aside: "not a colour"}


def test_palettes_over_the_limit_are_cut_and_the_rest_kept_aside() -> None:
    colours = [f"#0000{number:02X}" for number in range(20)]
    result = repair_caption(with_elements(style_description={"colour_palette": colours}))
    assert result.caption is not None
    assert result.caption.style_description is not None
    assert result.caption.style_description.colour_palette == tuple(colours[:16])
    assert result.set_aside == {"/style_description/colour_palette": colours[16:]}


def test_both_palettes_are_joined() -> None:
    style = {"color_palette": ["#FFFFFF", "#000000"], "colour_palette": ["#000000"]}
    result = repair_caption(with_elements(style_description=style))
    assert result.caption is not None
    assert result.caption.style_description is not None
    assert result.caption.style_description.colour_palette == ("#000000", "#FFFFFF")
    assert "both-palettes" in codes(result)


def test_photo_and_art_style() -> None:
    style = {"photo": "50 mm", "art_style": "oil", "medium": "painting"}
    result = repair_caption(with_elements(style_description=style))
    assert result.caption is not None
    assert result.caption.style_description is not None
    assert result.caption.style_description.art_style == "oil"
    assert result.set_aside == {"/style_description/photo": "50 mm"}


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


def test_values_of_other_types() -> None:
    composition = {
        "background": ["wall", "floor"],
        "elements": {"cup": {"desc": 5, "type": "obj"}, "spoon": {"desc": None, "text": 7}},
    }
    result = repair_caption({"compositional_deconstruction": composition})
    assert result.caption is not None
    assert result.caption.to_dict()["compositional_deconstruction"] == {
        "background": "wall, floor",
        "elements": [
            {"type": "obj", "desc": "5"},
            {"type": "text", "text": "7", "desc": ""},
        ],
    }


def test_too_many_elements_and_too_long_texts_are_cut() -> None:
    many = [{"type": "obj", "desc": str(number)} for number in range(231)]
    assert len(elements_of(repair_caption(with_elements(*many)))) == 200
    assert len(mended({"type": "obj", "desc": "x" * 5000})["desc"]) == 4000


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
