"""A real Chromium on a page served from this machine; what goes wrong in the page fails the test.

`serve(demo)` launches a Gradio application and gives its address; `page` is an empty tab that may
only speak to the loopback address and collects errors. What it is not: a set of page objects; each
test file has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ideogram4.safety import Screening
from ideogram4.settings import Settings
from tests.browser import palettes, panels
from tests.browser.chromium import MISSING, find_chromium
from tests.browser.desk import Desk, application, caption
from tests.browser.livedemo import CountedPipeline, Server
from tests.browser.serving import Ports, launched
from tests.browser.tabs import PATIENCE_MS, Tabs
from tests.browser.whole import Served, Whole, serving
from ui.studio import build, looks

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name and no address leads anywhere but here; `Tab` says who asked for one.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]",
]

# Gradio's own default theme asks Google for fonts; the tests' theme, like the studio's, does not.
THEME = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each test has its own tab and storage."""
    executable = find_chromium()
    assert executable, MISSING
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Tabs:
    """The tabs that tests take turns with."""
    return Tabs(browser)


@pytest.fixture
def start(ports: Ports, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Serve the whole studio over a pretended pipeline of the test's own; see `serving`."""
    with ExitStack() as stack:
        yield lambda *pipeline, **settings: stack.enter_context(
            serving(ports, tmp_path / "made", *pipeline, **settings)
        )


@pytest.fixture
def new_page(
    tabs: Tabs, serve: Callable[..., str], start: Callable[..., Served]
) -> Iterator[Callable[..., Page]]:
    """Open tabs with settings of their own (`viewport`, `color_scheme`, `has_touch`, ...).

    Fails the test afterwards if a page threw, logged an error or asked another host for anything.
    (`serve` and `start` are here so that pages are left before their server goes.)
    """
    taken = []

    def opened(**settings: Any) -> Page:
        taken.append(tabs.take(**settings))
        return taken[-1].page

    yield opened
    problems = [problem for tab in taken for problem in tabs.give_back(tab)]
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A desktop tab, 1280 by 900."""
    return new_page()


@pytest.fixture(scope="session")
def ports() -> Ports:
    """The same addresses again and again, so that the browser knows the files it has seen."""
    return Ports()


@pytest.fixture
def serve(ports: Ports) -> Iterator[Callable[..., str]]:
    """Launch a Gradio application; its address. Closed after the test."""
    with launched(ports) as launch:
        yield lambda demo, **settings: launch(demo, **{"theme": THEME, **settings})


@pytest.fixture(scope="session")
def url(ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole studio with the demo's weights: one for all tests, each with a tab of its own."""
    settings = Settings(model="demo", output_dir=tmp_path_factory.mktemp("pictures"))
    with launched(ports) as launch:
        yield launch(build(settings), **looks())


@pytest.fixture
def desk(new_page: Callable[..., Page], serve: Callable[..., str]) -> Callable[..., Desk]:
    """Open the canvas with its layers and text on a caption of these elements."""

    def opened(*elements: dict[str, Any], inspector: bool = False, **settings: Any) -> Desk:
        demo = application(caption(*elements), inspector=inspector)
        return Desk(new_page(**settings), serve(demo))

    return opened


@pytest.fixture
def bench(new_page: Callable[..., Page], serve: Callable[..., str]) -> Callable[..., panels.Bench]:
    """Open the six panels on a caption."""
    return lambda text, **settings: panels.Bench(
        new_page(**settings), serve(panels.application(text))
    )


@pytest.fixture
def palette(
    new_page: Callable[..., Page], serve: Callable[..., str]
) -> Callable[..., palettes.Bench]:
    """Open the palette on a caption; `script` runs before anything of the page."""

    def opened(
        text: str, *, script: str = "", presets: Any = palettes.PRESETS, **settings: Any
    ) -> palettes.Bench:
        page = new_page(**settings)
        if script:
            page.add_init_script(script)
        return palettes.Bench(page, serve(palettes.application(text, presets)))

    return opened


@pytest.fixture
def live(tmp_path: Path, serve: Callable[..., str]) -> Iterator[Callable[..., Server]]:
    """Start a studio whose jobs of these numbers are held before their third step."""
    pipelines: list[CountedPipeline] = []

    def started(*holding: int, is_demo: bool = True, screening: Screening | None = None) -> Server:
        pipelines.append(CountedPipeline(*holding, is_demo=is_demo))
        return Server(tmp_path / "pictures", pipelines[-1], serve, screening)

    yield started
    for pipeline in pipelines:
        pipeline.go_on()


@pytest.fixture(scope="module")
def served(ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The whole studio with a pretended model, served once for a file's tests."""
    with serving(ports, tmp_path_factory.mktemp("pictures")) as started:
        yield started


@pytest.fixture
def studio(page: Page, served: Served) -> Whole:
    """The page of `served` in a fresh tab."""
    return Whole(page, served.url)
