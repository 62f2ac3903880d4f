"""The repository is a working Hugging Face Space: started as one, it serves and it draws."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from packaging.specifiers import SpecifierSet

from ideogram4.png import read_png_metadata
from tests.hosting.checkout import PRETEND, ROOT, SPACE, App, clean_copy, started, tracked

CAPTION = (ROOT / "presets" / "captions" / "sunset.json").read_text(encoding="utf-8")
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


class Space:
    """A running Space and what its stand-in for `spaces` has noted."""

    def __init__(self, app: App, folder: Path, log: Path) -> None:
        self.app = app
        self.folder = folder
        self.log = log

    def noted(self, what: str) -> list[dict[str, Any]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [note for note in map(json.loads, lines) if note["what"] == what]

    def client(self, downloads: Path, **headers: str) -> Client:
        return Client(
            self.app.url,
            verbose=False,
            download_files=str(downloads),
            analytics_enabled=False,
            headers=headers,
            httpx_kwargs={"timeout": 120},
        )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clean_copy(tmp_path_factory.mktemp("space"))


@pytest.fixture(scope="module", params=["without spaces", "ZeroGPU"])
def space(
    request: pytest.FixtureRequest, checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Space]:
    """A Space on a processor, and one that borrows its card for each picture."""
    home = tmp_path_factory.mktemp("home")
    log, environ = home / "spaces.log", dict(SPACE)
    if request.param == "ZeroGPU":
        environ |= {"SPACES_ZERO_GPU": "true", "PYTHONPATH": str(PRETEND)}
        environ["PRETEND_SPACES_LOG"] = str(log)
    with started(checkout, home, environ) as app:
        yield Space(app, checkout, log)


def is_zero(space: Space) -> bool:
    return bool(space.noted("applied"))


def front_matter() -> dict[str, str]:
    head = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n")[1]
    return dict(re.findall(r'^(\w+): "?(.*?)"?$', head, re.MULTILINE))


def test_the_front_matter_is_what_this_repository_needs() -> None:
    said = front_matter()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert said["sdk"] == "gradio"
    assert f"gradio=={said['sdk_version']}\n" in (ROOT / "requirements.txt").read_text()
    assert SpecifierSet(project["requires-python"]).contains(said["python_version"])
    assert said["app_file"] in tracked()
    assert said["license"] == project["license"].lower()
    assert {said["colorFrom"], said["colorTo"]} <= COLOURS
    assert len(said["short_description"]) <= 60  # the hub refuses longer ones


def test_it_serves_its_page_and_nothing_asks_another_host(space: Space) -> None:
    page = httpx.get(space.app.url, timeout=60)
    assert page.status_code == 200 and "Ideogram 4 Studio" in page.text
    assert "cdn.jsdelivr" not in page.text and "fonts.googleapis" not in page.text


def test_a_page_draws_by_itself_only_where_that_costs_its_visitor_nothing(space: Space) -> None:
    config = httpx.get(f"{space.app.url}/config", timeout=60).json()
    (live,) = [c for c in config["components"] if c["props"].get("elem_id") == "live"]
    assert live["props"]["visible"] is not is_zero(space)


def test_it_draws_a_picture_and_tells_every_step(space: Space, tmp_path: Path) -> None:
    client = space.client(tmp_path)
    job = client.submit(CAPTION, 256, 256, "V4_TURBO_12", 7, api_name="/generate")
    path, progress = job.result(timeout=120)
    steps = [told["step"] for _, told in job.outputs() if told["phase"] == "step"]
    assert steps == list(range(1, 13))
    assert Path(path).read_bytes().startswith(b"\x89PNG\r\n")
    story = read_png_metadata(path)
    assert (story["weights"], story["seed"], progress["seed"]) == ("demo", "7", 7)
    # Kept where it will be found again, and shown to nobody who did not make it.
    assert list((space.folder / "outputs").rglob(Path(progress["pictures"][0]).name))
    assert client.predict(api_name="/gallery_list")["total"] == 0


def test_a_card_draws_what_a_processor_draws(
    space: Space, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Through a worker or not, the same wish is the same picture, byte for byte of its pixels."""
    from PIL import Image

    from ideogram4.pipeline import Ideogram4Pipeline

    path, _ = space.client(tmp_path).predict(
        CAPTION, 192, 192, "V4_TURBO_12", 11, 1, 4, api_name="/generate"
    )
    wish = {"width": 192, "height": 192, "preset": "V4_TURBO_12", "seed": 11, "num_steps": 4}
    own = Ideogram4Pipeline.from_pretrained("demo")(CAPTION, **wish)[0]
    difference = [
        abs(a - b) for a, b in zip(Image.open(path).tobytes(), own.tobytes(), strict=True)
    ]
    assert max(difference) <= 2  # the number of threads may differ


def test_the_card_is_borrowed_for_a_generator_that_runs_in_a_forked_worker(
    space: Space, tmp_path: Path
) -> None:
    """ZeroGPU: applied before torch is there, plain data both ways, on the visitor's own quota."""
    if not is_zero(space):
        assert not space.log.exists() and "Loading" not in space.app.told
        return
    (applied,) = space.noted("applied")
    assert (applied["name"], applied["torch"]) == ("draw", False)
    assert space.app.told.index("Loading demo") < space.app.told.index("The studio is open")
    client = space.client(tmp_path, **{"X-IP-Token": "of-this-visitor"})
    client.predict(CAPTION, 192, 192, "V4_TURBO_12", 3, 1, 5, api_name="/generate")
    called, finished = space.noted("called")[-1], space.noted("finished")[-1]
    assert called["token"] == "of-this-visitor"
    assert type(called["seconds"]) is int and 5 <= called["seconds"] <= 10
    assert finished["steps"] == 5
    assert called["pid"] == applied["pid"] == space.app.process.pid != finished["pid"]
    assert space.noted("raised") == []


def test_cancelled_work_stops_and_the_next_picture_is_drawn(space: Space, tmp_path: Path) -> None:
    client = space.client(tmp_path)
    job = client.submit(CAPTION, 384, 384, "V4_TURBO_12", 5, 1, 200, api_name="/generate")
    for _, told in job:
        if told["phase"] == "step" and told["step"] >= 3:
            break
    job.cancel()
    _, progress = client.predict(CAPTION, 192, 192, "V4_TURBO_12", 3, 1, 4, api_name="/generate")
    assert progress["phase"] == "done"
    if is_zero(space):
        (stopped,) = space.noted("stopped")
        assert stopped["step"] < 200


def test_two_pictures_without_a_seed_are_not_alike(space: Space, tmp_path: Path) -> None:
    """Workers are copies of one process; what they would draw by chance would be the same."""
    client = space.client(tmp_path)
    wish = (CAPTION, 192, 192, "V4_TURBO_12", None, 1, 2)
    seeds = [client.predict(*wish, api_name="/generate")[1]["seed"] for _ in range(2)]
    assert seeds[0] != seeds[1]


def test_it_listens_on_every_address_as_a_space_has_to(space: Space) -> None:
    """127.0.0.2 is this machine too, and nobody listens there who listens on 127.0.0.1 alone."""
    assert httpx.get(f"http://127.0.0.2:{space.app.port}/", timeout=60).status_code == 200
