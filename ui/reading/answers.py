"""What a page asks about readings: begin, how is it, stop. The same for the panel and the report.

Whatever a browser sends is judged here: a picture's bytes are decoded safely, ids and tickets may
be anything. An answer is data for the page, `{"error": sentence}` in place of an exception. What it
is not: the reading (`ui.service.readings`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ideogram4.caption import Caption, parse_caption
from ideogram4.errors import Ideogram4Error, RequestError
from ideogram4.pictures import MOST_BYTES, decoded, read_picture_file
from ideogram4.reading.likeness import compare_captions
from ideogram4.reading.reader import UNVERIFIED, Reading
from ui.service.readings import Readings
from ui.store import PictureStore

if TYPE_CHECKING:
    from PIL.Image import Image

Data = dict[str, Any]
Answer = Callable[[object], Data]
MOST_LETTERS = MOST_BYTES * 4 // 3 + 4  # of base64
FINEST_RATIO = 64


def facts_of(readings: Readings) -> Data:
    """What a panel is told when the page is built: who may be asked, or why nobody may."""
    return {
        "readers": [
            {"name": offer.name, "label": offer.label, "sends": offer.sends}
            for offer in readings.offers()
        ],
        "nobody": readings.why_nobody,
        "caution": UNVERIFIED,
    }


def panel_answers(readings: Readings) -> list[Answer]:
    """For a picture of one's own: a proposal comes back."""
    sizes: dict[str, str] = {}

    def read_begin(asked: object = None) -> Data:
        """`{data: base64, provider, boxes}` -> `{ticket}`."""

        def begin(given: Data) -> str:
            image = _sent(given.get("data"))
            ticket = readings.begin(
                image, provider=given.get("provider"), boxes=given.get("boxes", True)
            )
            if len(sizes) >= FINEST_RATIO:
                del sizes[next(iter(sizes))]
            sizes[ticket] = ratio_of(image)
            return ticket

        return _begun(asked, begin)

    def proposal(ticket: object, reading: Reading) -> Data:
        return {
            "proposal": {
                "text": reading.caption.to_json(),
                "provider": reading.reader,
                "notes": [change.message for change in reading.changes],
                "ratio": sizes.get(str(ticket)),
            }
        }

    return [read_begin, _news(readings, proposal), _stop(readings)]


def report_answers(readings: Readings, store: PictureStore) -> list[Answer]:
    """For a picture made here: it is compared with what it was asked for."""
    asked_for: dict[str, Caption] = {}

    def read_begin(asked: object = None) -> Data:
        """`{id, provider}` -> `{ticket}`."""

        def begin(given: Data) -> str:
            picture = store.get(given.get("id"))
            caption = parse_caption(picture.record.caption).caption
            if caption is None:
                raise Ideogram4Error("the picture's caption cannot be read")
            ticket = readings.begin(read_picture_file(picture.path), provider=given.get("provider"))
            if len(asked_for) >= FINEST_RATIO:
                del asked_for[next(iter(asked_for))]
            asked_for[ticket] = caption
            return ticket

        return _begun(asked, begin)

    def likeness(ticket: object, reading: Reading) -> Data:
        caption = asked_for.get(str(ticket))
        if caption is None:
            raise RequestError("this reading is over, or there was none")
        return {
            "likeness": compare_captions(caption, reading.caption).to_dict(),
            "reader": reading.reader,
        }

    return [read_begin, _news(readings, likeness), _stop(readings)]


def ratio_of(image: Image) -> str:
    """Width to height in small numbers, such as "3:2"."""
    exact = Fraction(image.width, image.height)
    near = exact.limit_denominator(FINEST_RATIO) or Fraction(1, FINEST_RATIO)
    return f"{near.numerator}:{near.denominator}"


def _sent(data: object) -> Image:
    """A picture from a browser. Raises RequestError."""
    if not isinstance(data, str) or not data:
        raise RequestError("there is no picture")
    if len(data) > MOST_LETTERS:
        raise RequestError(f"the picture is larger than {MOST_BYTES >> 20} MB")
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise RequestError("the picture did not arrive whole") from problem
    return decoded(raw, "the picture")


def _begun(asked: object, begin: Callable[[Data], str]) -> Data:
    try:
        return {"ticket": begin(asked if isinstance(asked, dict) else {})}
    except Ideogram4Error as error:
        return {"error": error.sentence}


def _news(readings: Readings, tell: Callable[[object, Reading], Data]) -> Answer:
    def read_news(asked: object = None) -> Data:
        """`{ticket}` -> `{phase, ahead, pieces, message}` and in the end what was found."""
        ticket = asked.get("ticket") if isinstance(asked, dict) else None
        try:
            news = readings.news(ticket)
            told: Data = {
                "phase": news.phase,
                "ahead": news.ahead,
                "pieces": news.pieces,
                "message": news.message,
            }
            return told if news.reading is None else {**told, **tell(ticket, news.reading)}
        except Ideogram4Error as error:
            return {"error": error.sentence}

    return read_news


def _stop(readings: Readings) -> Answer:
    def read_stop(asked: object = None) -> Data:
        """`{ticket}`: it is not wanted any more."""
        ticket = asked.get("ticket") if isinstance(asked, dict) else None
        try:
            readings.stop(ticket)
        except Ideogram4Error as error:
            return {"error": error.sentence}
        return {}

    return read_stop
