"""Whether a checkpoint can look at pictures, told from its headers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from ideogram4.choice import DEMO
from ideogram4.weights import resolve_model
from ideogram4.weights.sight import why_no_seeing

TOWER = "visual.merger.norm.weight"


def folder_of(tmp_path: Path, config: object, *names: str) -> Path:
    text = tmp_path / "text_encoder"
    text.mkdir()
    (text / "config.json").write_text(json.dumps(config))
    save_file({name: torch.ones(2) for name in names}, text / "model.safetensors")
    return tmp_path


@pytest.mark.parametrize("prefix", ["", "model."])
def test_a_tower_that_is_told_of_and_there_sees(tmp_path: Path, prefix: str) -> None:
    assert why_no_seeing(folder_of(tmp_path, {"vision_config": {}}, prefix + TOWER)) == ""


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ({}, TOWER),
        ({"vision_config": None}, TOWER),
        ({"vision_config": {}}, "language_model.norm.weight"),
    ],
)
def test_half_a_tower_is_none(tmp_path: Path, config: object, name: str) -> None:
    assert "no vision tower" in why_no_seeing(folder_of(tmp_path, config, name))


def test_files_that_cannot_be_read_are_a_reason(tmp_path: Path) -> None:
    assert "could not be read" in why_no_seeing(tmp_path)


def test_the_demo_sees_nothing() -> None:
    folder = resolve_model(DEMO, local_files_only=True)
    assert "no vision tower" in why_no_seeing(folder)
