"""The palette's menu as a person uses it: files, harmonies, pictures, own palettes, contrast."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from ui.canvas import LayoutCanvas
from ui.editor import CaptionEditor
from ui.inspector import Inspector
from ui.palette import PaletteRow

pytestmark = pytest.mark.browser

PANELS = ("layout-canvas", "inspector", "palette", "caption-editor")
PRESETS = [
    {"name": "Sea", "colours": ["#006994", "#9FE2BF", "#FFFFFF"]},
    {"name": "Long", "colours": [f"#0000{i:02X}" for i in range(16, 28)]},
]
CARD = {
    "type": "obj",
    "bbox": [100, 100, 900, 900],
    "desc": "a card",
    "colour_palette": ["#FFFFFF"],
}
WORDS = {
    "type": "text",
    "bbox": [300, 300, 500, 700],
    "text": "HELLO",
    "desc": "",
    "colour_palette": ["#F2C14E", "#111111"],
}
FAKE_EYEDROPPER = """window.EyeDropper = class {
  open() { return Promise.resolve({ sRGBHex: "#a1b2c3" }); }
};"""


def caption(*elements: dict[str, Any], palette: list[str] | None = None) -> str:
    style = {"aesthetics": "a", "lighting": "b", "photo": "c", "medium": "photograph"}
    body = {"background": "A wall.", "elements": list(elements)}
    root: dict[str, Any] = {"compositional_deconstruction": body}
    if palette:
        root = {"style_description": {**style, "colour_palette": palette}, **root}
    return json.dumps(root, indent=2)


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


class Bench:
    """The panels on one page; `menu` is the open window of palettes."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.reopen()
        self.swatches = page.locator("#palette [data-colour]")
        self.menu = page.get_by_role("dialog")
        self.note = self.menu.get_by_role("status")
        self.inspector = page.locator("#inspector")
        self.contrast = self.inspector.get_by_role("group", name="Contrast", exact=True)

    def reopen(self) -> None:
        self.page.goto(self.url)
        for panel in PANELS:
            expect(self.page.locator(f"#{panel}[data-ready='1']")).to_be_attached()

    def palettes(self, tab: str, owner: str = "the picture") -> None:
        self.page.get_by_role("button", name=f"Palettes for {owner}", exact=True).click()
        self.menu.get_by_role("tab", name=tab, exact=True).click()

    def choose(self, label: str, name: str, content: bytes) -> None:
        payload: FilePayload = {
            "name": name,
            "mimeType": "application/octet-stream",
            "buffer": content,
        }
        with self.page.expect_file_chooser() as chooser:
            self.menu.get_by_role("button", name=label, exact=True).click()
        chooser.value.set_files(payload)

    def press(self, name: str) -> None:
        self.menu.get_by_role("button", name=name, exact=True).click()

    def card(self, name: str) -> Locator:
        return self.menu.locator(f"[data-palette='{name}']")

    def has(self, *colours: str) -> None:
        """The picture's palette is these colours."""
        expect(self.swatches).to_have_count(len(colours))
        for index, colour in enumerate(colours):
            expect(self.swatches.nth(index)).to_have_attribute("data-colour", colour)

    def undo(self) -> None:
        self.page.keyboard.press("ControlOrMeta+z")


@pytest.fixture
def bench(new_page: Callable[..., Page], serve: Callable[..., str]) -> Callable[..., Bench]:
    def opened(text: str, *, script: str = "", presets: Any = PRESETS, **settings: Any) -> Bench:
        with gr.Blocks() as demo:
            LayoutCanvas(width=1024, height=1024)
            Inspector()
            PaletteRow(presets=presets)
            CaptionEditor(value=text)
        page = new_page(**settings)
        if script:
            page.add_init_script(script)
        return Bench(page, serve(demo))

    return opened


def test_a_preset_is_taken_in_one_step_and_given_back_in_one(bench: Callable[..., Bench]) -> None:
    on = bench(caption(palette=["#112233"]))
    on.palettes("Saved")
    on.press("Use Sea")
    on.has("#006994", "#9FE2BF", "#FFFFFF")
    expect(on.note).to_have_text("3 colours in the palette.")
    on.undo()
    on.has("#112233")
    on.press("Add Sea")
    on.has("#112233", "#006994", "#9FE2BF", "#FFFFFF")
    on.undo()
    on.has("#112233")
    on.card("Sea").get_by_role("button", name="Add #9FE2BF", exact=True).click()
    on.has("#112233", "#9FE2BF")


