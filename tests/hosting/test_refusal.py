"""Who may open a studio with the real weights while nothing is screened: only who sits before it.

`real` is the demo's checkpoint without the mark that says so: to the studio, weights of its own
licence. (spec/services.md, Safety.)
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import httpx
import pytest

from ideogram4.cli import main
from ideogram4.settings import Settings
from tests.hosting.checkout import ROOT, App
from tests.weights.loopback_hub import LoopbackHub
from ui import studio

REPO = "somebody/real-weights"
OPEN_TO_OTHERS = [
    {"GRADIO_SERVER_NAME": "0.0.0.0"},
    {"GRADIO_SERVER_NAME": "192.0.2.1"},
    {"SPACE_ID": "somebody/studio"},
    {"GRADIO_ROOT_PATH": "https://studio.example"},
]


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "real"
    shutil.copytree(ROOT / "ideogram4" / "demo" / "checkpoint", folder)
    index = folder / "model_index.json"
    told = json.loads(index.read_text())
    for name in ("is_demo", "licence", "name"):
        del told["ideogram4"][name]
    index.write_text(json.dumps(told))
    return folder


@pytest.mark.parametrize("environ", OPEN_TO_OTHERS, ids=lambda environ: next(iter(environ)))
def test_the_app_refuses_to_start_and_says_why(
    environ: dict[str, str], real: Path, tmp_path: Path
) -> None:
    """`python app.py`, also as a Space starts it."""
    app = App(ROOT, tmp_path / "home", {"IDEOGRAM4_MODEL": str(real), **environ})
    assert app.ended() == 2
    assert "HIVE_TEXT_MODERATION_KEY" in app.told
    assert "IDEOGRAM4_MODEL=demo" in app.told
    assert ("--unmoderated" in app.told) is ("SPACE_ID" not in environ)
    assert "Traceback" not in app.told and "Loading" not in app.told
    with pytest.raises(httpx.ConnectError):
        httpx.get(app.url, timeout=5)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "studio.example"])
def test_serve_refuses_before_anything_is_fetched(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The weights are on the hub, and the hub is not asked for as much as their names."""
    with LoopbackHub(REPO, {"model_index.json": b"{}"}).running() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        monkeypatch.setenv("IDEOGRAM4_OUTPUT_DIR", str(tmp_path))
        assert main(["serve", "--no-browser", "--host", host, "--model", REPO]) == 2
        assert hub.requests == []
    told = capsys.readouterr().err
    assert f"with {REPO} would be open to others" in told and "127.0.0.1" in told


def test_one_key_of_two_does_not_open_it_and_is_not_repeated(
    real: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HIVE_TEXT_MODERATION_KEY", "canary-text")
    assert main(["serve", "--no-browser", "--host", "0.0.0.0", "--model", str(real)]) == 2
    told = capsys.readouterr().err
    assert "HIVE_VISUAL_MODERATION_KEY" in told and "canary" not in told


def test_the_owners_word_does_not_count_on_a_space(
    real: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Space may be public, and nothing in it tells."""
    monkeypatch.setenv("SPACE_ID", "somebody/studio")
    assert main(["serve", "--no-browser", "--unmoderated", "--model", str(real)]) == 2
    assert "A Space with" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("model", "host", "unmoderated"),
    [
        ("real", "127.0.0.1", False),
        ("real", "0.0.0.0", True),
        ("demo", "0.0.0.0", False),
    ],
)
def test_these_are_served(
    model: str, host: str, unmoderated: bool, real: Path, tmp_path: Path
) -> None:
    settings = Settings(model=str(real) if model == "real" else model, output_dir=tmp_path)
    app, url, _ = studio.launch(
        settings, unmoderated=unmoderated, server_name=host, prevent_thread_lock=True
    )
    try:
        port = url.rstrip("/").rpartition(":")[2]
        page = httpx.get(f"http://127.0.0.1:{port}/", timeout=60)
        assert page.status_code == 200 and "Ideogram 4 Studio" in page.text
    finally:
        app.get_blocks().close(verbose=False)
