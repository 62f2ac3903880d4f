"""The assembled application on loopback: what its page promises and what its API answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

import app
from ideogram4.disclosure import DRAWN, XMP
from ideogram4.png import read_png_metadata
from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui import studio
from ui.service import GenerationService

LANDMARKS = [
    "layout-canvas",
    "layers",
    "inspector",
    "caption-editor",
    "issues",
    "palette",
    "preset",
    "size",
    "seed",
    "generate",
    "cancel",
    "live",
    "preview",
    "gallery",
    "first-captions",
]
CAPTION = json.dumps(
    {
        "compositional_deconstruction": {
            "background": "plain",
            "elements": [{"type": "obj", "bbox": [100, 100, 900, 900], "desc": "a red circle"}],
        }
    }
)


class Served:
    """One running studio over a pretend pipeline."""

    def __init__(self, folder: Path) -> None:
        self.pipeline = PretendPipeline()
        self.settings = Settings(model="demo", output_dir=folder)
        self.service = GenerationService(self.settings, loader=PretendLoader(self.pipeline))
        self.demo = studio.build(self.settings, self.service)
        _, self.url, _ = self.demo.launch(
            server_name="127.0.0.1", prevent_thread_lock=True, quiet=True, ssr_mode=False
        )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("pictures"))
    yield running
    running.demo.close()


@pytest.fixture(scope="module")
def client(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Client:
    folder = str(tmp_path_factory.mktemp("downloads"))
    return Client(served.url, verbose=False, download_files=folder, analytics_enabled=False)


def test_every_landmark_is_on_the_page(served: Served) -> None:
    ids = [block.elem_id for block in served.demo.blocks.values()]
    assert [name for name in LANDMARKS if ids.count(name) != 1] == []


def test_only_these_are_an_api_and_all_of_it_is_typed_and_explained(client: Client) -> None:
    offered = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    parameters = {
        name: [p["parameter_name"] for p in told["parameters"]] for name, told in offered.items()
    }
    wishes = ["caption", "width", "height", "preset", "seed", "num_images", "num_steps"]
    assert parameters == {
        "/generate": [*wishes, "guidance_schedule", "mu", "std", "loras"],
        "/check": ["caption"],
        "/expand": [
            *("idea", "caption", "task", "element", "texts", "width", "height"),
            *("provider", "keep_boxes", "keep_palette", "boxes"),
        ],
        "/gallery_list": ["words", "colour", "favourites", "ids", "offset", "limit"],
        "/gallery_get": ["picture_id"],
    }
    for name, told in offered.items():
        types = [p["type"] for p in told["parameters"]]
        assert types[0] == {"type": "string"} and {} not in types, name
        assert told["description"].endswith("."), name


def test_the_api_streams_progress_and_returns_a_picture_that_knows_itself(client: Client) -> None:
    job = client.submit(CAPTION, 320, 208, "V4_TURBO_12", 7, api_name="/generate")
    path, progress = job.result(timeout=60)
    phases = [told["phase"] for _, told in job.outputs()]
    assert phases.count("step") == 12 and phases[-1] == "done"
    story = read_png_metadata(path)
    assert (story["seed"], story["width"], story["preset"]) == ("7", "320", "V4_TURBO_12")
    assert json.loads(story["caption"])["compositional_deconstruction"]["background"] == "plain"
    assert progress["seed"] == 7 and len(progress["pictures"]) == 1
    assert DRAWN in story[XMP]


def test_the_gallery_is_read_with_the_ids_that_one_knows(client: Client) -> None:
    """In a studio that is open to others nobody lists what others have made."""
    _, progress = client.predict(CAPTION, 256, 256, "V4_TURBO_12", 4711, api_name="/generate")
    (made,) = progress["pictures"]
    picture_id = Path(made).stem
    assert client.predict(api_name="/gallery_list") == {"total": 0, "pictures": []}
    found = client.predict(words="red 4711", ids=[picture_id], api_name="/gallery_list")
    (card,) = found["pictures"]
    assert (found["total"], card["id"], card["title"]) == (1, picture_id, "a red circle")
    path, record = client.predict(picture_id, api_name="/gallery_get")
    assert read_png_metadata(path)["seed"] == "4711" and record["seed"] == 4711
    assert json.loads(record["caption"])["compositional_deconstruction"]["background"] == "plain"
    for bad in ("", "../../etc/passwd", f"{picture_id}\0", "20260101-000000-" + "0" * 16):
        with pytest.raises(AppError, match=r"not the id|no longer there"):
            client.predict(bad, api_name="/gallery_get")


def test_the_api_works_without_a_client_library(served: Served) -> None:
    begun = httpx.post(f"{served.url}gradio_api/call/check", json={"data": ["{"]}, timeout=30)
    reply = httpx.get(
        f"{served.url}gradio_api/call/check/{begun.json()['event_id']}", timeout=30
    ).text
    (data,) = [line[6:] for line in reply.splitlines() if line.startswith("data: [")]
    (answer,) = json.loads(data)
    assert answer["ok"] is False
    assert answer["issues"][0]["line"] == 1


@pytest.mark.parametrize("given", [[CAPTION], [CAPTION, 192, 192, "V4_TURBO_12", 7, 1, 4]])
def test_a_program_may_leave_out_the_last_arguments(served: Served, given: list[object]) -> None:
    address = f"{served.url}gradio_api/call/generate"
    begun = httpx.post(address, json={"data": given}, timeout=30)
    assert begun.status_code == 200, begun.text
    reply = httpx.get(f"{address}/{begun.json()['event_id']}", timeout=60).text
    assert '"phase": "done"' in reply


def test_the_page_asks_nobody_else_for_anything(served: Served) -> None:
    page = httpx.get(served.url, timeout=30).text
    config = page.partition("window.gradio_config = ")[2]
    assert "fonts.googleapis" not in config and "cdn.jsdelivr" not in config


def test_building_the_studio_imports_no_torch(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys; from ideogram4.settings import Settings; from ui import studio;"
        f"studio.build(Settings(model='demo', output_dir=pathlib.Path({str(tmp_path)!r})));"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_a_start_that_is_refused_says_why_and_ends_with_the_errors_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HIVE_VISUAL_MODERATION_KEY", "canary key")
    assert app.main() == 2
    told = capsys.readouterr().err
    assert "HIVE_VISUAL_MODERATION_KEY" in told and "canary" not in told
