"""Reliability 16: whole files with the wrong content are refused from their headers.

"From headers" is held to: reading any tensor's data fails the test. Only values that are not finite
need the data, and are told by the tensor's name.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from ideogram4 import Ideogram4Pipeline
from ideogram4.errors import WeightsError
from ideogram4.weights import resolve_model
from ideogram4.weights.assemble import TensorReader

PARTS = {
    "transformer": "diffusion_pytorch_model.safetensors",
    "text_encoder": "model.safetensors",
    "vae": "diffusion_pytorch_model.safetensors",
}
Change = Callable[[dict[str, torch.Tensor]], None]


def missing(state: dict[str, torch.Tensor]) -> None:
    del state[max(state, key=lambda key: state[key].numel())]


def extra(state: dict[str, torch.Tensor]) -> None:
    state["surprise.weight"] = torch.zeros(2, 2)


def misshaped(state: dict[str, torch.Tensor]) -> None:
    name = max(state, key=lambda key: state[key].numel())
    state[name] = state[name][:-1].contiguous()


def fp8_without_scale(state: dict[str, torch.Tensor]) -> None:
    name = max(state, key=lambda key: state[key].numel())
    state[name] = state[name].to(torch.float8_e4m3fn)


def whole_numbers(state: dict[str, torch.Tensor]) -> None:
    name = max(state, key=lambda key: state[key].numel())
    state[name] = torch.zeros(state[name].shape, dtype=torch.int64)


CHANGES: dict[str, tuple[Change, str]] = {
    "missing": (missing, r"missing \(1\)"),
    "extra": (extra, r"extra \(1\)"),
    "misshaped": (misshaped, r"misshaped \(1\)"),
    "fp8 without scale": (fp8_without_scale, "float8 weights without a scale"),
    "whole numbers": (whole_numbers, "I64"),
}


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    shutil.copytree(resolve_model("demo"), tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def no_reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of tensors whose data were read."""
    read: list[str] = []

    def refuse(self: TensorReader, info: Any) -> torch.Tensor:
        read.append(f"{info.file.parent.name}/{info.name}")
        return real(self, info)

    real = TensorReader.read
    monkeypatch.setattr(TensorReader, "read", refuse)
    return read


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("name", CHANGES)
def test_each_is_refused_before_a_byte_of_it_is_read(
    demo: Path, no_reading: list[str], part: str, name: str
) -> None:
    change, told = CHANGES[name]
    file = demo / part / PARTS[part]
    state = load_file(file)
    change(state)
    save_file(state, file)
    with pytest.raises(WeightsError, match=told) as refusal:
        Ideogram4Pipeline.from_pretrained(demo, device="cpu")
    assert part in refusal.value.message
    assert not [read for read in no_reading if read.startswith(f"{part}/")]


def test_an_index_that_points_outside_its_folder(demo: Path, no_reading: list[str]) -> None:
    file = demo / "transformer" / PARTS["transformer"]
    secret = demo.parent / "secret.safetensors"
    file.rename(secret)
    names = list(load_file(secret))
    table = {"weight_map": dict.fromkeys(names, "../../secret.safetensors")}
    (file.parent / f"{file.name}.index.json").write_text(json.dumps(table))
    with pytest.raises(WeightsError, match="points outside its folder"):
        Ideogram4Pipeline.from_pretrained(demo, device="cpu")
    assert not [read for read in no_reading if read.startswith("transformer/")]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("part", PARTS)
def test_values_that_are_not_finite_are_told_by_name(demo: Path, part: str, value: float) -> None:
    file = demo / part / PARTS[part]
    state = load_file(file)
    name = max(state, key=lambda key: state[key].numel())
    state[name].view(-1)[3] = value
    save_file(state, file)
    with pytest.raises(WeightsError, match=r"holds NaN|an infinite value") as refusal:
        Ideogram4Pipeline.from_pretrained(demo, device="cpu")
    assert name in refusal.value.message and file.name in refusal.value.message
