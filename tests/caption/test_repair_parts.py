"""Repair of the parts of a caption: elements, boxes, palettes, style."""

from __future__ import annotations

from typing import Any

import pytest

from ideogram4.caption import repair_caption
from tests.caption.repairing import codes, elements_of, mended, with_elements


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
