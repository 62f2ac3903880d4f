"""The palette report of the picture in sight."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.whole import Whole

pytestmark = pytest.mark.browser

# The pretended model paints (0, seed, 9) all over.
CAPTION = {
    "style_description": {"colour_palette": ["#00C809"]},
    "compositional_deconstruction": {
        "background": "a wall",
        "elements": [
            {
                "type": "obj",
                "bbox": [100, 100, 900, 900],
                "desc": "a cup",
                "colour_palette": ["#FF00FF"],
            }
        ],
    },
}


def test_asked_and_found_colours_lead_to_their_element(studio: Whole) -> None:
    report = studio.page.locator("#report .ig-report")
    expect(report).to_be_hidden()
    studio.open(json.dumps(CAPTION))
    studio.seed.fill("200")
    studio.generate()
    expect(report).to_be_visible()
    report.locator("summary").click()
    expect(report.locator("summary")).to_contain_text("1 of 2 colours are close; worst is #FF00FF")
    rows = report.locator(".ig-report-row")
    expect(rows.first).to_contain_text("exact, 0 off")
    expect(rows.last).to_contain_text("missing")
    report.get_by_role("button", name="Object 1 “a cup”").click()
    expect(studio.box(0)).to_have_attribute("aria-pressed", "true")
    # Another caption's element would be another one.
    studio.inspector.get_by_label("Description", exact=True).fill("a bowl")
    expect(report.get_by_role("button", name="Object 1 “a cup”")).to_be_disabled()


def test_a_caption_without_colours_is_a_quiet_line(studio: Whole) -> None:
    plain = {"compositional_deconstruction": {"background": "a wall", "elements": []}}
    studio.open(json.dumps(plain))
    studio.generate()
    summary = studio.page.locator("#report summary")
    summary.click()
    expect(summary).to_contain_text("The caption asks for no colours.")
