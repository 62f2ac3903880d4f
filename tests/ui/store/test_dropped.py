"""A picture's file from anywhere: what it was asked with is found, and it can do no harm."""

from __future__ import annotations

import json
import signal
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ideogram4.caption import parse_caption
from ideogram4.errors import Ideogram4Error, RequestError
from tests.ui.store.parts import RECORD, caption, chunk, picture, png, text
from ui.store import Dropped, PictureStore, read_dropped

FOX = caption("a red fox")
MARK = "compositional_deconstruction"


def shown(found: Dropped) -> str:
    """The first element's words, of a caption that is one."""
    parsed = parse_caption(found.caption)
    assert parsed.ok and parsed.caption is not None, parsed.issues
    return str(parsed.caption.to_dict()["compositional_deconstruction"]["elements"][0]["desc"])


def test_our_own_says_everything(tmp_path: Path) -> None:
    made = PictureStore(tmp_path).save(picture(), RECORD)
    assert read_dropped(made.path.read_bytes()) == Dropped(
        RECORD.caption, 2**63 - 1, 320, 208, "V4_TURBO_12", RECORD.run
    )


def test_pillow_writes_what_is_read(tmp_path: Path) -> None:
    """A picture that another program saved anew, with its text kept."""
    info = PngInfo()
    info.add_text("caption", FOX, zip=True)
    picture().save(tmp_path / "a.png", pnginfo=info)
    assert shown(read_dropped((tmp_path / "a.png").read_bytes())) == "a red fox"


def graph(words: str, **inputs: Any) -> str:
    """What ComfyUI keeps under "prompt"."""
    return json.dumps(
        {
            "3": {"class_type": "KSampler", "inputs": {"seed": 4711, "steps": 20, **inputs}},
            "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 832, "height": 1248}},
            "6": {"class_type": "CLIPTextEncode", "inputs": {"text": words, "clip": ["4", 1]}},
        }
    )


WORKFLOW = json.dumps(
    {"nodes": [{"id": 6, "type": "Text", "widgets_values": [FOX, True]}], "links": [[1, 2, "x"]]}
)
PARAMETERS = f"{FOX}\nNegative prompt: blurry\nSteps: 20, Seed: 4711, Size: 832x1248, Model: x"


@pytest.mark.parametrize(
    ("entries", "settings"),
    [
        ([("prompt", graph(FOX))], (4711, 832, 1248)),
        ([("prompt", graph("a fox")), ("workflow", WORKFLOW)], (4711, 832, 1248)),
        ([("workflow", WORKFLOW)], (None, None, None)),
        ([("parameters", PARAMETERS)], (4711, 832, 1248)),
        ([("Description", FOX)], (None, None, None)),
        ([("caption", FOX), ("prompt", caption("another"))], (None, None, None)),
        ([("Somebody's", f"```json\n{FOX}\n```")], (None, None, None)),
        ([("prompt", graph(FOX, seed=2**64, noise_seed=3))], (None, 832, 1248)),
        ([("prompt", graph(FOX, seed=-1))], (None, 832, 1248)),
        ([("workflow", json.dumps({"width": 10**30, "height": 0.5, "t": FOX}))], (None,) * 3),
    ],
)
def test_a_caption_is_found_wherever_a_tool_keeps_it(
    entries: list[tuple[str, str]], settings: tuple[int | None, ...]
) -> None:
    found = read_dropped(png(*(text(*entry) for entry in entries)))
    assert shown(found) == "a red fox"
    assert (found.seed, found.width, found.height) == settings
    assert found.preset == found.run == ""


def test_a_caption_that_is_not_clean_is_repaired_and_says_so() -> None:
    broken = FOX.replace('"desc"', "'desc'").replace("}]", "},]")
    found = read_dropped(png(text("Description", broken)))
    assert shown(found) == "a red fox" and "repaired" in found.said
    assert read_dropped(png(text("Description", FOX))).said == ""


@pytest.mark.parametrize(
    ("key", "words", "kept"),
    [
        ("parameters", "a fox\nSteps: 20, Seed: 9", "a fox"),
        ("prompt", "a \x00 fox\r\n  👩‍👩‍👧", "a fox 👩‍👩‍👧"),
        ("Description", "[a|b] fox", "[a|b] fox"),
    ],
)
def test_words_without_boxes_become_the_description(key: str, words: str, kept: str) -> None:
    found = read_dropped(png(text(key, words)))
    parsed = parse_caption(found.caption)
    assert parsed.caption is not None
    assert parsed.caption.to_dict()["high_level_description"] == kept
    assert "words and no boxes" in found.said


@pytest.mark.parametrize("entries", [[], [("Software", "GIMP")], [("prompt", graph(""))]])
def test_a_picture_without_a_caption_says_so(entries: list[tuple[str, str]]) -> None:
    with pytest.raises(RequestError, match="carries no caption"):
        read_dropped(png(*(text(*entry) for entry in entries)))


