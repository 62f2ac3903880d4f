"""The JSON editor as a person has it: fixes, repair, completion, tokens, files, the line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Locator, Page, expect

from ui.canvas import LayoutCanvas
from ui.editor import CaptionEditor, IssueList
from ui.service.tokens import TokenMeter

CUP = {"type": "obj", "bbox": [100, 100, 400, 400], "desc": "A red cup."}
PASTED = """Sure! Here is your caption:
```json
{"caption": {"aspect_ratio": "16:9", "description": "A cup of tea.",
 "composition": {"bg": "A plain wall.", "objects": [
   {"type": "character", "description": "A red cup.", "x": 10, "y": 20, "w": 100, "h": 50},
   {"type": "obj", "desc": "A table.", "bbox": [0.1, 0.2, 0.3, 0.5],},
 ]}}}
```
Enjoy!"""


def caption(*elements: dict[str, Any]) -> str:
    body = {"background": "A wall.", "elements": list(elements)}
    return json.dumps({"compositional_deconstruction": body}, indent=2, ensure_ascii=False)


class Bench:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.editor = page.get_by_role("textbox", name="Caption JSON", exact=True)
        self.sheet = page.locator("#caption-editor .ig-review")
        self.parts = self.sheet.get_by_role("checkbox")
        self.meter = page.locator("#caption-editor .ig-meter")
        self.said = page.locator("#caption-editor .ig-sr[role=status]")
        self.offers = page.locator(".cm-tooltip-autocomplete [role=option]")
        page.goto(url)
        for panel in ("layout-canvas", "caption-editor", "issues"):
            expect(page.locator(f"#{panel}[data-ready='1']")).to_be_attached()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def paste(self, text: str, *, over_all: bool = True) -> None:
        self.editor.click()
        if over_all:
            self.page.keyboard.press("ControlOrMeta+a")
        self.editor.evaluate(
            "(node, text) => { const clipboardData = new DataTransfer();"
            " clipboardData.setData('text/plain', text);"
            " node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true,"
            " cancelable: true })); }",
            text,
        )

    def write(self, text: str) -> None:
        self.editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def undo(self) -> None:
        self.page.keyboard.press("ControlOrMeta+z")

    def says(self, wanted: Callable[[Any], bool]) -> None:
        """What Python hears becomes a caption for which this holds."""
        last = None
        while True:
            answer = self.page.wait_for_function(
                "(last) => { const { value } = document.querySelector('#heard textarea');"
                " return value !== '' && value !== last ? { value } : null; }",
                arg=last,
            )
            last = answer.json_value()["value"]
            try:
                if wanted(json.loads(last)):
                    return
            except (ValueError, KeyError):
                continue


@pytest.fixture
def bench(new_page: Callable[..., Page], serve: Callable[..., str]) -> Callable[..., Bench]:
    def opened(text: str, *, model: str = "demo", **settings: Any) -> Bench:
        with gr.Blocks() as demo:
            LayoutCanvas(width=1024, height=1024)
            editor = CaptionEditor(text, meter=TokenMeter(lambda: model))
            IssueList()
            heard = gr.Textbox(label="Heard", elem_id="heard", lines=2)
            editor.input(
                lambda value: value,
                editor,
                heard,
                trigger_mode="always_last",
                show_progress="hidden",
                api_visibility="private",
            )
        return Bench(new_page(**settings), serve(demo))

    return opened


def test_all_fixes_are_one_edit(bench: Callable[..., Bench]) -> None:
    wrong = {**CUP, "bbox": [400, 400, 100, 100], "colour_palette": ["#abc"], "zz": 1}
    on = bench(caption(wrong))
    fixed = {**CUP, "colour_palette": ["#AABBCC"]}
    on.button("Fix all").click()
    on.says(lambda value: value["compositional_deconstruction"]["elements"] == [fixed])
    expect(on.said).to_have_text("3 fixes made")
    expect(on.button("Fix all")).to_be_hidden()
    on.editor.focus()
    on.undo()
    on.says(lambda value: value["compositional_deconstruction"]["elements"] == [wrong])


def test_a_pasted_answer_is_offered_for_review_and_undo_has_the_paste(
    bench: Callable[..., Bench],
) -> None:
    on = bench("")
    on.paste(PASTED)
    expect(on.sheet).to_be_visible()
    expect(on.sheet).to_contain_text("fence")
    on.button("Apply 9 of 9").click()
    expect(on.sheet).to_be_hidden()
    expect(on.editor).to_be_focused()
    on.says(lambda value: value["high_level_description"] == "A cup of tea.")
    on.undo()
    expect(on.editor).to_contain_text("Sure! Here is your caption:")


def test_one_change_is_left_and_the_others_taken(bench: Callable[..., Bench]) -> None:
    on = bench("")
    on.paste(PASTED)
    table = on.sheet.get_by_role("listitem").filter(has_text="[0.1, 0.2, 0.3, 0.5]")
    table.get_by_role("checkbox").uncheck()
    on.button("Apply 8 of 9").click()
    on.says(
        lambda value: (
            [item["bbox"] for item in value["compositional_deconstruction"]["elements"]]
            == [[20, 10, 70, 110], [0.1, 0.2, 0.3, 0.5]]
        )
    )


def test_all_can_be_rejected_and_the_text_is_only_read(bench: Callable[..., Bench]) -> None:
    on = bench("")
    on.paste(PASTED)
    on.button("Reject all").click()
    on.button("Apply 0 of 9").click()
    on.says(lambda value: value["aspect_ratio"] == "16:9" and "objects" in value["composition"])


def test_a_review_is_left_with_escape_and_changes_nothing(bench: Callable[..., Bench]) -> None:
    on = bench("")
    on.paste(PASTED)
    expect(on.sheet).to_be_focused()
    on.page.keyboard.press("Escape")
    expect(on.sheet).to_be_hidden()
    expect(on.editor).to_be_focused()
    expect(on.editor).to_contain_text("Enjoy!")
    on.button("Repair the text").click()
    expect(on.sheet).to_be_visible()
    on.editor.click()
    on.page.keyboard.press("ControlOrMeta+End")
    on.page.keyboard.type("!")
    expect(on.sheet).to_be_hidden()
    expect(on.editor).to_contain_text("Enjoy!!")


def test_a_good_caption_is_pasted_without_a_question(bench: Callable[..., Bench]) -> None:
    on = bench("")
    on.paste(caption(CUP))
    expect(on.meter).to_contain_text("tokens")
    expect(on.sheet).to_be_hidden()


def test_keys_and_values_are_completed_from_the_schema(bench: Callable[..., Bench]) -> None:
    on = bench("")
    on.editor.click()
    on.page.keyboard.type('{"sty')
    expect(on.offers).to_have_text(["style_descriptionStyle"])
    expect(on.page.locator(".cm-completionInfo")).to_contain_text("How the picture looks")
    on.page.keyboard.press("Enter")
    expect(on.editor).to_have_text('{"style_description": {}}')
    on.page.keyboard.type('"med')
    expect(on.offers.first).to_contain_text("medium")
    on.page.keyboard.press("Enter")
    expect(on.offers).to_have_count(5)
    on.page.keyboard.type("pain")
    expect(on.offers).to_have_count(1)
    on.page.keyboard.press("Enter")
    expect(on.editor).to_have_text('{"style_description": {"medium": "painting"}}')


def test_missing_keys_are_listed_in_order_on_request(bench: Callable[..., Bench]) -> None:
    on = bench('{"compositional_deconstruction": {"elements": [{"type": "obj"}]}}')
    on.editor.click()
    on.page.keyboard.press("ControlOrMeta+End")
    for _ in range(4):
        on.page.keyboard.press("ArrowLeft")
    on.page.keyboard.press("Control+Space")
    expect(on.offers).to_have_text(
        ["bboxBox", "descDescription", "colour_paletteColour palette", "hiddenHidden"]
    )
    on.page.keyboard.press("Escape")
    expect(on.offers).to_have_count(0)
    expect(on.editor).to_be_focused()
    on.page.keyboard.press("Control+Space")
    expect(on.offers).to_have_count(4)
    on.page.keyboard.press("Enter")
    expect(on.editor).to_contain_text('{"type": "obj", "bbox": [0, 0, 1000, 1000]}')
    on.page.keyboard.type("250")
    expect(on.editor).to_contain_text("[250, 0, 1000, 1000]")


def test_the_head_counts_what_the_model_reads(bench: Callable[..., Bench]) -> None:
    on = bench(caption(CUP))
    line = json.dumps(json.loads(caption(CUP)), separators=(",", ":"))
    tokens = TokenMeter(lambda: "demo").count(line).tokens
    expect(on.meter).to_have_text(f"{tokens} of 2048 tokens")
    on.editor.get_by_text("A red cup.").click()
    expect(on.meter).to_have_text(f"{tokens} of 2048 tokens")  # its place does not change
    details = on.page.locator("#caption-editor details")
    expect(details.locator("summary")).to_contain_text("for this element")
    details.locator("summary").click()
    expect(details.locator("pre")).to_have_text(line)
    expect(on.button("Copy this line")).to_be_visible()
    on.write("{")
    expect(details.locator("pre")).to_contain_text("errors")
    expect(details.locator("summary")).to_have_text("What the model reads")  # no count of old text
    expect(on.meter).to_have_attribute("title", re.compile("before the text had errors"))
    on.write(" ")
    expect(on.meter).to_be_hidden()


@pytest.mark.parametrize(("words", "level"), [(1, "calm"), (230, "near"), (400, "over")])
def test_the_count_warns_before_the_limit(
    bench: Callable[..., Bench], words: int, level: str
) -> None:
    on = bench(caption(*[{**CUP, "desc": "cup " * words} for _ in range(4)]))
    expect(on.meter).to_have_attribute("data-level", level)


def test_another_tokenizers_count_says_so(bench: Callable[..., Bench]) -> None:
    on = bench(caption(CUP), model="nobody/has-this-here")
    expect(on.meter).to_contain_text("about")
    expect(on.meter).to_have_attribute("title", re.compile("demo's tokenizer"))


def test_a_file_is_opened_reviewed_if_need_be_and_saved(
    bench: Callable[..., Bench], tmp_path: Path
) -> None:
    on = bench(caption(CUP))
    field = on.page.get_by_label("Open a caption")
    good = tmp_path / "good.json"
    good.write_text(caption({**CUP, "desc": "Ein grünes Glas."}), encoding="utf-16")
    field.set_input_files(good)
    expect(on.editor).to_contain_text("Ein grünes Glas.")
    expect(on.sheet).to_be_hidden()
    answer = tmp_path / "answer.txt"
    answer.write_text(PASTED, encoding="utf-8")
    field.set_input_files(answer)
    expect(on.sheet).to_be_visible()
    on.page.keyboard.press("Escape")
    on.undo()
    expect(on.editor).to_contain_text("Ein grünes Glas.")
    on.button("File").click()
    with on.page.expect_download() as started:
        on.page.get_by_role("menuitem", name="Save as caption.json").click()
    assert started.value.suggested_filename == "caption.json"
    saved = json.loads(started.value.path().read_text(encoding="utf-8"))
    assert saved == json.loads(good.read_text(encoding="utf-16"))


def test_a_review_that_nobody_asked_for_leaves_an_open_menu_alone(
    bench: Callable[..., Bench], tmp_path: Path
) -> None:
    on = bench(caption(CUP))
    answer = tmp_path / "answer.txt"
    answer.write_text(PASTED, encoding="utf-8")
    on.button("View").click()
    entry = on.page.get_by_role("menu").locator(":focus")
    expect(entry).to_be_visible()
    on.page.get_by_label("Open a caption").set_input_files(answer)
    expect(on.sheet).to_be_visible()
    expect(entry).to_be_visible()
    on.page.keyboard.press("Escape")
    expect(on.sheet).to_be_visible()
    expect(on.button("View")).to_be_focused()


def test_a_file_can_be_dropped_and_another_kind_is_refused(bench: Callable[..., Bench]) -> None:
    on = bench(caption(CUP))
    drop = (
        "(node, [name, text]) => { const dataTransfer = new DataTransfer();"
        " dataTransfer.items.add(new File([text], name));"
        " node.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true,"
        " cancelable: true })); }"
    )
    on.editor.evaluate(drop, ["picture.png", "not a caption"])
    expect(on.page.locator("#issues")).to_contain_text("A caption is a .json or .txt file.")
    expect(on.editor).to_contain_text("A red cup.")
    on.editor.evaluate(drop, ["blue.json", caption({**CUP, "desc": "A blue cup."})])
    on.says(lambda value: "A blue cup." in json.dumps(value))
    expect(on.editor).not_to_contain_text("A red cup.")


def test_a_phone_has_room_for_all_of_it(bench: Callable[..., Bench]) -> None:
    on = bench("", viewport={"width": 390, "height": 844})
    on.paste(PASTED)
    expect(on.sheet).to_be_visible()
    assert on.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    on.button("Apply 9 of 9").click()
    expect(on.meter).to_be_visible()
    on.button("File").click()
    menu = on.page.get_by_role("menu", name="File", exact=True).bounding_box()
    assert menu is not None and menu["x"] >= 0 and menu["x"] + menu["width"] <= 390
