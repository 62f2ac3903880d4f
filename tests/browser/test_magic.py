"""Magic prompt in the page: an idea becomes a proposal, and a person takes what they like of it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ideogram4.errors import ServiceError
from ideogram4.settings import Settings
from tests.browser import hostile
from tests.browser.whole import Served, Whole
from tests.ui.pretend import PretendPipeline
from tests.ui.writing import Author, WritingPipeline, caption, obj, text
from ui import studio
from ui.service import GenerationService

pytestmark = pytest.mark.browser

MINE = caption(obj("a grey cat on a wall", 300, 100, 800, 500), text("SUMMER", 50, 100, 200, 900))
THEIRS = caption(
    obj("a stormy sky", 0, 0, 300, 1000),
    obj("a ginger cat on a wall", 300, 100, 800, 500),
    text("SUMMER", 700, 100, 900, 900),
    high_level_description="A cat in summer.",
)
CANARY = "canary-key-4711"


class Magic(Whole):
    """The studio's page with what magic prompt adds to it."""

    def __init__(self, page: Page, url: str) -> None:
        super().__init__(page, url)
        self.panel = page.locator("#magic")
        self.idea = page.get_by_label("What should the picture be?", exact=True)
        self.sheet_of_parts = self.panel.locator(".ig-review")
        self.ticks = self.sheet_of_parts.get_by_role("checkbox")
        self.line = self.panel.locator(".ig-magic-line")
        self.ghosts = page.locator("#layout-canvas .ig-ghost")

    def write(self, idea: str) -> None:
        self.idea.fill(idea)
        self.button("Write").click()

    def proposed(self, count: int) -> None:
        """A proposal of so many parts is there."""
        expect(self.ticks).to_have_count(count)
        expect(self.sheet_of_parts).to_be_visible()

    def tick(self, part: str) -> Locator:
        return self.sheet_of_parts.locator("li", has_text=part).get_by_role("checkbox")

    def only(self, *parts: str) -> None:
        self.button("None").click()
        for part in parts:
            self.tick(part).check()

    def begin(self, mine: Any) -> None:
        """Open a caption. From here on, undo leads to the one that the page came with."""
        self.first = self.text()
        self.mine = json.dumps(mine, indent=2)
        self.open(self.mine)

    def unchanged(self) -> None:
        """Not a letter differs, and undo leads where it led before."""
        assert self.text() == self.mine
        self.button("Undo").click()
        assert self.text() == self.first
        self.button("Redo").click()
        assert self.text() == self.mine

    def says(self, words: str) -> None:
        expect(self.line).to_contain_text(words)


Open = Callable[..., Magic]


@pytest.fixture
def magic(new_page: Callable[..., Page], start: Callable[..., Served]) -> Open:
    """Open a studio where `author` writes; `page` are settings of the tab."""

    def opened(
        author: Author | None = None,
        pipeline: PretendPipeline | None = None,
        *,
        page: dict[str, Any] | None = None,
        **keys: Any,
    ) -> Magic:
        chosen = {} if author is None else {"choose": author.choose}
        served = start(pipeline or PretendPipeline(), **chosen, **keys)
        return Magic(new_page(**(page or {})), served.url)

    return opened


def test_an_idea_is_written_taken_in_part_drawn_and_measured(
    page: Page, serve: Callable[..., str], tmp_path: Path
) -> None:
    """The whole way, with the real demo model."""
    theirs = caption(
        obj("a red circle", 150, 150, 600, 600, colour_palette=["#DC2828"]),
        obj("a blue square", 500, 500, 900, 900, colour_palette=["#2850DC"]),
        obj("a green triangle", 0, 700, 300, 1000),
    )
    settings = Settings(model="demo", output_dir=tmp_path)
    service = GenerationService(settings, choose=Author(theirs).choose)
    demo = Magic(page, serve(studio.build(settings, service), **studio.looks()))
    demo.begin({"compositional_deconstruction": {"background": "plain white", "elements": []}})
    demo.write("three shapes")
    demo.proposed(6)
    expect(demo.sheet_of_parts.get_by_role("heading")).to_have_text(
        "Proposal by the author: 6 changes"
    )
    expect(demo.ghosts).to_have_count(3)
    demo.only("a red circle", "a blue square")
    expect(demo.ghosts).to_have_count(2)
    assert demo.text() == demo.mine, "nothing changes before it is taken"
    demo.button("Accept 2 of 6").click()
    expect(demo.boxes).to_have_count(2)
    expect(demo.ghosts).to_have_count(0)
    demo.says("2 accepted. Undo brings your caption back.")
    assert [e["desc"] for e in demo.elements()] == ["a red circle", "a blue square"]
    demo.generate()
    expect(demo.pictures).to_have_count(1)
    page.locator("#report summary").click()
    expect(page.locator("#report .ig-report-row")).to_have_count(2)
    demo.button("Undo").click()
    demo.unchanged()
    # What was not taken is not lost either.
    demo.button("Show the proposal again").click()
    demo.proposed(6)


