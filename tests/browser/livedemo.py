"""The live demo over a pretend pipeline, and what a person does on its page.

The pipeline holds still where a test wants to look, and its pictures differ from job to job, so a
test sees a new one arrive. What it is not: a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from ideogram4.safety import Screening
from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline, PretendStep
from ui import studio
from ui.service import GenerationService

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

    def __init__(
        self,
        folder: Path,
        pipeline: CountedPipeline,
        serve: Callable[..., str],
        screening: Screening | None = None,
    ) -> None:
        self.pipeline = pipeline
        model = "demo" if pipeline.is_demo else "somebody/real-weights"
        settings = Settings(model=model, output_dir=folder)
        self.service = GenerationService(
            settings, loader=PretendLoader(pipeline), screening=screening
        )
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
