"""The traps that other layout tools fall into; each has one test that says what is promised here.

| trap                                      | the test                                            |
|-------------------------------------------|-----------------------------------------------------|
| import without bbox crashes               | here                                                |
| ratio change wipes boxes                  | `test_canvas.py`: another ratio re-flows the boxes; |
|                                           | `test_starts.py`: another size and undo             |
| cancel leaves the card running            | here; the steps are counted in `ui/test_service.py` |
| hidden boxes exported                     | here                                                |
| element palette lost on import            | here                                                |
| unescaped template tokens                 | `test_hostile.py`, for every place that shows words |
| canvas larger than the model's 2048       | here                                                |
| order inverted                            | here                                                |
| text elements dropped                     | here                                                |
| PNG without metadata                      | here                                                |
| LoRA keys ignored silently                | `weights/test_lora.py`                              |
| guidance list reversed or too short       | `sampling/test_plan.py`, `sampling/test_presets.py`,|
|                                           | `sampling/test_denoise.py`                          |
| corner handles that all act as one        | `test_canvas.py`: each of the eight handles         |
| recall restores text but not boxes        | here                                                |
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from ideogram4.png import read_png_metadata
from tests.browser.desk import box
from tests.browser.serving import Ports
from tests.browser.whole import Served, Whole, serving
from tests.ui.pretend import PretendPipeline

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
CUP = {**box("a cup", 100, 100, 500, 500), "colour_palette": ["#DC2828", "#FFFFFF"]}
WORDS = {"type": "text", "bbox": [600, 100, 800, 900], "text": "SLOW\nDAYS", "desc": "big"}
LOOSE = {"type": "obj", "desc": "a gull"}


def caption(*elements: dict[str, Any], **root: Any) -> str:
    body = {"background": "A wall.", "elements": list(elements)}
    return json.dumps({**root, "compositional_deconstruction": body}, indent=2)


def test_import_without_bbox_crashes(studio: Whole, served: Served) -> None:
    """An element without a box is listed, drawn by the model, and can be given one."""
    studio.open(caption(CUP, LOOSE))
    expect(studio.layers).to_have_text(["a gull", "a cup"])
    expect(studio.boxes).to_have_count(1)
    studio.generate()
    assert '{"type":"obj","desc":"a gull"}' in served.pipeline.jobs[-1]["caption"].to_prompt()
    studio.row(1).get_by_text("Add box").click()
    expect(studio.boxes).to_have_count(2)
    assert len(studio.elements()[1]["bbox"]) == 4


def test_import_with_a_bbox_that_is_none_crashes(studio: Whole) -> None:
    """What cannot be drawn is listed and told; the rest of the page can still be edited."""
    written = [None, [], [1, 2, 3], "1 2 3 4", [9, 9, 1, 1], [5, 5, 5, 5], [{}] * 4, {}]
    studio.open(caption(CUP, *({**LOOSE, "bbox": bbox} for bbox in written)))
    expect(studio.layers).to_have_text(["a gull"] * len(written) + ["a cup"])
    expect(studio.boxes).to_have_count(1)
    wrong = studio.issues.locator("[data-severity=error]").filter(has_text="a gull")
    # One each, and one for each of the four in the last list.
    expect(wrong).to_have_count(len(written) + 3)
    expect(studio.review).to_be_focused()
    studio.page.keyboard.press("Escape")
    studio.box(0).focus()
    studio.page.keyboard.press("ArrowLeft")
    expect(studio.box(0)).to_have_attribute("aria-label", re.compile("left 99, top 100"))
    assert [element.get("bbox") for element in studio.elements()[1:]] == written


def test_cancel_leaves_the_card_running(page: Page, ports: Ports, tmp_path: Path) -> None:
    """Cancel ends the work within one step, and the next picture has the card to itself.

    It may be asked for while that step still runs.
    """
    pipeline = PretendPipeline(hold_at=3)
    with serving(ports, tmp_path, pipeline) as served:
        studio = Whole(page, served.url)
        studio.generate(phase="step")
        expect(studio.preview).to_have_attribute("data-step", "2")
        studio.button("Cancel").click()
        studio.reached("cancelled")
        studio.button("Generate").click()
        # "queued" until the line has told its place.
        expect(studio.preview).to_have_attribute("data-phase", re.compile("queued|waiting"))
        pipeline.hold_at = None
        pipeline.release.set()
        studio.reached("done")
        # Three of the job that was cancelled (the third ran already), twelve of the next.
        assert pipeline.steps_done == 3 + 12
        assert pipeline.most_running == 1 and pipeline.running == 0
        assert len(served.service.store.ids()) == 1


def test_hidden_boxes_exported(studio: Whole, served: Served, tmp_path: Path) -> None:
    """A hidden element is in the file and nowhere else: not read, not drawn, not handed over."""
    studio.open(caption(CUP, box("a secret", 50, 50, 400, 400), WORDS))
    line = studio.page.locator("#caption-editor details pre")
    expect(line).to_contain_text("a secret")
    studio.row(1).get_by_role("button", name="Hide", exact=True).click()
    expect(studio.box(1)).to_be_hidden()
    expect(line).not_to_contain_text("secret")
    expect(line).to_contain_text("a cup")
    for entry in ("Wireframe SVG", "Handover sheet (SVG)"):
        drawing = studio.saved(entry, tmp_path).read_text(encoding="utf-8")
        assert "secret" not in drawing and "a cup" in drawing
    before = set(served.service.store.ids())
    studio.generate()
    (picture,) = set(served.service.store.ids()) - before
    story = served.service.store.get(picture).record
    assert "secret" not in story.prompt and "a cup" in story.prompt
    kept = json.loads(story.caption)["compositional_deconstruction"]["elements"]
    assert kept == studio.elements() and kept[1]["hidden"] is True


@pytest.mark.parametrize("spelling", ["colour_palette", "color_palette"])
def test_element_palette_lost_on_import(studio: Whole, served: Served, spelling: str) -> None:
    """An element's colours arrive under either spelling, are shown, and reach the model."""
    colours = ["#DC2828", "#FFFFFF", "#204060"]
    studio.open(caption(LOOSE, {**box("a cup", 100, 100, 500, 500), spelling: colours}))
    studio.pick(1)
    swatches = studio.inspector.locator("[data-colour]")
    expect(swatches).to_have_count(3)
    for index, colour in enumerate(colours):
        expect(swatches.nth(index)).to_have_attribute("data-colour", colour)
    studio.generate()
    told = served.pipeline.jobs[-1]["caption"].to_prompt()
    assert '"color_palette":["#DC2828","#FFFFFF","#204060"]' in told


