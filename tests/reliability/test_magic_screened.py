"""Reliability 20 and 21 for magic prompt: nothing is sent, and nothing told, that is not cleared.

Both sides are real servers on loopback: the services count what arrives, Hive judges or is down.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ideogram4.caption import Caption
from ideogram4.errors import BlockedError, ServiceError
from ideogram4.magic import Assignment, expand, expanded
from ideogram4.safety import Screening
from ideogram4.safety.hive import Hive
from tests.magic.pretend_services import (
    SERVICES,
    PretendServices,
    Service,
    caption,
    pretend_services,
)
from tests.reliability.test_caption_moderated import BAD, PLACES
from tests.reliability.test_caption_moderated import expanded as caption_with
from tests.safety.pretend_hive import (
    TEXT_CLASSES,
    TEXT_KEY,
    WAYS,
    PretendHive,
    asking,
    pretend_hive,
    reply,
)

SECONDS = 0.4


@pytest.fixture
def services() -> Iterator[PretendServices]:
    with pretend_services() as running:
        yield running
        assert running.bad == [] and running.elsewhere == []


@pytest.fixture
def hive() -> Iterator[PretendHive]:
    """Blocks one thing, wherever it stands."""
    with pretend_hive() as running:
        running.text = lambda text: reply(TEXT_CLASSES, violence=2 if BAD in text else 0)
        yield running
        assert running.bad == []


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("way", WAYS)
def test_no_request_leaves_while_the_moderator_is_down(
    services: PretendServices, hive: PretendHive, service: Service, way: str
) -> None:
    hive.spoil, words = WAYS[way]
    checks = asking(hive, SECONDS if words == "in time" else 20.0)
    with pytest.raises(ServiceError, match="these words could not be checked by Hive"):
        expanded(Assignment("a ginger cat"), services.client(service), screening=checks)
    assert services.asked == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_request_leaves_with_words_that_are_blocked(
    services: PretendServices, hive: PretendHive, service: Service
) -> None:
    mine = Caption.from_dict(caption(high_level_description=f"{BAD} in the garden"))
    for assignment in (
        Assignment(f"a cat and {BAD}"),
        Assignment("", "layout", texts=("SALE", BAD)),
        Assignment("a cat", "fill", mine),
        Assignment("a cat", "element", mine, 0),
    ):
        with pytest.raises(BlockedError, match="stopped by screening"):
            expanded(assignment, services.client(service), screening=asking(hive))
    assert services.asked == [] and len(hive.texts) >= 4


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("place", PLACES)
def test_what_comes_back_is_screened_wherever_it_stands(
    services: PretendServices, hive: PretendHive, service: Service, place: str
) -> None:
    written = caption_with(**{place: f"here is {BAD} too"})
    services.write = lambda asked: written
    pieces = expand(Assignment("a cat"), services.client(service), screening=asking(hive))
    told: list[str] = []
    with pytest.raises(BlockedError) as refusal:
        for piece in pieces:
            told.append(piece)
    assert "".join(told) == "" and BAD not in f"{refusal.value}"
    assert len(services.asked) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_every_text_of_what_comes_back_is_asked_about(
    services: PretendServices, hive: PretendHive, service: Service
) -> None:
    services.write = lambda asked: caption_with()
    proposal = expanded(Assignment("a cat"), services.client(service), screening=asking(hive))
    idea, answer = hive.texts
    assert idea == "a cat"
    for text in ("a lamp", "HELLO", "a sign", "a cat", "houses", "dusk", "a quiet street", "flat"):
        assert text in answer.split("\n")
    assert proposal.caption == Caption.from_dict(caption_with())


@pytest.mark.parametrize("service", SERVICES)
def test_a_moderator_that_goes_down_in_between_stops_what_came_back(
    services: PretendServices, hive: PretendHive, service: Service
) -> None:
    def well_until_asked(asked: dict[str, object]) -> object:
        hive.spoil, _ = WAYS["500"]
        return caption()

    services.write = well_until_asked
    told: list[str] = []
    with pytest.raises(ServiceError, match="could not be checked"):
        for piece in expand(Assignment("x"), services.client(service), screening=asking(hive)):
            told.append(piece)
    assert "".join(told) == "" and len(services.asked) == 1


def test_what_repair_has_thrown_away_is_not_told_unscreened(
    services: PretendServices, hive: PretendHive
) -> None:
    services.write = lambda asked: caption(**{BAD: BAD})
    checked = expanded(Assignment("x"), services.client("chat"), screening=asking(hive))
    assert BAD not in json.dumps(checked.to_dict()) and BAD not in repr(checked)
    plain = expanded(Assignment("x"), services.client("chat"))
    assert BAD in json.dumps(plain.to_dict()), "without screening it is told what was set aside"


def test_a_key_for_texts_is_needed(services: PretendServices, hive: PretendHive) -> None:
    """A moderator without a key says no, and the words stay here."""
    checks = Screening(words=(Hive(None, TEXT_KEY, hive.url),))
    with pytest.raises(ServiceError, match="no key for texts"):
        expanded(Assignment("x"), services.client("ideogram"), screening=checks)
    assert services.asked == [] and hive.asked == 0
