"""Reliability 18 for the services: whatever they do, no key is in a log, an error or a repr.

Every key is a canary, every word of every log is heard down to DEBUG, and errors are told with
their whole chain. Hive's own ways are among them, because both go through one transport.
"""

from __future__ import annotations

import gc
import logging
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from ideogram4.errors import ServiceError
from ideogram4.magic import Assignment, choose_provider, expanded
from ideogram4.safety.screening import screening_of
from ideogram4.settings import VARIABLES, Settings
from tests.magic.misbehaviour import EVERY_WAY, IN_TIME
from tests.magic.misbehaviour import WAYS as MAGIC_WAYS
from tests.magic.pretend_services import (
    CHAT_BASE,
    CHAT_KEY,
    IDEOGRAM_KEY,
    PretendServices,
    Service,
    pretend_services,
)
from tests.safety.pretend_hive import (
    PICTURE_KEY,
    PICTURE_PATH,
    TEXT_KEY,
    TEXT_PATH,
    Handler,
    PretendHive,
    pretend_hive,
)
from tests.safety.pretend_hive import WAYS as HIVE_WAYS

ENVIRON = {
    "IDEOGRAM_API_KEY": IDEOGRAM_KEY,
    "MAGIC_PROMPT_API_KEY": CHAT_KEY,
    "HIVE_TEXT_MODERATION_KEY": TEXT_KEY,
    "HIVE_VISUAL_MODERATION_KEY": PICTURE_KEY,
}
HEARD = ("urllib3", "requests", "http.client", "ideogram4")


@pytest.fixture
def services() -> Iterator[PretendServices]:
    with pretend_services() as running:
        yield running
        assert running.bad == []


@pytest.fixture
def hive() -> Iterator[PretendHive]:
    with pretend_hive() as running:
        yield running
        assert running.bad == []


@pytest.fixture
def settings(services: PretendServices, hive: PretendHive, heard: None) -> Settings:
    """As a person sets it: by the environment."""
    return Settings.from_env(
        {
            **ENVIRON,
            "IDEOGRAM_API_BASE_URL": services.url,
            "MAGIC_PROMPT_BASE_URL": services.url + CHAT_BASE,
            "MAGIC_PROMPT_MODEL": "m",
            "HIVE_API_BASE_URL": hive.url,
        }
    )


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """All that is logged, with where it came from, and all warnings."""
    caplog.set_level(logging.DEBUG)
    for name in HEARD:
        caplog.set_level(logging.DEBUG, logger=name)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield
    said = [logging.Formatter().format(record) for record in caplog.get_records("call")]
    said += [f"{record.args!r} {record.msg}" for record in caplog.get_records("call")]
    assert any("POST" in line or "connection" in line for line in said), "the transport was heard"
    assert_silent(*said, *map(str, warned))


def assert_silent(*texts: object) -> None:
    for text in texts:
        for name, key in ENVIRON.items():
            assert key not in str(text), f"{name} was told"


def failing(ask: Callable[[], Any]) -> ServiceError:
    """The error of a call that must not succeed, after all that is to be told of it was."""
    with pytest.raises(ServiceError) as refusal:
        ask()
    error = refusal.value
    assert_silent(error, repr(error), vars(error), error.sentence)
    assert_silent(*traceback.format_exception(error))
    chain: BaseException | None = error
    while chain is not None:  # what is suppressed in print is still there for whoever looks
        assert_silent(repr(chain), vars(chain), *chain.args)
        chain = chain.__cause__ or chain.__context__
    return error


@pytest.mark.parametrize("service, way", EVERY_WAY)
def test_a_service_that_writes(
    services: PretendServices, settings: Settings, service: Service, way: str
) -> None:
    services.spoil, words = MAGIC_WAYS[service][way]
    provider: Any = choose_provider(settings, service)
    if words == IN_TIME:
        provider = replace(provider, seconds=0.3)
    failing(lambda: expanded(Assignment("a cat"), provider))
    assert len(services.asked) == 1, "the key was sent, so there was something to tell"
    assert_silent(provider, repr(provider), str(provider), settings, list(settings.describe()))


@pytest.mark.parametrize("path", [TEXT_PATH, PICTURE_PATH])
@pytest.mark.parametrize("way", [way for way, (_, word) in HIVE_WAYS.items() if word != "in time"])
def test_a_service_that_screens(hive: PretendHive, settings: Settings, way: str, path: str) -> None:
    hive.spoil, _ = HIVE_WAYS[way]
    checks = screening_of(settings)
    if path == TEXT_PATH:
        failing(lambda: checks.check_words(["a cat"]))
    else:
        failing(lambda: checks.check_picture(Image.new("RGB", (8, 8))))
    assert hive.asked == 1
    assert_silent(checks, repr(checks), vars(checks), checks.describe())


def _odd_headers(handler: Handler) -> None:
    echo = f"{TEXT_KEY} {PICTURE_KEY}"
    handler.wfile.write(f"HTTP/1.1 200 OK\r\nA: b\r\n{echo}\r\nC: {echo}\r\n\r\n".encode())


def _odd_cookie(handler: Handler) -> None:
    echo = f"{TEXT_KEY}={PICTURE_KEY}"
    handler.answer(
        500, echo.encode(), Set_Cookie=f"{echo}; expires={echo}; version={TEXT_KEY}", Location=echo
    )


@pytest.mark.parametrize("spoil", [_odd_headers, _odd_cookie])
def test_headers_that_libraries_quote(
    hive: PretendHive, settings: Settings, spoil: Callable[[Handler], None]
) -> None:
    hive.spoil = spoil
    failing(lambda: screening_of(settings).check_words(["a cat"]))


def test_no_key_stays_in_memory_with_an_error(
    services: PretendServices, settings: Settings
) -> None:
    """A request that failed holds the key in its headers; no error may hold on to one."""
    import requests

    for way in ("closed connection", "hang before headers"):
        services.spoil, _ = MAGIC_WAYS["ideogram"][way]
        provider: Any = choose_provider(settings, "ideogram")
        quick = replace(provider, seconds=0.3)
        error = failing(lambda quick=quick: expanded(Assignment("a cat"), quick))  # type: ignore[misc]
        error.__traceback__ = None
        gc.collect()
        assert not any(isinstance(held, requests.PreparedRequest) for held in reachable(error))


def reachable(error: BaseException) -> list[object]:
    """What hangs on an error: its chain, and what they refer to at once."""
    found: list[object] = []
    chain: BaseException | None = error
    while chain is not None:
        found += [chain, *vars(chain).values(), *chain.args]
        chain = chain.__cause__ or chain.__context__
    return found


def test_all_keys_of_services_are_among_the_canaries() -> None:
    keys = {variable.name for variable in VARIABLES if variable.secret}
    assert set(ENVIRON) == keys - {"HF_TOKEN"}