def test_without_presets_the_menu_works_as_well(bench: Callable[..., Bench]) -> None:
    on = bench(caption(), presets=[])
    on.palettes("Saved")
    expect(on.menu).to_contain_text("Palettes you keep are listed here.")
    expect(on.menu.get_by_role("button", name="Keep", exact=True)).to_be_disabled()


def test_an_element_takes_five_colours_and_says_what_it_left(bench: Callable[..., Bench]) -> None:
    on = bench(caption(CARD))
    on.page.locator("#layout-canvas [data-element='0']").click()
    on.palettes("Saved", "this element")
    on.press("Use Long")
    expect(on.note).to_have_text("5 colours in the palette; 7 left out: 5 colours is the most.")
    expect(on.inspector.locator("[data-colour]")).to_have_count(5)
    on.undo()
    expect(on.inspector.locator("[data-colour]")).to_have_count(1)


FILES = {
    "mine.ase": (ase("Print", (b"RGB ", [1, 0, 0]), (b"CMYK", [1, 0, 0, 0])), "Print"),
    "mine.gpl": (b"GIMP Palette\nName: Garden\n#\n255 0 0 red\n  0 255 255\taqua\n", "Garden"),
    "mine.json": (b'["#f00", "#0ff"]', "mine"),
}


@pytest.mark.parametrize("filename", FILES)
def test_a_palette_file_is_opened(filename: str, bench: Callable[..., Bench]) -> None:
    content, name = FILES[filename]
    on = bench(caption())
    on.palettes("Files")
    on.choose("Open a palette file", filename, content)
    on.press(f"Use {name}")
    on.has("#FF0000", "#00FFFF")


@pytest.mark.parametrize("kind", ["ase", "gpl", "json"])
def test_a_saved_file_opens_again(kind: str, bench: Callable[..., Bench]) -> None:
    colours = ["#0A0B0C", "#F0E0D0", "#3366CC"]
    on = bench(caption(palette=colours))
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


def test_damaged_and_hostile_files_are_told_in_plain_words(bench: Callable[..., Bench]) -> None:
    on = bench(caption())
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


def test_a_file_can_be_dropped(bench: Callable[..., Bench]) -> None:
    on = bench(caption())
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


def test_a_harmony_is_applied_and_undone(bench: Callable[..., Bench]) -> None:
    on = bench(caption(palette=["#C8553D", "#808080"]))
    on.palettes("Harmony")
    expect(on.menu.get_by_label("Hex colour to start from")).to_have_value("#C8553D")
    on.press("Use Triadic")
    expect(on.swatches).to_have_count(3)
    expect(on.swatches.first).to_have_attribute("data-colour", "#C8553D")
    expect(on.menu.get_by_role("button", name="Use Triadic", exact=True)).to_be_focused()
    on.undo()
    on.has("#C8553D", "#808080")
    on.press("Start from #808080")
    expect(on.menu).to_contain_text("A grey has no hue to turn")
    expect(on.menu.get_by_role("tabpanel").locator("[data-palette]")).to_have_count(1)


def test_colours_are_found_in_a_picture(bench: Callable[..., Bench]) -> None:
    teal, sand, ink = b"\x12\x7a\x7b", b"\xf4\xd3\x5e", b"\x0d\x3b\x66"
    on = bench(caption(palette=["#FFFFFF"]))
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


def test_contrast_is_shown_and_made_better(bench: Callable[..., Bench]) -> None:
    on = bench(caption(CARD, WORDS))
    on.page.locator("#layout-canvas [data-element='1']").click()
    expect(on.contrast).to_contain_text("1.6 : 1, hard to read on “a card”")
    on.contrast.get_by_role("button").press("Enter")
    expect(on.contrast).to_be_focused()
    expect(on.contrast).to_contain_text("4.5 : 1, fine for text")
    expect(on.contrast).to_contain_text("AA")
    expect(on.contrast.get_by_role("button")).to_be_hidden()
    colours = on.inspector.locator("[data-colour]")
    expect(colours).to_have_count(2)
    expect(colours.nth(1)).to_have_attribute("data-colour", "#111111")
    on.undo()
    expect(on.contrast).to_contain_text("hard to read")
    on.page.locator("#layout-canvas [data-element='0']").click(position={"x": 5, "y": 5})
    expect(on.contrast).to_be_hidden()


