"""Hive's client against a real server on loopback: exact forms, thresholds, and no yes in doubt."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator

import pytest
from PIL import Image

from ideogram4.safety import Verdict
from ideogram4.safety.hive import PIECE, Hive
from tests.safety.pretend_hive import (
    PICTURE_CLASSES,
    PICTURE_KEY,
    TEXT_CLASSES,
    TEXT_KEY,
    WAYS,
    PretendHive,
    pretend_hive,
    reply,
)


@pytest.fixture(scope="module")
def server() -> Iterator[PretendHive]:
    with pretend_hive() as hive:
        yield hive


@pytest.fixture
def pretend(server: PretendHive) -> PretendHive:
    """The one server, as on its first day."""
    fresh = PretendHive()
    for name in ("text", "picture", "spoil", "spoiled", "texts", "pictures", "bad", "elsewhere"):
        setattr(server, name, getattr(fresh, name))
    return server


def client(pretend: PretendHive, seconds: float = 20.0) -> Hive:
    return Hive(TEXT_KEY, PICTURE_KEY, pretend.url, seconds, seconds)


def png(side: int = 8) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), (200, 30, 30)).save(buffer, format="PNG")
    return buffer.getvalue()


def test_what_is_harmless_passes_in_the_exact_forms(pretend: PretendHive) -> None:
    hive, picture = client(pretend), png()
    assert hive.check_text(["a red circle", "plain"]) == Verdict.allow()
    assert hive.check_picture(picture) == Verdict.allow()
    assert pretend.texts == ["a red circle\nplain"] and pretend.pictures == [picture]
    assert pretend.bad == []


@pytest.mark.parametrize("name", TEXT_CLASSES)
def test_each_class_of_texts_blocks_from_severity_one(pretend: PretendHive, name: str) -> None:
    for severity in (1, 2, 3):
        pretend.text = lambda text, s=severity: reply(TEXT_CLASSES, **{name: s})
        verdict = client(pretend).check_text(["x"])
        assert verdict.outcome == "blocked" and len(verdict.classes) == 1
    assert pretend.bad == []


@pytest.mark.parametrize("name", PICTURE_CLASSES)
@pytest.mark.parametrize(
    ("score", "outcome"), [(0.9, "blocked"), (1, "blocked"), (0.899, "allowed")]
)
def test_each_class_of_pictures_blocks_from_nine_tenths(
    pretend: PretendHive, name: str, score: float, outcome: str
) -> None:
    pretend.picture = lambda data: reply(PICTURE_CLASSES, 0.0, **{name: score})
    assert client(pretend).check_picture(png()).outcome == outcome


def test_classes_that_do_not_count_do_not_block(pretend: PretendHive) -> None:
    pretend.text = lambda text: reply(TEXT_CLASSES, gibberish=3)
    pretend.picture = lambda data: reply(PICTURE_CLASSES, 0.0, general_not_nsfw=1.0)
    assert (
        client(pretend).check_text(["x"]).allowed and client(pretend).check_picture(png()).allowed
    )


def test_a_later_part_of_the_answer_counts_too(pretend: PretendHive) -> None:
    clean, bad = reply(TEXT_CLASSES), reply(TEXT_CLASSES, hate=2)
    pretend.text = lambda text: {"output": clean["output"] + bad["output"]}
    assert client(pretend).check_text(["x"]) == Verdict.block("hate")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ["text", "picture"])
def test_whatever_goes_wrong_is_no_yes(pretend: PretendHive, way: str, what: str) -> None:
    """Promise 20: unchecked, within the deadline, and nothing of the reply or the key is told."""
    pretend.spoil, words = WAYS[way]
    hive = client(pretend, 0.5 if words == "in time" else 20.0)
    began = time.monotonic()
    verdict = hive.check_text(["x"]) if what == "text" else hive.check_picture(png())
    assert time.monotonic() - began < 15
    assert verdict.outcome == "unchecked" and not verdict.allowed
    assert words in verdict.reason
    assert "canary" not in repr(verdict) and "127.0.0.1" not in repr(verdict)
    assert pretend.bad == [] and pretend.elsewhere == [] and pretend.asked == 1


def test_nobody_there_is_no_yes() -> None:
    with pretend_hive() as gone:
        pass
    verdict = client(gone).check_text(["x"])
    assert verdict == Verdict.unchecked("the service cannot be reached")


def test_without_its_key_it_asks_nobody(pretend: PretendHive) -> None:
    assert (
        Hive(picture_key=PICTURE_KEY, address=pretend.url).check_text(["x"]).outcome == "unchecked"
    )
    assert Hive(text_key=TEXT_KEY, address=pretend.url).check_picture(png()).outcome == "unchecked"
    assert pretend.asked == 0


def test_a_long_caption_is_asked_about_in_pieces_that_overlap(pretend: PretendHive) -> None:
    """Hive reads 1024 characters; what stands across a border must be seen whole by one of them."""
    phrase = "the words across the border"
    text = "a" * (PIECE - 10) + phrase + "b" * 2 * PIECE
    pretend.text = lambda piece: reply(TEXT_CLASSES, violence=int(phrase in piece))
    assert client(pretend).check_text([text]) == Verdict.block("violence")
    pretend.text = lambda piece: reply(TEXT_CLASSES, violence=int(piece.endswith("bad")))
    pretend.texts.clear()
    assert client(pretend).check_text([text, "bad"]) == Verdict.block("violence")
    assert len(pretend.texts) == 4


def test_more_than_it_asks_about_is_no_yes(pretend: PretendHive) -> None:
    assert client(pretend).check_text(["word " * 10_000]).outcome == "unchecked"
    assert pretend.asked == 0


def test_one_deadline_holds_for_all_pieces(pretend: PretendHive) -> None:
    slow = threading.Event()

    def answer(piece: str) -> object:
        slow.wait(0.3)
        return reply(TEXT_CLASSES)

    pretend.text = answer
    began = time.monotonic()
    assert client(pretend, 0.8).check_text(["word " * 4000]).outcome == "unchecked"
    assert time.monotonic() - began < 10 and len(pretend.texts) < 10


def test_a_drip_leaves_no_thread_behind(pretend: PretendHive) -> None:
    for way in ("slow drip", "slow headers", "time-out"):
        pretend.spoil = WAYS[way][0]
        assert client(pretend, 0.3).check_text(["x"]).outcome == "unchecked"
    end = time.monotonic() + 10
    while any(t.name == "screening" for t in threading.enumerate()):
        assert time.monotonic() < end, "a thread still listens to the drip"
        time.sleep(0.01)


def test_a_password_file_does_not_take_the_keys_place(
    pretend: PretendHive, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w") as file:
        file.write("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", netrc)
    assert client(pretend).check_text(["x"]).allowed
    assert pretend.bad == []


def test_its_repr_holds_no_key(pretend: PretendHive) -> None:
    assert "canary" not in repr(client(pretend))
