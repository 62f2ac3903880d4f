"""One walk through the studio as a designer takes it, with the real demo model and a real Chromium.

Draw, colour, break and mend the caption, make a picture, find it in the gallery, bring it back,
stop the next one. The panels have tests of their own; here they have to work together.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ideogram4.png import read_png_metadata
from ideogram4.settings import Settings
from ui import studio
from ui.service import GenerationService

pytestmark = pytest.mark.browser

PANELS = (
    "layout-canvas",
    "layers",
    "inspector",
    "palette",
    "caption-editor",
    "issues",
    "preview",
)
CAPTION = {
    "compositional_deconstruction": {
        "background": "plain light blue background",
        "elements": [
            {
                "type": "obj",
                "bbox": [200, 200, 800, 800],
                "desc": "a red circle",
                "colour_palette": ["#DC2828"],
            }
        ],
    }
}
OTHER = {"compositional_deconstruction": {"background": "something else", "elements": []}}
# Steps can pass faster than a test looks, so the page itself keeps what it has shown.
REMEMBER = """() => {
  const panel = document.querySelector("#preview [data-phase]");
  window.shown = [];
  new MutationObserver(() => window.shown.push({
    phase: panel.dataset.phase,
    step: Number(panel.dataset.step),
    status: panel.querySelector(".preview-status").textContent,
    preview: (panel.querySelector("img").getAttribute("src") || "").startsWith("data:image/"),
  })).observe(panel, { attributes: true, subtree: true, childList: true });
}"""


class Studio:
    """The page and the few gestures that the walk needs."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        self.is_ready()
        self.sheet = page.locator("#layout-canvas [data-part=page]")
        self.editor = page.get_by_role("textbox", name="Caption JSON", exact=True)
        self.preview = page.locator("#preview [data-phase]")
        self.pictures = page.locator("#gallery img")
        self.boxes = page.locator("#layout-canvas [data-element]")

    def is_ready(self) -> None:
        for panel in PANELS:
            expect(self.page.locator(f"#{panel}[data-ready='1']")).to_be_attached()

    def draw(self, top: int, left: int, bottom: int, right: int) -> None:
        """Draw a box with the Object tool; the numbers are on the caption's 0..1000 grid."""
        tools = self.page.get_by_role("toolbar", name="Canvas", exact=True)
        tools.get_by_role("button", name="Object", exact=True).click()
        box = self.sheet.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + left / 1000 * box["width"], box["y"] + top / 1000 * box["height"])
        mouse.down()
        mouse.move(
            box["x"] + right / 1000 * box["width"],
            box["y"] + bottom / 1000 * box["height"],
            steps=4,
        )
        mouse.up()

    def write(self, text: str) -> None:
        """Replace the editor's text, as a paste does."""
        self.editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def choose(self, field: str, value: str) -> None:
        """Choose from a list of the bar."""
        self.page.locator(f"#{field} input").click()
        self.page.get_by_role("option", name=value).click()

    def generate(self) -> None:
        self.page.locator("#generate").click()

    def reached(self, phase: str) -> None:
        expect(self.preview).to_have_attribute("data-phase", phase, timeout=180_000)


@pytest.fixture
def served(tmp_path: Path, serve: Callable[..., str]) -> tuple[str, GenerationService]:
    settings = Settings(model="demo", output_dir=tmp_path / "pictures")
    service = GenerationService(settings)
    return serve(studio.build(settings, service), **studio.looks()), service


def test_a_walk_from_an_empty_box_to_a_picture_and_back(
    page: Page, served: tuple[str, GenerationService], tmp_path: Path
) -> None:
    url, service = served
    walk = Studio(page, url)
    expect(page.locator("#weights")).to_contain_text("Demo weights")
    expect(page.locator("#first-captions .ig-first")).to_be_visible()
    a_box_is_drawn_and_named(walk)
    a_colour_is_added(walk)
    a_broken_caption_is_refused_and_mended(walk)
    a_picture_is_made(walk, tmp_path)
    the_next_one_is_cancelled(walk)
    assert len(service.store.ids()) == 1
    the_first_one_is_brought_back(walk)
    page.reload()
    walk.is_ready()
    expect(walk.pictures).to_have_count(1)