def test_half_a_surrogate_pair_in_a_graph_does_not_come_through() -> None:
    half = FOX.replace("red", "\\ud800")
    found = read_dropped(png(text("prompt", graph(half))))
    assert "fox" in shown(found) and found.caption.encode()


class TooLong(Exception):
    """A second of the processor was not enough."""


@contextmanager
def a_second() -> Iterator[None]:
    """Of this process's own work; what others do on the machine does not count."""

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fill(pattern: str, start: str = "", end: str = "", most: int = 520_000) -> str:
    """As much of a pattern as a PNG's text may be."""
    return start + pattern * ((most - len(start) - len(end)) // len(pattern)) + end


def packed(size: int) -> bytes:
    """A compressed text that is huge once it is not."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(b"a" * (1 << 20)) for _ in range(size >> 20)]
    return chunk(b"zTXt", b"prompt\0\0" + b"".join(parts) + packer.flush())


HOSTILE = {
    "20000 x 20000": png(text("caption", FOX), size=(20000, 20000)),
    "cut off": png(text("caption", FOX))[:-30],
    "damaged text": png(text("caption", FOX)).replace(b"fox", b"box"),
    "a text bomb": png(packed(1 << 26)),
    "many text bombs": png(*[packed(1 << 20)] * 200),
    "many texts": png(*(text(f"k{n}", "x" * 100) for n in range(9000))),
    "many short texts": png(*[text("a", "b")] * 20_000),
    "GIF": b"GIF89a" + b"\0" * 100,
    "a caption of nothing": png(text("Title", MARK)),
    "many parts": png(*[chunk(b"IDAT", b"")] * 20_000),
    "too much text": png(text("prompt", "x" * (1 << 20))),
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "HTML": b"<!doctype html><script>alert(1)</script>" * 1000,
    "nothing": b"",
    "garbage": bytes(range(256)) * 4000,
    "a moving picture": png(
        chunk(b"acTL", b"\xff" * 8),
        *[chunk(b"fcTL", b"\xff" * 26), chunk(b"fdAT", b"\xff" * 99)] * 999,
    ),
    "a long chunk": png()[:33] + b"\xff\xff\xff\xff" + b"iTXt" + b"x" * 99,
    "numbers": png(text("prompt", fill("0,", "[", "0]"))),
    "lists": png(text("prompt", fill("[],", "[", "[]]"))),
    "records": png(text("prompt", fill("{},", "[", "{}]"))),
    "deep lists": png(text("prompt", fill("["))),
    "deep records": png(text("prompt", fill('{"a":'))),
    "a long number": png(text("prompt", fill("9", '{"seed":', "}"))),
    "a caption of braces": png(text("prompt", MARK + fill("{", most=500_000))),
    "a caption of quotes": png(text("prompt", MARK + fill('"\\', most=500_000))),
    "a caption of fences": png(text("prompt", MARK + fill("```json\n{", most=500_000))),
    "a caption of commas": png(text("prompt", fill("'a',", "{" + MARK + ":", most=250_000))),
    "near captions": png(text("prompt", fill(f'"{MARK} {{",', "[", '""]'))),
    "nearer captions": png(text("prompt", fill(f'"{{\\"{MARK}\\": [}}",', "[", '""]'))),
    "large broken captions": png(
        text("workflow", json.dumps([fill("'a',", "{" + MARK + ":", most=24_000)] * 20))
    ),
    "elements": png(
        text(
            "caption", json.dumps({MARK: {"background": "", "elements": [{"type": "obj"}] * 9000}})
        )
    ),
    "seeds": png(text("prompt", fill("seed: " + " " * 99))),
    "sizes": png(text("prompt", fill("size: 1" + " " * 99 + "x"))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_an_answer_or_a_sentence_at_once(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reliability 14: before decoding, less than 50 MB, less than a second."""
    monkeypatch.setattr(Image, "open", None)
    with a_second():
        answer = ask(HOSTILE[name])
    assert answer.encode()
    tracemalloc.start()
    try:
        assert ask(HOSTILE[name]) == answer
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 50e6


def ask(data: bytes) -> str:
    try:
        return read_dropped(data).caption
    except Ideogram4Error as error:
        return error.message


REFUSED = ("cut off", "damaged text", "a text bomb", "too much text", "SVG", "HTML", "nothing")


@pytest.mark.parametrize("name", [*REFUSED, "garbage", "GIF", "a long chunk", "many parts"])
def test_what_is_no_whole_png_is_refused(name: str) -> None:
    """Reliability 14."""
    with pytest.raises(RequestError, match="is not a whole PNG"):
        read_dropped(HOSTILE[name])


def test_a_large_picture_is_read_all_the_same() -> None:
    """Its pixels are nobody's business here."""
    assert shown(read_dropped(HOSTILE["20000 x 20000"])) == "a red fox"
