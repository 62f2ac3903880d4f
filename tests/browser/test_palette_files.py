"""Palettes from files and pictures, and into files: opened, saved, dropped, damaged."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.palettes import Bench, caption

pytestmark = pytest.mark.browser


def png(*rows: bytes) -> bytes:
    """A picture of 24 by 24 pixels: each row is given as one colour's three bytes."""
    side = 24
    lines = b"".join(b"\0" + rows[y * len(rows) // side] * side for y in range(side))

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    end = chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + end


def ase(group: str, *colours: tuple[bytes, list[float]]) -> bytes:
    """An Adobe swatch file with one group."""

    def name(words: str) -> bytes:
        return struct.pack(">H", len(words) + 1) + words.encode("utf-16-be") + b"\0\0"

    def block(kind: int, body: bytes) -> bytes:
        return struct.pack(">HI", kind, len(body)) + body

    swatches = [
        block(1, name("x") + model + struct.pack(f">{len(n)}f", *n) + b"\0\2")
        for model, n in colours
    ]
    blocks = [block(0xC001, name(group)), *swatches, block(0xC002, b"")]
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


FILES = {
    "mine.ase": (ase("Print", (b"RGB ", [1, 0, 0]), (b"CMYK", [1, 0, 0, 0])), "Print"),
    "mine.gpl": (b"GIMP Palette\nName: Garden\n#\n255 0 0 red\n  0 255 255\taqua\n", "Garden"),
    "mine.json": (b'["#f00", "#0ff"]', "mine"),
}


@pytest.mark.parametrize("filename", FILES)
def test_a_palette_file_is_opened(filename: str, palette: Callable[..., Bench]) -> None:
    content, name = FILES[filename]
    on = palette(caption())
    on.palettes("Files")
    on.choose("Open a palette file", filename, content)
    on.press(f"Use {name}")
    on.has("#FF0000", "#00FFFF")


@pytest.mark.parametrize("kind", ["ase", "gpl", "json"])
def test_a_saved_file_opens_again(kind: str, palette: Callable[..., Bench]) -> None:
    colours = ["#0A0B0C", "#F0E0D0", "#3366CC"]
    on = palette(caption(palette=colours))
    on.palettes("Files")
    with on.page.expect_download() as download:
        on.press(f"Save as .{kind}")
    assert download.value.suggested_filename == f"Palette.{kind}"
    content = Path(download.value.path()).read_bytes()
    on.page.keyboard.press("Escape")
    on.swatches.first.focus()
    on.page.keyboard.press("Delete")
    on.has(*colours[1:])
    on.palettes("Files")
    on.choose("Open a palette file", f"x.{kind}", content)
    on.press("Use Palette")
    on.has(*colours)


def test_damaged_and_hostile_files_are_told_in_plain_words(palette: Callable[..., Bench]) -> None:
    on = palette(caption())
    on.palettes("Files")
    on.choose("Open a palette file", "a.ase", b"ASEF\0\1\0\0\0\0\0\5\0")
    expect(on.note).to_contain_text("damaged: it ends before its first colour")
    on.choose("Open a palette file", "a.json", b"{" * 50_000)
    expect(on.note).to_contain_text("damaged or cut off")
    on.choose("Open a palette file", "a.gpl", b"#" * 1_500_000)
    expect(on.note).to_contain_text("a palette file has at most 1 MB")
    name = "<img src=x onerror='window.hit=1'>"
    on.choose(
        "Open a palette file", "a.json", json.dumps({"name": name, "colours": ["f00"]}).encode()
    )
    expect(on.menu.get_by_text(name, exact=True)).to_be_visible()
    assert on.page.evaluate("window.hit") is None


def test_a_file_can_be_dropped(palette: Callable[..., Bench]) -> None:
    on = palette(caption())
    on.palettes("Files")
    dropped = on.page.evaluate_handle(
        "() => { const data = new DataTransfer();"
        " data.items.add(new File(['[\"#abc\"]'], 'dropped.json')); return data; }"
    )
    on.menu.get_by_role("tabpanel").locator(".ig-drop").dispatch_event(
        "drop", {"dataTransfer": dropped}
    )
    on.press("Use dropped")
    on.has("#AABBCC")


def test_colours_are_found_in_a_picture(palette: Callable[..., Bench]) -> None:
    teal, sand, ink = b"\x12\x7a\x7b", b"\xf4\xd3\x5e", b"\x0d\x3b\x66"
    on = palette(caption(palette=["#FFFFFF"]))
    on.palettes("Picture")
    on.choose("Choose a picture", "beach.png", png(teal, teal, teal, sand, sand, ink))
    on.card("beach.png").get_by_role("button", name="Add #F4D35E", exact=True).click()
    on.has("#FFFFFF", "#F4D35E")
    on.press("Use beach.png")
    on.has("#127A7B", "#F4D35E", "#0D3B66")
    on.menu.get_by_label("How many colours").fill("2")
    expect(on.card("beach.png").locator("[data-chip]")).to_have_count(2)
    on.choose("Choose a picture", "no.png", b"this is no picture")
    expect(on.note).to_have_text("The browser cannot read that as a picture.")
