"""Reliability 22: magic prompt answers garbage: the person's words and caption unchanged, in time.

A real server on loopback misbehaves in every way that `tests/magic/misbehaviour.py` knows, for each
service; the clients, the transport and the reading of answers are the real ones.
"""

from __future__ import annotations

import copy
import threading
import time
import traceback
import tracemalloc
from collections.abc import Iterator

import pytest

from ideogram4.caption import Caption
from ideogram4.errors import BlockedError, ServiceError
from ideogram4.magic import Assignment, expanded
from ideogram4.magic.answers import UNCHANGED
from tests.magic.misbehaviour import ECHO, EVERY_WAY, IN_TIME, WAYS
from tests.magic.pretend_services import (
    CHAT_KEY,
    IDEOGRAM_KEY,
    SERVICES,
    PretendServices,
    Service,
    caption,
    pretend_services,
)

SECONDS = 0.4
"""A deadline for the ways that only a deadline ends."""

SLACK = 5.0
"""What a busy machine may need besides."""

MOST_MEMORY = 16 << 20


@pytest.fixture
def services() -> Iterator[PretendServices]:
    with pretend_services() as running:
        yield running
        assert running.bad == []


def threads_of_services() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "service"]


def wish() -> Assignment:
    return Assignment("a ginger cat with a hat", "fill", Caption.from_dict(caption()))


@pytest.mark.parametrize("service, way", EVERY_WAY)
def test_one_readable_reason_in_our_words_and_in_time(
    services: PretendServices, service: Service, way: str
) -> None:
    services.spoil, words = WAYS[service][way]
    seconds = SECONDS if words == IN_TIME else 20.0
    assignment = wish()
    before = copy.deepcopy(assignment)
    provider = services.client(service, seconds)
    began = time.monotonic()
    with pytest.raises(ServiceError) as refusal:
        expanded(assignment, provider)
    if words == IN_TIME:
        assert SECONDS <= time.monotonic() - began < SECONDS + SLACK
    error = refusal.value
    assert not isinstance(error, BlockedError)
    assert words in error.message and "\n" not in error.message and len(error.message) < 120
    assert error.message.startswith(provider.name) and error.hint == UNCHANGED
    chain = "".join(traceback.format_exception(error))
    for secret in (IDEOGRAM_KEY, CHAT_KEY, *ECHO.split(), services.url, "ginger"):
        assert secret not in f"{error} {error!r} {vars(error)}", secret
    for secret in (IDEOGRAM_KEY, CHAT_KEY, "canary"):
        assert secret not in chain
    assert error.__cause__ is None and error.__context__ is None, "a library's error has the key"
    assert assignment == before and assignment.caption == before.caption
    assert len(services.asked) == 1, "it is asked once, and not again"
    assert services.elsewhere == [], "neither the key nor the words go to another host"


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("way", [way for way, (_, word) in WAYS["chat"].items() if word == IN_TIME])
def test_no_thread_is_left_when_the_time_is_over(
    services: PretendServices, service: Service, way: str
) -> None:
    services.spoil, _ = WAYS[service][way]
    with pytest.raises(ServiceError, match="in time"):
        expanded(wish(), services.client(service, SECONDS))
    for thread in threads_of_services():
        thread.join(SLACK)  # the server never ends by itself, so only a closed connection ends it
    assert threads_of_services() == []
    assert not services.leaving.is_set()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "way",
    [way for way in WAYS["chat"] if "50 MB" in way or "bomb" in way],
)
def test_memory_is_bounded_whatever_is_sent(
    services: PretendServices, service: Service, way: str
) -> None:
    services.spoil, _ = WAYS[service][way]
    with pytest.raises(ServiceError):  # once before, so that what is imported does not count
        expanded(wish(), services.client(service))
    tracemalloc.start()
    try:
        with pytest.raises(ServiceError):
            expanded(wish(), services.client(service))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MOST_MEMORY


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_is_well_again_is_asked_again(
    services: PretendServices, service: Service
) -> None:
    """The double can be answered with a caption at all, or nothing above would show anything."""
    provider = services.client(service)
    services.spoil, _ = WAYS[service]["500"]
    with pytest.raises(ServiceError):
        expanded(wish(), provider)
    services.spoil = None
    assert expanded(Assignment("a cat"), provider).caption == Caption.from_dict(caption())
