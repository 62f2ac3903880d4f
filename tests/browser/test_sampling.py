"""What is set beside the preset: drawn, typed, sent, remembered, brought back."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.whole import Served, Whole

pytestmark = pytest.mark.browser


class Advanced:
    """The panel of a studio, opened."""

    def __init__(self, studio: Whole) -> None:
        self.studio = studio
        self.root = studio.page.locator("#sampling")
        self.head = self.root.locator("summary")
        self.head.click()
        self.points = self.root.get_by_role("slider")
        self.steps = self.root.get_by_label("Steps", exact=True)

    def point(self, step: int) -> Locator:
        return self.root.get_by_role("slider", name=f"Guidance of step {step}", exact=True)


@pytest.fixture
def advanced(studio: Whole) -> Advanced:
    return Advanced(studio)


def test_a_curve_is_drawn_with_keys_and_the_picture_is_made_with_it(
    advanced: Advanced, served: Served
) -> None:
    expect(advanced.points).to_have_count(12)
    expect(advanced.head).to_contain_text("as the preset says")
    # The pretended model bears a guidance of 1.5 from a preset.
    expect(advanced.point(1)).to_have_attribute("aria-valuetext", "step 1 of 12: 1.5")
    advanced.point(1).focus()
    advanced.studio.page.keyboard.press("ArrowUp")
    advanced.studio.page.keyboard.press("Shift+ArrowUp")
    expect(advanced.point(1)).to_have_attribute("aria-valuenow", "4")
    advanced.studio.page.keyboard.press("ArrowRight")
    expect(advanced.point(2)).to_be_focused()
    expect(advanced.head).to_contain_text("guidance edited")
    advanced.studio.generate()
    asked = served.pipeline.jobs[-1]
    assert asked["guidance_schedule"] == (4.0, *[1.5] * 11)
    kept = served.service.store.get(served.service.store.ids()[0]).record
    assert json.loads(kept.sampling)["guidance_schedule"][0] == 4


def test_a_pointer_draws_over_the_steps_it_passes(advanced: Advanced) -> None:
    area = advanced.root.locator(".ig-plot-area")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    mouse, low = advanced.studio.page.mouse, box["y"] + box["height"] - 1
    mouse.move(box["x"] + 1, low)
    mouse.down()
    mouse.move(box["x"] + box["width"] - 2, low)
    mouse.up()
    for step in (1, 6, 12):
        expect(advanced.point(step)).to_have_attribute("aria-valuenow", "0")
    advanced.point(6).focus()
    advanced.studio.page.keyboard.press("Delete")
    expect(advanced.point(6)).to_have_attribute("aria-valuenow", "1.5")
    advanced.root.get_by_role("button", name="Reset to preset").click()
    expect(advanced.head).to_contain_text("as the preset says")


def test_an_edited_curve_follows_steps_and_preset(advanced: Advanced, served: Served) -> None:
    advanced.point(12).focus()
    advanced.studio.page.keyboard.press("PageUp")
    advanced.steps.fill("6")
    expect(advanced.points).to_have_count(6)
    expect(advanced.point(6)).to_have_attribute("aria-valuenow", "3.5")
    advanced.steps.fill("")
    advanced.studio.page.get_by_label("Preset", exact=True).click()
    advanced.studio.page.get_by_role("option", name="V4_DEFAULT_20", exact=True).click()
    expect(advanced.points).to_have_count(20)
    advanced.studio.generate()
    assert len(served.pipeline.jobs[-1]["guidance_schedule"]) == 20


def test_what_breaks_a_rule_is_told_and_nothing_is_drawn(
    advanced: Advanced, served: Served
) -> None:
    jobs = len(served.pipeline.jobs)
    advanced.root.get_by_label("std", exact=True).fill("-1")
    advanced.studio.generate(phase="refused")
    expect(advanced.studio.preview).to_contain_text("std -1.0 is outside 0.001 to 20")
    assert len(served.pipeline.jobs) == jobs


def test_a_picture_brings_its_numbers_back(advanced: Advanced) -> None:
    advanced.root.get_by_label("mu", exact=True).fill("0.75")
    advanced.steps.fill("5")
    advanced.studio.generate()
    advanced.root.get_by_role("button", name="Reset to preset").click()
    expect(advanced.points).to_have_count(12)
    advanced.studio.page.locator("#gallery [data-picture]").first.click()
    advanced.studio.button("Use its caption and settings").click()
    expect(advanced.points).to_have_count(5)
    expect(advanced.root.get_by_label("mu", exact=True)).to_have_value("0.75")


def test_a_ratio_and_pixels_give_a_size(advanced: Advanced) -> None:
    advanced.root.get_by_label("Ratio").select_option("4:3")
    expect(advanced.studio.sheet).to_have_attribute("aria-label", "Page, 288 × 224 pixels")
    expect(advanced.studio.size).to_have_value("288 × 224")
    advanced.root.get_by_label("Pixels").select_option("0.1")
    expect(advanced.studio.sheet).to_have_attribute("aria-label", "Page, 368 × 272 pixels")


def test_the_seed_is_locked_and_let_go(studio: Whole) -> None:
    studio.seed.fill("7")
    studio.generate()
    studio.button("New seed each time").click()
    expect(studio.seed).to_have_value("")
    studio.button("Keep seed").click()
    expect(studio.seed).to_have_value("7")
    expect(studio.button("New seed each time")).to_be_visible()
