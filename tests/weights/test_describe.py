"""`ideogram4 info` can say what a folder holds, also in formats that do not load."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4.errors import CorruptFileError, MissingFileError
from ideogram4.weights import describe_folder
from tests.weights.raw_safetensors import entry, pack, write_indexed, zeros

FUSED = {"layers.0.attention.qkv.weight": (6, 2), "layers.0.attention.o.weight": (2, 2)}
SPLIT = {f"layers.0.attention.to_{part}.weight": (2, 2) for part in "qkv"}
SINGLE = "diffusion_pytorch_model.safetensors"


def add(folder: Path, component: str, content: bytes) -> None:
    (folder / component).mkdir()
    (folder / component / SINGLE).write_bytes(content)


def test_components_sizes_formats_and_layouts_are_told(tmp_path: Path) -> None:
    add(tmp_path, "transformer", zeros(FUSED))
    add(tmp_path, "unconditional_transformer", zeros(SPLIT, dtype="F32", bits=32))
    write_indexed(
        tmp_path / "text_encoder",
        {"a.safetensors": {"norm.weight": (4,)}, "b.safetensors": {"embed.weight": (3, 4)}},
        "model.safetensors",
    )
    (tmp_path / "tokenizer").mkdir()
    found = describe_folder(tmp_path)
    assert [part.name for part in found.components] == [
        "transformer",
        "unconditional_transformer",
        "text_encoder",
    ]
    assert [part.layout for part in found.components] == ["fused", "split", None]
    assert {part.quantisation for part in found.components} == {"plain"}
    assert found.small == ("tokenizer",)
    transformer = found.component("transformer")
    assert transformer is not None
    assert transformer.nbytes == (tmp_path / "transformer" / SINGLE).stat().st_size
    assert (transformer.tensors, transformer.dtypes, transformer.files) == (2, ("BF16",), 1)
    encoder = found.component("text_encoder")
    assert encoder is not None
    assert encoder.files == 2
    assert found.nbytes == sum(part.nbytes for part in found.components)
    assert found.component("vae") is None


def test_layers_of_both_kinds_are_mixed(tmp_path: Path) -> None:
    add(tmp_path, "transformer", zeros({**FUSED, "layers.1.attention.to_q.weight": (2, 2)}))
    assert describe_folder(tmp_path).components[0].layout == "mixed"


def test_a_format_that_does_not_load_is_still_described(tmp_path: Path) -> None:
    weight = "layers.0.attention.qkv.weight"
    nf4 = {
        weight: entry("U8", (8, 1), 0, 8),
        f"{weight}.absmax": entry("F32", (1,), 8, 12),
        f"{weight}.quant_state.bitsandbytes__nf4": entry("U8", (4,), 12, 16),
    }
    fp8 = {
        weight: entry("F8_E4M3", (4, 2), 0, 8),
        f"{weight}_scale": entry("F32", (4,), 8, 24),
    }
    add(tmp_path, "transformer", pack(nf4, bytes(16)))
    add(tmp_path, "unconditional_transformer", pack(fp8, bytes(24)))
    found = describe_folder(tmp_path)
    assert [part.quantisation for part in found.components] == ["nf4", "fp8"]


def test_a_folder_without_any_component_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="this is not a model folder"):
        describe_folder(tmp_path)


def test_a_component_without_weights_is_told(tmp_path: Path) -> None:
    (tmp_path / "vae").mkdir()
    with pytest.raises(MissingFileError, match="no weights here"):
        describe_folder(tmp_path)


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    add(tmp_path, "vae", b"<!DOCTYPE html>")
    with pytest.raises(CorruptFileError, match="a web page"):
        describe_folder(tmp_path)