def test_a_kept_palette_survives_a_reload_and_a_delete_by_mistake(
    bench: Callable[..., Bench],
) -> None:
    on = bench(caption(palette=["#112233", "#445566"]))
    on.palettes("Saved")
    on.menu.get_by_label("Name to keep the palette under").fill("Mine")
    on.press("Keep")
    expect(on.note).to_contain_text("“Mine” is kept in this browser.")
    on.reopen()
    on.palettes("Saved")
    on.press("Delete Mine")
    expect(on.card("Mine")).to_have_count(0)
    on.press("Undo")
    expect(on.card("Mine").locator("[data-chip]")).to_have_count(2)
    on.reopen()
    on.palettes("Saved")
    expect(on.card("Mine")).to_be_visible()


def test_broken_storage_is_passed_over(bench: Callable[..., Bench]) -> None:
    script = "try { localStorage.setItem('ideogram4-studio.palettes', '{broken'); } catch {}"
    on = bench(caption(palette=["#112233"]), script=script)
    on.palettes("Saved")
    on.press("Keep")
    expect(on.card("Palette")).to_be_visible()


def test_a_pasted_list_goes_in_at_once(bench: Callable[..., Bench]) -> None:
    on = bench(caption())
    field = on.page.get_by_role("textbox", name="Hex colour to add to palette", exact=True)
    field.evaluate(
        "(node) => { const clipboardData = new DataTransfer();"
        " clipboardData.setData('text', '#0f0, 00ff01\\n0000ff 123');"
        " node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true,"
        " cancelable: true })); }"
    )
    on.has("#00FF00", "#00FF01", "#0000FF", "#112233")


def test_the_eyedropper_is_there_where_the_browser_has_one(bench: Callable[..., Bench]) -> None:
    on = bench(caption(), script=FAKE_EYEDROPPER)
    pick = on.page.locator("#palette").get_by_role("button", name="Pick a colour from the screen")
    pick.click()
    on.has("#A1B2C3")


def test_without_an_eyedropper_there_is_no_button(bench: Callable[..., Bench]) -> None:
    on = bench(caption(), script="delete window.EyeDropper;")
    expect(on.page.locator("#palette").get_by_role("button", name="Add colour")).to_be_visible()
    expect(on.page.get_by_role("button", name="Pick a colour from the screen")).to_have_count(0)


def test_the_keyboard_walks_the_whole_menu(bench: Callable[..., Bench]) -> None:
    on = bench(caption(palette=["#C8553D"]))
    press = on.page.keyboard.press
    opener = on.page.get_by_role("button", name="Palettes for the picture", exact=True)
    opener.focus()
    press("Enter")
    tab = {
        name: on.menu.get_by_role("tab", name=name, exact=True)
        for name in ("Saved", "Harmony", "Picture", "Files")
    }
    expect(tab["Saved"]).to_be_focused()
    press("ArrowRight")
    expect(tab["Harmony"]).to_be_focused()
    expect(tab["Harmony"]).to_have_attribute("aria-selected", "true")
    press("End")
    expect(on.menu.get_by_role("button", name="Open a palette file")).to_be_visible()
    press("ArrowRight")
    expect(tab["Saved"]).to_be_focused()
    press("Tab")
    expect(on.menu.get_by_label("Name to keep the palette under")).to_be_focused()
    on.page.keyboard.type("By hand")
    press("Enter")
    expect(on.card("By hand")).to_be_visible()
    use = on.menu.get_by_role("button", name="Use Sea", exact=True)
    for _ in range(12):
        press("Tab")
        if use.evaluate("node => node === document.activeElement"):
            break
    press("Enter")
    on.has("#006994", "#9FE2BF", "#FFFFFF")
    expect(use).to_be_focused()
    press("Escape")
    expect(on.menu).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_menu_closes_when_another_element_is_chosen(bench: Callable[..., Bench]) -> None:
    on = bench(caption(CARD, WORDS))
    on.page.locator("#layout-canvas [data-element='0']").click(position={"x": 5, "y": 5})
    on.palettes("Saved", "this element")
    on.page.locator("#layout-canvas [data-element='1']").focus()
    expect(on.menu).to_have_count(0)


def test_the_menu_fits_a_phone(bench: Callable[..., Bench]) -> None:
    on = bench(caption(palette=["#C8553D"]), viewport={"width": 390, "height": 700})
    on.palettes("Harmony")
    box = on.menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert box["y"] >= 0 and box["y"] + box["height"] <= 700
    on.press("Use Monochrome")
    expect(on.swatches).to_have_count(5)
