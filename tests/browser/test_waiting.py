"""Two people at one studio: the second sees their place in line, and later how long it takes."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.whole import Served, Whole


def test_who_waits_sees_how_many_are_before_them_and_about_how_long(
    new_page: Callable[..., Page], served: Served
) -> None:
    """Reliability 1: the place is visible at once; a time only after a picture was timed."""
    anna, ben = (Whole(new_page(), served.url) for _ in range(2))
    status = ben.page.locator("#preview .preview-status")
    for words in (re.compile(r"^1 before you$"), re.compile(r"^1 before you, about \d+ s$")):
        served.pipeline.hold_at = 3
        served.pipeline.held.clear()
        served.pipeline.release.clear()
        anna.generate("step")
        ben.generate("waiting")
        expect(status).to_have_text(words)
        served.pipeline.release.set()
        anna.reached("done")
        ben.reached("done")


def test_who_waits_and_cancels_is_free_at_once(
    new_page: Callable[..., Page], served: Served
) -> None:
    """Reliability 3: in the page: nobody's step has to end first."""
    anna, ben = (Whole(new_page(), served.url) for _ in range(2))
    served.pipeline.hold_at = 3
    served.pipeline.held.clear()
    served.pipeline.release.clear()
    anna.generate("step")
    ben.generate("waiting")
    ben.page.locator("#cancel").click()
    ben.reached("cancelled")
    expect(ben.page.locator("#generate")).to_be_enabled()
    served.pipeline.release.set()
    anna.reached("done")
