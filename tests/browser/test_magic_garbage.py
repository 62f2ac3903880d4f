"""Reliability 22 as a person meets it: a service answers garbage, and nothing of theirs changes.

A real server on loopback, the real client, the real page. What is told of each way, and that memory
and time are bounded, is tried without a page in `tests/reliability/test_magic_garbage.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_magic import MINE, Magic
from tests.browser.whole import Served
from tests.magic.misbehaviour import ECHO, IN_TIME, WAYS
from tests.magic.pretend_services import (
    CHAT_KEY,
    IDEOGRAM_KEY,
    SERVICES,
    PretendServices,
    Service,
    pretend_services,
)
from tests.ui.pretend import PretendPipeline

pytestmark = pytest.mark.browser

SECONDS = 1.0
"""A deadline for the ways that only a deadline ends."""

SLACK = 20.0
"""What a busy machine may need besides; a drip that nobody stops never ends."""

SOME = (
    *("nothing", "prose", "half", "50 MB", "slow drip", "slow headers", "HTML", "null", "deep"),
    *("401", "429", "500", "redirect 302", "closed connection", "{}"),
    *("written: prose", "written: other data", "written: empty texts", "written: numbers"),
)


@pytest.fixture
def services() -> Iterator[PretendServices]:
    with pretend_services() as running:
        yield running
        assert running.bad == []


@pytest.mark.parametrize("service", SERVICES)
def test_garbage_changes_nothing_and_is_told_in_a_sentence(
    page: Page, start: Callable[..., Served], services: PretendServices, service: Service
) -> None:
    seconds = [SECONDS]
    served = start(PretendPipeline(), choose=lambda *_, **__: services.client(service, seconds[0]))
    magic = Magic(page, served.url)
    magic.begin(MINE)
    magic.idea.fill("a cat in summer")
    for way in SOME:
        services.spoil, words = WAYS[service][way]
        seconds[0] = SECONDS if words == IN_TIME else 20.0
        began = time.monotonic()
        magic.button("Write").click()
        magic.says(words)
        assert time.monotonic() - began < SECONDS + SLACK, way
        magic.says("Your words and your caption are unchanged.")
        expect(magic.button("Try again")).to_be_visible()
        expect(magic.sheet_of_parts).to_be_hidden()
        expect(magic.idea).to_have_value("a cat in summer")
        assert magic.text() == magic.mine, way
        content = page.content()
        assert not [secret for secret in (IDEOGRAM_KEY, CHAT_KEY, ECHO) if secret in content], way
    magic.unchanged()
    assert len(services.asked) == len(SOME), "each is asked once"
    # Well again, it is asked again.
    services.spoil = None
    magic.button("Try again").click()
    expect(magic.sheet_of_parts).to_be_visible()
    assert magic.text() == magic.mine
