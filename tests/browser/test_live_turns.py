"""The live demo gives way: to pictures that were asked for, to recalled ones, to other tabs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.livedemo import Server, Tab

pytestmark = pytest.mark.browser


def test_generate_goes_first_is_stored_and_is_not_drawn_over(
    page: Page, live: Callable[..., Server]
) -> None:
    on = live(1)
    tab = Tab(page, on.url)
    tab.describe("a wall")
    tab.held()
    page.locator("#generate").click()
    expect(tab.preview).to_have_attribute("data-phase", re.compile("queued|waiting"))
    on.pipeline.go_on()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    expect(tab.pictures).to_have_count(1)
    expect(tab.state).to_have_text("on")
    assert on.pipeline.steps == [3, 12] and len(on.service.store.ids()) == 1
    tab.describe("a door")
    tab.redrawn()
    # Had the finished picture been drawn over, there would be a job more.
    assert [on.pipeline.background(job) for job in range(3)] == ["a wall", "a wall", "a door"]
    assert len(on.pipeline.jobs) == 3 and len(on.service.store.ids()) == 1


def test_generate_within_the_pause_leaves_nothing_to_draw(
    page: Page, live: Callable[..., Server]
) -> None:
    on = live()
    tab = Tab(page, on.url)
    tab.describe("a wall")
    page.locator("#generate").click()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    page.locator("#gallery [data-picture]").click()
    page.locator("#recall").click()
    expect(page.locator("#seed input")).not_to_have_value("")  # the recall is through
    tab.describe("a door")
    tab.redrawn()
    kept = [job for job in on.pipeline.jobs if job["seed"] is None]
    assert len(kept) == 1 and on.pipeline.background(-1) == "a door"
    assert [on.pipeline.background(job) for job in range(len(on.pipeline.jobs))].count(
        "a door"
    ) == 1


def test_a_recalled_caption_is_not_drawn_again(page: Page, live: Callable[..., Server]) -> None:
    on = live()
    tab = Tab(page, on.url)
    page.locator("#generate").click()
    expect(tab.pictures).to_have_count(1)
    tab.describe("a wall")
    tab.redrawn()
    page.locator("#gallery [data-picture]").click()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    page.locator("#recall").click()
    expect(tab.background).to_have_value("plain #96C8F5 background")
    tab.describe("a door")
    tab.redrawn()
    drawn = [on.pipeline.background(job) for job in range(len(on.pipeline.jobs))]
    assert drawn == ["plain #96C8F5 background", "a wall", "a door"]


def test_two_tabs_draw_in_turn_and_stop_nothing_of_each_other(
    new_page: Callable[..., Page], live: Callable[..., Server]
) -> None:
    on = live(1)
    anna, ben = Tab(new_page(), on.url), Tab(new_page(), on.url)
    anna.describe("a wall")
    anna.held()
    ben.describe("a door")
    expect(ben.state).to_have_text("waits its turn")
    expect(anna.preview).to_have_attribute("data-phase", "live")
    on.pipeline.go_on()
    anna.redrawn()
    ben.redrawn()
    assert on.pipeline.steps == [12, 12]
    assert [on.pipeline.background(job) for job in (0, 1)] == ["a wall", "a door"]
    assert on.pipeline.jobs[0]["seed"] != on.pipeline.jobs[1]["seed"]


def test_who_gave_way_to_another_tab_is_drawn_after_it(
    new_page: Callable[..., Page], live: Callable[..., Server]
) -> None:
    on = live(1)
    anna, ben = Tab(new_page(), on.url), Tab(new_page(), on.url)
    anna.describe("a wall")
    anna.held()
    ben.page.locator("#generate").click()
    expect(ben.preview).to_have_attribute("data-phase", re.compile("queued|waiting"))
    on.pipeline.go_on()
    expect(ben.preview).to_have_attribute("data-phase", "done")
    anna.redrawn()
    assert on.pipeline.steps == [3, 12, 12]
    assert on.pipeline.background(2) == "a wall" and len(on.service.store.ids()) == 1
