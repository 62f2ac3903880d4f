"""The gallery as a person uses it: find, compare, bring back, delete and undo, open a picture."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from ideogram4.png import read_png_metadata, save_png
from tests.browser.whole import Served, Whole
from tests.ui.pretend import PretendPipeline, PretendStep

pytestmark = pytest.mark.browser

RED = {
    "compositional_deconstruction": {
        "background": "a wall",
        "elements": [
            {"type": "obj", "bbox": [100, 100, 900, 900], "desc": "a cup"},
            {"type": "text", "bbox": [10, 10, 90, 900], "text": "TEA", "desc": "letters"},
        ],
    }
}


class Shelf:
    """The gallery of a studio."""

    def __init__(self, studio: Whole) -> None:
        self.studio = studio
        self.page = studio.page
        self.root = self.page.locator("#gallery")
        self.shots = self.root.locator("[data-picture]")
        self.note = self.page.locator("#gallery-note")
        self.words = self.root.get_by_role("searchbox", name="Filter by words")

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def make(self, seed: int, background: str = "a wall") -> str:
        """A picture of that seed; its id."""
        count = self.shots.count()
        caption = json.loads(json.dumps(RED))
        caption["compositional_deconstruction"]["background"] = background
        self.studio.open(json.dumps(caption))
        self.studio.seed.fill(str(seed))
        self.page.locator("#generate").click()
        expect(self.shots).to_have_count(count + 1)
        self.studio.reached("done")
        return str(self.shots.first.get_attribute("data-picture"))

    def seeds(self) -> list[str]:
        found = [shot.get_attribute("title") or "" for shot in self.shots.all()]
        return [title.rsplit("seed ", 1)[-1] for title in found]


@pytest.fixture
def shelf(studio: Whole) -> Shelf:
    return Shelf(studio)


def test_the_newest_comes_first_and_a_reload_forgets_nothing(shelf: Shelf) -> None:
    shelf.make(7)
    shelf.make(8)
    assert shelf.seeds() == ["8", "7"]
    shelf.page.reload()
    shelf.studio.is_ready()
    expect(shelf.shots).to_have_count(2)
    assert shelf.seeds() == ["8", "7"]


def test_words_and_favourites_filter(shelf: Shelf) -> None:
    shelf.make(7, "a red wall")
    shelf.make(8, "a green door")
    shelf.words.fill("GREEN tea")
    expect(shelf.shots).to_have_count(1)
    assert shelf.seeds() == ["8"]
    shelf.shots.first.click()
    shelf.button("Favourite").click()
    expect(shelf.button("Favourite")).to_have_attribute("aria-pressed", "true")
    shelf.words.fill("")
    expect(shelf.shots).to_have_count(2)
    shelf.button("Favourites only").click()
    expect(shelf.shots).to_have_count(1)
    expect(shelf.shots.first.get_by_role("img")).to_have_attribute("alt", re.compile("favourite"))
    shelf.words.fill("no such words")
    expect(shelf.shots).to_have_count(0)
    expect(shelf.note).to_contain_text("No picture fits")


def test_a_colour_finds_pictures_that_have_it(shelf: Shelf) -> None:
    # The pretended model paints with the seed as its green.
    shelf.make(0)
    shelf.make(250)
    colour = shelf.root.get_by_label("Filter by a colour")
    colour.fill("#00fa09")
    colour.dispatch_event("change")
    expect(shelf.shots).to_have_count(1)
    assert shelf.seeds() == ["250"]
    shelf.button("Any colour").click()
    expect(shelf.shots).to_have_count(2)


def test_what_is_deleted_comes_back_with_undo(shelf: Shelf, served: Served) -> None:
    kept, gone = shelf.make(7), shelf.make(8)
    shelf.shots.first.click()
    shelf.button("Delete").click()
    expect(shelf.shots).to_have_count(1)
    expect(shelf.note).to_have_text("Picture deleted.")
    assert kept in served.service.store.ids() and gone not in served.service.store.ids()
    shelf.button("Undo").click()
    expect(shelf.shots).to_have_count(2)
    assert gone in served.service.store.ids() and shelf.seeds() == ["8", "7"]


def test_two_are_compared_with_a_slider_and_what_changed(shelf: Shelf) -> None:
    shelf.make(7, "a red wall")
    shelf.make(8, "a green door")
    shelf.shots.last.click()
    shelf.button("Compare two pictures").click()
    expect(shelf.note).to_contain_text("choose the picture to compare it with")
    shelf.shots.first.click()
    sheet = shelf.page.get_by_role("dialog", name="Compare")
    expect(sheet.locator("li")).to_have_text(re.compile("background.*a red wall.*a green door"))
    slider = sheet.get_by_role("slider")
    expect(slider).to_be_focused()
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0 percent of the first picture")
    sheet.get_by_role("button", name="Side by side").click()
    expect(slider).to_be_hidden()
    expect(sheet.get_by_role("img", name="First picture: seed 7")).to_be_visible()
    shelf.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_versions_are_a_tree_that_loses_nothing(shelf: Shelf) -> None:
    shelf.make(7, "a red wall")
    edit = shelf.studio.inspector.get_by_label("Background")
    shelf.page.locator("#layout-canvas [data-part=page]").click(position={"x": 2, "y": 2})
    edit.fill("a blue wall")
    shelf.page.locator("#generate").click()
    expect(shelf.shots).to_have_count(2)
    shelf.shots.last.click()
    shelf.button("Use its caption and settings").click()
    expect(edit).to_have_value("a red wall")
    edit.fill("a green wall")
    shelf.page.locator("#generate").click()
    expect(shelf.shots).to_have_count(3)
    shelf.button("Versions").click()
    rows = shelf.root.locator(".ig-versions > li")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_have_class("is-fork")
    expect(rows.nth(2).get_by_text("You are here")).to_be_visible()
    for row in (rows.nth(1), rows.nth(2)):
        expect(row).to_contain_text("background")
    rows.nth(1).get_by_role("button").click()
    shelf.button("Use its caption and settings").click()
    expect(edit).to_have_value("a blue wall")
    expect(rows.nth(1).get_by_text("You are here")).to_be_visible()


def test_keys_walk_mark_and_delete(shelf: Shelf) -> None:
    for seed in (7, 8, 9):
        shelf.make(seed)
    shelf.shots.first.focus()
    shelf.page.keyboard.press("ArrowRight")
    expect(shelf.shots.nth(1)).to_be_focused()
    shelf.page.keyboard.press("Enter")
    expect(shelf.shots.nth(1)).to_have_attribute("aria-pressed", "true")
    shelf.page.keyboard.press("f")
    expect(shelf.button("Favourite")).to_have_attribute("aria-pressed", "true")
    shelf.page.keyboard.press("End")
    shelf.page.keyboard.press("Delete")
    expect(shelf.shots).to_have_count(2)
    assert shelf.seeds() == ["9", "8"]
    # The document is not touched by any of it.
    expect(shelf.studio.boxes).to_have_count(2)


def test_several_are_chosen_and_saved_as_a_zip(shelf: Shelf, tmp_path: Path) -> None:
    made = [shelf.make(seed) for seed in (7, 8, 9)]
    shelf.shots.first.click()
    shelf.shots.nth(1).click(modifiers=["Shift"])
    expect(shelf.note).to_have_text("2 pictures chosen.")
    with shelf.page.expect_download() as started:
        shelf.button("Download 2 pictures as a zip").click()
    with zipfile.ZipFile(started.value.path()) as archive:
        assert archive.namelist() == [f"{made[1]}.png", f"{made[2]}.png"]
        archive.extractall(tmp_path)
    assert read_png_metadata(tmp_path / f"{made[2]}.png")["seed"] == "9"
    with shelf.page.expect_download() as started:
        shelf.button("Download all as a zip").click()
    with zipfile.ZipFile(started.value.path()) as archive:
        assert len(archive.namelist()) == 3


def drop(page: Page, file: Path) -> None:
    """Let a file fall on the page, far from any panel."""
    page.evaluate(
        """async ([name, bytes]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
          const how = { dataTransfer, bubbles: true, cancelable: true };
          document.querySelector("#title").dispatchEvent(new DragEvent("drop", how));
        }""",
        [file.name, list(file.read_bytes())],
    )


def test_a_dropped_picture_brings_its_caption_and_settings(shelf: Shelf, served: Served) -> None:
    made = shelf.make(7)
    path = served.service.store.path(made)
    shelf.studio.open(
        json.dumps({"compositional_deconstruction": {"background": "", "elements": []}})
    )
    shelf.studio.seed.fill("")
    expect(shelf.studio.boxes).to_have_count(0)
    drop(shelf.page, path)
    expect(shelf.studio.boxes).to_have_count(2)
    expect(shelf.studio.seed).to_have_value("7")
    expect(shelf.note).to_contain_text("is loaded")
    shelf.studio.editor.click()
    shelf.page.keyboard.press("ControlOrMeta+z")
    expect(shelf.studio.boxes).to_have_count(0)


def test_another_tools_picture_brings_its_caption(shelf: Shelf, tmp_path: Path) -> None:
    graph = {"3": {"inputs": {"text": json.dumps(RED), "seed": 41, "width": 320, "height": 208}}}
    file = save_png(Image.new("RGB", (8, 8)), tmp_path / "comfy.png", {"prompt": json.dumps(graph)})
    payload: FilePayload = {
        "name": file.name,
        "mimeType": "image/png",
        "buffer": file.read_bytes(),
    }
    shelf.page.get_by_label("Open a picture", exact=True).set_input_files(payload)
    expect(shelf.studio.boxes).to_have_count(2)
    expect(shelf.studio.seed).to_have_value("41")
    expect(shelf.studio.sheet).to_have_attribute("aria-label", "Page, 320 × 208 pixels")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.png", b"<html><script>alert(1)</script>", "not a PNG picture"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "cut off"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(
    shelf: Shelf, name: str, content: bytes, words: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    shelf.make(7)
    text = shelf.studio.text()
    drop(shelf.page, file)
    expect(shelf.note).to_contain_text(words)
    assert shelf.studio.text() == text


def test_two_browsers_see_their_own_pictures_only(
    shelf: Shelf, served: Served, new_page: Callable[..., Page]
) -> None:
    shelf.make(7)
    other = Shelf(Whole(new_page(viewport={"width": 1200, "height": 900}), served.url))
    expect(other.page.locator("#first-captions .ig-first")).to_be_visible()
    expect(other.shots).to_have_count(0)
    other.make(8)
    assert other.seeds() == ["8"] and shelf.seeds() == ["7"]


def test_a_studio_of_ones_own_shows_the_whole_folder(
    new_page: Callable[..., Page], start: Callable[..., Served]
) -> None:
    served = start(gallery="all")
    anna = Shelf(Whole(new_page(), served.url))
    anna.make(7)
    ben = Shelf(Whole(new_page(viewport={"width": 1200, "height": 900}), served.url))
    expect(ben.shots).to_have_count(1)


@dataclass(frozen=True)
class GreyStep(PretendStep):
    """A step of a model that answers seed 7 with a grey card, and any other seed with a picture."""

    def images(self) -> list[Image.Image]:
        colour = (128, 128, 128) if self.seed == 7 else (40, 80, 220)
        return [Image.new("RGB", self.size, colour) for _ in range(self.images_total)]


class GreyPipeline(PretendPipeline):
    def _steps(self, prompt: str, asked: dict[str, Any]) -> Iterator[PretendStep]:
        for step in super()._steps(prompt, asked):
            yield GreyStep(**vars(step))


def test_a_grey_card_is_marked_and_the_next_seed_is_tried(
    page: Page, start: Callable[..., Served]
) -> None:
    served = start(GreyPipeline())
    shelf = Shelf(Whole(page, served.url))
    shelf.make(7)
    expect(shelf.shots.first.get_by_text("Blocked")).to_be_visible()
    shelf.shots.first.click()
    expect(shelf.note).to_contain_text("The model answered with a grey card")
    shelf.button("Try the next seed").click()
    expect(shelf.shots).to_have_count(2)
    assert shelf.seeds() == ["8", "7"]
    expect(shelf.shots.first.get_by_text("Blocked")).to_be_hidden()
    records = [served.service.store.get(i).record for i in served.service.store.ids()]
    assert [record.blocked for record in records] == ["", "yes"]


def test_a_grey_card_that_is_gone_is_told_and_nothing_is_drawn_in_its_place(
    page: Page, start: Callable[..., Served]
) -> None:
    """Another tab may have deleted it; the caption on the page is not what was asked for."""
    served = start(GreyPipeline())
    shelf = Shelf(Whole(page, served.url))
    grey = shelf.make(7)
    shelf.shots.first.click()
    expect(shelf.button("Try the next seed")).to_be_visible()
    served.service.store.delete([grey])
    page.evaluate(
        "window.pressed = 0;"
        "document.querySelector('#generate').addEventListener('click', () => window.pressed++)"
    )
    with page.expect_request("**/queue/join?*"):  # what follows is under way by then
        shelf.button("Try the next seed").click()
        expect(shelf.note).to_contain_text("no longer there")
    assert page.evaluate("window.pressed") == 0
    shelf.studio.seed.fill("99")
    shelf.studio.generate()
    expect(shelf.shots.first).to_have_attribute("title", re.compile("seed 99"))
    assert [job["seed"] for job in served.pipeline.jobs] == [7, 99]


def test_the_boxes_that_were_asked_for_are_drawn_over_the_picture(shelf: Shelf) -> None:
    shelf.make(7)
    show = shelf.page.get_by_role("button", name="Show boxes", exact=True)
    boxes = shelf.page.locator("#preview .preview-box")
    expect(boxes.first).to_be_hidden()
    show.click()
    expect(show).to_have_attribute("aria-pressed", "true")
    expect(boxes).to_have_text(["a cup", "TEA"])
    picture = shelf.page.locator("#preview img.preview-image").bounding_box()
    cup = boxes.first.bounding_box()
    assert picture and cup
    side = min(picture["width"], picture["height"])  # the picture is square, its frame may not be
    assert cup["height"] == pytest.approx(0.8 * side, abs=2)
    middle = picture["x"] + picture["width"] / 2
    assert cup["x"] + cup["width"] / 2 == pytest.approx(middle, abs=2)
    # They are the picture's, not those of a caption that was changed since.
    shelf.studio.box(0).focus()
    shelf.page.keyboard.press("Delete")
    expect(shelf.studio.boxes).to_have_count(1)
    expect(boxes).to_have_count(2)
    show.click()
    expect(boxes.first).to_be_hidden()
