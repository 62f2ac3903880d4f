"""A real Chromium on a page served from this machine; what goes wrong in the page fails the test.

`serve(demo)` launches a Gradio application and gives its address; `page` is a fresh tab that may
only speak to the loopback address and collects errors. What it is not: a set of page objects; each
test file has its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright

from tests.browser.desk import Desk, application, caption
from tests.browser.whole import Served, Whole, serving

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Generous, so that a busy machine does not fail a test; nothing waits this long when all is well.
PATIENCE_MS = 45_000
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}

# Gradio's own default theme asks Google for fonts; the tests' theme, like the studio's, does not.
THEME = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each test has its own tab and storage."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "chromium is needed for these tests (Debian: apt-get install chromium)"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open tabs with settings of their own (`viewport`, `color_scheme`, `has_touch`, ...).

    Fails the test afterwards if a page threw, logged an error or asked another host for anything.
    """
    contexts = []
    problems: list[str] = []

    def opened(**settings: Any) -> Page:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **settings}
        )
        contexts.append(context)
        context.route("**/*", lambda route: _loopback_only(route, problems))
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: problems.append(f"the page threw: {error}"))
        page.on("console", lambda message: _note_error(message, problems))
        page.on("dialog", lambda dialog: problems.append(f"a dialog said: {dialog.message}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A desktop tab, 1280 by 900."""
    return new_page()


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Launch a Gradio application on a free port; its address. Closed after the test."""
    launched: list[gr.Blocks] = []

    def launch(demo: gr.Blocks, **settings: Any) -> str:
        launched.append(demo)
        _, url, _ = demo.launch(
            **{
                "server_name": "127.0.0.1",
                "prevent_thread_lock": True,
                "ssr_mode": False,
                "quiet": True,
                "theme": THEME,
                **settings,
            }
        )
        return url

    yield launch
    for demo in launched:
        demo.close(verbose=False)


@pytest.fixture
def desk(new_page: Callable[..., Page], serve: Callable[..., str]) -> Callable[..., Desk]:
    """Open the canvas with its layers and text on a caption of these elements."""

    def opened(*elements: dict[str, Any], inspector: bool = False, **settings: Any) -> Desk:
        demo = application(caption(*elements), inspector=inspector)
        return Desk(new_page(**settings), serve(demo))

    return opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The whole studio with a pretended model, served once for a file's tests."""
    with serving(tmp_path_factory.mktemp("pictures")) as started:
        yield started


@pytest.fixture
def studio(page: Page, served: Served) -> Whole:
    """The page of `served` in a fresh tab."""
    return Whole(page, served.url)


def _loopback_only(route: Route, problems: list[str]) -> None:
    address = urlsplit(route.request.url)
    if address.scheme in {"data", "blob"} or address.hostname in LOOPBACK:
        route.continue_()
    else:
        problems.append(f"the page asked {address.hostname} for {address.path}")
        route.abort()


def _note_error(message: ConsoleMessage, problems: list[str]) -> None:
    # A refused or missing resource is the business of the test that provokes it.
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        problems.append(f"the page logged an error: {message.text}")
