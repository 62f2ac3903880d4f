"""LoRAs on the command line: used, recorded in the picture, checked, refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from ideogram4.cli import main
from ideogram4.png import read_png_metadata

CAPTION = "presets/captions/sunset.json"


@pytest.fixture
def lora(tmp_path: Path) -> Path:
    """A LoRA for the demo, as ai-toolkit writes it."""
    generator = torch.Generator().manual_seed(1)
    state = {}
    for n in range(6):
        name = f"diffusion_model.layers.{n}.attention.o"
        state[f"{name}.lora_A.weight"] = torch.randn(4, 256, generator=generator) / 20
        state[f"{name}.lora_B.weight"] = torch.randn(256, 4, generator=generator)
    path = tmp_path / "style.safetensors"
    save_file(state, path)
    return path


def draw(output: Path, *options: str) -> bytes:
    arguments = ["--caption", CAPTION, "--seed", "3", "--steps", "3", "--output", str(output)]
    assert main(["generate", "--model", "demo", *arguments, *options]) == 0
    from PIL import Image

    return Image.open(output).tobytes()


def test_a_lora_changes_the_picture_and_is_recorded_in_it(
    lora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = draw(tmp_path / "a.png")
    styled = draw(tmp_path / "b.png", "--lora", f"{lora}:0.5:both")
    assert styled != plain
    told = capsys.readouterr().err
    assert "LoRA style.safetensors: weight 0.5, both, rank 4, 12 products (ai-toolkit)" in told
    (record,) = json.loads(read_png_metadata(tmp_path / "b.png")["loras"])
    assert record["name"] == "style.safetensors"
    assert (record["weight"], record["branch"]) == (0.5, "both")
    assert len(record["sha256"]) == 16
    assert "loras" not in read_png_metadata(tmp_path / "a.png")
    assert draw(tmp_path / "c.png", "--lora", f"{lora}:0") == plain


def test_files_are_checked_without_a_picture(
    lora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lora", str(lora), "--model", "demo"]) == 0
    assert "fits demo, 6 products of rank 4, written by ai-toolkit" in capsys.readouterr().out
    other = tmp_path / "other.safetensors"
    save_file({"unet.mid.lora_A.weight": torch.zeros(4, 8)}, other)
    assert main(["lora", str(lora), str(other), "--model", "demo"]) == 3
    told = capsys.readouterr()
    assert "fits demo" in told.out
    assert "unet.mid.lora_A.weight" in told.err


def test_a_lora_that_does_not_fit_draws_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.safetensors"
    save_file({"unet.mid.lora_A.weight": torch.zeros(4, 8)}, other)
    options = ["--caption", CAPTION, "--output", str(tmp_path / "a.png"), "--lora", str(other)]
    assert main(["generate", "--model", "demo", *options]) == 3
    assert "belongs to a layer of this model" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_a_weight_that_is_too_much_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--prompt", "a", "--lora", "style.safetensors:99"]) == 2
    assert "outside -10 to 10" in capsys.readouterr().err
