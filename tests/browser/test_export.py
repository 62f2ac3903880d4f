"""The layout saved as files, without a model: wireframes, the handover sheet, the caption."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from ideogram4.png import read_png_metadata
from tests.browser.desk import Desk, application, box

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HOSTILE = [
    "<script>window.broken = 1</script>",
    "]]>",
    "a & b < c",
    "\"double\" 'single'",
    "שלום עולם",
    "👩‍👩‍👧 tea",
    "\u202eback",
    "</text><image href='http://example.org/x.png'/>",
    "${window.broken=1} {{value}} `${5",
]


def coloured(desc: str, bbox: list[int], *colours: str, **rest: Any) -> dict[str, Any]:
    return {**box(desc, *bbox), "colour_palette": list(colours), **rest}


def words(text: str, bbox: list[int], *colours: str, desc: str = "A word") -> dict[str, Any]:
    return {**coloured(desc, bbox, *colours), "type": "text", "text": text}


def poster(*elements: dict[str, Any], title: str = "A red cup") -> str:
    body = {"background": "plain #FFF6E5 paper", "elements": list(elements)}
    value = {"high_level_description": title, "compositional_deconstruction": body}
    return json.dumps(value, ensure_ascii=False, indent=2)


@pytest.fixture
def desk(new_page: Callable[..., Page], serve: Callable[..., str]) -> Callable[..., Desk]:
    def opened(text: str, *, width: int = 640, height: int = 480, **settings: Any) -> Desk:
        return Desk(new_page(**settings), serve(application(text, width=width, height=height)))

    return opened


def entry(on: Desk, name: str) -> Locator:
    on.page.get_by_role("button", name="Export…", exact=True).click()
    return on.page.get_by_role("menuitem", name=name, exact=True)


def saved(on: Desk, name: str, folder: Path) -> Path:
    """Choose an entry of the menu and keep the file under the name it asks for."""
    item = entry(on, name)
    with on.page.expect_download() as waiting:
        item.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    expect(on.said).to_have_text(f"{file.name} is saved")
    return file


def texts(file: Path) -> list[str]:
    """Every text of an SVG; raises where the file is no XML."""
    root = ElementTree.parse(file).getroot()
    assert root.tag == f"{SVG}svg"
    return ["".join(node.itertext()) for node in root.iter() if node.tag == f"{SVG}text"]


def hexadecimal(colour: Any) -> str:
    red, green, blue = colour
    return f"#{red:02X}{green:02X}{blue:02X}"


@pytest.mark.parametrize(
    ("name", "scale"), [("Wireframe PNG", 1), ("Wireframe PNG, twice the size", 2)]
)
def test_the_picture_has_its_size_its_colours_and_its_caption(
    desk: Callable[..., Desk], tmp_path: Path, name: str, scale: int
) -> None:
    text = poster(
        coloured("a table", [500, 0, 1000, 1000], "#204060"),
        coloured("a cup", [250, 250, 750, 750], "#DC2828", "#FFFFFF"),
        coloured("a plate", [0, 0, 200, 200], "#00FF00", hidden=True),
        words("שלום & 👩‍👩‍👧", [800, 100, 950, 900], "#FFFFFF"),
    )
    file = saved(desk(text), name, tmp_path)
    assert file.name == f"a-red-cup-{640 * scale}x{480 * scale}-wireframe.png"
    with Image.open(file) as opened:
        opened.load()
        assert opened.text["caption"] == text  # type: ignore[attr-defined]
        picture = opened.convert("RGB")
    assert picture.size == (640 * scale, 480 * scale)

    def at(y: int, x: int) -> str:
        point = (x * picture.width // 1000, y * picture.height // 1000)
        return hexadecimal(picture.getpixel(point))

    assert at(100, 100) == at(200, 900) == "#FFF6E5"
    assert at(600, 100) == at(600, 900) == "#204060"
    assert at(500, 350) == at(350, 500) == at(700, 600) == "#DC2828"
    lettered = picture.crop(tuple(int(n * scale) for n in (64, 384, 576, 456)))
    assert "#FFFFFF" in {hexadecimal(colour) for _, colour in lettered.getcolors(1 << 20)}
    known = read_png_metadata(file)
    assert known["caption"] == text
    assert (known["width"], known["height"]) == (str(picture.width), str(picture.height))


def test_a_saved_picture_holds_a_caption_that_loads_again(
    desk: Callable[..., Desk], tmp_path: Path
) -> None:
    on = desk(poster(box("a", 100, 100, 300, 300), box("b", 500, 500, 800, 800)))
    on.click(200, 200)
    on.press("Delete")
    on.descs("b")
    again = read_png_metadata(saved(on, "Wireframe PNG", tmp_path))["caption"]
    fresh = desk(again)
    expect(fresh.layers).to_have_text(["b"])


@pytest.mark.parametrize("name", ["Wireframe SVG", "Handover sheet (SVG)"])
def test_what_a_person_wrote_stays_text(
    desk: Callable[..., Desk], tmp_path: Path, name: str
) -> None:
    elements = [
        words(hostile, [100 * row, 0, 100 * row + 90, 900]) for row, hostile in enumerate(HOSTILE)
    ]
    on = desk(poster(*elements, coloured("<b>&", [0, 0, 50, 1000]), title="<script>&]]>"))
    file = saved(on, name, tmp_path)
    found = texts(file)
    for hostile in HOSTILE:
        assert any(hostile in text for text in found), hostile
    names = {node.tag.removeprefix(SVG) for node in ElementTree.parse(file).iter()}
    assert names <= {"svg", "g", "rect", "path", "text", "title", "desc"}
    # Pasted into a page it runs nothing and asks for nothing; the fixture would have heard of it.
    on.page.set_content(file.read_text(encoding="utf-8").split("\n", 1)[1])
    expect(on.page.locator("svg").first).to_be_visible()
    assert on.page.evaluate("window.broken") is None
    expect(on.page.locator("script, image")).to_have_count(0)


def test_letters_that_no_file_can_hold_do_not_break_it(
    desk: Callable[..., Desk], tmp_path: Path
) -> None:
    text = (
        poster(words("HALF nul", [0, 0, 500, 900]))
        .replace("HALF", "\\ud83d")
        .replace("nul", "nul\\u0000\\u0007\\uffff")
    )
    on = desk(text)
    assert "\ufffd nul" in texts(saved(on, "Wireframe SVG", tmp_path))
    picture = saved(on, "Wireframe PNG", tmp_path)
    assert read_png_metadata(picture)["caption"] == text
    with Image.open(picture) as opened:
        opened.load()


def test_the_sheet_has_a_row_for_each_element_and_none_for_a_hidden_one(
    desk: Callable[..., Desk], tmp_path: Path
) -> None:
    nowhere = {"type": "obj", "desc": "a gull", "colour_palette": ["#ABCDEF"]}
    on = desk(
        poster(
            coloured("a cup", [250, 250, 750, 750], "#DC2828"),
            coloured("a secret", [0, 0, 100, 100], "#112233", hidden=True),
            nowhere,
            words("TEA", [0, 0, 200, 500]),
        )
    )
    file = saved(on, "Handover sheet (SVG)", tmp_path)
    assert file.name == "a-red-cup-640x480-handover.svg"
    found = texts(file)
    table = found[found.index("Colours") + 1 :]
    assert table == [
        *("1", "Object", "a cup", "x 160, y 120", "320 × 240", "#DC2828"),
        *("2", "Object", "a gull", "no box", "#ABCDEF"),
        *("3", "Text", "“TEA”", "A word", "x 0, y 0", "320 × 96", "none named"),
    ]


def test_the_caption_is_saved_as_it_was_typed(desk: Callable[..., Desk], tmp_path: Path) -> None:
    text = poster(coloured("a cup", [250, 250, 750, 750], "#DC2828", hidden=True)) + "\n\n"
    file = saved(desk(text), "Caption JSON", tmp_path)
    assert file.name == "a-red-cup-640x480-caption.json"
    assert file.read_text(encoding="utf-8") == text


def test_an_empty_editor_is_an_empty_page(desk: Callable[..., Desk], tmp_path: Path) -> None:
    on = desk("")
    picture = saved(on, "Wireframe PNG", tmp_path)
    assert picture.name == "layout-640x480-wireframe.png"
    with Image.open(picture) as opened:
        assert opened.convert("RGB").getcolors() == [(640 * 480, (255, 255, 255))]
    told = json.loads(saved(on, "Caption JSON", tmp_path).read_text())
    assert told == json.loads(read_png_metadata(picture)["caption"])
    assert told["compositional_deconstruction"]["elements"] == []


def test_keys_reach_the_menu_and_the_focus_comes_back(desk: Callable[..., Desk]) -> None:
    on = desk(poster(box("a", 100, 100, 300, 300)))
    button = on.page.get_by_role("button", name="Export…", exact=True)
    on.page.get_by_role("button", name="Backdrop", exact=True).focus()
    on.press("ArrowRight")
    expect(button).to_be_focused()
    on.press("Enter", "End")
    last = on.page.get_by_role("menuitem", name="Caption JSON", exact=True)
    expect(last).to_be_focused()
    assert last.get_attribute("aria-describedby") is None
    with on.page.expect_download() as waiting:
        on.press("Enter")
    assert waiting.value.suggested_filename == "a-red-cup-640x480-caption.json"
    expect(button).to_be_focused()
    expect(on.page.get_by_role("menu")).to_have_count(0)
    expect(on.said).to_have_text("a-red-cup-640x480-caption.json is saved")


def test_nothing_is_saved_while_the_text_is_broken_and_the_menu_says_why(
    desk: Callable[..., Desk], tmp_path: Path
) -> None:
    on = desk(poster(box("a", 100, 100, 300, 300)))
    downloads: list[Any] = []
    on.page.on("download", lambda download: downloads.append(download))
    on.editor.click()
    on.press("ControlOrMeta+Home", "Delete")
    item = entry(on, "Wireframe PNG")
    expect(item).to_be_focused()
    expect(item).to_have_attribute("aria-disabled", "true")
    expect(item).to_have_accessible_description(
        "Not now: the caption’s JSON has a mistake. Put it right in the editor first."
    )
    on.press("Enter")
    expect(on.said).to_have_text(
        "Not now: the caption’s JSON has a mistake. Put it right in the editor first."
    )
    expect(item).to_be_visible()
    on.press("Escape")
    on.editor.click()
    on.press("ControlOrMeta+z")
    saved(on, "Caption JSON", tmp_path)
    assert [each.suggested_filename for each in downloads] == ["a-red-cup-640x480-caption.json"]


def test_a_phone_has_room_for_the_menu(desk: Callable[..., Desk]) -> None:
    on = desk(poster(box("a", 100, 100, 300, 300)), **PHONE)
    on.page.get_by_role("button", name="Export…", exact=True).tap()
    items = on.page.get_by_role("menu", name="Export…", exact=True).get_by_role("menuitem")
    expect(items).to_have_count(5)
    for item in items.all():
        place = item.bounding_box()
        assert place is not None
        assert place["x"] >= 0 and place["x"] + place["width"] <= 390
        assert place["height"] >= 44
    with on.page.expect_download() as waiting:
        items.nth(2).tap()
    assert waiting.value.suggested_filename == "a-red-cup-640x480-wireframe.svg"
    assert on.page.evaluate("document.documentElement.scrollWidth") <= 390
