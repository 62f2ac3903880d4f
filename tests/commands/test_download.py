"""`ideogram4 download`, and the other commands with models of the hub: what a person sees.

Against a hub on this machine that has the demo's files under the real model's name.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ideogram4 import choice
from ideogram4.choice import REAL
from ideogram4.cli import main
from ideogram4.png import read_png_metadata
from tests.weights.hub_parts import TOKEN, repository_of_the_demo, settle
from tests.weights.loopback_hub import COMMIT, GATE, LoopbackHub, Reply

ROOT = Path(__file__).resolve().parents[2]
BIG = "transformer/diffusion_pytorch_model.safetensors"
CAPTION = str(ROOT / "presets" / "captions" / "sunset.json")
QUICK = ["--caption", CAPTION, "--steps", "1", "--width", "192", "--height", "192", "--seed", "1"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub(REAL, repository_of_the_demo()).running() as running:
        running.gate = {TOKEN: "accepted"}
        yield running


@pytest.fixture
def run(
    hub: LoopbackHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run a command; its exit code, what it printed, what it said. No token is in either."""
    settle(monkeypatch, hub, tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(arguments))
        told = capsys.readouterr()
        assert TOKEN not in told.out + told.err
        assert "Traceback" not in told.err
        return code, told.out, told.err

    return run


