"""Reliability 27: what pictures say of themselves is never code, wherever the page shows it.

Every picture carries its caption, so the gallery, the report and the boxes over the preview show
words that may come from anybody. Captions being written are in `test_hostile.py`.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.hostile import ALL, WORDS, shows, unharmed
from tests.browser.whole import Whole

pytestmark = pytest.mark.browser

FIT = [word for word in WORDS if "\0" not in word]  # with one nothing is drawn


def text_of(*words: str, desc: str = "letters", **more: Any) -> str:
    """A caption with a text element for each of the words."""
    elements = [
        {"type": "text", "bbox": [100 * n, 0, 100 * n + 90, 900], "text": word, "desc": desc}
        for n, word in enumerate(words)
    ]
    body = {"background": "A wall.", "elements": [{**element, **more} for element in elements]}
    return json.dumps({"compositional_deconstruction": body})


def draw(studio: Whole, text: str, seed: int) -> Locator:
    """A picture of the caption; its card in the gallery."""
    cards = studio.page.locator("#gallery [data-picture]")
    count = cards.count()
    studio.open(text, f"{seed}.json")
    studio.seed.fill(str(seed))
    studio.page.locator("#generate").click()
    expect(cards).to_have_count(count + 1)
    studio.reached("done")
    return cards.first


def line(words: str, most: int) -> str:
    """As names are shown: one line, cut short."""
    one = " ".join(words.split())
    return one if len(one) <= most else f"{one[: most - 1]}…"


def test_on_a_card_and_in_a_line_of_versions(studio: Whole) -> None:
    for seed, word in enumerate(FIT):
        card = draw(studio, text_of(word), seed)
        title = line(word, 80)
        assert card.get_attribute("title") == f"{title}\n256 × 256 · seed {seed}"
        assert card.locator("img").get_attribute("alt") == f"{title}, 256 × 256, seed {seed}"
    studio.page.locator("#gallery").get_by_role("searchbox").fill(FIT[0])
    expect(studio.page.locator("#gallery [data-picture]")).to_have_count(1)
    studio.button("Versions").click()
    titles = studio.page.locator("#gallery .ig-version-title")
    expect(titles).to_have_count(len(FIT))
    shows(titles.first, FIT[0])
    for n, word in enumerate(FIT[:-1]):  # each version says what it changed
        shows(titles.nth(n + 1), f"words of Text 1 “{line(word, 32)}”")
    unharmed(studio.page)


def test_in_a_comparison(studio: Whole) -> None:
    first = draw(studio, text_of(*FIT, desc="before"), 1)
    first.click()
    draw(studio, text_of(*FIT, desc=ALL[:190]), 2)
    cards = studio.page.locator("#gallery [data-picture]")
    cards.last.click()
    cards.first.click(modifiers=["ControlOrMeta"])
    studio.button("Compare two pictures").click()
    sheet = studio.page.get_by_role("dialog", name="Compare")
    rows = sheet.locator(".ig-compare-list > li")
    expect(rows).to_have_count(len(FIT))
    for n, word in enumerate(FIT):
        shows(rows.nth(n), f"Text {n + 1} “{line(word, 32)}”: description")
        shows(rows.nth(n).locator("ins"), ALL[:190])
    unharmed(studio.page)


def test_in_the_report_and_on_the_boxes_over_the_picture(studio: Whole) -> None:
    draw(studio, text_of(*FIT, colour_palette=["#00C809"]), 200)
    studio.page.locator("#report summary").click()
    names = studio.page.locator("#report .ig-report-name button")
    expect(names).to_have_count(len(FIT))
    studio.button("Show boxes").click()
    boxes = studio.page.locator("#preview .preview-box span")
    for n, word in enumerate(FIT):
        shows(names.nth(n), f"Text {n + 1} “{line(word, 40)}”")
        shows(boxes.nth(n), line(word, 40))
    unharmed(studio.page)


def test_in_a_caption_that_is_brought_back(studio: Whole) -> None:
    draw(studio, text_of(*FIT), 3).click()
    studio.open(text_of("OPEN"), "other.json")
    studio.page.locator("#recall").click()
    for n, word in enumerate(FIT):
        shows(studio.row(n).locator(".ig-layer-name"), f"“{word}”")
    unharmed(studio.page)
