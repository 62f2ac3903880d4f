"""The whole studio over a pipeline of no weight, and what a hand does on its page.

For tests in which panels, gallery and service have to work together and no real picture is wanted.
What it is not: a test; `test_walk.py` has the real demo.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from ideogram4.magic import choose_provider
from ideogram4.settings import Settings
from tests.browser.desk import Point
from tests.browser.serving import Ports, launched
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui import studio
from ui.service import GenerationService
from ui.service.expansions import Choose

PANELS = (
    *("layout-canvas", "layers", "inspector", "palette", "caption-editor", "issues"),
    *("preview", "start-from", "first-captions", "live", "magic"),
)
# The editor draws only the lines in sight, so a long text is read where it is kept.
READ_TEXT = """async () => {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const shared = await import(loaded.find((name) => name.endsWith("document/shared.js")));
  return shared.store.text;
}"""


class Served:
    """One studio over one pretend pipeline; `loader.calls` counts how often it was loaded."""

    def __init__(
        self,
        folder: Path,
        pipeline: PretendPipeline,
        gallery: str | None,
        loras: Path | None = None,
        choose: Choose = choose_provider,
        **keys: Any,
    ) -> None:
        self.pipeline = pipeline
        self.loader = PretendLoader(pipeline)
        settings = Settings(
            model="demo",
            output_dir=folder,
            gallery=gallery,
            lora_dir=loras or folder / "no loras",
            **keys,
        )
        self.service = GenerationService(settings, loader=self.loader, choose=choose)
        self.demo = studio.build(settings, self.service)
        self.url = ""


@contextmanager
def serving(
    ports: Ports,
    folder: Path,
    pipeline: PretendPipeline | None = None,
    *,
    gallery: str | None = None,
    loras: Path | None = None,
    **more: Any,
) -> Iterator[Served]:
    """A studio for as long as it lasts."""
    served = Served(folder, pipeline or PretendPipeline(), gallery, loras, **more)
    with launched(ports) as launch:
        served.url = launch(served.demo, **studio.looks())
        yield served
        served.pipeline.release.set()


class Whole:
    """The page of a studio; the live demo is off, so that nothing is drawn unasked."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.add_init_script("localStorage.setItem('ideogram4-live', 'off')")
        # The page is more files than a browser keeps record of by itself.
        page.add_init_script("performance.setResourceTimingBufferSize(2000)")
        page.goto(url)
        self.is_ready()
        self.sheet = page.locator("#layout-canvas [data-part=page]")
        self.boxes = page.locator("#layout-canvas [data-element]")
        self.layers = page.locator("#layers .ig-layer-name")
        self.inspector = page.locator("#inspector")
        self.issues = page.locator("#issues")
        self.editor = page.get_by_role("textbox", name="Caption JSON", exact=True)
        self.review = page.locator("#caption-editor .ig-review")
        self.preview = page.locator("#preview [data-phase]")
        self.pictures = page.locator("#gallery img")
        self.size = page.locator("#size input")
        self.seed = page.locator("#seed input")

    def is_ready(self) -> None:
        for panel in PANELS:
            expect(self.page.locator(f"#{panel}[data-ready='1']")).to_be_attached()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def open(self, text: str, name: str = "opened.json") -> None:
        """Choose a caption's file."""
        file: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        self.page.get_by_label("Open a caption").set_input_files(file)
        expect(self.page.locator("#caption-editor .ig-sr[role=status]")).to_contain_text("opened")

    def text(self) -> str:
        return str(self.page.evaluate(READ_TEXT))

    def elements(self) -> list[Any]:
        return list(json.loads(self.text())["compositional_deconstruction"]["elements"])

    def box(self, index: int) -> Locator:
        return self.page.locator(f"#layout-canvas [data-element='{index}']")

    def row(self, index: int) -> Locator:
        return self.page.locator(f"#layers [data-layer='{index}']")

    def pick(self, index: int) -> None:
        self.row(index).locator(".ig-layer-pick").click()

    def at(self, y: float, x: float) -> Point:
        """Grid to screen."""
        self.sheet.scroll_into_view_if_needed()
        page = self.sheet.bounding_box()
        assert page is not None
        return page["x"] + x / 1000 * page["width"], page["y"] + y / 1000 * page["height"]

    def saved(self, entry: str, folder: Path) -> Path:
        """The file that an entry of the Export menu saves."""
        self.button("Export…").click()
        with self.page.expect_download() as waiting:
            self.page.get_by_role("menuitem", name=entry, exact=True).click()
        file = folder / waiting.value.suggested_filename
        waiting.value.save_as(file)
        return file

    def generate(self, phase: str = "done") -> None:
        self.page.locator("#generate").click()
        self.reached(phase)

    def reached(self, phase: str) -> None:
        expect(self.preview).to_have_attribute("data-phase", phase)
