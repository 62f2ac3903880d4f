"""Reliability 27: names are never code: of files, palettes, models and ready-made captions.

What a caption says is in `test_hostile.py`, what a palette file says in `test_palette.py`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from ideogram4.caption import Caption
from tests.browser.hostile import ALL, FILE_NAMES, LONG, WORDS, shows, unharmed
from tests.browser.serving import Ports
from tests.browser.whole import Served, Whole, serving
from tests.ui.pretend import PretendPipeline
from ui import studio as page_of_the_studio
from ui.presets import Start

pytestmark = pytest.mark.browser

PNG = io.BytesIO()
Image.new("RGB", (8, 8), "#DC2828").save(PNG, "PNG")
TINY: dict[str, Any] = {"background": "A wall.", "elements": []}
DROP = """(node, [name, text]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name));
  node.dispatchEvent(
    new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }),
  );
}"""


class HostileModel(PretendPipeline):
    """Weights in a folder with a name that would like to be code."""

    links = "https://example.org www.example.org a@example.org <https://example.org>"
    name = " ".join((*(word for word in WORDS if "\0" not in word), links))


def starts() -> list[Start]:
    """Ready-made captions whose every word is hostile; names end differently, as they must."""
    elements = [{"type": "text", "bbox": [1, 1, 500, 999], "text": ALL[:90], "desc": ALL[:90]}]
    clean = json.loads(json.dumps({**TINY, "elements": elements}).replace("\\u0000", ""))
    caption = Caption.from_dict({"compositional_deconstruction": clean})
    return [Start(word, word, word, True, (1, 1), caption) for word in WORDS]


@pytest.fixture(scope="module")
def served(ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    offered = starts()
    palettes = [{"name": word, "colours": ["#FF0000"]} for word in WORDS]
    first = [{"title": s.title, "text": s.caption.to_json()} for s in offered]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_of_the_studio, "starts_for", lambda is_demo: offered)
        patch.setattr(page_of_the_studio, "captions_to_try", lambda: first)
        patch.setattr(page_of_the_studio, "palettes_to_take", lambda: palettes)
        with serving(ports, tmp_path_factory.mktemp("pictures"), HostileModel()) as started:
            yield started


def tidied(word: str) -> str:
    """A palette's name has no control characters."""
    return word.replace("\0", " ")


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_of_a_caption_that_is_opened_or_dropped(studio: Whole) -> None:
    text = json.dumps({"compositional_deconstruction": TINY})
    said = studio.page.locator("#caption-editor .ig-sr[role=status]").last
    for n, name in enumerate(FILE_NAMES):
        studio.open(text + " " * n, f"{name}.json")
        shows(said, f"{name}.json opened")
        studio.editor.evaluate(DROP, [f"{name}.txt", text + "\n" * n])
        shows(said, f"{name}.txt opened")
        studio.editor.evaluate(DROP, [f"{name}.svg", text])
        expect(studio.issues).to_contain_text("A caption is a .json or .txt file.")
    unharmed(studio.page)


def test_of_a_picture_to_trace_chosen_or_dropped(studio: Whole) -> None:
    said = studio.page.locator("#layout-canvas .ig-sr[role=status]")
    for name in FILE_NAMES:
        field = studio.page.get_by_label("A picture to trace")
        field.set_input_files(payload(name, PNG.getvalue()))
        shows(said, f"{name} lies behind the boxes")
        studio.button("Backdrop").click()
        entry = studio.page.get_by_role("menuitemradio").last
        shows(entry.locator(".ig-pop-name"), name)
        studio.page.keyboard.press("Escape")
        studio.sheet.evaluate(DROP, [name, "<svg xmlns='http://www.w3.org/2000/svg'/>"])
        shows(said, "This file is not a picture that the browser can show")
    unharmed(studio.page)


def test_of_a_script_in_a_picture_to_trace(studio: Whole) -> None:
    """An SVG is shown as a picture, which runs nothing."""
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' onload='window.hacked=1'>"
        "<script>window.hacked=1</script><rect width='9' height='9'/></svg>"
    )
    field = studio.page.get_by_label("A picture to trace")
    field.set_input_files({"name": "a.svg", "mimeType": "image/svg+xml", "buffer": svg.encode()})
    expect(studio.page.locator("#layout-canvas [data-part=backdrop]")).to_be_visible()
    unharmed(studio.page)


def test_of_palettes_and_the_files_they_come_from(studio: Whole) -> None:
    studio.button("Palettes for the picture").click()
    menu = studio.page.get_by_role("dialog")
    names = menu.locator(".ig-offer-name")
    for n, word in enumerate(WORDS):
        shows(names.nth(n), tidied(word))
    menu.get_by_role("button", name="Use", exact=False).first.click()
    note = menu.locator(".ig-menu-note")
    field = menu.get_by_label("Name to keep the palette under")
    for word in WORDS:
        field.fill(word)
        menu.get_by_role("button", name="Keep", exact=True).click()
        shows(note, f"“{tidied(word)}” is kept in this browser.")
        menu.get_by_role("button", name="Delete", exact=False).first.click()
        shows(note, f"“{tidied(word)}” is deleted.")
    for tab, field_name, content in (
        ("Files", "Open a palette file", b"#FF0000"),
        ("Picture", "Choose a picture", PNG.getvalue()),
    ):
        menu.get_by_role("tab", name=tab, exact=True).click()
        for name in FILE_NAMES:
            chooser = menu.locator(f"input[type=file][aria-label='{field_name}']")
            chooser.set_input_files(payload(f"{name}.txt", content))
            shown = menu.get_by_role("tabpanel").locator(".ig-offer-name")
            shows(shown, name[:50].split(".")[0])
    unharmed(studio.page)


