"""A picture read into a caption, and a result read back: by a service on loopback, on the page."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from ideogram4.safety import Screening
from ideogram4.settings import Settings
from tests.browser.hostile import WORDS, shows, unharmed
from tests.browser.serving import Ports, launched
from tests.browser.whole import Whole
from tests.magic.pretend_services import (
    CHAT_BASE,
    CHAT_KEY,
    PretendServices,
    caption,
    pretend_services,
)
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui import studio as studios
from ui.service import GenerationService

pytestmark = pytest.mark.browser

RED = "#DC2828"
MINE = {"compositional_deconstruction": {"background": "My own wall.", "elements": []}}
ASKED = {
    "compositional_deconstruction": {
        "background": "a wall",
        "elements": [
            {"type": "text", "bbox": [100, 100, 300, 900], "text": "SUMMER", "desc": "letters"},
            {"type": "obj", "bbox": [400, 100, 900, 500], "desc": "a blue cup on a table"},
        ],
    }
}


@pytest.fixture
def services() -> Iterator[PretendServices]:
    with pretend_services() as found:
        yield found
        assert found.bad == []


@pytest.fixture
def address(ports: Ports, tmp_path: Path, services: PretendServices) -> Iterator[str]:
    """Of a studio that has a service with vision."""
    settings = Settings(
        model="demo",
        output_dir=tmp_path,
        magic_prompt_base_url=services.url + CHAT_BASE,
        magic_prompt_api_key=CHAT_KEY,
    )
    service = GenerationService(
        settings, loader=PretendLoader(PretendPipeline()), screening=Screening()
    )
    with launched(ports) as launch:
        yield launch(studios.build(settings, service), **studios.looks())


@pytest.fixture
def reading(address: str, page: Page) -> Whole:
    """Its page, which is left before the studio goes."""
    return Whole(page, address)


def png(name: str = "red.png") -> FilePayload:
    file = io.BytesIO()
    Image.new("RGB", (90, 60), RED).save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


def panel_of(studio: Whole) -> Locator:
    panel = studio.page.locator("#reading .ig-reading-panel")
    panel.locator("summary").click()
    return panel


def proposal_of(studio: Whole) -> Locator:
    return studio.page.locator("#magic .ig-review")


def read_back(studio: Whole) -> Locator:
    """Draw what was asked for, and have it read."""
    studio.open(json.dumps(ASKED))
    studio.generate()
    report = studio.page.locator("#report .ig-report")
    report.locator("summary").click()
    report.get_by_role("button", name="Read the picture back").click()
    return report.locator(".ig-readback")


def test_a_picture_becomes_a_caption_only_when_it_is_taken(
    reading: Whole, services: PretendServices
) -> None:
    reading.open(json.dumps(MINE))
    panel = panel_of(reading)
    expect(panel).to_contain_text("The picture is sent to 127.0.0.1.")
    expect(panel).to_contain_text("never with the real weights")
    panel.get_by_label("Picture to read").set_input_files(png())
    proposal = proposal_of(reading)
    expect(proposal).to_contain_text("Proposal by 127.0.0.1")
    expect(proposal).to_contain_text("New text “SUMMER”")
    expect(panel).to_contain_text("nothing changes before you take it")
    assert json.loads(reading.text()) == MINE, "nothing changes before it is taken"
    proposal.get_by_role("button", name="Accept all").click()
    expect(reading.boxes).to_have_count(2)
    assert [e["colour_palette"] for e in reading.elements()] == [[RED], [RED]]
    reading.button("Undo").first.click()
    expect(reading.boxes).to_have_count(0)
    assert json.loads(reading.text()) == MINE
    assert len(services.pictures) == 1


def test_it_can_be_discarded_and_shown_again(reading: Whole) -> None:
    reading.open(json.dumps(MINE))
    panel = panel_of(reading)
    panel.get_by_label("Picture to read").set_input_files(png())
    proposal = proposal_of(reading)
    proposal.get_by_role("button", name="Discard").click()
    expect(proposal).to_be_hidden()
    assert json.loads(reading.text()) == MINE
    panel.get_by_role("button", name="Show the proposal").click()
    expect(proposal).to_contain_text("New text “SUMMER”")


def test_what_is_no_picture_goes_nowhere(reading: Whole, services: PretendServices) -> None:
    panel = panel_of(reading)
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>window.hacked=1</script></svg>"
    file: FilePayload = {"name": "cat.png", "mimeType": "image/png", "buffer": svg}
    panel.get_by_label("Picture to read").set_input_files(file)
    expect(panel).to_contain_text("That is no picture that can be read.")
    cut: FilePayload = {**png(), "buffer": png()["buffer"][:60]}
    panel.get_by_label("Picture to read").set_input_files(cut)
    expect(panel).to_contain_text("cut off or damaged")
    assert services.asked == []
    unharmed(reading.page)


def test_a_result_is_read_back_beside_its_palette(
    reading: Whole, services: PretendServices
) -> None:
    seen = json.loads(json.dumps(ASKED))
    letters, _ = seen["compositional_deconstruction"]["elements"]
    letters["text"] = "SUMMR"
    letters["bbox"] = [100, 100, 300, 860]
    extra = {"type": "obj", "bbox": [0, 0, 90, 90], "desc": "a small green bird"}
    seen["compositional_deconstruction"]["elements"] = [extra, letters]
    services.write = lambda asked: seen
    section = read_back(reading)
    rows = section.get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("boxes overlap by 95 %")
    expect(rows.nth(0)).to_contain_text("asked “SUMMER”, read “SUMMR”: one letter off (17 %)")
    expect(rows.nth(1)).to_contain_text("not found")
    expect(rows.nth(2)).to_contain_text("Not asked for: Object 1 “a small green bird”")
    expect(section).to_contain_text("never with the real weights")
    section.get_by_role("button", name="Text 1 “SUMMER”").click()
    expect(reading.box(0)).to_have_attribute("aria-pressed", "true")


def test_what_was_read_stays_words(reading: Whole, services: PretendServices) -> None:
    """A picture may show anything, and a model repeats it."""
    fit = [word for word in WORDS if "\0" not in word]
    elements: list[dict[str, Any]] = [
        {"type": "text", "bbox": [0, 0, 500, 500], "text": word, "desc": word} for word in fit
    ]
    composition = {"background": fit[0], "elements": elements}
    services.write = lambda asked: caption(
        high_level_description=fit[0], compositional_deconstruction=composition
    )
    panel = panel_of(reading)
    panel.get_by_label("Picture to read").set_input_files(png())
    proposal = proposal_of(reading)
    expect(proposal.get_by_role("listitem").last).to_be_visible()
    for word in fit:
        shows(proposal, word)
    proposal.get_by_role("button", name="Discard").click()
    rows = read_back(reading).get_by_role("listitem")
    expect(rows).to_have_count(len(fit) + 1)
    unharmed(reading.page)


def test_a_reading_can_be_cancelled(reading: Whole, services: PretendServices) -> None:
    services.spoil = lambda handler: services.leaving.wait() and None
    panel = panel_of(reading)
    panel.get_by_label("Picture to read").set_input_files(png())
    expect(panel).to_contain_text("127.0.0.1 looks at the picture…")
    panel.get_by_role("button", name="Cancel").click()
    expect(panel).to_contain_text("Cancelled. Nothing has changed.")


def test_the_demo_says_plainly_that_nobody_reads(studio: Whole, page: Page) -> None:
    panel = panel_of(studio)
    expect(panel).to_contain_text("This model cannot read pictures: it has no vision tower.")
    expect(panel).to_contain_text("No service with vision is set up")
    expect(panel.get_by_label("Picture to read")).to_have_count(0)
    studio.open(json.dumps(ASKED))
    studio.generate()
    report = page.locator("#report .ig-report")
    report.locator("summary").click()
    expect(report.locator(".ig-readback")).to_contain_text("it has no vision tower")
    expect(report.get_by_role("button", name="Read the picture back")).to_have_count(0)