def test_canvas_larger_than_the_models_2048(studio: Whole, served: Served) -> None:
    """No page is larger than the model draws: the canvas stays, and Generate says the limit."""
    drawn = len(served.pipeline.jobs)
    for size in ("4096 × 4096", "2064 × 2048", "400 × 256"):
        studio.size.fill(size)
        studio.size.press("Enter")
        studio.generate(phase="refused")
        width = size.partition(" ")[0]
        expect(studio.preview).to_contain_text(f"width {width} is outside 192 to 384")
        expect(studio.sheet).to_have_attribute("aria-label", "Page, 256 × 256 pixels")
    assert len(served.pipeline.jobs) == drawn


def test_order_inverted(studio: Whole, served: Served, tmp_path: Path) -> None:
    """One order everywhere: the caption's first element lies behind, and its last in front."""
    behind, middle, front = (box(n, 100, 100, 900, 900) for n in ("behind", "middle", "front"))
    studio.open(caption(behind, middle, front))
    expect(studio.layers).to_have_text(["front", "middle", "behind"])
    seen = "([x, y]) => document.elementFromPoint(x, y).closest('[data-element]').dataset.element"
    assert studio.page.evaluate(seen, studio.at(500, 500)) == "2"
    studio.row(0).get_by_role("button", name="Bring forward", exact=True).click()
    expect(studio.layers).to_have_text(["front", "behind", "middle"])
    wanted = ["middle", "behind", "front"]
    assert [element["desc"] for element in studio.elements()] == wanted
    line = studio.page.locator("#caption-editor details pre")
    expect(line).to_have_text(re.compile("middle.*behind.*front"))
    drawing = ElementTree.parse(studio.saved("Wireframe SVG", tmp_path)).getroot()
    groups = [node for node in drawing.iter(f"{SVG}g") if "data-element" in node.attrib]
    assert [node.findtext(f"{SVG}title") for node in groups] == wanted
    studio.generate()
    told = served.pipeline.jobs[-1]["caption"].to_prompt()
    assert re.findall(r'"desc":"(\w+)"', told) == wanted