def test_all_of_it_is_one_step_of_undo(magic: Open) -> None:
    page = magic(Author(THEIRS))
    page.begin(MINE)
    page.write("a cat in summer")
    page.proposed(4)
    page.button("Accept all").click()
    page.says("Accepted.")
    expect(page.sheet_of_parts).to_be_hidden()
    assert json.loads(page.text()) == THEIRS
    expect(page.button("Show the proposal again")).to_be_hidden()
    page.button("Undo").click()
    page.unchanged()


def test_discarded_it_leaves_everything(magic: Open) -> None:
    page = magic(Author(THEIRS))
    page.begin(MINE)
    page.write("a cat in summer")
    page.proposed(4)
    page.button("Discard").click()
    expect(page.sheet_of_parts).to_be_hidden()
    expect(page.ghosts).to_have_count(0)
    expect(page.idea).to_have_value("a cat in summer")
    page.unchanged()
    page.page.reload()
    page.is_ready()
    expect(page.idea).to_have_value("a cat in summer")


def test_the_keyboard_is_enough(magic: Open) -> None:
    page = magic(Author(THEIRS))
    page.begin(MINE)
    page.idea.fill("a cat in summer")
    page.idea.press("ControlOrMeta+Enter")
    page.proposed(4)
    expect(page.sheet_of_parts).to_be_focused()
    said = page.panel.locator(".ig-sr[role=status]")
    expect(said).to_contain_text("Nothing is changed before you accept it")
    page.page.keyboard.press("Escape")
    expect(page.sheet_of_parts).to_be_hidden()
    expect(page.button("Write")).to_be_focused()
    page.unchanged()


def test_who_types_on_keeps_the_keyboard(magic: Open) -> None:
    held = threading.Event()
    page = magic(Author(THEIRS, held))
    page.begin(MINE)
    page.idea.fill("a cat in summer")
    page.idea.press("ControlOrMeta+Enter")
    page.says("Asking")
    page.idea.press("End")
    page.page.keyboard.type(" and a dog")
    held.set()
    page.proposed(4)
    page.page.keyboard.type(" too")
    expect(page.idea).to_have_value("a cat in summer and a dog too")
    # In the field itself undo is the field's own.
    page.page.keyboard.press("ControlOrMeta+z")
    assert page.text() == page.mine


def test_what_is_typed_meanwhile_is_not_lost(magic: Open) -> None:
    """The proposal is compared with the caption of now; what would undo an edit has no tick."""
    page = magic(Author(THEIRS))
    page.begin(MINE)
    page.write("a cat in summer")
    page.proposed(4)
    page.tick("stormy sky").uncheck()
    # What is proposed lies over the page and is in nobody's way.
    expect(page.ghosts).to_have_count(1)
    page.page.mouse.click(*page.at(800, 120))
    expect(page.ghosts.first).to_have_css("pointer-events", "none")
    page.pick(0)
    words = page.inspector.get_by_label("Description", exact=True)
    words.fill("")
    words.press_sequentially("a white cat on a wall")
    expect(page.sheet_of_parts).to_contain_text("You have edited the caption meanwhile")
    expect(page.tick("a white cat on a wall")).not_to_be_checked()
    expect(page.tick("stormy sky")).not_to_be_checked()
    expect(page.tick("“SUMMER”")).to_be_checked()
    expect(words).to_be_focused()
    page.button("Accept 2 of 4").click()
    page.says("2 accepted")
    elements = page.elements()
    assert elements[0]["desc"] == "a white cat on a wall"
    assert elements[1]["bbox"] == [700, 100, 900, 900]


def test_while_the_text_is_broken_the_proposal_waits(magic: Open) -> None:
    page = magic(Author(THEIRS))
    page.begin(MINE)
    page.write("a cat in summer")
    page.proposed(4)
    page.tick("stormy sky").uncheck()
    page.editor.click()
    page.page.keyboard.press("ControlOrMeta+Home")
    page.page.keyboard.type("x")
    expect(page.sheet_of_parts).to_contain_text("the proposal waits")
    expect(page.sheet_of_parts.get_by_role("button", name="Accept")).to_be_disabled()
    expect(page.ghosts).to_have_count(0)
    page.page.keyboard.press("Backspace")
    page.proposed(4)
    expect(page.button("Accept 3 of 4")).to_be_enabled()
    assert page.text() == page.mine


