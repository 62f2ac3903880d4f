"""Reliability 27: what a caption says is never code, in whichever part of the page it is shown.

Names of files, palettes, models and ready-made captions are in `test_hostile_names.py`; saved
drawings in `test_export.py`.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from ideogram4 import parse_caption
from tests.browser.hostile import ALL, LONG, WORDS, holds, shows, unharmed
from tests.browser.whole import Served, Whole

pytestmark = pytest.mark.browser


def text_of(*elements: dict[str, Any], background: str = "A wall.", **root: Any) -> str:
    body = {"background": background, "elements": list(elements)}
    return json.dumps({**root, "compositional_deconstruction": body}, indent=2)


def written(words: str, top: int = 0, **more: Any) -> dict[str, Any]:
    bbox = [top, 0, top + 90, 900]
    return {"type": "text", "bbox": bbox, "text": words, "desc": words, **more}


def seen(words: str, top: int = 0, **more: Any) -> dict[str, Any]:
    return {"type": "obj", "bbox": [top, 0, top + 90, 900], "desc": words, **more}


def quoted(word: str) -> str:
    """The beginning of a key as sentences of the checker show it."""
    printed = "".join(c if c.isprintable() else "\ufffd" for c in word.replace("\0", ""))
    return printed[:23]


def test_in_layers_on_the_canvas_and_in_the_inspector(studio: Whole) -> None:
    studio.open(text_of(*(written(word, 100 * n) for n, word in enumerate(WORDS))))
    for n, word in enumerate(WORDS):
        shows(studio.row(n).locator(".ig-layer-name"), f"“{word}”")
        shows(studio.box(n).locator(".ig-box-text"), word)
        shows(studio.box(n).locator(".ig-box-name"), word)
        assert word in str(studio.box(n).get_attribute("aria-label"))
        studio.pick(n)
        holds(studio.inspector.get_by_label("Words in the picture"), word)
        holds(studio.inspector.get_by_label("Description", exact=True), word)
    unharmed(studio.page)


def test_in_the_words_of_a_box_while_they_are_written(studio: Whole) -> None:
    studio.open(text_of(written("OPEN", 400)))
    studio.box(0).focus()
    studio.page.keyboard.press("Enter")
    field = studio.page.get_by_role("textbox", name="Words in this box", exact=True)
    field.fill(ALL)
    holds(field, ALL)
    studio.page.keyboard.press("Escape")
    shows(studio.box(0).locator(".ig-box-text"), ALL)
    assert studio.elements()[0]["text"] == ALL
    unharmed(studio.page)


def test_in_what_is_announced(studio: Whole) -> None:
    said = studio.page.locator("#layers .ig-sr[role=status]")
    for word in WORDS:
        studio.open(text_of(seen(word), seen("other", 500)))
        shows(studio.row(0), word)
        for name, told in (
            ("Lock", "locked"),
            ("Lock", "unlocked"),
            ("Hide", "hidden: not in the picture"),
            ("Bring forward", "moved forward"),
        ):
            studio.row(0).get_by_role("button", name=name, exact=True).click()
            shows(said, f"{word} {told}")
        studio.row(1).get_by_role("button", name="Delete", exact=True).click()
        shows(said, f"{word} deleted")
    unharmed(studio.page)


def test_in_the_form_of_many_and_what_was_copied(studio: Whole) -> None:
    studio.open(text_of(*(seen(word, 100 * n) for n, word in enumerate(WORDS))))
    studio.sheet.focus()
    studio.page.keyboard.press("ControlOrMeta+a")
    expect(studio.inspector.get_by_role("heading")).to_have_text(f"{len(WORDS)} selected")
    studio.page.keyboard.press("ControlOrMeta+d")
    expect(studio.layers).to_have_count(2 * len(WORDS))
    studio.pick(0)
    studio.box(0).focus()
    studio.page.keyboard.press("ControlOrMeta+c")
    said = studio.page.locator("#layout-canvas > div .ig-sr[role=status]").first
    shows(said, f"{WORDS[0]} copied")
    studio.page.keyboard.press("ControlOrMeta+v")
    shows(said, f"{WORDS[0]} pasted")
    unharmed(studio.page)


def test_in_the_form_of_the_picture(studio: Whole) -> None:
    style = dict.fromkeys(("aesthetics", "lighting", "medium", "art_style"), ALL)
    studio.open(text_of(background=ALL, high_level_description=ALL, style_description=style))
    labels = ("The picture in a sentence or two", "Background", "Aesthetics", "Lighting")
    for label in (*labels, "Medium", "Art style"):
        holds(studio.inspector.get_by_label(label, exact=True), ALL)
    unharmed(studio.page)


def test_in_what_the_model_reads(studio: Whole) -> None:
    fit = [word for word in WORDS if "\0" not in word]
    text = text_of(
        *(written(word, 100 * n) for n, word in enumerate(fit)), background=" ".join(fit)
    )
    studio.open(text)
    caption = parse_caption(text).caption
    assert caption is not None
    shows(studio.page.locator("#caption-editor details pre"), caption.to_prompt())
    unharmed(studio.page)


def test_in_the_review_of_a_repair(studio: Whole) -> None:
    fit = [word for word in WORDS if "\0" not in word]  # reading takes it out
    text = text_of(*({"type": "obj", "desc": word, word: word} for word in fit))
    studio.open(f"Sure! {WORDS[0]}\n```json\n{text}\n```")
    for n, word in enumerate(fit):
        part = studio.review.get_by_role("listitem").nth(n)
        shows(part.locator(".ig-review-where"), f"elements › {n + 1} › {word}")
        shows(part.locator("del"), json.dumps(word, ensure_ascii=False))
        shows(part.locator(".ig-review-what"), word)
    unharmed(studio.page)
    studio.button(f"Apply {len(fit)} of {len(fit)}").click()
    shows(studio.row(0).locator(".ig-layer-name"), WORDS[0])
    unharmed(studio.page)


def test_in_the_list_of_issues_and_at_the_squiggles(studio: Whole) -> None:
    """Keys are quoted short, and what cannot be printed is left out or has a sign for it."""
    studio.open(text_of(*(seen(word, 100 * n, **{word: 1}) for n, word in enumerate(WORDS))))
    studio.review.get_by_role("button", name="Leave the text").click()
    for word in WORDS:
        about = studio.issues.locator("[data-code=unknown-key]").filter(has_text=word)
        shows(about.locator(".ig-issue-message"), f'does not know "{quoted(word)}')
        shows(about.locator(".ig-issue-where"), word)
    studio.issues.locator("[data-code=unknown-key] .ig-issue-go").first.click()
    studio.page.locator("#caption-editor .cm-lint-marker-warning").first.hover()
    shows(studio.page.locator(".cm-tooltip-lint"), quoted(WORDS[0]))
    unharmed(studio.page)


def test_in_the_sentence_that_refuses_a_caption(studio: Whole) -> None:
    for word in WORDS:
        if "\0" in word:
            continue  # such a key is not quoted at all
        key = json.dumps(word)
        studio.open(f'{{{key}: 1, {key}: 2, "compositional_deconstruction": {{{key}}}}}')
        expect(studio.page.locator("#layout-canvas [data-part=lock]")).to_be_visible()
        studio.page.locator("#generate").click()
        shows(studio.preview, f'Line 1: "{quoted(word)}')
    unharmed(studio.page)


def test_in_the_line_about_contrast(studio: Whole) -> None:
    contrast = studio.inspector.get_by_role("group", name="Contrast", exact=True)
    for word in WORDS:
        card = seen(word, colour_palette=["#FFFFFF"])
        studio.open(text_of(card, written("A", colour_palette=["#F2C14E"])))
        shows(studio.row(0), word)
        studio.pick(1)
        shows(contrast, f"hard to read on “{word}”")
    unharmed(studio.page)


def test_in_palettes(studio: Whole) -> None:
    style = {"aesthetics": "a", "lighting": "b", "photo": "c", "medium": "photograph"}
    studio.open(text_of(style_description={**style, "colour_palette": list(WORDS)}))
    swatches = studio.page.locator("#palette .ig-swatch")
    for n, word in enumerate(WORDS):
        expect(swatches.nth(n)).to_have_attribute("aria-label", f"{word[:40]}, not a colour")
    swatches.first.click()
    holds(studio.page.locator("#palette").get_by_label("Hex value"), WORDS[0].upper())
    field = studio.page.get_by_role("textbox", name="Hex colour to add to palette", exact=True)
    note = studio.page.locator("#palette .ig-swatch-note")
    for word in WORDS:
        field.fill(word)
        field.press("Enter")
        left = field.input_value().split(" ")[0][:24]
        shows(note, f"“{left}” is not a hex colour")
    unharmed(studio.page)


def test_in_size_and_seed(studio: Whole) -> None:
    for word in WORDS:
        studio.seed.fill(word)
        studio.generate(phase="refused")
        shows(studio.preview, "is not a whole number")
    studio.seed.fill("")
    for word in WORDS:
        studio.size.fill(word)
        studio.size.press("Enter")
        studio.generate(phase="refused")
        shows(studio.preview, "is not width × height")
    unharmed(studio.page)


def test_ten_thousand_letters_break_nothing(new_page: Any, served: Served) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    studio = Whole(new_page(**phone), served.url)
    studio.open(
        text_of(
            seen(LONG, colour_palette=["#FFFFFF", LONG]),
            written(LONG, colour_palette=["#FFFF00"], **{LONG: LONG}),
            background=LONG,
            high_level_description=LONG,
        )
    )
    shows(studio.box(1).locator(".ig-box-text"), LONG)
    expect(studio.layers.first).to_have_text(f"“{'W' * 59}…”")
    studio.pick(1)
    holds(studio.inspector.get_by_label("Words in the picture"), LONG)
    expect(studio.issues.locator("[data-severity=error]").first).to_be_visible()
    studio.generate(phase="refused")
    assert studio.page.evaluate("document.documentElement.scrollWidth") <= 390
    unharmed(studio.page)
