"""What lies behind the boxes: nothing, the last picture, the one in the making, one to trace."""

from __future__ import annotations

import io
from collections.abc import Callable

import gradio as gr
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Desk, application, box, caption
from ui.preview import LivePreview, PreviewState

pytestmark = pytest.mark.browser

PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'%3E"
    "%3Crect width='1' height='1' fill='teal'/%3E%3C/svg%3E"
)
A = box("a", 100, 100, 500, 500)

Open = Callable[..., Desk]


@pytest.fixture
def over(new_page: Callable[..., Page], serve: Callable[..., str]) -> Open:
    """The canvas, told that this is the last picture."""
    return lambda picture: Desk(new_page(), serve(application(caption(A), backdrop=picture)))


def backdrop(on: Desk) -> Locator:
    return on.page.locator("#layout-canvas [data-part=backdrop]")


def entry(on: Desk, name: str) -> Locator:
    return on.page.get_by_role("menuitemradio", name=name, exact=True)


def open_menu(on: Desk) -> None:
    on.page.get_by_role("button", name="Backdrop", exact=True).click()


def png(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), colour).save(file, "PNG")
    return file.getvalue()


def trace(on: Desk, name: str, content: bytes) -> None:
    """Choose a file as the picture to trace."""
    field = on.page.locator("#layout-canvas input[type=file]")
    field.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})


def test_the_last_picture_lies_behind_the_boxes_until_it_is_put_away(over: Open) -> None:
    on = over(PICTURE)
    expect(backdrop(on)).to_be_hidden()
    on.choose("Backdrop", "The last picture")
    expect(backdrop(on)).to_be_visible()
    on.click(300, 300)
    on.selected(0)
    on.open()  # another visit
    expect(backdrop(on)).to_be_visible()
    on.choose("Backdrop", "Blank")
    expect(backdrop(on)).to_be_hidden()


def test_a_picture_of_another_host_is_not_fetched(over: Open) -> None:
    on = over("https://example.com/picture.png")
    open_menu(on)
    expect(entry(on, "The last picture")).to_be_disabled()
    expect(backdrop(on)).not_to_have_attribute("src", "https://example.com/picture.png")


def test_a_picture_to_trace_is_faint_whole_and_leaves_with_a_word(over: Open) -> None:
    on = over("")
    trace(on, "sketch.png", png("red"))
    expect(on.said).to_contain_text("sketch.png lies behind the boxes")
    expect(backdrop(on)).to_be_visible()
    expect(backdrop(on)).to_have_css("opacity", "0.5")
    expect(backdrop(on)).to_have_css("object-fit", "contain")
    open_menu(on)
    expect(entry(on, "sketch.png")).to_have_attribute("aria-checked", "true")
    strength = on.page.get_by_role("slider", name="How strongly it shows, in percent")
    strength.focus()
    on.press("ArrowRight")
    expect(backdrop(on)).to_have_css("opacity", "0.55")
    on.page.get_by_role("menuitem", name="Take the picture away").click()
    expect(backdrop(on)).to_be_hidden()


def test_a_file_that_is_no_picture_is_told_and_changes_nothing(over: Open) -> None:
    on = over(PICTURE)
    on.choose("Backdrop", "The last picture")
    trace(on, "notes.png", b"not a picture")
    expect(on.said).to_contain_text("not a picture")
    expect(backdrop(on)).to_have_attribute("src", PICTURE)


def test_a_picture_dropped_on_the_canvas_is_one_to_trace(over: Open) -> None:
    on = over("")
    on.page.evaluate(
        """async (address) => {
          const blob = await (await fetch(address)).blob();
          const held = new DataTransfer();
          held.items.add(new File([blob], "dropped.svg", { type: blob.type }));
          const sheet = document.querySelector("#layout-canvas [data-part=page]");
          sheet.dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true }));
        }""",
        PICTURE,
    )
    expect(on.said).to_contain_text("dropped.svg lies behind the boxes")
    expect(backdrop(on)).to_be_visible()


def test_the_picture_in_the_making_shows_through_the_boxes(
    new_page: Callable[..., Page], serve: Callable[..., str]
) -> None:
    def drawing() -> PreviewState:
        return PreviewState(phase="step", src=PICTURE, step=1, total=12)

    demo = application(caption(A))
    with demo:
        preview = LivePreview(PreviewState.idle(True))
        gr.Button("Draw").click(drawing, None, preview, show_progress="hidden")
    on = Desk(new_page(), serve(demo))
    open_menu(on)
    expect(entry(on, "The picture in the making")).to_be_disabled()
    on.press("Escape")
    on.page.get_by_role("button", name="Draw", exact=True).click()
    expect(on.page.locator("#preview img.preview-image")).to_be_visible()
    on.choose("Backdrop", "The picture in the making")
    expect(backdrop(on)).to_have_attribute("src", PICTURE)