def a_box_is_drawn_and_named(walk: Studio) -> None:
    before = walk.boxes.count()
    walk.draw(100, 60, 260, 300)
    expect(walk.boxes).to_have_count(before + 1)
    inspector = walk.page.locator("#inspector")
    inspector.get_by_label("Description", exact=False).first.fill("a purple star")
    expect(walk.editor).to_contain_text("a purple star")


def a_colour_is_added(walk: Studio) -> None:
    palette = walk.page.locator("#palette")
    expect(walk.editor).not_to_contain_text("style_description")
    colour = palette.get_by_label("Hex colour to add", exact=False)
    colour.fill("#7D37B4")
    colour.press("Enter")
    expect(palette.locator("[data-colour='#7D37B4']")).to_be_visible()
    expect(walk.editor).to_contain_text('"colour_palette": ["#7D37B4"]')


def a_broken_caption_is_refused_and_mended(walk: Studio) -> None:
    walk.write('{"compositional_deconstruction": {\n  "background": oops\n}}')
    lock = walk.page.locator("#layout-canvas [data-part=lock]")
    expect(lock).to_be_visible()
    expect(walk.page.locator("#issues [data-severity=error]").first).to_contain_text("Line 2")
    expect(walk.editor.locator(".cm-lintRange-error").first).to_be_attached()
    walk.generate()
    walk.reached("refused")
    expect(walk.preview).to_contain_text("Line 2")
    expect(walk.editor).to_contain_text("oops")
    walk.write(json.dumps(CAPTION, indent=2))
    expect(lock).to_be_hidden()
    expect(walk.boxes).to_have_count(1)


def a_picture_is_made(walk: Studio, folder: Path) -> None:
    walk.choose("preset", "V4_TURBO_12")
    walk.choose("size", "192 × 192")
    walk.page.locator("#seed input").fill("7")
    walk.page.evaluate(REMEMBER)
    walk.generate()
    walk.reached("done")
    check_progress(walk.page.evaluate("window.shown"))
    expect(walk.preview).to_contain_text("seed 7 · 192 × 192 · V4_TURBO_12 · demo")
    expect(walk.pictures).to_have_count(1)
    story = story_of(walk.page, folder)
    assert json.loads(story["caption"]) == CAPTION
    assert (story["seed"], story["width"], story["preset"]) == ("7", "192", "V4_TURBO_12")
    assert (story["weights"], story["licence"]) == ("demo", "Apache-2.0")
    assert '"color_palette":["#DC2828"]' in story["prompt"]


def the_next_one_is_cancelled(walk: Studio) -> None:
    walk.choose("preset", "V4_QUALITY_48")
    walk.choose("size", "384 × 384")
    walk.page.locator("#seed input").fill("")
    walk.generate()
    walk.reached("step")
    walk.page.locator("#cancel").click()
    walk.reached("cancelled")
    expect(walk.page.locator("#generate")).to_be_enabled()
    expect(walk.page.locator("#cancel")).to_be_disabled()
    expect(walk.pictures).to_have_count(1)


def the_first_one_is_brought_back(walk: Studio) -> None:
    walk.write(json.dumps(OTHER))
    expect(walk.boxes).to_have_count(0)
    walk.page.locator("#gallery [data-picture]").click()
    walk.reached("done")
    walk.page.locator("#recall").click()
    expect(walk.editor).to_contain_text("a red circle")
    expect(walk.page.locator("#seed input")).to_have_value("7")
    expect(walk.page.locator("#size input")).to_have_value("192 × 192 · square, draft")
    expect(walk.page.locator("#preset input")).to_have_value("V4_TURBO_12")
    expect(walk.boxes).to_have_count(1)


def check_progress(shown: list[dict[str, Any]]) -> None:
    """Steps were counted upwards, with a preview and the time left."""
    steps = [moment["step"] for moment in shown if moment["phase"] == "step"]
    assert steps == sorted(steps) and len(set(steps)) >= 3 and max(steps) == 12
    drawing = [moment for moment in shown if moment["phase"] == "step"]
    assert any(moment["preview"] for moment in drawing)
    assert any("of 12" in moment["status"] and "left" in moment["status"] for moment in drawing)


def story_of(page: Page, folder: Path) -> dict[str, str]:
    """The text inside the gallery's first picture, as the browser got it."""
    source = page.locator("#gallery img").first.get_attribute("src")
    assert source is not None
    reply = page.request.get(source)
    assert reply.headers["content-type"] == "image/png"
    copy = folder / "from-the-gallery.png"
    copy.write_bytes(reply.body())
    return read_png_metadata(copy)
