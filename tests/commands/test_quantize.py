"""`ideogram4 quantize`: a packed copy of the demo draws nearly the demo's picture."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ideogram4.cli import main
from ideogram4.weights import resolve_model

CAPTION = "presets/captions/sunset.json"
# Mean levels of 255 between the demo's picture and its packed copy's. A small model bears four bits
# worse than a large one.
FARTHEST = {"fp8": 6.0, "nf4": 40.0}


def draw(model: str, output: Path) -> np.ndarray:
    options = ["--caption", CAPTION, "--seed", "3", "--steps", "6", "--output", str(output)]
    assert main(["generate", "--model", model, *options]) == 0
    return np.asarray(Image.open(output).convert("RGB"), dtype=float)


@pytest.mark.parametrize("kind", ["fp8", "nf4"])
def test_the_demo_is_packed_and_drawn(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "packed"
    assert main(["quantize", "demo", str(target), "--format", kind]) == 0
    assert f"114 linear layers in {kind}" in capsys.readouterr().out
    exact, packed = draw("demo", tmp_path / "a.png"), draw(str(target), tmp_path / "b.png")
    assert 0 < np.abs(exact - packed).mean() < FARTHEST[kind]
    assert main(["info", "--model", str(target)]) == 0
    assert f"tensors, {kind}, fused" in capsys.readouterr().out


def test_an_existing_folder_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()
    assert main(["quantize", "demo", str(tmp_path / "mine"), "--format", "fp8"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [tmp_path / "mine"]


def test_a_folder_inside_the_model_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model"
    shutil.copytree(resolve_model("demo"), model)
    assert main(["quantize", str(model), str(model / "vae" / "new"), "--format", "fp8"]) == 2
    assert "copied into itself" in capsys.readouterr().err


def test_licence_head_and_notes_come_along(tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(resolve_model("demo"), model)
    (model / "LICENSE.md").write_text("the licence")
    (model / "lm_head").mkdir()
    (model / "lm_head" / "model.safetensors").write_bytes(b"head")
    (model / "text_encoder" / "generation_config.json").write_text("{}")
    assert main(["quantize", str(model), str(tmp_path / "new"), "--format", "fp8"]) == 0
    for name in ("LICENSE.md", "lm_head/model.safetensors", "text_encoder/generation_config.json"):
        assert (tmp_path / "new" / name).is_file(), name


def test_a_full_disk_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Usage:
        free = 1_000_000

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    assert main(["quantize", "demo", str(tmp_path / "new"), "--format", "fp8"]) == 3
    assert "has 1 MB free, and 18 MB are needed" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_no_model_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["quantize", str(tmp_path / "empty"), str(tmp_path / "x"), "--format", "nf4"]) == 3
    assert "the model is not complete" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
