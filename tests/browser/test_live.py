"""The live demo as a person meets it: edit, pause, and the picture follows; nothing of it stays.

The last test asks the real demo.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ideogram4.settings import Settings
from tests.browser.livedemo import Server, Tab
from tests.reliability.parts import wait_until
from ui import studio
from ui.service import GenerationService

pytestmark = pytest.mark.browser


def test_an_edit_in_any_view_is_drawn_by_itself_and_nothing_is_stored(
    page: Page, live: Callable[..., Server]
) -> None:
    on = live()
    tab = Tab(page, on.url)
    expect(tab.switch).to_be_checked()
    expect(tab.preview).to_have_attribute("data-phase", "idle")
    expect(tab.preview).to_contain_text("draws by itself")

    tab.describe("a wall")
    tab.redrawn()
    tab.boxes.first.focus()
    page.keyboard.press("ArrowLeft")
    tab.redrawn()
    colour = page.locator("#palette").get_by_label("Hex colour to add", exact=False)
    colour.fill("#7D37B4")
    colour.press("Enter")
    tab.redrawn()
    tab.write('{"compositional_deconstruction": {"background": "typed", "elements": []}}')
    tab.redrawn()

    moved, coloured = (on.pipeline.jobs[job]["caption"].to_dict() for job in (1, 2))
    assert moved["compositional_deconstruction"]["elements"][0]["bbox"] == [80, 719, 260, 899]
    assert coloured["style_description"]["colour_palette"] == ["#7D37B4"]
    assert [on.pipeline.background(job) for job in (0, 3)] == ["a wall", "typed"]
    assert {job["preset"] for job in on.pipeline.jobs} == {"V4_TURBO_12"}
    (seed,) = {job["seed"] for job in on.pipeline.jobs}
    expect(tab.preview).to_contain_text(f"Live, not stored · seed {seed} · 256 × 256")
    expect(tab.preview.locator(".preview-save")).to_be_hidden()
    page.locator("#keep-seed").click()
    expect(page.locator("#seed input")).to_have_value(str(seed))

    assert on.service.store.ids() == [] and on.pipeline.most_running == 1
    expect(tab.pictures).to_have_count(0)
    page.reload()
    tab.is_ready(live=True)
    expect(tab.first).to_be_visible()
    expect(tab.preview).to_have_attribute("data-phase", "idle")


def test_the_next_edit_stops_the_redraw_and_is_drawn_instead(
    page: Page, live: Callable[..., Server]
) -> None:
    on = live(1)
    tab = Tab(page, on.url)
    tab.describe("a wall")
    tab.held()
    expect(tab.state).to_have_text("drawing")
    with tab.stopping(1):
        tab.describe("a door")
    on.pipeline.go_on()
    tab.redrawn()
    assert on.pipeline.steps == [3, 12]
    assert on.pipeline.background(1) == "a door"
    expect(tab.state).to_have_text("on")


def test_another_preset_or_seed_is_drawn_by_itself(page: Page, live: Callable[..., Server]) -> None:
    on = live()
    tab = Tab(page, on.url)
    tab.describe("a wall")
    tab.redrawn()
    page.locator("#preset input").click()
    page.get_by_role("option", name="V4_DEFAULT_20").click()
    expect(tab.preview).to_contain_text("V4_DEFAULT_20")
    page.locator("#seed input").fill("77")
    expect(tab.preview).to_contain_text("seed 77")
    assert [job["preset"] for job in on.pipeline.jobs] == ["V4_TURBO_12", *["V4_DEFAULT_20"] * 2]
    assert on.pipeline.jobs[2]["seed"] == 77
    page.locator("#sampling summary").click()
    page.locator("#sampling").get_by_label("Steps").fill("5")
    page.locator("#sampling").get_by_label("Steps").press("Tab")
    wait_until(lambda: len(on.pipeline.jobs) == 4)
    assert on.pipeline.jobs[3]["num_steps"] == 5


def test_switched_off_it_stops_and_stays_off(page: Page, live: Callable[..., Server]) -> None:
    on = live(1)
    tab = Tab(page, on.url)
    tab.describe("a wall")
    tab.held()
    with tab.stopping(1):
        tab.switch.press("Space")
    on.pipeline.go_on()
    expect(tab.preview).to_have_attribute("data-phase", "live-done")
    expect(tab.state).to_have_text("off")
    page.reload()
    tab.is_ready(live=True)
    expect(tab.switch).not_to_be_checked()
    tab.describe("a door")
    page.locator("#generate").click()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    tab.describe("a floor")
    tab.switch.press("Space")
    tab.redrawn()
    drawn = [on.pipeline.background(job) for job in range(len(on.pipeline.jobs))]
    assert drawn == ["a wall", "a door", "a floor"] and on.pipeline.steps == [3, 12, 12]


def test_a_broken_caption_waits_without_alarm(page: Page, live: Callable[..., Server]) -> None:
    on = live()
    tab = Tab(page, on.url)
    for broken in ("{ oops", '{"compositional_deconstruction": {"background": 7}}', ""):
        tab.write(broken)
        expect(tab.state).to_have_text("waits for the caption")
        expect(tab.preview).to_have_attribute("data-phase", "idle")
    assert on.pipeline.jobs == []
    tab.write('{"compositional_deconstruction": {"background": "mended", "elements": []}}')
    tab.redrawn()
    assert [on.pipeline.background(0)] == ["mended"] and len(on.pipeline.jobs) == 1


def test_what_the_model_does_not_read_is_not_drawn(page: Page, live: Callable[..., Server]) -> None:
    on = live()
    tab = Tab(page, on.url)
    tab.describe("a wall")
    tab.redrawn()
    page.locator("#layers .ig-layer-name").first.click()
    tab.boxes.first.click()
    page.keyboard.press("Escape")
    tab.write(tab.page.evaluate("text => JSON.stringify(JSON.parse(text), null, 7)", _text(tab)))
    page.get_by_role("button", name="Tidy", exact=True).click()
    expect(tab.state).to_have_text("on")
    tab.describe("a door")
    tab.redrawn()
    drawn = [on.pipeline.background(job) for job in range(len(on.pipeline.jobs))]
    assert drawn == ["a wall", "a door"]


def test_an_empty_gallery_offers_captions_that_can_be_taken_back(
    page: Page, live: Callable[..., Server]
) -> None:
    on = live()
    tab = Tab(page, on.url)
    expect(tab.first).to_contain_text("flat shapes")
    offered = tab.first.get_by_role("button")
    expect(offered).to_have_count(3)
    expect(tab.first.locator("svg polygon, svg ellipse, svg path")).to_have_count(7)
    offered.filter(has_text="Moonrise").click()
    expect(tab.boxes).to_have_count(3)
    expect(tab.editor).to_contain_text("fades from #141E5A to #7D37B4")
    tab.redrawn()
    expect(tab.image).to_be_in_viewport()
    expect(tab.first).to_be_visible()
    page.keyboard.press("ControlOrMeta+z")
    expect(tab.background).to_have_value("plain #96C8F5 background")
    page.locator("#generate").click()
    expect(tab.pictures).to_have_count(1)
    expect(tab.first).to_be_hidden()
    page.reload()
    tab.is_ready(live=True)
    expect(tab.pictures).to_have_count(1)
    expect(tab.first).to_be_hidden()
    assert on.pipeline.background(0) == "fades from #141E5A to #7D37B4"


def test_with_real_weights_there_is_no_switch_and_nothing_is_drawn_unasked(
    page: Page, live: Callable[..., Server]
) -> None:
    on = live(is_demo=False)
    tab = Tab(page, on.url, live=False)
    expect(page.locator("#live")).to_have_count(0)
    expect(tab.preview).not_to_contain_text("by itself")
    expect(tab.first).not_to_contain_text("demo")
    tab.first.get_by_role("button").first.click()
    tab.describe("a wall")
    page.locator("#size input").fill("256 x 256")
    page.locator("#generate").click()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    assert len(on.pipeline.jobs) == 1


@pytest.mark.parametrize("width", [390, 1024, 1180])
def test_switch_and_buttons_fit_at_every_width(
    new_page: Callable[..., Page], live: Callable[..., Server], width: int
) -> None:
    tab = Tab(new_page(viewport={"width": width, "height": 844}), live().url)
    expect(tab.switch).to_be_in_viewport()
    parts = [tab.page.locator(f"#{name}").bounding_box() for name in ("live", "generate", "cancel")]
    edges = [edge for box in parts if box for edge in (box["x"], box["x"] + box["width"])]
    assert len(edges) == 6 and edges == sorted(edges) and edges[-1] <= width
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_demo_itself_draws_a_caption_to_try(
    page: Page, tmp_path: Path, serve: Callable[..., str]
) -> None:
    settings = Settings(model="demo", output_dir=tmp_path / "pictures")
    service = GenerationService(settings)
    tab = Tab(page, serve(studio.build(settings, service), **studio.looks()))
    page.set_default_timeout(240_000)
    tab.first.get_by_role("button", name="Four shapes", exact=False).click()
    tab.redrawn()
    src = tab.image.get_attribute("src") or ""
    with Image.open(io.BytesIO(base64.b64decode(src.partition(",")[2]))) as picture:
        assert picture.size == (256, 256)
        cream = [picture.convert("RGB").getpixel(corner) for corner in ((2, 2), (253, 253))]
    assert all(min(colour) > 200 for colour in cream)
    assert service.store.ids() == []


def _text(tab: Tab) -> str:
    """The caption as it stands."""
    return json.dumps(json.loads(tab.editor.inner_text()))
