"""Whether a checkpoint can write is said as the reading of its head then turns out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from ideogram4.model.config import CheckpointInfo
from ideogram4.weights import resolve_model
from ideogram4.weights.head import why_no_writing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo's text encoder with a norm, which it has no head for."""
    home = resolve_model("demo")
    shutil.copytree(home / "text_encoder", tmp_path / "text_encoder")
    shutil.copy(home / "model_index.json", tmp_path)
    config = tmp_path / "text_encoder" / "config.json"
    taps = CheckpointInfo.from_folder(home, "demo").text_encoder_taps
    change(config, num_hidden_layers=max(taps) + 1, tie_word_embeddings=False)
    weights = tmp_path / "text_encoder" / "model.safetensors"
    tensors = load_file(weights)
    tensors["language_model.norm.weight"] = torch.ones(4)
    save_file(tensors, weights)
    return tmp_path


def change(config: Path, **values: Any) -> None:
    content = json.loads(config.read_text(encoding="utf-8"))
    content.pop("text_config", None)
    config.write_text(json.dumps({**content, **values}), encoding="utf-8")


def test_without_a_head_it_does_not_write(folder: Path) -> None:
    assert "no head" in why_no_writing(folder)


@pytest.mark.parametrize("name", ["weight", "lm_head.weight"])
def test_with_a_head_of_its_own_it_writes(folder: Path, name: str) -> None:
    (folder / "lm_head").mkdir()
    save_file({name: torch.ones(3, 4)}, folder / "lm_head" / "model.safetensors")
    assert why_no_writing(folder) == ""


def test_with_a_tied_table_it_writes(folder: Path) -> None:
    change(folder / "text_encoder" / "config.json", tie_word_embeddings=True)
    assert why_no_writing(folder) == ""


def test_an_encoder_that_ends_early_does_not_write(folder: Path) -> None:
    change(folder / "text_encoder" / "config.json", tie_word_embeddings=True, num_hidden_layers=99)
    assert "last layer" in why_no_writing(folder)


def test_files_that_cannot_be_read_are_a_reason(tmp_path: Path) -> None:
    assert "could not be read" in why_no_writing(tmp_path)
