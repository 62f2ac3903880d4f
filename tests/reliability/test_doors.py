"""What nobody gets through the doors: files, other sites' requests, numbers beyond every limit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import ValidationError

from tests.reliability.http import Served, Tab, serving
from tests.reliability.parts import CAPTION
from ui import studio

SOURCE = Path(studio.__file__).resolve()
ROUTES = ("file=", "file/", "proxy=")
HIDDEN = [
    *(f"gradio_api/{route}{path}" for route in ROUTES for path in ("/etc/passwd", str(SOURCE))),
    "gradio_api/file=%2Fetc%2Fpasswd",
    "gradio_api/file=%252Fetc%252Fpasswd",
    "gradio_api/file=../../../../etc/passwd",
    "gradio_api/file=..%2F..%2F..%2F..%2Fetc%2Fpasswd",
    "gradio_api/file=file:///etc/passwd",
    "gradio_api/file=ui/studio.py",
    "gradio_api/file=app.py",
    "static/../../../../etc/passwd",
    "static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "svelte/..%2f..%2f..%2f..%2fetc%2fpasswd",
]
FOREIGNERS = ("null", "http://evil.example", "http://127.0.0.1:1")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("pictures")) as running:
        yield running


@pytest.fixture(scope="module")
def client(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Client:
    folder = str(tmp_path_factory.mktemp("downloads"))
    return Client(served.url, verbose=False, download_files=folder, analytics_enabled=False)


@pytest.fixture(autouse=True)
def nothing_queued(served: Served) -> Iterator[None]:
    """Whatever a test sends, no job begins or waits, and no event stands in Gradio's queue."""
    yield
    assert served.pipeline.jobs == [] and served.service.waiting == 0
    assert len(served.demo._queue) == 0


def raw(served: Served, path: str) -> httpx.Response:
    """A request whose path is sent as it is; a client library would tidy it up."""
    url = httpx.URL(served.url).copy_with(raw_path=b"/" + path.encode())
    return httpx.get(url, timeout=30)


@pytest.mark.parametrize("path", HIDDEN)
def test_files_of_the_machine_are_not_served(served: Served, path: str) -> None:
    """Reliability 28: neither the system's files nor the source, however the path is written."""
    reply = raw(served, path)
    assert reply.status_code in (400, 403, 404, 405), reply.status_code
    assert "root:" not in reply.text and "def build" not in reply.text


def test_the_folder_of_pictures_is_not_served(served: Served) -> None:
    """Reliability 28: a picture is reached by its id; its folder may hold anything else."""
    inside = served.service.store.folder / "x.png"
    inside.parent.mkdir(parents=True, exist_ok=True)
    inside.write_bytes(b"x")
    assert raw(served, f"gradio_api/file={inside}").status_code == 403


ADDRESSES = ("file=http://93.184.215.14/x.png", "file=https://evil.example/", "file/HTTP://a.b/")


@pytest.mark.parametrize("path", [*ADDRESSES, "proxy=http://evil.example/x", "file=%20http://a.b"])
def test_the_studio_fetches_nothing_for_anybody(served: Served, path: str) -> None:
    """Reliability 28: Gradio's route for files also takes addresses. The guard of all tests fails
    this one if a connection, or a look-up of a name, is as much as tried."""
    assert raw(served, f"gradio_api/{path}").status_code == 403


def test_a_file_on_another_server_is_not_fetched_for_an_event(served: Served) -> None:
    """Reliability 28: the same, where an event expects a value."""
    far = {"path": "http://evil.example/x.png", "meta": {"_type": "gradio.FileData"}}
    with Tab(served) as tab:
        assert tab.ask("StudioActions.check_wishes", far, "", "", "", 1).status_code == 200
        assert "addresses are not fetched" in str(list(tab.news()))


def posts(served: Served) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every way to make the studio do something, as (path, how)."""
    wish = [CAPTION, "256 × 256", "V4_TURBO_12", "7", 1, []]
    event = served.handlers["StudioActions.generate"]
    yield "queue/join", {"json": {"data": wish, "fn_index": event, "session_hash": "x"}}
    yield "run/predict", {"json": {"data": wish, "fn_index": event, "session_hash": "x"}}
    yield "call/generate", {"json": {"data": [CAPTION]}}
    yield "call/v2/generate", {"json": {"caption": CAPTION}}
    yield "run/generate", {"json": {"data": [CAPTION]}}
    yield "api/generate", {"json": {"data": [CAPTION]}}
    yield "upload", {"files": {"files": ("a.png", b"not a picture")}}
    yield "cancel", {"json": {"session_hash": "x", "fn_index": event, "event_id": "y"}}
    yield "component_server", {"json": {"component_id": 1, "fn_name": "check", "data": "{}"}}


@pytest.mark.parametrize("origin", FOREIGNERS)
def test_another_sites_page_changes_nothing_whatever_it_posts_to(
    served: Served, origin: str
) -> None:
    """Reliability 28: cross-site and `null` Origin refused with nothing queued."""
    counted = served.demo._queue.events_recorded
    for path, how in posts(served):
        reply = httpx.post(served.api(path), headers={"Origin": origin}, timeout=30, **how)
        assert reply.status_code == 403, path
        assert "own page" in reply.json()["detail"]
    assert served.demo._queue.events_recorded == counted


@pytest.mark.parametrize("origin", FOREIGNERS[:2])
def test_another_sites_page_is_not_given_leave_either(served: Served, origin: str) -> None:
    """Reliability 28: without it a browser sends nothing that only programs send. (Gradio gives it
    to other ports of this machine; what they then send is refused all the same.)"""
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    reply = httpx.options(served.api("queue/join"), headers=asked, timeout=30)
    assert "access-control-allow-origin" not in reply.headers


def test_without_a_place_in_the_queue_nothing_of_the_models_runs(served: Served) -> None:
    """Reliability 28: Gradio would otherwise run an event's function at once, past every check."""
    for path, how in posts(served):
        if path.startswith(("run/", "api/")):
            assert httpx.post(served.api(path), timeout=30, **how).status_code == 404, path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"width": 100000}, "width"),
        ({"height": 200}, "192 and 208"),
        ({"num_steps": 10**9}, "1 to 200"),
        ({"num_images": 10**6}, "1 to 8"),
        ({"seed": 2**80}, "seed"),
        ({"preset": "fast"}, "V4_TURBO_12"),
        ({"caption": "{"}, "Line 1"),
    ],
)
def test_the_api_refuses_what_breaks_a_rule_before_it_stands_in_line(
    served: Served, client: Client, changes: dict[str, Any], words: str
) -> None:
    """Reliability 28: width 100000, steps 1e9, batch 1e6, seed 2^80 refused before the queue."""
    with pytest.raises(ValidationError, match=words):
        client.predict(**{"caption": CAPTION, **changes}, api_name="/generate")


def test_an_upload_larger_than_the_limit_is_refused(served: Served) -> None:
    """Reliability 28: and one just below it is not, so the limit is what refuses."""
    for megabytes, status in ((21, 413), (1, 200)):
        files = {"files": ("a.png", bytes(megabytes << 20))}
        assert httpx.post(served.api("upload"), files=files, timeout=30).status_code == status
