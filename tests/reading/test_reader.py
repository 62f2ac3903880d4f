"""What somebody wrote about a picture: a caption with measured colours, or a plain refusal.

The chat endpoint is the double on loopback; a model at work here is a function.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from ideogram4.errors import BlockedError, ServiceError
from ideogram4.magic.chat import Chat
from ideogram4.reading.built_in import BuiltInReader
from ideogram4.reading.chat import LONGEST_SIDE, ChatReader, data_url
from ideogram4.reading.instruction import instruction
from ideogram4.reading.reader import Reader, finished, read_picture, read_whole
from ideogram4.safety import Screening, Verdict
from tests.magic.misbehaviour import ECHO, IN_TIME, WAYS
from tests.magic.pretend_services import CHAT_KEY, PretendServices, caption, pretend_services
from tests.safety.judges import Judge

RED = "#DC2828"
PAGE = Image.new("RGB", (640, 480), RED)


@pytest.fixture
def services() -> Iterator[PretendServices]:
    with pretend_services() as found:
        yield found
        assert found.bad == []


def chat(services: PretendServices, seconds: float = 20.0) -> ChatReader:
    client = services.client("chat", seconds)
    assert isinstance(client, Chat)
    return ChatReader(client)


def local(*pieces: str) -> Reader:
    return BuiltInReader(lambda image, boxes: iter(pieces))


def test_guessed_colours_give_way_to_measured_ones() -> None:
    found = finished(json.dumps(caption()), PAGE, "it").caption
    assert found.style_description is not None
    assert found.style_description.colour_palette == (RED,)
    # The cat stands alone in its box; so do the letters.
    assert [e.colour_palette for e in found.compositional_deconstruction.elements] == [(RED,)] * 2


def test_what_was_mended_in_guessed_colours_is_not_told() -> None:
    written = caption()
    written["style_description"]["color_palette"] = ["red", "#0f0", "no colour"]
    reading = finished(json.dumps(written), PAGE, "it")
    assert reading.changes == ()
    written["compositional_deconstruction"]["elements"][0]["type"] = "object"
    assert len(finished(json.dumps(written), PAGE, "it").changes) == 1


def test_what_a_language_model_puts_around_it_is_repaired_and_told() -> None:
    wordy = f"Here you go:\n```json\n{json.dumps(caption())[:-1]},}}\n```\nAnything else?"
    reading = read_whole(PAGE, local(wordy[:50], wordy[50:]))
    assert reading.caption.high_level_description == caption()["high_level_description"]
    assert reading.changes and reading.reader == "this model"


@pytest.mark.parametrize("text", ["", "I cannot help with that.", "[]", "{}" * 9, "\0", "{}"])
def test_what_is_no_caption_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ServiceError, match="caption") as problem:
        finished(text, PAGE, "it")
    assert "cannot help" not in str(problem.value)


def test_a_reader_that_never_ends_is_stopped() -> None:
    closed = []

    def endless(image: Any, boxes: bool) -> Iterator[str]:
        try:
            while True:
                yield "x" * 1000
        finally:
            closed.append(True)

    with pytest.raises(ServiceError, match="far too much"):
        read_whole(PAGE, BuiltInReader(endless))
    assert closed


def test_it_can_be_left_in_the_middle() -> None:
    pieces = read_picture(PAGE, local("{", "}", "more"))
    assert next(pieces) == "{"
    pieces.close()


def test_a_service_gets_the_instruction_and_the_picture_and_nothing_else(
    services: PretendServices,
) -> None:
    picture = Image.new("RGB", (2000, 3000), RED)
    picture.info["caption"] = "a secret"
    picture.getexif()[0x010E] = "another secret"
    reading = read_whole(picture, chat(services))
    assert reading.reader == "127.0.0.1" and reading.caption.style_description is not None
    assert reading.caption.style_description.colour_palette == (RED,)
    system, user = services.asked[0]["messages"]
    assert system["content"] == instruction()
    assert [part["type"] for part in user["content"]] == ["image_url", "text"]
    (sent,) = services.pictures
    received = Image.open(io.BytesIO(sent))
    assert received.format == "JPEG" and max(received.size) == LONGEST_SIDE
    assert received.width / received.height == pytest.approx(2 / 3, abs=0.01)
    assert b"secret" not in sent and not received.getexif()
    pixel = received.getpixel((9, 9))
    assert isinstance(pixel, tuple)
    assert all(abs(a - b) < 4 for a, b in zip(pixel, (220, 40, 40), strict=True))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16", "LA"])
def test_every_kind_of_picture_can_be_sent(mode: str) -> None:
    assert data_url(Image.new(mode, (20, 10))).startswith("data:image/jpeg;base64,/9j/")


def test_a_server_of_ones_own_needs_no_key(services: PretendServices) -> None:
    services.chat_key = None
    assert read_whole(PAGE, chat(services)).caption


def test_without_boxes_the_service_is_told_so(services: PretendServices) -> None:
    read_whole(PAGE, chat(services), boxes=False)
    told = services.asked[0]["messages"][0]["content"]
    assert 'Leave every "bbox" out' in told and "y_min" not in told


@pytest.mark.parametrize("way", WAYS["chat"])
def test_a_service_that_goes_wrong_is_told_in_our_words(
    way: str, services: PretendServices
) -> None:
    """Whatever it does; the keys and its own words stay out of the error."""
    services.spoil, word = WAYS["chat"][way]
    with pytest.raises(ServiceError, match=re.escape(word)) as problem:
        read_whole(PAGE, chat(services, 1.0 if word == IN_TIME else 20.0))
    told = f"{problem.value!s} {problem.value!r}"
    assert CHAT_KEY not in told and ECHO not in told and "canary" not in told
    assert services.elsewhere == []


def test_a_picture_is_screened_before_it_is_sent(services: PretendServices) -> None:
    judge = Judge(picture=lambda png: Verdict.block("very_bloody"))
    with pytest.raises(BlockedError, match="very_bloody"):
        read_whole(PAGE, chat(services), screening=Screening(pictures=(judge,)))
    assert services.asked == [] and len(judge.pictures) == 1


def test_a_picture_that_stays_here_is_not_sent_for_screening() -> None:
    judge = Judge()
    read_whole(PAGE, local(json.dumps(caption())), screening=Screening(pictures=(judge,)))
    assert judge.pictures == []


def test_what_was_read_is_screened_before_anybody_sees_it() -> None:
    judge = Judge(words=lambda text: Verdict.block("hate"))
    written = json.dumps(caption())
    pieces = read_picture(
        PAGE, local(written[:40], written[40:]), screening=Screening(words=(judge,))
    )
    assert (next(pieces), next(pieces)) == ("", "")
    with pytest.raises(BlockedError, match="hate"):
        next(pieces)
    assert "SUMMER" in judge.texts


def test_the_instruction_names_every_field_that_is_written() -> None:
    words = instruction()
    for name in ("high_level_description", "style_description", "background", "bbox", "desc"):
        assert name in words
    assert "bbox is" not in instruction(boxes=False)


def test_what_was_repaired_is_not_told_where_words_are_screened() -> None:
    """It is told with the words that stood there, at which nobody has looked."""
    wordy = "a secret\n```json\n" + json.dumps(caption())
    assert read_whole(PAGE, local(wordy)).changes
    assert read_whole(PAGE, local(wordy), screening=Screening(words=(Judge(),))).changes == ()


def test_half_a_letter_does_not_get_through() -> None:
    odd = caption(high_level_description="A \ud83d cat.")
    found = read_whole(PAGE, local(json.dumps(odd), "\ud83d")).caption
    found.to_json().encode()
