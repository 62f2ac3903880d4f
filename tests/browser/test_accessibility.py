"""Nobody is kept out: an automated audit of the whole page, in each of its states.

axe-core (MPL-2.0) lies in vendor/ as it was published. What it is not: proof that the page is
pleasant by keyboard or with a reader; the other files test what each panel does with keys.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
AUDIT = """async () => {
  const { violations } = await axe.run(
    document, { resultTypes: ["violations"] },
  );
  return violations.map(({ id, impact, nodes }) => ({
    id, impact, where: nodes.map(({ target }) => target.join(" ")).slice(0, 5),
  }));
}"""
PANELS = ("layout-canvas", "layers", "inspector", "palette", "caption-editor", "issues", "preview")
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 960}}
LOOKS: dict[str, dict[str, Any]] = {
    "light": DESKTOP,
    "dark": {**DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


def as_opened(page: Page) -> None:
    """Nothing is done."""


def something_selected(page: Page) -> None:
    page.locator("#layers .ig-layer-pick").first.click()
    expect(page.locator("#inspector")).to_contain_text("Object")


def several_selected(page: Page) -> None:
    page.locator("#layout-canvas [data-part=page]").focus()
    page.keyboard.press("ControlOrMeta+a")


def locked_and_hidden(page: Page) -> None:
    something_selected(page)
    row = page.locator("#layers li").first
    row.get_by_role("button", name="Lock", exact=True).click()
    row.get_by_role("button", name="Hide", exact=True).click()


def layouts(page: Page) -> None:
    page.get_by_role("button", name="Start from…", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def a_rich_caption(page: Page) -> None:
    layouts(page)
    page.get_by_role("dialog").get_by_role("button", name="Café menu").click()
    expect(page.locator("#layout-canvas [data-element]")).to_have_count(7)


def keys(page: Page) -> None:
    page.locator("#layout-canvas [data-part=page]").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def menu(name: str) -> Callable[[Page], None]:
    def opened(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("menu", name=name, exact=True)).to_be_visible()

    opened.__name__ = f"the {name} menu"
    return opened


def palettes(page: Page) -> None:
    page.locator("#palette button[popovertarget]").click()
    expect(page.locator("#palette [popover]")).to_be_visible()


def broken_text(page: Page) -> None:
    editor = page.get_by_role("textbox", name="Caption JSON", exact=True)
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text('{"a": 1, "b')
    expect(page.locator("#issues li").first).to_be_visible()


def a_repair(page: Page) -> None:
    """What a model wrote, under review, with one part not taken."""
    editor = page.get_by_role("textbox", name="Caption JSON", exact=True)
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(
        '```json\n{"compositional_deconstruction": {"background": "a wall", "elements": '
        '[{"type": "object", "desc": "a cup", "color_palette": ["red", "#0f0"]}]}}\n```'
    )
    page.get_by_role("button", name="Repair the text", exact=True).click()
    boxes = page.locator("#caption-editor input[type=checkbox]")
    expect(boxes.first).to_be_visible()
    boxes.first.uncheck()


def a_picture(page: Page) -> None:
    page.locator("#generate").click()
    expect(page.locator("#preview [data-phase=done]")).to_be_attached()
    page.locator("#gallery [data-picture]").click()
    expect(page.locator("#gallery-note")).to_contain_text("seed")


def versions(page: Page) -> None:
    a_picture(page)
    page.get_by_role("button", name="Versions", exact=True).click()
    expect(page.locator("#gallery .ig-version")).to_be_visible()


def a_comparison(page: Page) -> None:
    page.get_by_label("How many", exact=True).click()
    page.get_by_role("option", name="2 pictures", exact=True).click()
    page.locator("#generate").click()
    shots = page.locator("#gallery [data-picture]")
    expect(shots).to_have_count(2)
    shots.first.click()
    shots.last.click(modifiers=["ControlOrMeta"])
    page.get_by_role("button", name="Compare two pictures", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def side_by_side(page: Page) -> None:
    a_comparison(page)
    page.get_by_role("button", name="Side by side", exact=True).click()
    expect(page.get_by_role("slider")).to_be_hidden()


def boxes_over_the_picture(page: Page) -> None:
    a_picture(page)
    page.get_by_role("button", name="Show boxes", exact=True).click()
    expect(page.locator("#preview .preview-box").first).to_be_visible()


def the_colours_measured(page: Page) -> None:
    a_rich_caption(page)
    a_picture(page)
    page.locator("#report summary").click()
    expect(page.locator("#report .ig-report-row").first).to_be_visible()


def a_proposal(page: Page) -> None:
    for summary in page.locator("#magic summary").all():
        summary.click()
    page.get_by_label("What should the picture be?", exact=True).fill('a cat, "SALE" in red')
    page.get_by_role("button", name="Write", exact=True).click()
    boxes = page.locator("#magic .ig-review input[type=checkbox]")
    expect(boxes.first).to_be_visible()
    boxes.first.uncheck()


def a_refusal(page: Page) -> None:
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_role("button", name="Try again", exact=True)).to_be_visible()


def advanced(page: Page) -> None:
    page.locator("#sampling summary").click()
    expect(page.locator("#sampling .ig-plot-point").first).to_be_visible()


def a_sheet_planned(page: Page) -> None:
    page.get_by_role("button", name="Contact sheet…", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def a_sheet_drawn(page: Page) -> None:
    a_sheet_planned(page)
    page.get_by_label("Seeds", exact=True).select_option("1")
    draw = page.get_by_role("button", name="Draw 1 picture", exact=True)
    draw.click()
    cell = page.locator(".ig-sheet-cell")
    cell.click()
    expect(cell).to_have_attribute("aria-pressed", "true")
    expect(draw).to_be_enabled()
    draw.hover()  # its colours are others then


EVERYWHERE = [
    *(as_opened, something_selected, a_rich_caption, palettes, broken_text, a_picture),
    *(a_proposal, a_refusal, advanced, a_sheet_planned, a_sheet_drawn, the_colours_measured),
]
# What differs with neither colours nor width is looked at once.
ONCE = [
    versions,
    side_by_side,
    boxes_over_the_picture,
    a_comparison,
    a_repair,
    several_selected,
    locked_and_hidden,
    layouts,
    keys,
    menu("Arrange"),
    menu("View"),
    menu("Backdrop"),
]
CASES = [(look, state) for look in LOOKS for state in EVERYWHERE]
CASES += [("light", state) for state in ONCE]


@pytest.mark.parametrize(
    ("look", "state"), CASES, ids=[f"{look}, {state.__name__}" for look, state in CASES]
)
def test_an_audit_finds_nothing_serious(
    new_page: Callable[..., Page], url: str, look: str, state: Callable[[Page], None]
) -> None:
    page = new_page(**LOOKS[look])
    page.goto(url)
    for panel in PANELS:
        expect(page.locator(f"#{panel}[data-ready='1']")).to_be_attached()
    state(page)
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = page.evaluate(AUDIT)
    assert [issue for issue in found if issue["impact"] in ("serious", "critical")] == []