def test_only_what_is_needed_is_sent(magic: Open) -> None:
    author = Author(THEIRS)
    page = magic(author)
    page.begin(MINE)
    page.write("a cat in summer")
    page.proposed(4)
    assert author.asked[-1].caption is None and author.asked[-1].task == "expand"
    assert author.asked[-1].size == (256, 256)
    page.panel.locator("summary").first.click()
    page.page.get_by_label("Keep my boxes", exact=True).check()
    page.page.get_by_label("Keep my palette", exact=True).check()
    page.button("Write").click()
    page.proposed(3)  # SUMMER stays where it is
    assert author.asked[-1].caption is not None and author.asked[-1].task == "expand"
    page.page.get_by_label("Only what is missing", exact=True).check()
    page.button("Write").click()
    page.says("Your caption says all of it already.")
    assert author.asked[-1].task == "fill"
    page.page.get_by_label("Write boxes", exact=True).uncheck()
    page.button("Write").click()
    page.says("Your caption says all of it already.")
    assert not author.asked[-1].boxes
    page.unchanged()


def test_one_element_is_written_anew_from_the_inspector(magic: Open) -> None:
    author = Author(
        caption(
            obj("an old ginger cat, laughing", 300, 100, 800, 500),
            text("WINTER", 50, 100, 200, 900),
        )
    )
    page = magic(author)
    page.begin(MINE)
    page.pick(0)
    page.inspector.get_by_label("Rewrite this element", exact=True).fill("older, laughing")
    page.inspector.get_by_role("button", name="Rewrite", exact=True).click()
    page.proposed(1)
    asked = author.asked[-1]
    assert (asked.task, asked.element, asked.idea) == ("element", 0, "older, laughing")
    page.button("Accept all").click()
    page.says("Accepted.")
    assert [e["desc"] for e in page.elements()] == ["an old ginger cat, laughing", "Bold letters."]
    assert page.elements()[1]["text"] == "SUMMER", "all the rest stays"


def test_a_layout_for_lettering(magic: Open) -> None:
    author = Author(caption(text("SUMMER", 400, 100, 500, 900), text("SALE", 100, 100, 300, 900)))
    page = magic(author)
    page.begin(MINE)
    page.panel.locator("summary").last.click()
    page.button("Suggest a layout").click()
    page.proposed(1)
    assert author.asked[-1].texts == ("SUMMER",), "of the caption, where none are typed"
    page.page.get_by_label("Lettering, one piece a line", exact=True).fill("SALE\n\n SUMMER ")
    page.button("Suggest a layout").click()
    page.proposed(2)
    assert author.asked[-1].texts == ("SALE", "SUMMER")
    page.button("Accept all").click()
    page.says("Accepted.")
    lettering = [(e["text"], e["bbox"]) for e in page.elements() if e["type"] == "text"]
    assert sorted(lettering) == [
        ("SALE", [100, 100, 300, 900]),
        ("SUMMER", [400, 100, 500, 900]),
    ]


def test_a_page_of_another_shape_is_a_tick(magic: Open) -> None:
    page = magic(Author({"aspect_ratio": "16:9", **THEIRS}))
    page.begin(MINE)
    page.write("a cat in summer")
    page.proposed(5)
    page.only("Page 16:9")
    page.button("Accept 1 of 5").click()
    expect(page.size).not_to_have_value("256 × 256 · square")
    width, height = (int(side) for side in re.findall(r"\d+", page.size.input_value())[:2])
    assert abs(width / height - 16 / 9) < 0.06
    page.button("Undo").click()
    expect(page.size).to_have_value("256 × 256 · square")
    assert page.text() == page.mine


@pytest.mark.parametrize("words", hostile.WORDS, ids=range(len(hostile.WORDS)))
def test_words_of_a_proposal_stay_words(magic: Open, words: str) -> None:
    words = words.replace("\0", "")
    theirs = caption(obj(words, 0, 0, 300, 1000), text(words, 400, 100, 600, 900, desc=words))
    page = magic(Author({**theirs, "high_level_description": words}))
    page.begin(MINE)
    page.write(words)
    expect(page.sheet_of_parts).to_be_visible()
    hostile.shows(page.sheet_of_parts.locator("ins").first, words)
    hostile.shows(page.ghosts.first, " ".join(words.split())[:20])
    page.button("Accept all").click()
    page.says("Accepted.")
    assert page.elements()[0]["desc"] == words
    hostile.unharmed(page.page)