def answering(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    """Sit a person at the terminal who types `answer`."""
    terminal = io.StringIO(answer + "\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)


def test_the_plan_is_told_before_anything_is_asked_for(hub: LoopbackHub, run: Run) -> None:
    code, plan, _ = run("download", "--dry-run")
    assert code == 0
    assert REAL in plan and COMMIT in plan
    assert f"licence   https://huggingface.co/{REAL}" in plan
    assert "14 MB  transformer/diffusion_pytorch_model.safetensors" in plan
    assert "size      32 MB together" in plan
    assert "free      " in plan and "models--ideogram-ai--ideogram-4-nf4" in plan
    assert hub.downloads() == []


def test_a_machine_without_a_card_is_told_so_first(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ideogram4.commands.download.has_card", lambda: False)
    assert "this machine has none" in run("download", "--dry-run")[1]
    monkeypatch.setattr("ideogram4.commands.download.has_card", lambda: True)
    assert "this machine has none" not in run("download", "--dry-run")[1]


def test_yes_downloads_and_says_how_to_use_it(hub: LoopbackHub, run: Run) -> None:
    code, out, said = run("download", "--yes")
    assert code == 0
    folder = Path(out.strip())
    assert (folder / BIG).read_bytes() == hub.files[BIG]
    assert f"ideogram4 serve --model {REAL}" in said
    hub.requests.clear()
    code, out, said = run("download")
    assert (code, Path(out.strip())) == (0, folder)
    assert "0 kB are to come" in said
    assert hub.downloads() == []


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("", 1), ("n", 1), ("what?", 1)])
def test_a_person_is_asked_and_only_yes_is_yes(
    answer: str, code: int, hub: LoopbackHub, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, answer)
    found, _, said = run("download")
    assert found == code
    assert "Download 32 MB? [y/N]" in said
    assert bool(hub.downloads()) == (code == 0)
    assert ("Nothing was downloaded" in said) == (code == 1)


def test_where_nobody_can_answer_yes_has_to_be_said(
    hub: LoopbackHub, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    code, _, said = run("download")
    assert code == 2 and "--yes" in said and hub.downloads() == []


def test_programs_get_one_document(hub: LoopbackHub, run: Run) -> None:
    code, out, _ = run("download", "--json", "--dry-run")
    plan = json.loads(out)
    assert code == 0 and plan["left"] == plan["total"] == sum(
        file["size"] for file in plan["files"]
    )
    assert "folder" not in plan
    code, out, _ = run("download", "--json", "--yes")
    assert code == 0 and (Path(json.loads(out)["folder"]) / BIG).is_file()
    code, out, said = run("download", "--json")
    assert (code, out) == (2, "") and "--dry-run" in said


def test_what_is_no_model_of_the_hub_needs_no_download(run: Run, tmp_path: Path) -> None:
    for model in ("demo", str(tmp_path)):
        code, out, said = run("download", model)
        assert (code, out) == (0, "") and "nothing to download" in said


def test_no_room_is_told_with_both_numbers_before_the_question(
    hub: LoopbackHub, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    answering(monkeypatch, "y")
    code, _, said = run("download")
    assert code == 3
    assert "needs 32 MB more" in said and "5 MB free" in said
    assert "[y/N]" not in said and hub.downloads() == []


STEPS = (f"1. Open https://huggingface.co/{REAL}", "2. Make a token", "3. Run `hf auth login`")
MISSING = {
    "token": ("no Hugging Face token is here", "Steps 2 and 3 are missing"),
    "refused": ("does not accept this Hugging Face token", "Step 2 has to be done again"),
    "licence": ("has not been accepted with this login", "Step 1 is missing"),
    "pending": ("have yet to let this account in", "Step 1 is done and waits"),
    "rejected": ("have turned down this account's request", "Step 1 ended in a no"),
    "scope": ("may not read gated models", "Step 2 has to be done again with a token of type Read"),
}


@pytest.mark.parametrize("step", MISSING)
@pytest.mark.parametrize("command", ["download", "generate", "run_inference"])
def test_at_the_gate_the_missing_step_is_named(
    command: str, step: str, hub: LoopbackHub, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.gate = {TOKEN: step} if step in GATE else {"another": "accepted"}
    if step == "token":
        monkeypatch.delenv("HF_TOKEN")
    if command == "run_inference":
        from run_inference import build_parser

        monkeypatch.setattr("ideogram4.cli.build_parser", build_parser)
        code, out, said = run("--prompt", Path(CAPTION).read_text(), "--output", "never.png")
    elif command == "download":
        code, out, said = run("download", "--yes")
    else:
        code, out, said = run("generate", "--model", REAL, "--output", "never.png", *QUICK)
    assert (code, out) == (3, "")
    for words in (*MISSING[step], *STEPS, "HF_TOKEN"):
        assert words in said
    assert hub.downloads() == []


def test_ctrl_c_keeps_what_has_come_and_the_same_command_goes_on(
    hub: LoopbackHub, tmp_path: Path, run: Run
) -> None:
    """As a person does it: in a process of its own, stopped in the middle of a file."""
    hub.slow = BIG
    hub.pace.release(100)  # blocks of 64 kB
    program = [sys.executable, "-m", "ideogram4", "download", "--yes"]
    environ = {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_DISABLE_TELEMETRY": "1"}
    started = subprocess.Popen(
        program, cwd=ROOT, env=environ, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    blobs = tmp_path / "hub" / f"models--{REAL.replace('/', '--')}" / "blobs"
    deadline = time.monotonic() + 60
    while not any(part.stat().st_size > 6_000_000 for part in blobs.glob("*.incomplete")):
        assert time.monotonic() < deadline and started.poll() is None
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    out, said = started.communicate(timeout=60)
    assert started.returncode == 130 and out == ""
    assert "are here and stay here" in said and "goes on from there" in said
    assert "Traceback" not in said and TOKEN not in said
    (part,) = blobs.glob("*.incomplete")
    kept = part.stat().st_size
    assert kept > 6_000_000
    hub.slow = ""
    hub.requests.clear()
    code, out, _ = run("download", "--yes")
    assert code == 0 and (Path(out.strip()) / BIG).read_bytes() == hub.files[BIG]
    assert hub.ranges(BIG) == [f"bytes={kept}-"]


def test_a_cut_is_told_and_the_next_run_goes_on(
    hub: LoopbackHub, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ideogram4.weights.transfer.PAUSE", 0)
    hub.cuts[BIG] = [1_000_000] + [0] * 10
    code, _, said = run("download", "--yes")
    assert code == 3 and f"the download of {BIG}" in said and "goes on" in said
    hub.cuts.clear()
    assert run("download", "--yes")[0] == 0
    assert hub.ranges(BIG)[-1] == "bytes=1000000-"


def test_the_picture_says_which_commit_drew_it(hub: LoopbackHub, run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    code, _, said = run("generate", "--model", f"{REAL}@{COMMIT}", "--output", str(picture), *QUICK)
    assert code == 0, said
    assert f"commit: {COMMIT}" in said
    story = read_png_metadata(picture)
    assert (story["weights"], story["commit"]) == (f"{REAL}@{COMMIT}", COMMIT)
    assert "commit" not in _story_of_the_demo(run, tmp_path)


def _story_of_the_demo(run: Run, tmp_path: Path) -> dict[str, str]:
    picture = tmp_path / "demo.png"
    assert run("generate", "--model", "demo", "--output", str(picture), *QUICK)[0] == 0
    return read_png_metadata(picture)


def test_offline_uses_what_is_here_and_says_so(
    hub: LoopbackHub, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = str(tmp_path / "a.png")
    drawing = ["generate", "--model", REAL, "--output", picture, *QUICK]
    code, _, said = run(*drawing, "--offline")
    assert code == 3 and "has not been downloaded to this computer" in said
    assert f"ideogram4 download {REAL}" in said
    assert run("download", "--offline")[0] == 3
    assert hub.requests == []
    assert run("download", "--yes")[0] == 0
    hub.requests.clear()
    code, _, said = run(*drawing, "--offline")
    assert code == 0 and "the copy on this computer is used" in said
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert run(*drawing)[0] == 0
    code, out, said = run("download")
    assert code == 0 and Path(out.strip()).is_dir() and "is here, whole" in said
    assert hub.requests == []


def test_a_hub_in_trouble_is_no_harm_where_the_model_is_here(hub: LoopbackHub, run: Run) -> None:
    hub.faults["*"] = Reply(503)
    assert run("download")[0] == 3
    hub.faults.clear()
    assert run("download", "--yes")[0] == 0
    hub.faults["*"] = Reply(503)
    code, out, said = run("download")
    assert code == 0 and Path(out.strip()).name == COMMIT
    assert "it answered 503" in said and "is whole" in said


@pytest.mark.parametrize(
    "command",
    [
        ["download", REAL, "--yes"],
        ["generate", "--model", REAL, "--output", "never.png", *QUICK],
        ["quantize", REAL, "never", "--format", "fp8"],
    ],
    ids=lambda command: command[0],
)
def test_a_revision_can_be_named_on_every_command_that_fetches(
    command: list[str], run: Run
) -> None:
    code, _, said = run(*command, "--revision", "v9")
    assert code == 3 and f"{REAL} has no revision 'v9'" in said


def test_info_says_which_commit_is_here(run: Run) -> None:
    assert run("download", "--yes")[0] == 0
    code, out, _ = run("info", "--model", REAL, "--revision", COMMIT)
    assert code == 0 and f"{REAL}@{COMMIT}" in out
    assert ["commit", COMMIT] in [line.split() for line in out.splitlines()]


def test_a_revision_of_the_demo_is_refused(run: Run) -> None:
    code, _, said = run(
        "generate", "--model", "demo", "--revision", "v1", "--output", "n.png", *QUICK
    )
    assert code == 3 and "has no revision 'v1'" in said


def test_the_studio_is_opened_on_the_pinned_model(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ui.studio

    seen = []
    monkeypatch.setattr(ui.studio, "launch", lambda settings, **_: seen.append(settings))
    assert run("serve", "--model", REAL, "--revision", COMMIT, "--offline")[0] == 0
    assert (seen[0].model, seen[0].offline) == (f"{REAL}@{COMMIT}", True)


def test_the_choice_of_the_real_weights_can_be_pinned_too() -> None:
    chosen = choice.choose_model(choice.Settings(), None, "v1", obstacles=lambda _: None)
    assert chosen.model == f"{REAL}@v1"