def test_of_palettes_that_another_page_kept(studio: Whole) -> None:
    kept = [{"name": word, "colours": ["#00FF00", word]} for word in WORDS]
    studio.page.evaluate(
        "(kept) => localStorage.setItem('ideogram4-studio.palettes', kept)", json.dumps(kept)
    )
    studio.page.reload()
    studio.is_ready()
    studio.button("Palettes for the picture").click()
    expect(studio.page.get_by_role("dialog")).to_be_visible()
    unharmed(studio.page)


def test_of_palettes_on_a_contact_sheet(studio: Whole) -> None:
    """Two of the studio's, and two of the person's own; they are the labels of the cells."""
    own = ("My " + WORDS[0], "My " + WORDS[3])
    kept = [{"name": word, "colours": ["#00FF00"]} for word in own]
    studio.page.evaluate(
        "(kept) => localStorage.setItem('ideogram4-studio.palettes', kept)", json.dumps(kept)
    )
    studio.seed.fill("7")
    studio.button("Contact sheet…").click()
    sheet = studio.page.get_by_role("dialog", name="Contact sheet")
    names = sheet.locator(".ig-sheet-option > span:first-of-type")
    offered = [*own, *WORDS]
    palettes = names.filter(has_text="As it is").locator("xpath=../..").locator("label")
    for n, name in enumerate(offered):
        shows(palettes.nth(n + 1), name)
        palettes.nth(n + 1).locator("input").check()
    palettes.first.locator("input").uncheck()
    sheet.get_by_label("Seeds", exact=True).select_option("1")
    sheet.get_by_role("button", name=f"Draw {len(offered)} pictures").click()
    cells = sheet.locator(".ig-sheet-cell")
    expect(cells).to_have_count(len(offered))
    for n, name in enumerate(offered):
        label = " ".join(name.split())[:40]
        shows(cells.nth(n), label)
        assert cells.nth(n).get_attribute("aria-label") == f"{n + 1}: {label}"
        shows(studio.page.locator("#gallery .ig-shot-words").nth(n), label)
    unharmed(studio.page)


def test_of_ready_made_captions(studio: Whole) -> None:
    first = studio.page.locator("#first-captions .ig-first-caption")
    for n, word in enumerate(WORDS):
        shows(first.nth(n), word)
    first.first.click()
    said = studio.page.locator("#first-captions .ig-sr[role=status]")
    shows(said, f"{WORDS[0]} is loaded.")
    studio.button("Start from…").click()
    sheet = studio.page.get_by_role("dialog", name="Start from a layout")
    for n, word in enumerate(WORDS):
        card = sheet.locator(".ig-start").nth(n + 1)
        shows(card.locator(".ig-start-name"), word)
        shows(card.locator(".ig-start-use"), word)
        shows(sheet.locator("section h3").nth(n), word)
    sheet.locator(".ig-start").nth(2).click()
    shows(studio.page.locator("#start-from .ig-sr[role=status]"), f"{WORDS[1]} is loaded.")
    unharmed(studio.page)


def test_of_the_model_in_the_facts_and_in_the_gallery(studio: Whole) -> None:
    studio.seed.fill("7")
    studio.generate()
    facts = f"seed 7 · 256 × 256 · V4_TURBO_12 · {HostileModel.name}"
    shows(studio.preview.locator(".preview-said"), facts)
    shows(studio.preview.locator(".ig-sr[role=status]"), f"Picture finished. {facts}")
    studio.page.locator("#gallery [data-picture]").first.click()
    note = studio.page.locator("#gallery-note")
    shows(note, facts)
    expect(note.locator("a, img, b, strong, em, code, .katex")).to_have_count(0)
    unharmed(studio.page)


def test_of_saved_files(studio: Whole, tmp_path: Path) -> None:
    """What a caption says becomes letters, digits and hyphens in a file's name."""
    field = studio.inspector.get_by_label("The picture in a sentence or two")
    for word in (*WORDS, "../../etc/passwd", LONG):
        field.fill(word)
        name = studio.saved("Wireframe SVG", tmp_path).name
        assert len(name) < 80 and name.endswith("-256x256-wireframe.svg")
        assert not set("<>/\\\"'`${}()\0\u202e\u2066 ") & set(name)
    unharmed(studio.page)


@pytest.mark.parametrize("width", [390, 1280])
def test_that_are_long_leave_the_page_as_wide_as_it_is(
    new_page: Callable[..., Page], served: Served, width: int
) -> None:
    studio = Whole(new_page(viewport={"width": width, "height": 844}), served.url)
    name = "W" * 240
    studio.page.get_by_label("A picture to trace").set_input_files(
        payload(f"{name}.png", PNG.getvalue())
    )
    studio.button("Backdrop").click()
    menu = studio.page.get_by_role("menu", name="Backdrop", exact=True)
    expect(menu.get_by_role("menuitemradio").last).to_contain_text("WWWW")
    place = menu.bounding_box()
    assert place is not None and place["x"] >= 0 and place["x"] + place["width"] <= width
    studio.page.keyboard.press("Escape")
    assert studio.page.evaluate("document.documentElement.scrollWidth") <= width