def test_a_failure_leaves_everything_and_can_be_tried_again(magic: Open) -> None:
    author = Author(ServiceError("the author wrote no caption: no ink", hint="Wait a little."))
    page = magic(author)
    page.begin(MINE)
    page.write("a cat in summer")
    page.says("The author wrote no caption: no ink. Wait a little.")
    expect(page.panel.locator(".ig-sr[role=status]")).to_contain_text("no ink")
    expect(page.idea).to_have_value("a cat in summer")
    page.unchanged()
    author.answer = RuntimeError(f"boom {CANARY}")
    page.button("Try again").press("Enter")
    page.says("Something went wrong")
    expect(page.button("Write")).to_be_focused()
    assert CANARY not in page.page.content()
    author.answer = "Sorry, I cannot do that."
    page.button("Try again").click()
    page.says("nothing that is a caption")
    page.unchanged()
    author.answer = THEIRS
    page.button("Try again").click()
    page.proposed(4)
    assert len(author.asked) == 4


def test_an_empty_idea_is_refused_in_words(magic: Open) -> None:
    page = magic(Author(THEIRS))
    page.begin(MINE)
    page.button("Write").click()
    page.says("The idea is empty. Say in a few words what to draw.")
    page.unchanged()


def test_what_was_cancelled_does_not_come_after_all(magic: Open) -> None:
    held = threading.Event()
    author = Author(caption(obj("from the first asking")), held)
    page = magic(author)
    page.begin(MINE)
    page.write("a cat in summer")
    page.says("Asking")
    assert author.began.wait(30)
    page.panel.get_by_role("button", name="Cancel", exact=True).click()
    page.says("Cancelled. Nothing has changed.")
    expect(page.button("Write")).to_be_focused()
    # Another one can begin at once, and the late answer is not taken for its own.
    author.began.clear()
    page.button("Write").click()
    assert author.began.wait(30)
    author.answer = caption(obj("from the second asking"))
    held.set()
    expect(page.sheet_of_parts).to_contain_text("from the second asking")
    page.button("Discard").click()
    page.unchanged()


def test_the_model_is_seen_writing_and_can_be_stopped(
    magic: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.service.generation.why_no_writing", lambda model: "")
    whole = json.dumps(caption(obj("<b>a cat</b> ${x} {{y}}")))
    pipeline = WritingPipeline([whole[:-20], whole[-20:]], paced=True)
    page = magic(pipeline=pipeline)
    page.begin(MINE)
    expect(page.panel.get_by_role("combobox")).to_have_value("local")
    page.write("a cat")
    pipeline.paces.release()
    written = page.panel.get_by_role("region", name="What is being written")
    expect(written).to_have_text(whole[:-20])
    page.says("This model writes")
    page.panel.get_by_role("button", name="Cancel", exact=True).click()
    pipeline.paces.release()
    expect(written).to_be_hidden()
    page.unchanged()
    pipeline.paces.release(2)
    page.button("Write").click()
    expect(page.sheet_of_parts).to_contain_text("<b>a cat</b> ${x} {{y}}")
    hostile.unharmed(page.page)


def test_who_gets_the_words_is_said_and_no_key_is_on_the_page(magic: Open) -> None:
    keys = {"ideogram_api_key": CANARY, "magic_prompt_api_key": CANARY}
    page = magic(**keys)
    who = page.panel.get_by_role("combobox", name="Who writes")
    expect(who.locator("option")).to_have_text(
        ["Ideogram", "openrouter.ai", "Simple rules (no magic)"]
    )
    expect(page.panel).to_contain_text("go to Ideogram.")
    who.select_option("offline")
    expect(page.panel).to_contain_text("Nothing is sent to another service.")
    page.panel.locator("summary").first.click()
    expect(page.panel).to_contain_text("This model cannot write captions")
    config = page.page.request.get(f"{page.page.url.rstrip('/')}/config").text()
    assert CANARY not in page.page.content() and CANARY not in config
    assert "magic_compare" in config, "it is this page's"


def test_on_a_phone_the_idea_comes_first_and_everything_fits(magic: Open) -> None:
    page = magic(
        Author(THEIRS),
        page={"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    )
    page.begin(MINE)
    tops = [
        page.page.locator(name).evaluate("(node) => node.getBoundingClientRect().top")
        for name in ("#magic", "#layout-canvas", "#inspector", "#preview", "#caption-editor")
    ]
    assert tops == sorted(tops)
    for summary in page.panel.locator("summary").all():
        summary.tap()
    page.idea.fill("a cat in summer")
    page.button("Write").tap()
    page.proposed(4)
    small = page.panel.evaluate(
        """(panel) => [...panel.querySelectorAll("button, select, textarea, summary, label")]
          .filter((node) => node.checkVisibility() && !node.closest("h2"))
          .filter((node) => !node.matches(".ig-sr"))
          .map((node) => [node.textContent.slice(0, 30), node.getBoundingClientRect()])
          .filter(([, box]) => box.height < 44 || box.width < 44).map(([name]) => name)"""
    )
    assert small == []
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    page.button("Accept all").tap()
    page.says("Accepted.")
