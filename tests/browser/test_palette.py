"""The palette's menu as a person uses it: presets, harmonies, own palettes, contrast, keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.palettes import Bench, caption

pytestmark = pytest.mark.browser
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


def test_a_preset_is_taken_in_one_step_and_given_back_in_one(palette: Callable[..., Bench]) -> None:
    on = palette(caption(palette=["#112233"]))
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


def test_without_presets_the_menu_works_as_well(palette: Callable[..., Bench]) -> None:
    on = palette(caption(), presets=[])
    on.palettes("Saved")
    expect(on.menu).to_contain_text("Palettes you keep are listed here.")
    expect(on.menu.get_by_role("button", name="Keep", exact=True)).to_be_disabled()


def test_an_element_takes_five_colours_and_says_what_it_left(palette: Callable[..., Bench]) -> None:
    on = palette(caption(CARD))
    on.page.locator("#layout-canvas [data-element='0']").click()
    on.palettes("Saved", "this element")
    on.press("Use Long")
    expect(on.note).to_have_text("5 colours in the palette; 7 left out: 5 colours is the most.")
    expect(on.inspector.locator("[data-colour]")).to_have_count(5)
    on.undo()
    expect(on.inspector.locator("[data-colour]")).to_have_count(1)


def test_a_harmony_is_applied_and_undone(palette: Callable[..., Bench]) -> None:
    on = palette(caption(palette=["#C8553D", "#808080"]))
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


def test_contrast_is_shown_and_made_better(palette: Callable[..., Bench]) -> None:
    on = palette(caption(CARD, WORDS))
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
    palette: Callable[..., Bench],
) -> None:
    on = palette(caption(palette=["#112233", "#445566"]))
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


def test_broken_storage_is_passed_over(palette: Callable[..., Bench]) -> None:
    script = "try { localStorage.setItem('ideogram4-studio.palettes', '{broken'); } catch {}"
    on = palette(caption(palette=["#112233"]), script=script)
    on.palettes("Saved")
    on.press("Keep")
    expect(on.card("Palette")).to_be_visible()


def test_a_pasted_list_goes_in_at_once(palette: Callable[..., Bench]) -> None:
    on = palette(caption())
    field = on.page.get_by_role("textbox", name="Hex colour to add to palette", exact=True)
    field.evaluate(
        "(node) => { const clipboardData = new DataTransfer();"
        " clipboardData.setData('text', '#0f0, 00ff01\\n0000ff 123');"
        " node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true,"
        " cancelable: true })); }"
    )
    on.has("#00FF00", "#00FF01", "#0000FF", "#112233")


def test_the_eyedropper_is_there_where_the_browser_has_one(palette: Callable[..., Bench]) -> None:
    on = palette(caption(), script=FAKE_EYEDROPPER)
    pick = on.page.locator("#palette").get_by_role("button", name="Pick a colour from the screen")
    pick.click()
    on.has("#A1B2C3")


def test_without_an_eyedropper_there_is_no_button(palette: Callable[..., Bench]) -> None:
    on = palette(caption(), script="delete window.EyeDropper;")
    expect(on.page.locator("#palette").get_by_role("button", name="Add colour")).to_be_visible()
    expect(on.page.get_by_role("button", name="Pick a colour from the screen")).to_have_count(0)


def test_the_keyboard_walks_the_whole_menu(palette: Callable[..., Bench]) -> None:
    on = palette(caption(palette=["#C8553D"]))
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


def test_the_menu_closes_when_another_element_is_chosen(palette: Callable[..., Bench]) -> None:
    on = palette(caption(CARD, WORDS))
    on.page.locator("#layout-canvas [data-element='0']").click(position={"x": 5, "y": 5})
    on.palettes("Saved", "this element")
    on.page.locator("#layout-canvas [data-element='1']").focus()
    expect(on.menu).to_have_count(0)


def test_the_menu_fits_a_phone(palette: Callable[..., Bench]) -> None:
    on = palette(caption(palette=["#C8553D"]), viewport={"width": 390, "height": 700})
    on.palettes("Harmony")
    box = on.menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert box["y"] >= 0 and box["y"] + box["height"] <= 700
    on.press("Use Monochrome")
    expect(on.swatches).to_have_count(5)
