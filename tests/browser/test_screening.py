"""What a person sees of screening: that it is on, no picture before it has passed, and why not."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from ideogram4.safety import Screening, Verdict
from tests.browser.livedemo import Server, Tab
from tests.safety.judges import Judge


def test_nothing_is_seen_before_it_has_passed_and_a_no_is_told_in_words(
    page: Page, live: Callable[..., Server]
) -> None:
    judge = Judge(words=lambda t: Verdict.block("hate") if "forbidden" in t else Verdict.allow())
    on = live(1, screening=Screening(words=(judge,), pictures=(judge,)))  # holds the first picture
    tab = Tab(page, on.url, live=False)
    expect(page.locator("#live")).to_have_count(0)
    expect(tab.preview).not_to_contain_text("by itself")
    page.get_by_role("button", name="About these weights").click()
    expect(page.locator("#about")).to_contain_text("Screening is on")

    tab.first.get_by_role("button").first.click()
    page.locator("#generate").click()
    expect(tab.preview).to_have_attribute("data-step", "2")
    expect(tab.preview).to_have_attribute("data-picture", "0")
    assert judge.pictures == [] and judge.texts
    on.pipeline.go_on()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    expect(tab.preview).to_have_attribute("data-picture", "1")
    assert len(judge.pictures) == 1

    tab.describe("a forbidden wall")
    page.locator("#generate").click()
    expect(tab.preview).to_have_attribute("data-phase", "failed")
    expect(tab.preview).to_contain_text("these words were stopped by screening (the judge): hate")
    expect(tab.preview).to_contain_text("Nothing was drawn")
    assert len(on.pipeline.jobs) == 1 and len(on.service.store.ids()) == 1
