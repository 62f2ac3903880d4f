"""The live demo as a person meets it: edit, pause, and the picture follows; nothing of it stays.

A pretend pipeline holds still where a test wants to look, and its pictures differ from job to job,
so a test sees a new one arrive. The last test asks the real demo.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline, PretendStep
from ui import studio
from ui.service import GenerationService

pytestmark = pytest.mark.browser

PANELS = (
    "layout-canvas",
    "layers",
    "inspector",
    "palette",
    "caption-editor",
    "issues",
    "preview",
    "first-captions",
)
WHOLE = """(before) => {
  const panel = document.querySelector("#preview [data-phase]");
  const src = panel.querySelector("img").getAttribute("src") || "";
  const whole = panel.dataset.phase === "live-done" && src.startsWith("data:image/png");
  return whole && src !== before ? src : null;
}"""


@dataclass(frozen=True)
class CountedStep(PretendStep):
    """A step whose picture shows the number of its job."""

    job: int = 0

    def images(self) -> list[Image.Image]:
        return [Image.new("RGB", self.size, (self.job, 90, 200)) for _ in range(self.images_total)]


class CountedPipeline(PretendPipeline):
    """Counts the steps of each job, and holds only the jobs named in `holding`."""

    def __init__(self, *holding: int, is_demo: bool = True) -> None:
        super().__init__()
        self.holding = holding
        self.is_demo = is_demo  # type: ignore[misc]
        self.steps: list[int] = []

    def _steps(self, prompt: str, asked: dict[str, Any]) -> Iterator[PretendStep]:
        job = len(self.jobs)
        self.steps.append(0)
        self.hold_at = 3 if job in self.holding else None
        for step in super()._steps(prompt, asked):
            self.steps[job - 1] += 1
            yield CountedStep(**vars(step), job=job)

    def go_on(self) -> None:
        self.release.set()

    def background(self, job: int) -> str:
        """What the caption of a job says is behind everything."""
        return str(self.jobs[job]["caption"].compositional_deconstruction.background)


class Server:
    """One studio over one pretend pipeline."""

    def __init__(self, folder: Path, pipeline: CountedPipeline, serve: Callable[..., str]) -> None:
        self.pipeline = pipeline
        model = "demo" if pipeline.is_demo else "somebody/real-weights"
        settings = Settings(model=model, output_dir=folder)
        self.service = GenerationService(settings, loader=PretendLoader(pipeline))
        self.url = serve(studio.build(settings, self.service), **studio.looks())


class Tab:
    """An open page, and what a person does there."""

    def __init__(self, page: Page, url: str, *, live: bool = True) -> None:
        self.page = page
        page.goto(url)
        self.is_ready(live)
        self.switch = page.get_by_role("switch", name="Live demo", exact=True)
        self.state = page.locator("#live .ig-live-state")
        self.preview = page.locator("#preview [data-phase]")
        self.image = self.preview.locator("img.preview-image")
        self.editor = page.get_by_role("textbox", name="Caption JSON", exact=True)
        self.background = page.locator("#inspector").get_by_label("Background")
        self.first = page.locator("#first-captions .ig-first")
        self.pictures = page.locator("#gallery img")
        self.boxes = page.locator("#layout-canvas [data-element]")
        self._seen = ""

    def is_ready(self, live: bool) -> None:
        for panel in (*PANELS, "live") if live else PANELS:
            expect(self.page.locator(f"#{panel}[data-ready='1']")).to_be_attached()

    def describe(self, background: str) -> None:
        """An edit that the model reads, with nothing selected."""
        self.background.fill(background)

    def redrawn(self) -> None:
        """Wait for a whole live picture that was not there before."""
        self._seen = self.page.wait_for_function(WHOLE, arg=self._seen).json_value()

    def held(self) -> None:
        """Wait until two steps of a held redraw are on the page."""
        expect(self.preview).to_have_attribute("data-phase", "live")
        expect(self.preview).to_have_attribute("data-step", "2")

    def stopping(self, number: int) -> AbstractContextManager[Any]:
        """Until the server has been told to stop the redraw of that number, and has done so."""
        said = f'"event_data":{{"number":{number}}}'
        return self.page.expect_response(lambda reply: said in (reply.request.post_data or ""))

    def write(self, text: str) -> None:
        self.editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)


@pytest.fixture
def server(tmp_path: Path, serve: Callable[..., str]) -> Iterator[Callable[..., Server]]:
    """Start a studio whose jobs of these numbers are held before their third step."""
    pipelines: list[CountedPipeline] = []

    def started(*holding: int, is_demo: bool = True) -> Server:
        pipelines.append(CountedPipeline(*holding, is_demo=is_demo))
        return Server(tmp_path / "pictures", pipelines[-1], serve)

    yield started
    for pipeline in pipelines:
        pipeline.go_on()


def test_an_edit_in_any_view_is_drawn_by_itself_and_nothing_is_stored(
    page: Page, server: Callable[..., Server]
) -> None:
    on = server()
    tab = Tab(page, on.url)
    expect(tab.switch).to_be_checked()
    expect(tab.preview).to_have_attribute("data-phase", "idle")
    expect(tab.preview).to_contain_text("draws by itself")

    tab.describe("a wall")
    tab.redrawn()
    tab.boxes.first.focus()
    page.keyboard.press("ArrowLeft")
    tab.redrawn()
    colour = page.locator("#palette").get_by_label("Hex colour to add", exact=False)
    colour.fill("#7D37B4")
    colour.press("Enter")
    tab.redrawn()
    tab.write('{"compositional_deconstruction": {"background": "typed", "elements": []}}')
    tab.redrawn()

    moved, coloured = (on.pipeline.jobs[job]["caption"].to_dict() for job in (1, 2))
    assert moved["compositional_deconstruction"]["elements"][0]["bbox"] == [80, 719, 260, 899]
    assert coloured["style_description"]["colour_palette"] == ["#7D37B4"]
    assert [on.pipeline.background(job) for job in (0, 3)] == ["a wall", "typed"]
    assert {job["preset"] for job in on.pipeline.jobs} == {"V4_TURBO_12"}
    (seed,) = {job["seed"] for job in on.pipeline.jobs}
    expect(tab.preview).to_contain_text(f"Live, not stored · seed {seed} · 256 × 256")
    expect(tab.preview.locator(".preview-save")).to_be_hidden()
    page.locator("#keep-seed").click()
    expect(page.locator("#seed input")).to_have_value(str(seed))

    assert on.service.store.ids() == [] and on.pipeline.most_running == 1
    expect(tab.pictures).to_have_count(0)
    page.reload()
    tab.is_ready(live=True)
    expect(tab.first).to_be_visible()
    expect(tab.preview).to_have_attribute("data-phase", "idle")


def test_the_next_edit_stops_the_redraw_and_is_drawn_instead(
    page: Page, server: Callable[..., Server]
) -> None:
    on = server(1)
    tab = Tab(page, on.url)
    tab.describe("a wall")
    tab.held()
    expect(tab.state).to_have_text("drawing")
    with tab.stopping(1):
        tab.describe("a door")
    on.pipeline.go_on()
    tab.redrawn()
    assert on.pipeline.steps == [3, 12]
    assert on.pipeline.background(1) == "a door"
    expect(tab.state).to_have_text("on")


def test_generate_goes_first_is_stored_and_is_not_drawn_over(
    page: Page, server: Callable[..., Server]
) -> None:
    on = server(1)
    tab = Tab(page, on.url)
    tab.describe("a wall")
    tab.held()
    page.locator("#generate").click()
    expect(tab.preview).to_have_attribute("data-phase", "queued")
    on.pipeline.go_on()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    expect(tab.pictures).to_have_count(1)
    expect(tab.state).to_have_text("on")
    assert on.pipeline.steps == [3, 12] and len(on.service.store.ids()) == 1
    tab.describe("a door")
    tab.redrawn()
    # Had the finished picture been drawn over, there would be a job more.
    assert [on.pipeline.background(job) for job in range(3)] == ["a wall", "a wall", "a door"]
    assert len(on.pipeline.jobs) == 3 and len(on.service.store.ids()) == 1


def test_generate_within_the_pause_leaves_nothing_to_draw(
    page: Page, server: Callable[..., Server]
) -> None:
    on = server()
    tab = Tab(page, on.url)
    tab.describe("a wall")
    page.locator("#generate").click()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    page.locator("#gallery [data-picture]").click()
    page.locator("#recall").click()
    expect(page.locator("#seed input")).not_to_have_value("")  # the recall is through
    tab.describe("a door")
    tab.redrawn()
    kept = [job for job in on.pipeline.jobs if job["seed"] is None]
    assert len(kept) == 1 and on.pipeline.background(-1) == "a door"
    assert [on.pipeline.background(job) for job in range(len(on.pipeline.jobs))].count(
        "a door"
    ) == 1


def test_a_recalled_caption_is_not_drawn_again(page: Page, server: Callable[..., Server]) -> None:
    on = server()
    tab = Tab(page, on.url)
    page.locator("#generate").click()
    expect(tab.pictures).to_have_count(1)
    tab.describe("a wall")
    tab.redrawn()
    page.locator("#gallery [data-picture]").click()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    page.locator("#recall").click()
    expect(tab.background).to_have_value("plain #96C8F5 background")
    tab.describe("a door")
    tab.redrawn()
    drawn = [on.pipeline.background(job) for job in range(len(on.pipeline.jobs))]
    assert drawn == ["plain #96C8F5 background", "a wall", "a door"]


def test_switched_off_it_stops_and_stays_off(page: Page, server: Callable[..., Server]) -> None:
    on = server(1)
    tab = Tab(page, on.url)
    tab.describe("a wall")
    tab.held()
    with tab.stopping(1):
        tab.switch.press("Space")
    on.pipeline.go_on()
    expect(tab.preview).to_have_attribute("data-phase", "live-done")
    expect(tab.state).to_have_text("off")
    page.reload()
    tab.is_ready(live=True)
    expect(tab.switch).not_to_be_checked()
    tab.describe("a door")
    page.locator("#generate").click()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    tab.describe("a floor")
    tab.switch.press("Space")
    tab.redrawn()
    drawn = [on.pipeline.background(job) for job in range(len(on.pipeline.jobs))]
    assert drawn == ["a wall", "a door", "a floor"] and on.pipeline.steps == [3, 12, 12]


def test_a_broken_caption_waits_without_alarm(page: Page, server: Callable[..., Server]) -> None:
    on = server()
    tab = Tab(page, on.url)
    for broken in ("{ oops", '{"compositional_deconstruction": {"background": 7}}', ""):
        tab.write(broken)
        expect(tab.state).to_have_text("waits for the caption")
        expect(tab.preview).to_have_attribute("data-phase", "idle")
    assert on.pipeline.jobs == []
    tab.write('{"compositional_deconstruction": {"background": "mended", "elements": []}}')
    tab.redrawn()
    assert [on.pipeline.background(0)] == ["mended"] and len(on.pipeline.jobs) == 1


def test_what_the_model_does_not_read_is_not_drawn(
    page: Page, server: Callable[..., Server]
) -> None:
    on = server()
    tab = Tab(page, on.url)
    tab.describe("a wall")
    tab.redrawn()
    page.locator("#layers .ig-layer-name").first.click()
    tab.boxes.first.click()
    page.keyboard.press("Escape")
    tab.write(tab.page.evaluate("text => JSON.stringify(JSON.parse(text), null, 7)", _text(tab)))
    page.get_by_role("button", name="Tidy", exact=True).click()
    expect(tab.state).to_have_text("on")
    tab.describe("a door")
    tab.redrawn()
    drawn = [on.pipeline.background(job) for job in range(len(on.pipeline.jobs))]
    assert drawn == ["a wall", "a door"]


def test_two_tabs_draw_in_turn_and_stop_nothing_of_each_other(
    new_page: Callable[..., Page], server: Callable[..., Server]
) -> None:
    on = server(1)
    anna, ben = Tab(new_page(), on.url), Tab(new_page(), on.url)
    anna.describe("a wall")
    anna.held()
    ben.describe("a door")
    expect(ben.state).to_have_text("waits its turn")
    expect(anna.preview).to_have_attribute("data-phase", "live")
    on.pipeline.go_on()
    anna.redrawn()
    ben.redrawn()
    assert on.pipeline.steps == [12, 12]
    assert [on.pipeline.background(job) for job in (0, 1)] == ["a wall", "a door"]
    assert on.pipeline.jobs[0]["seed"] != on.pipeline.jobs[1]["seed"]


def test_who_gave_way_to_another_tab_is_drawn_after_it(
    new_page: Callable[..., Page], server: Callable[..., Server]
) -> None:
    on = server(1)
    anna, ben = Tab(new_page(), on.url), Tab(new_page(), on.url)
    anna.describe("a wall")
    anna.held()
    ben.page.locator("#generate").click()
    expect(ben.preview).to_have_attribute("data-phase", "queued")
    on.pipeline.go_on()
    expect(ben.preview).to_have_attribute("data-phase", "done")
    anna.redrawn()
    assert on.pipeline.steps == [3, 12, 12]
    assert on.pipeline.background(2) == "a wall" and len(on.service.store.ids()) == 1


def test_an_empty_gallery_offers_captions_that_can_be_taken_back(
    page: Page, server: Callable[..., Server]
) -> None:
    on = server()
    tab = Tab(page, on.url)
    expect(tab.first).to_contain_text("flat shapes")
    offered = tab.first.get_by_role("button")
    expect(offered).to_have_count(3)
    expect(tab.first.locator("svg polygon, svg ellipse, svg path")).to_have_count(7)
    offered.filter(has_text="Moonrise").click()
    expect(tab.boxes).to_have_count(3)
    expect(tab.editor).to_contain_text("fades from #141E5A to #7D37B4")
    tab.redrawn()
    expect(tab.image).to_be_in_viewport()
    expect(tab.first).to_be_visible()
    page.keyboard.press("ControlOrMeta+z")
    expect(tab.background).to_have_value("plain #96C8F5 background")
    page.locator("#generate").click()
    expect(tab.pictures).to_have_count(1)
    expect(tab.first).to_be_hidden()
    page.reload()
    tab.is_ready(live=True)
    expect(tab.pictures).to_have_count(1)
    expect(tab.first).to_be_hidden()
    assert on.pipeline.background(0) == "fades from #141E5A to #7D37B4"


def test_with_real_weights_there_is_no_switch_and_nothing_is_drawn_unasked(
    page: Page, server: Callable[..., Server]
) -> None:
    on = server(is_demo=False)
    tab = Tab(page, on.url, live=False)
    expect(page.locator("#live")).to_have_count(0)
    expect(tab.preview).not_to_contain_text("by itself")
    expect(tab.first).not_to_contain_text("demo")
    tab.first.get_by_role("button").first.click()
    tab.describe("a wall")
    page.locator("#size input").fill("256 x 256")
    page.locator("#generate").click()
    expect(tab.preview).to_have_attribute("data-phase", "done")
    assert len(on.pipeline.jobs) == 1


@pytest.mark.parametrize("width", [390, 1024, 1180])
def test_switch_and_buttons_fit_at_every_width(
    new_page: Callable[..., Page], server: Callable[..., Server], width: int
) -> None:
    tab = Tab(new_page(viewport={"width": width, "height": 844}), server().url)
    expect(tab.switch).to_be_in_viewport()
    parts = [tab.page.locator(f"#{name}").bounding_box() for name in ("live", "generate", "cancel")]
    edges = [edge for box in parts if box for edge in (box["x"], box["x"] + box["width"])]
    assert len(edges) == 6 and edges == sorted(edges) and edges[-1] <= width
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_demo_itself_draws_a_caption_to_try(
    page: Page, tmp_path: Path, serve: Callable[..., str]
) -> None:
    settings = Settings(model="demo", output_dir=tmp_path / "pictures")
    service = GenerationService(settings)
    tab = Tab(page, serve(studio.build(settings, service), **studio.looks()))
    page.set_default_timeout(240_000)
    tab.first.get_by_role("button", name="Four shapes", exact=False).click()
    tab.redrawn()
    src = tab.image.get_attribute("src") or ""
    with Image.open(io.BytesIO(base64.b64decode(src.partition(",")[2]))) as picture:
        assert picture.size == (256, 256)
        cream = [picture.convert("RGB").getpixel(corner) for corner in ((2, 2), (253, 253))]
    assert all(min(colour) > 200 for colour in cream)
    assert service.store.ids() == []


def _text(tab: Tab) -> str:
    """The caption as it stands."""
    return json.dumps(json.loads(tab.editor.inner_text()))
