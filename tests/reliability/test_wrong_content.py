"""The right files with the wrong content: refused from headers, before memory is taken for a part.

Every case is in the part that is loaded last, so that whoever reads before looking is found out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors
import torch
from safetensors.torch import load_file, save_file

from ideogram4.errors import CorruptFileError, TensorMismatchError, WeightsError
from ideogram4.pipeline import Ideogram4Pipeline
from tests.memory.live_bytes import LiveBytes
from tests.reliability.hubs import FILE, on_the_page, refused
from tests.weights import full_size
from tests.weights.hub_parts import repository_of_the_demo

LAST = "vae"
Tensors = dict[str, torch.Tensor]
Spoil = Callable[[Path], None]


def changed(part: str, change: Callable[[Tensors], object]) -> Spoil:
    """Write the weights of one part again after `change`."""

    def spoil(folder: Path) -> None:
        tensors = load_file(folder / part / FILE)
        change(tensors)
        save_file(
            {name: value.contiguous() for name, value in tensors.items()}, folder / part / FILE
        )

    return spoil


def _without(tensors: Tensors) -> object:
    return tensors.pop("decoder.conv_out.bias")


def _with_more(tensors: Tensors) -> object:
    return tensors.update({"decoder.conv_out.extra": torch.zeros(3)})


def _misshaped(tensors: Tensors) -> object:
    return tensors.update({"decoder.conv_out.bias": torch.zeros(7)})


def _of_whole_numbers(tensors: Tensors) -> object:
    return tensors.update({"decoder.conv_out.bias": torch.zeros(3, dtype=torch.int64)})


def _float8_without_scale(tensors: Tensors) -> object:
    name = "layers.0.feed_forward.w1.weight"
    return tensors.update({name: tensors[name].to(torch.float8_e4m3fn)})


def _float8_with_another_scale(tensors: Tensors) -> object:
    name = "layers.0.feed_forward.w1.weight"
    return tensors.update(
        {name: tensors[name].to(torch.float8_e4m3fn), f"{name}_scale": torch.ones(5)}
    )


def _index_outside(folder: Path) -> None:
    index = {"weight_map": {"decoder.conv_in.weight": "../../outside.safetensors"}}
    (folder / LAST / f"{FILE}.index.json").write_text(json.dumps(index))


def _of_another_model(folder: Path) -> None:
    config = json.loads((folder / LAST / "config.json").read_text())
    (folder / LAST / "config.json").write_text(json.dumps({**config, "latent_channels": 7}))


WRONG: dict[str, tuple[Spoil, type[WeightsError], tuple[str, ...]]] = {
    "missing": (
        changed(LAST, _without),
        TensorMismatchError,
        ("missing (1)", "decoder.conv_out.bias"),
    ),
    "extra": (
        changed(LAST, _with_more),
        TensorMismatchError,
        ("extra (1)", "decoder.conv_out.extra"),
    ),
    "misshaped": (
        changed(LAST, _misshaped),
        TensorMismatchError,
        ("misshaped (1)", "decoder.conv_out.bias", "(7,)", "(3,)"),
    ),
    "whole numbers": (
        changed(LAST, _of_whole_numbers),
        TensorMismatchError,
        ("misshaped (1)", "I64", "floating point"),
    ),
    "fp8 without scale": (
        changed("unconditional_transformer", _float8_without_scale),
        TensorMismatchError,
        ("layers.0.feed_forward.w1.weight", "scale"),
    ),
    "fp8 with a scale of another shape": (
        changed("unconditional_transformer", _float8_with_another_scale),
        TensorMismatchError,
        ("layers.0.feed_forward.w1.weight", "scale"),
    ),
    "index outside its folder": (
        _index_outside,
        CorruptFileError,
        ("points outside its folder", "../../outside.safetensors"),
    ),
    "configuration of another model": (
        _of_another_model,
        WeightsError,
        ("post_quant_conv",),
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model that draws."""
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "model"
    for name, body in repository_of_the_demo().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(body)
    return root


@pytest.mark.parametrize("case", WRONG)
def test_it_is_refused_from_headers_and_no_memory_is_taken(
    case: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reliability 16: no tensor is read from any file, and none is made."""
    spoil, kind, words = WRONG[case]
    spoil(folder)

    def read(*_: object, **__: object) -> None:
        raise AssertionError("weights were read")

    monkeypatch.setattr(safetensors, "safe_open", read)
    with LiveBytes() as memory, pytest.raises(kind) as refusal:
        Ideogram4Pipeline.from_pretrained(str(folder))
    assert all(word in refusal.value.message for word in words), refusal.value.message
    assert memory.peak == 0


@pytest.mark.parametrize("case", WRONG)
def test_at_the_terminal_and_on_the_page_it_says_what_is_wrong(
    case: str, folder: Path, tmp_path: Path
) -> None:
    """Reliability 16: named with the folder, in words, with exit code 3."""
    spoil, kind, words = WRONG[case]
    spoil(folder)
    told = refused(str(folder))
    error, shown = on_the_page(str(folder), tmp_path)
    assert isinstance(error, kind)
    for word in (*words, str(folder)):
        assert word in told.said and word in shown


def test_not_a_number_is_found_when_it_is_read(folder: Path, tmp_path: Path) -> None:
    """Reliability 16: the one case that headers cannot tell; the tensor and its file are named."""

    def spoil(tensors: Tensors) -> None:
        tensors["decoder.conv_out.bias"][1] = float("nan")

    changed(LAST, spoil)(folder)
    told = refused(str(folder))
    error, shown = on_the_page(str(folder), tmp_path)
    assert type(error) is TensorMismatchError
    for word in ("decoder.conv_out.bias", "holds NaN", str(folder / LAST / FILE)):
        assert word in told.said and word in shown


@pytest.mark.parametrize("kind", ["nf4", "fp8"])
def test_at_the_published_size_it_costs_no_memory_either(kind: str, folder: Path) -> None:
    """Reliability 16: one tensor of 18 GB is missing, and no byte is taken to find out."""
    for part in ("transformer", "unconditional_transformer"):
        tensors = full_size.packed(full_size.transformer(), kind)
        if part.startswith("un"):
            del tensors["layers.33.ffn_norm2.weight"]
        full_size.write(folder / part / FILE, tensors)
        full_size.configure(folder / part, full_size.TRANSFORMER_CONFIG)
    with LiveBytes() as memory, pytest.raises(TensorMismatchError, match="ffn_norm2") as refusal:
        Ideogram4Pipeline.from_pretrained(str(folder))
    assert "unconditional_transformer" in refusal.value.message
    assert memory.peak == 0
