"""The studio below a prefix, behind a reverse proxy: page, modules, streams and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from gradio_client import Client
from playwright.sync_api import Page, expect

from tests.browser.whole import Whole
from tests.hosting.checkout import ROOT, started
from tests.hosting.proxy import PREFIX, Proxy, proxy

pytestmark = pytest.mark.browser
LOADED = "() => (document.querySelector('#gallery img') || {}).naturalWidth > 0"


@pytest.fixture(scope="module", params=["the prefix", "the whole address"])
def behind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    """`python app.py` and a proxy before it; the root path may be said in both ways."""
    home = tmp_path_factory.mktemp("home")
    with ExitStack() as stack:
        before = stack.enter_context(proxy())
        root = PREFIX if request.param == "the prefix" else before.url.rstrip("/")
        environ = {
            "GRADIO_ROOT_PATH": root,
            "IDEOGRAM4_MODEL": "demo",
            "IDEOGRAM4_OUTPUT_DIR": str(home / "pictures"),
        }
        before.target = stack.enter_context(started(ROOT, home, environ)).port
        yield before


def has_its_picture(studio: Whole) -> None:
    expect(studio.pictures).to_have_count(1)
    studio.pictures.scroll_into_view_if_needed()  # pictures out of sight are not fetched
    studio.page.wait_for_function(LOADED)


def test_the_page_works_and_asks_for_nothing_outside_the_prefix(behind: Proxy, page: Page) -> None:
    studio = Whole(page, behind.url)
    studio.size.fill("256 × 256")
    studio.generate()
    expect(studio.preview.locator("img")).to_be_visible()
    has_its_picture(studio)
    page.reload()
    studio.is_ready()
    has_its_picture(studio)  # which this browser remembers to have made
    assert [path for path in behind.outside if path != "/favicon.ico"] == []


def test_programs_work_too(behind: Proxy, tmp_path: Path) -> None:
    """Behind a proxy others are to be expected, so nobody is shown what they did not make."""
    client = Client(
        behind.url,
        verbose=False,
        download_files=str(tmp_path),
        analytics_enabled=False,
        httpx_kwargs={"timeout": 120},
    )
    caption = (ROOT / "presets" / "captions" / "sunset.json").read_text(encoding="utf-8")
    job = client.submit(caption, 192, 192, "V4_TURBO_12", 7, 1, 4, api_name="/generate")
    path, _ = job.result(timeout=120)
    assert [told["step"] for _, told in job.outputs() if told["phase"] == "step"] == [1, 2, 3, 4]
    assert Path(path).read_bytes().startswith(b"\x89PNG")
    assert client.predict(api_name="/gallery_list")["total"] == 0