def test_text_elements_dropped(studio: Whole, served: Served, tmp_path: Path) -> None:
    """Words to be written are on the canvas, in the list, in the export, and read by the model."""
    studio.open(caption(CUP, WORDS))
    expect(studio.box(1)).to_contain_text("SLOW\nDAYS", use_inner_text=True)
    expect(studio.layers).to_have_text(["“SLOW DAYS”", "a cup"])
    for entry in ("Wireframe SVG", "Handover sheet (SVG)"):
        drawing = studio.saved(entry, tmp_path).read_text(encoding="utf-8")
        assert "SLOW" in drawing and "DAYS" in drawing
    studio.generate()
    told = served.pipeline.jobs[-1]["caption"].to_prompt()
    assert '{"type":"text","bbox":[600,100,800,900],"text":"SLOW\\nDAYS","desc":"big"}' in told


def test_png_without_metadata(studio: Whole, served: Served, tmp_path: Path) -> None:
    """The picture that is downloaded knows its caption, seed, size and preset."""
    studio.open(caption(CUP, WORDS))
    studio.seed.fill("7")
    studio.generate()
    with studio.page.expect_download() as waiting:
        studio.page.get_by_role("link", name="Download PNG").click()
    waiting.value.save_as(tmp_path / "mine.png")
    story = read_png_metadata(tmp_path / "mine.png")
    assert json.loads(story["caption"]) == json.loads(caption(CUP, WORDS))
    assert (story["seed"], story["width"], story["height"]) == ("7", "256", "256")
    assert story["preset"] == "V4_TURBO_12" and story["weights"] == "pretend"


def test_recall_restores_text_but_not_boxes(studio: Whole, served: Served) -> None:
    """A picture brings everything back: boxes, words, both palettes, hidden ones, size and seed."""
    style = {"aesthetics": "a", "lighting": "b", "photo": "c", "medium": "photograph"}
    palette = {"colour_palette": ["#7D37B4", "#102030"]}
    text = caption(CUP, {**WORDS, "hidden": True}, LOOSE, style_description={**style, **palette})
    studio.open(text)
    studio.size.fill("384 × 192")
    studio.size.press("Enter")
    expect(studio.sheet).to_have_attribute("aria-label", "Page, 384 × 192 pixels")
    laid_out = studio.elements()
    studio.seed.fill("7")
    studio.generate()
    studio.open(caption(LOOSE))
    studio.size.fill("256 × 256")
    studio.size.press("Enter")
    expect(studio.sheet).to_have_attribute("aria-label", "Page, 256 × 256 pixels")
    studio.seed.fill("")
    studio.page.locator("#gallery [data-picture]").first.click()
    studio.button("Use its caption and settings").click()
    expect(studio.sheet).to_have_attribute("aria-label", "Page, 384 × 192 pixels")
    expect(studio.layers).to_have_text(["a gull", "“SLOW DAYS”", "a cup"])
    expect(studio.box(0)).to_be_visible()
    expect(studio.box(1)).to_be_hidden()
    expect(studio.seed).to_have_value("7")
    expect(studio.page.locator("#palette [data-colour]")).to_have_count(2)
    assert studio.elements() == laid_out
    top, left, bottom, right = laid_out[0]["bbox"]
    place = f"left {left}, top {top}, {right - left} wide, {bottom - top} high"
    expect(studio.box(0)).to_have_attribute("aria-label", re.compile(place))
    studio.pick(0)
    expect(studio.inspector.locator("[data-colour]")).to_have_count(2)
