"""Captions to start from are good ones: what a designer may rely on, and a mistake is named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ideogram4.caption import parse_caption
from ideogram4.errors import RequestError
from ideogram4.sampling.limits import SizeLimits
from ui.presets import (
    FIRST_CAPTION,
    Start,
    captions_to_try,
    load_captions,
    load_starts,
    size_near,
    sizes_for,
    starts,
    starts_for,
)
from ui.presets.files import PRESETS_FOLDER

REAL = SizeLimits()
USUAL = (1024, 1024)
USES = {
    "Poster",
    "Book cover",
    "Menu",
    "Business card",
    "Product label",
    "App icon",
    "Web hero",
    "Social post",
    "Magazine spread",
    "Shop sign",
    "Packaging",
    "Infographic",
}
RICH = [start for start in load_starts() if not start.for_demo]
EACH = pytest.mark.parametrize("start", RICH, ids=lambda start: start.use)


def elements(start: Start) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = start.caption.to_dict()["compositional_deconstruction"][
        "elements"
    ]
    return found


def texts(start: Start) -> list[dict[str, Any]]:
    return [element for element in elements(start) if element["type"] == "text"]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def behind(start: Start, text: dict[str, Any]) -> str:
    """The colour that a text stands on: of the nearest element that holds it, or the page's own.

    The first colour of a rich caption's palette is its page; its thumbnail is drawn that way too.
    """
    top, left, bottom, right = text["bbox"]
    held = start.caption.to_dict()["style_description"]["colour_palette"][0]
    for element in elements(start):
        if element is text or element["bbox"] == text["bbox"]:
            break
        y1, x1, y2, x2 = element["bbox"]
        if element["type"] == "obj" and y1 <= top and x1 <= left and y2 >= bottom and x2 >= right:
            held = element["colour_palette"][0]
    return str(held)


def test_there_is_a_layout_for_each_use() -> None:
    assert {start.use for start in RICH} >= USES


def test_every_file_is_offered_and_no_title_is_part_of_another() -> None:
    """A title that holds another would be found twice by whoever looks for the shorter one."""
    starts = json.loads((PRESETS_FOLDER / "starts.json").read_text(encoding="utf-8"))
    listed = [entry["name"] for group in starts for entry in group["starts"]]
    assert sorted(listed) == sorted(path.stem for path in (PRESETS_FOLDER / "captions").iterdir())
    titles = [start.title.lower() for start in load_starts()]
    assert not [(a, b) for a in titles for b in titles if a is not b and a in b]


@EACH
def test_a_layout_has_no_issue_at_all(start: Start) -> None:
    checked = parse_caption(start.caption.to_json())
    assert [str(issue) for issue in checked.issues] == []


@EACH
def test_a_layout_has_boxes_words_and_palettes(start: Start) -> None:
    content = start.caption.to_dict()
    assert len(content["style_description"]["colour_palette"]) >= 4
    assert texts(start)
    for element in elements(start):
        assert len(element["bbox"]) == 4 and element["colour_palette"], element["desc"]


@EACH
def test_words_have_room_and_margins(start: Start) -> None:
    """Letters at least 14 pixels high at 1024 × 1024's area, and never cut by the page's edge."""
    wide, high = start.ratio
    height = (1024 * 1024 * high / wide) ** 0.5
    width = height * wide / high
    for element in texts(start):
        top, left, bottom, right = element["bbox"]
        assert min(top, left, 1000 - bottom, 1000 - right) >= 40, element["text"]
        lines = element["text"].split("\n")
        line_height = (bottom - top) / 1000 * height / len(lines)
        # An average letter is half as wide as high; a line leaves a fifth of itself between lines.
        by_width = (right - left) / 1000 * width / (max(map(len, lines)) * 0.5)
        size = min(line_height / 1.2, by_width)
        assert size >= 14, (element["text"], size)
        assert size >= 0.45 * line_height, (
            element["text"],
            "the box is much higher than its words",
        )


@EACH
def test_words_do_not_overlap_each_other(start: Start) -> None:
    boxes = [element["bbox"] for element in texts(start)]
    for n, (top, left, bottom, right) in enumerate(boxes):
        for y1, x1, y2, x2 in boxes[n + 1 :]:
            assert bottom <= y1 or y2 <= top or right <= x1 or x2 <= left


@EACH
def test_words_stand_out_from_what_is_behind_them(start: Start) -> None:
    for element in texts(start):
        ratio = contrast(element["colour_palette"][0], behind(start, element))
        assert ratio >= 4.5, (element["text"], ratio)


@EACH
def test_a_layout_says_in_its_palette_what_colours_its_words_have(start: Start) -> None:
    palette = start.caption.to_dict()["style_description"]["colour_palette"]
    for element in texts(start):
        assert element["colour_palette"][0] in palette, element["text"]


@pytest.mark.parametrize("start", load_starts(), ids=lambda start: start.title)
def test_a_ratio_is_legal_and_a_size_of_it_is_offered(start: Start) -> None:
    wide, high = start.ratio
    assert max(wide / high, high / wide) <= REAL.max_ratio
    size = size_near(start.ratio, sizes_for(REAL, USUAL), USUAL)
    assert size is not None
    assert size.width / size.height == pytest.approx(wide / high, rel=0.005)


def test_those_for_the_weights_in_use_come_first() -> None:
    assert starts_for(True)[0].for_demo and not starts_for(True)[-1].for_demo
    assert not starts_for(False)[0].for_demo and starts_for(False)[-1].for_demo
    assert set(starts_for(True)) == set(starts_for(False)) == set(load_starts())


def test_every_starting_caption_can_be_drawn_and_says_what_it_is() -> None:
    captions = load_captions()
    assert FIRST_CAPTION in captions and len(captions) >= 3
    for caption in captions.values():
        content = caption.to_dict()
        assert content["high_level_description"]
        assert all("bbox" in e for e in content["compositional_deconstruction"]["elements"])


# What the demo was trained on, and no more: shapes by name, one colour each, two backgrounds.
DEMO_SHAPES = r"(square|rectangle|circle|triangle|diamond|rounded rectangle|ring|cross|star)"
DEMO_DESC = re.compile(rf"an? ((large|bold|flat|small|solid) )?([a-z]+ )?([a-z]+ )?{DEMO_SHAPES}")
DEMO_WORD = re.compile("[A-Z0-9]{1,7}")
DEMO_BACKGROUND = re.compile(
    r"plain #[0-9A-F]{6} background|fades from #[0-9A-F]{6} to #[0-9A-F]{6}"
)


def test_the_three_captions_to_try_use_only_what_the_demo_understands() -> None:
    offered = captions_to_try()
    assert len(offered) == 3 and FIRST_CAPTION not in [one["title"] for one in offered]
    shapes = set()
    for one in offered:
        content = json.loads(one["text"])["compositional_deconstruction"]
        assert DEMO_BACKGROUND.fullmatch(content["background"]), one["title"]
        assert 1 <= len(content["elements"]) <= 4
        for element in content["elements"]:
            assert len(element["colour_palette"]) == 1
            if element["type"] == "text":
                assert DEMO_WORD.fullmatch(element["text"])
                assert element["desc"].endswith(" word")
                shapes.add("word")
                continue
            said = DEMO_DESC.fullmatch(element["desc"])
            assert said
            shapes.add(said[5])
    assert len(shapes) >= 6 and "word" in shapes  # together they show what there is


def test_a_caption_to_try_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starts, "TO_TRY", ("Nowhere",))
    with pytest.raises(RequestError, match="Nowhere"):
        captions_to_try()


def test_captions_are_kept_in_the_spelling_people_edit() -> None:
    folder = Path(__file__).parents[2] / "presets" / "captions"
    for path in folder.glob("*.json"):
        assert "color_palette" not in path.read_text(encoding="utf-8"), path.name


def starts_in(folder: Path, starts: object, caption: str | None = None) -> Path:
    """A list with one group of these starts, and one caption beside it called good."""
    (folder / "captions").mkdir()
    good = PRESETS_FOLDER / "captions" / "house.json"
    text = good.read_text(encoding="utf-8") if caption is None else caption
    (folder / "captions" / "good.json").write_text(text, encoding="utf-8")
    path = folder / "starts.json"
    group = {"group": "Some", "for_demo": False, "starts": starts}
    path.write_text(json.dumps([group]), encoding="utf-8")
    return path


GOOD = {"name": "good", "title": "Good", "use": "Poster", "ratio": "2:3"}


def test_a_caption_says_its_title_use_group_and_ratio(tmp_path: Path) -> None:
    (start,) = load_starts(starts_in(tmp_path, [GOOD]))
    assert (start.title, start.use, start.group, start.ratio) == ("Good", "Poster", "Some", (2, 3))
    assert start.caption == load_captions()["House"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "gone"}, r"caption 1 of group 1 .*gone\.json cannot be used"),
        ({"name": "../samplers"}, "small letters"),
        ({"title": " "}, "title is empty"),
        ({"use": 3}, "use must be text"),
        ({"ratio": "2/3"}, "'2/3' is not like 2:3"),
        ({"ratio": "0:3"}, "not like 2:3"),
        ({"more": ""}, "exactly name, title, use and ratio"),
    ],
)
def test_a_wrong_caption_to_start_from_is_named(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        load_starts(starts_in(tmp_path, [{**GOOD, **change}]))


def test_two_captions_of_one_title_are_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"caption 2 of group 1 .*another caption called Good"):
        load_starts(starts_in(tmp_path, [GOOD, GOOD]))


def test_a_broken_starting_caption_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"good\.json cannot be used"):
        load_starts(starts_in(tmp_path, [GOOD], "{"))


def test_a_list_without_captions_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no captions"):
        load_starts(starts_in(tmp_path, []))
