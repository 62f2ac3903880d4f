"""One caption, six views of it: an edit in one panel as a person sees it in the others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.panels import BACK, FRONT, LOOSE, WORDS, Bench, caption

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.hit=1"> ${window.hit=2} {{x}} `y` ${5 off </script><b>"\\'


def test_json_typed_in_the_editor_is_drawn_at_once(bench: Callable[..., Bench]) -> None:
    on = bench("")
    expect(on.sheet).to_contain_text("drag on the page")
    on.write(caption(BACK, WORDS))
    expect(on.box(0)).to_be_visible()
    expect(on.box(1)).to_contain_text("SLOW\nDAYS", use_inner_text=True)
    expect(on.layers).to_have_text(["“SLOW DAYS”", "back"])


def test_broken_json_locks_the_page_says_why_and_loses_nothing(
    bench: Callable[..., Bench],
) -> None:
    on = bench(caption(BACK))
    on.editor.click()
    on.page.keyboard.press("ControlOrMeta+End")
    on.page.keyboard.insert_text(" oops")
    expect(on.lock).to_contain_text("more text after the end")
    expect(on.lock).to_contain_text("Line 17, column 3")
    expect(on.editor).to_contain_text("} oops")
    on.drag(on.at(300, 300), on.at(500, 500))
    on.tool("Select")
    expect(on.page.locator("#issues [data-severity=error]")).to_be_visible()
    expect(on.page.get_by_role("button", name="Object", exact=True).first).to_be_disabled()
    on.lock.get_by_role("button", name="Show me").click()
    on.page.keyboard.press("Shift+End")
    on.page.keyboard.press("Delete")
    expect(on.lock).to_be_hidden()
    assert json.loads(on.editor.inner_text()) == json.loads(caption(BACK))
    on.drag(on.at(300, 300), on.at(400, 400))
    on.elements(lambda found: found[0]["bbox"] == [200, 200, 700, 700])


def test_one_history_covers_every_panel(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK))
    on.drag(on.at(300, 300), on.at(400, 400))
    on.inspector.get_by_label("Description").fill("a red cup")
    hex_field = on.page.get_by_role("textbox", name="Hex colour to add to palette", exact=True)
    hex_field.fill("#0f0")
    hex_field.press("Enter")
    on.heard(lambda told: told.get("style_description", {}).get("colour_palette") == ["#00FF00"])
    on.sheet.focus()
    on.page.keyboard.press("ControlOrMeta+z")
    expect(on.page.locator("#palette [data-colour]")).to_have_count(0)
    on.page.keyboard.press("ControlOrMeta+z")
    expect(on.inspector.get_by_label("Description")).to_have_value("back")
    on.page.keyboard.press("ControlOrMeta+z")
    on.elements(lambda found: found == [BACK])
    for _ in range(3):
        on.page.keyboard.press("ControlOrMeta+Shift+z")
    told = on.heard(lambda told: "style_description" in told)
    (element,) = told["compositional_deconstruction"]["elements"]
    assert element == {"type": "obj", "bbox": [200, 200, 700, 700], "desc": "a red cup"}


def test_hostile_words_stay_words_in_every_field(bench: Callable[..., Bench]) -> None:
    hostile = {"type": "text", "bbox": [1, 1, 500, 999], "text": HOSTILE, "desc": HOSTILE}
    palette = {"type": "obj", "desc": HOSTILE, "colour_palette": [HOSTILE], HOSTILE: HOSTILE}
    style = dict.fromkeys(("aesthetics", "lighting", "medium", "art_style"), HOSTILE)
    text = caption(hostile, palette, high_level_description=HOSTILE, style_description=style)
    on = bench(text)
    expect(on.box(0).locator(".ig-box-text")).to_have_text(HOSTILE)
    expect(on.inspector.get_by_label("The picture in a sentence")).to_have_value(HOSTILE)
    expect(on.inspector.get_by_label("Art style")).to_have_value(HOSTILE)
    expect(on.page.locator("#issues li").first).to_be_visible()
    on.inspector.get_by_label("Background").fill(HOSTILE)
    on.box(0).click()
    on.inspector.get_by_label("Description").fill(HOSTILE * 2)
    hex_field = on.page.get_by_role("textbox", name="Hex colour to add to palette", exact=True)
    hex_field.fill(HOSTILE)
    hex_field.press("Enter")
    expect(on.page.locator("#palette")).to_contain_text("is not a hex colour")
    told = on.elements(lambda found: found[0]["desc"] == HOSTILE * 2)
    assert told[1] == palette
    assert on.page.evaluate("window.hit") is None
    assert on.page.locator("[onerror]").count() == 0


def test_python_loads_a_caption_that_can_be_undone(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK))
    on.page.get_by_role("button", name="Load", exact=True).click()
    expect(on.box(0)).to_contain_text("SLOW")
    on.sheet.focus()
    on.page.keyboard.press("ControlOrMeta+z")
    expect(on.layers).to_have_text(["back"])


def test_palette_takes_lists_reorders_and_stops_at_sixteen(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK))
    swatches = on.page.locator("#palette [data-colour]")
    hex_field = on.page.get_by_role("textbox", name="Hex colour to add to palette", exact=True)
    hex_field.fill("#f00, 00ff00\n#0000FF")
    hex_field.press("Enter")
    expect(swatches).to_have_count(3)
    told = on.heard(lambda told: "style_description" in told)
    style = told["style_description"]
    assert list(style) == ["aesthetics", "lighting", "photo", "medium", "colour_palette"]
    assert all(style.values())
    swatches.nth(2).focus()
    on.page.keyboard.press("Alt+ArrowLeft")
    expect(swatches.nth(1)).to_be_focused()
    palette = lambda told: told["style_description"].get("colour_palette")  # noqa: E731
    on.heard(lambda told: palette(told) == ["#FF0000", "#0000FF", "#00FF00"])
    first, last = swatches.nth(0).bounding_box(), swatches.nth(2).bounding_box()
    assert first is not None and last is not None
    on.drag((first["x"] + 9, first["y"] + 9), (last["x"] + 20, last["y"] + 9))
    on.heard(lambda told: palette(told) == ["#0000FF", "#00FF00", "#FF0000"])
    swatches.nth(0).focus()
    on.page.keyboard.press("Delete")
    expect(swatches).to_have_count(2)
    hex_field.fill(" ".join(f"#0000{i:02x}" for i in range(1, 20)))
    hex_field.press("Enter")
    expect(swatches).to_have_count(16)
    expect(on.page.locator("#palette")).to_contain_text("5 left out: 16 colours is the most")


def test_style_is_open_a_photo_or_art_and_never_two(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK))
    on.inspector.get_by_role("radio", name="Photo", exact=True).click()
    on.inspector.get_by_label("Photo", exact=True).fill("35mm")
    on.inspector.get_by_role("radio", name="Art", exact=True).click()
    style = on.heard(lambda told: "art_style" in told.get("style_description", {}))
    assert "photo" not in style["style_description"]
    on.inspector.get_by_role("radio", name="Photo", exact=True).click()
    expect(on.inspector.get_by_label("Photo", exact=True)).to_have_value("35mm")
    on.inspector.get_by_role("radio", name="Open", exact=True).click()
    on.heard(lambda told: "style_description" not in told)


def test_caret_and_scroll_survive_edits_on_the_canvas(bench: Callable[..., Bench]) -> None:
    on = bench(caption(BACK, *[FRONT] * 12))
    on.editor.click()
    on.page.keyboard.press("ControlOrMeta+End")
    scroller = on.page.locator("#caption-editor .cm-scroller")
    before = scroller.evaluate("node => node.scrollTop")
    assert before > 0
    on.page.locator("#layers li", has_text="back").get_by_role("button").first.click()
    on.box(0).focus()
    on.page.keyboard.press("ArrowLeft")
    on.elements(lambda found: found[0]["bbox"] == [100, 99, 600, 599])
    assert scroller.evaluate("node => node.scrollTop") == before
    on.editor.focus()
    on.page.keyboard.insert_text("\n\n")
    on.page.wait_for_function(
        "() => document.querySelector('#heard textarea').value.endsWith('}\\n\\n')"
    )


def test_issues_lead_to_their_place_and_can_be_fixed(bench: Callable[..., Bench]) -> None:
    wrong = {"type": "obj", "desc": "😀😀 front", "colour_palette": ["#abc"], "bbox": FRONT["bbox"]}
    on = bench(caption(BACK, wrong).replace('front",\n', 'front",').replace("[\n          ", "["))
    issue = on.page.locator("#issues [data-code=colour-format]")
    issue.get_by_role("button").first.click()
    expect(on.inspector.get_by_role("heading")).to_have_text("Object 2")
    expect(on.editor).to_be_focused()
    assert on.page.evaluate("getSelection().toString()") == '"#abc"'
    expect(on.page.locator("#caption-editor .cm-lintRange-error")).to_have_text('"#abc"')
    issue.get_by_role("button").last.click()
    on.elements(lambda found: found[1] == {**wrong, "colour_palette": ["#AABBCC"]})
    expect(issue).to_have_count(0)


def test_what_a_language_model_wrote_is_repaired_on_request(bench: Callable[..., Bench]) -> None:
    on = bench("")
    on.write("Sure! Here is it:\n```json\n" + caption(BACK)[:-1] + "}\n```")
    expect(on.lock).to_be_visible()
    on.page.get_by_role("button", name="Repair the text", exact=True).click()
    on.page.get_by_role("button", name=re.compile("^Apply")).click()
    expect(on.lock).to_be_hidden()
    expect(on.layers).to_have_text(["back"])
    on.page.keyboard.press("ControlOrMeta+z")
    expect(on.editor).to_contain_text("Sure! Here is it:")


def test_a_phone_shows_everything_without_scrolling_sideways(bench: Callable[..., Bench]) -> None:
    on = bench(
        caption(BACK, WORDS, LOOSE),
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    assert on.page.evaluate("document.documentElement.scrollWidth") <= 390
    on.box(0).tap()
    expect(on.inspector.get_by_role("heading")).to_have_text("Object 1")
    grip = on.page.locator("#layout-canvas [data-handle=se]").bounding_box()
    assert grip is not None
    assert min(grip["width"], grip["height"]) >= 44
