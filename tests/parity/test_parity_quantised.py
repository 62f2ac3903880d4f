"""Packed checkpoints made by others draw what their unpacked numbers draw.

The reference is an ordinary float32 folder, decoded by bitsandbytes or by `w8 * scale`, so what is
left is rounding: none for nf4, where the same numbers meet the same product, and the last bits of
float32 for float8, whose scale is applied after the product.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import Ideogram4Pipeline as PeerPipeline
from safetensors.torch import load_file, save_file

from ideogram4 import Ideogram4Pipeline
from ideogram4.errors import TensorMismatchError, WeightsError
from ideogram4.weights.quantize import quantize_folder
from tests.parity import peer as asked
from tests.parity.checkpoints import SHORT_CAPTION, CheckpointSize, build_pipeline
from tests.parity.compare import relative_error
from tests.parity.peer import Guided
from tests.parity.quantised import (
    FILES,
    TRANSFORMERS,
    by_script,
    by_the_libraries,
    dequantised,
    open_nf4_transformer,
)

FP8_ROUNDING = 1e-5
MakeFolder = Callable[[Path, Path], Path]


def latents(folder: Path, noise: torch.Tensor, dtype: torch.dtype = torch.float32) -> Any:
    pipe = Ideogram4Pipeline.from_pretrained(folder, device="cpu", dtype=dtype)
    return pipe(
        SHORT_CAPTION,
        width=256,
        height=256,
        noise=noise,
        num_steps=2,
        guidance_scale=4.0,
        output="latents",
        check="off",
    )


@pytest.mark.parametrize("nested", [False, True], ids=["single", "nested"])
def test_nf4_by_diffusers_and_transformers(
    folder: Path, tmp_path: Path, noise: Any, nested: bool
) -> None:
    packed = by_the_libraries(folder, tmp_path / "packed", bnb_4bit_use_double_quant=nested)
    reference = dequantised(packed, folder, tmp_path / "reference")
    start = noise(1, 256, 256)
    assert Ideogram4Pipeline.from_pretrained(packed, device="cpu").quantisation == "nf4"
    assert torch.equal(latents(packed, start), latents(reference, start))
    assert relative_error(latents(packed, start), latents(folder, start)) > 0.01, "really packed"


# Rows of whole blocks: on a processor bitsandbytes decodes only those rightly.
WHOLE_BLOCKS = CheckpointSize(
    heads=2, head_dim=64, mrope_section=(12, 10, 10), intermediate=192, adaln=64, text_hidden=64
)
# Its layers there keep the blocks' maxima in bfloat16, and compute in it where the file says so.
THEIR_ROUNDING = 0.06


@pytest.mark.parametrize("writer", ["diffusers", "ideogram4 quantize"])
def test_a_picture_is_that_of_diffusers_own_packed_layers(
    tmp_path: Path, noise: Any, writer: str
) -> None:
    plain = build_pipeline(WHOLE_BLOCKS)
    plain.save_pretrained(tmp_path / "plain")
    if writer == "diffusers":
        packed = by_the_libraries(tmp_path / "plain", tmp_path / "packed")
    else:
        packed = tmp_path / "packed"
        quantize_folder(tmp_path / "plain", packed, "nf4", keys="split")
    reference = dequantised(packed, tmp_path / "plain", tmp_path / "reference")
    theirs = PeerPipeline(
        scheduler=plain.scheduler,
        vae=plain.vae,
        tokenizer=plain.tokenizer,
        text_encoder=PeerPipeline.from_pretrained(reference).text_encoder,
        **{part: open_nf4_transformer(packed / part) for part in TRANSFORMERS},
    )
    theirs.set_progress_bar_config(disable=True)
    how, start = Guided(guidance=(4.0, 4.0)), noise(1, 256, 256)
    expected = asked.generate(theirs, SHORT_CAPTION, start, 256, 256, how)
    mine = Ideogram4Pipeline.from_pretrained(packed, device="cpu", dtype=torch.float32)(
        SHORT_CAPTION,
        width=256,
        height=256,
        noise=start,
        guidance_schedule=how.guidance,
        mu=how.mu,
        std=how.std,
        output="latents",
        check="off",
    )
    assert relative_error(mine, expected.latents[-1]) < THEIR_ROUNDING


@pytest.mark.parametrize("keys", ["split", "fused"])
@pytest.mark.parametrize("nested", [False, True], ids=["single", "nested"])
def test_nf4_by_a_script(
    request: pytest.FixtureRequest, tmp_path: Path, noise: Any, keys: str, nested: bool
) -> None:
    plain = request.getfixturevalue("folder" if keys == "split" else "fused_folder")
    packed = by_script(plain, tmp_path / "packed", "nf4", nested=nested)
    reference = dequantised(packed, plain, tmp_path / "reference")
    start = noise(1, 256, 256)
    assert torch.equal(latents(packed, start), latents(reference, start))


@pytest.mark.parametrize("keys", ["split", "fused"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"scale": "column"},
        {"scale": "one"},
        {"suffix": "scale_weight"},
        {"suffix": "_scale_inv"},
        {"comfy": "float8_e4m3fn"},
        {"dtype": torch.float8_e5m2},
    ],
    ids=["rows", "out-by-1", "one-scale", "scale_weight", "scale_inv", "comfy", "e5m2"],
)
def test_fp8_by_a_script(
    request: pytest.FixtureRequest, tmp_path: Path, noise: Any, keys: str, options: dict[str, Any]
) -> None:
    plain = request.getfixturevalue("folder" if keys == "split" else "fused_folder")
    packed = by_script(plain, tmp_path / "packed", "fp8", **options)
    reference = dequantised(packed, plain, tmp_path / "reference")
    start = noise(1, 256, 256)
    error = relative_error(latents(packed, start), latents(reference, start))
    assert error < FP8_ROUNDING
    assert relative_error(latents(packed, start), latents(plain, start)) > 0.001, "really packed"


@pytest.mark.parametrize("kind", ["nf4", "fp8"])
def test_fused_and_split_packed_keys_are_the_same_rows(
    folder: Path, fused_folder: Path, tmp_path: Path, noise: Any, kind: str
) -> None:
    split = by_script(folder, tmp_path / "split", kind)
    fused = by_script(fused_folder, tmp_path / "fused", kind)
    start = noise(1, 256, 256)
    assert torch.equal(latents(split, start), latents(fused, start))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("kind", ["nf4", "fp8"])
def test_the_compute_dtype_is_free(
    folder: Path, tmp_path: Path, noise: Any, kind: str, dtype: torch.dtype
) -> None:
    packed = by_script(folder, tmp_path / "packed", kind)
    reference = dequantised(packed, folder, tmp_path / "reference")
    start = noise(1, 256, 256)
    exact, narrow = latents(reference, start), latents(packed, start, dtype)
    # Held to what the unpacked numbers lose in this dtype; random weights lose much.
    plain_error = relative_error(latents(reference, start, dtype), exact)
    assert relative_error(narrow, exact) < 1.5 * plain_error


@pytest.mark.parametrize("keys", ["fused", "split"])
@pytest.mark.parametrize("kind", ["nf4", "fp8"])
def test_ideogram4_quantize_writes_what_the_scripts_write(
    folder: Path, fused_folder: Path, tmp_path: Path, kind: str, keys: Any
) -> None:
    report = quantize_folder(folder, tmp_path / "ours", kind, keys=keys)
    theirs = by_script(fused_folder if keys == "fused" else folder, tmp_path / "theirs", kind)
    assert report.nbytes < report.source_bytes / 2
    for part, name in FILES.items():
        mine, expected = (load_file(root / part / name) for root in (tmp_path / "ours", theirs))
        assert mine.keys() == expected.keys(), part
        for key, value in expected.items():
            if "quant_state" in key:  # the same note in bfloat16, as published
                assert json.loads(bytes(mine[key].tolist()))["dtype"] == "bfloat16"
            else:
                assert mine[key].shape == value.shape, key
                assert torch.equal(mine[key].view(torch.uint8), value.view(torch.uint8)), key


@pytest.mark.parametrize("kind", ["nf4", "fp8"])
def test_packing_what_was_unpacked_changes_no_bit(folder: Path, tmp_path: Path, kind: str) -> None:
    once = by_script(folder, tmp_path / "once", kind)
    back = dequantised(once, folder, tmp_path / "back")
    quantize_folder(back, tmp_path / "twice", kind, keys="split")
    for part, name in FILES.items():
        first, second = (load_file(root / part / name) for root in (once, tmp_path / "twice"))
        for key, value in first.items():
            if value.dtype == torch.float32 and kind == "fp8" and key.endswith("_scale"):
                # 448 * s / 448 can differ from s in the last bit.
                torch.testing.assert_close(second[key], value, rtol=2e-7, atol=0)
            elif "quant_state" not in key:
                assert torch.equal(second[key].view(torch.uint8), value.view(torch.uint8)), key


def broken(plain: Path, target: Path, kind: str, change: Callable[[dict[str, Any]], None]) -> Path:
    """A script's folder in which `change` was let loose on the transformer's tensors."""
    packed = by_script(plain, target, kind)
    file = packed / "transformer" / FILES["transformer"]
    state = load_file(file)
    change(state)
    save_file(state, file)
    return packed


QKV = "layers.0.attention.qkv.weight"
NOTE = f"{QKV}.quant_state.bitsandbytes__nf4"


def nan_code(state: dict[str, Any]) -> None:
    state[QKV].view(torch.uint8)[3, 4] = 0xFF


def nan_scale(state: dict[str, Any]) -> None:
    state[f"{QKV}_scale"][1] = float("nan")


def blocks(state: dict[str, Any]) -> None:
    state[f"{QKV}_scale"] = torch.ones(9, 3)


def unknown_note(state: dict[str, Any]) -> None:
    state["layers.0.attention.qkv.comfy_quant"] = torch.tensor(list(b'{"format":"nvfp4"}')).byte()


def nan_maximum(state: dict[str, Any]) -> None:
    state[f"{QKV}.absmax"][5] = float("inf")


def no_state(state: dict[str, Any]) -> None:
    del state[NOTE]


def no_maxima(state: dict[str, Any]) -> None:
    del state[f"{QKV}.absmax"]


def other_columns(state: dict[str, Any]) -> None:
    note = json.loads(bytes(state[NOTE].tolist()))
    note["shape"] = [note["shape"][1], note["shape"][0]]
    state[NOTE] = torch.tensor(list(json.dumps(note).encode())).byte()


def no_note(state: dict[str, Any]) -> None:
    state[NOTE] = torch.zeros(7, dtype=torch.uint8)


def note_with(**changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(state: dict[str, Any]) -> None:
        note = json.loads(bytes(state[NOTE].tolist())) | changes
        state[NOTE] = torch.tensor(list(json.dumps(note).encode())).byte()

    return change


def endless_note(state: dict[str, Any]) -> None:
    state[NOTE] = torch.full((1 << 20,), ord(" "), dtype=torch.uint8)


def numbers_for_a_note(state: dict[str, Any]) -> None:
    state[NOTE] = torch.tensor([1e9, float("nan")])


def nested_bomb(state: dict[str, Any]) -> None:
    """A gigabyte for each byte of the file, if it were believed."""
    state[f"{QKV}.absmax"] = torch.zeros(state[f"{QKV}.absmax"].numel(), dtype=torch.uint8)
    state[f"{QKV}.nested_absmax"] = torch.ones(1)
    state[f"{QKV}.nested_quant_map"] = torch.ones(255)
    note_with(nested_blocksize=2**30, nested_offset=0.0)(state)


def nested_nonsense(state: dict[str, Any]) -> None:
    nested_bomb(state)
    state[f"{QKV}.nested_quant_map"] = torch.ones(256)
    note_with(nested_blocksize=-4, nested_offset="x")(state)


def whole_scale(state: dict[str, Any]) -> None:
    state[f"{QKV}_scale"] = state[f"{QKV}_scale"].to(torch.int64)


def two_scales(state: dict[str, Any]) -> None:
    state[QKV.replace("weight", "scale_weight")] = torch.tensor(99.0)


def whole_maxima(state: dict[str, Any]) -> None:
    state[f"{QKV}.absmax"] = state[f"{QKV}.absmax"].to(torch.int32)


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        ("fp8", whole_scale, "cannot be the one scale"),
        ("fp8", two_scales, "cannot be the one scale"),
        ("nf4", whole_maxima, "expected floating point"),
        ("nf4", note_with(blocksize=10**30), "does not describe an nf4 weight"),
        ("nf4", note_with(shape=[10**4200] * 3), "does not describe an nf4 weight"),
        ("nf4", note_with(shape=[10**9, 96]), "does not match its"),
        ("nf4", note_with(shape=[-288, 96]), "does not describe an nf4 weight"),
        ("nf4", note_with(shape="wide"), "does not describe an nf4 weight"),
        ("nf4", note_with(blocksize=0), "does not describe an nf4 weight"),
        ("nf4", note_with(blocksize=63), "does not describe an nf4 weight"),
        ("nf4", note_with(quant_type="fp4"), "does not describe an nf4 weight"),
        ("nf4", endless_note, "does not describe an nf4 weight"),
        ("nf4", numbers_for_a_note, "does not describe an nf4 weight"),
        ("nf4", nested_bomb, "packed maxima"),
        ("nf4", nested_nonsense, "does not describe an nf4 weight"),
        ("fp8", nan_code, "holds NaN"),
        ("fp8", nan_scale, "holds NaN"),
        ("fp8", blocks, "a scale a row would be"),
        ("fp8", unknown_note, "'nvfp4'"),
        ("nf4", nan_maximum, "an infinite value"),
        ("nf4", no_state, "without their state"),
        ("nf4", no_maxima, "without .*absmax"),
        ("nf4", other_columns, "the model wants"),
        ("nf4", no_note, "does not describe an nf4 weight"),
    ],
)
def test_a_broken_packed_weight_is_refused_by_name(
    fused_folder: Path, tmp_path: Path, kind: str, change: Any, told: str
) -> None:
    packed = broken(fused_folder, tmp_path / "packed", kind, change)
    with pytest.raises(WeightsError, match=told) as refusal:
        Ideogram4Pipeline.from_pretrained(packed, device="cpu")
    assert QKV.removesuffix("weight") in refusal.value.message


def test_missing_extra_and_misshaped_packed_tensors_are_told_together(
    fused_folder: Path, tmp_path: Path
) -> None:
    def change(state: dict[str, Any]) -> None:
        state["layers.9.attention.o.weight"] = state["layers.0.attention.o.weight"].clone()
        state["layers.9.attention.o.weight_scale"] = torch.ones(96)
        del state["input_proj.weight"], state["input_proj.weight_scale"]
        state["adaln_proj.weight"] = torch.zeros(48, 95).to(torch.float8_e4m3fn)

    packed = broken(fused_folder, tmp_path / "packed", "fp8", change)
    with pytest.raises(TensorMismatchError) as refusal:
        Ideogram4Pipeline.from_pretrained(packed, device="cpu")
    for told in ("missing (1)", "input_proj.weight", "extra (1)", "layers.9", "misshaped (1)"):
        assert told in refusal.value.message


def test_a_mixture_of_packed_and_plain_layers_loads(
    folder: Path, tmp_path: Path, noise: Any
) -> None:
    """As with `llm_int8_skip_modules`, or one of q, k, v left out."""
    packed = by_script(folder, tmp_path / "packed", "nf4")
    plain = {part: load_file(folder / part / FILES[part]) for part in TRANSFORMERS}
    for part in TRANSFORMERS:
        file = packed / part / FILES[part]
        state = load_file(file)
        for name in ("llm_cond_proj.weight", "layers.0.attention.to_k.weight"):
            for key in [key for key in state if key.startswith(name)]:
                del state[key]
            state[name] = plain[part][name]
        save_file(state, file)
    reference = dequantised(packed, folder, tmp_path / "reference")
    start = noise(1, 256, 256)
    assert torch.equal(latents(packed, start), latents(reference, start))


@pytest.mark.parametrize("prefix", ["", "model.diffusion_model."])
@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float32], ids=str)
def test_the_marker_of_comfy_is_passed_over(
    fused_folder: Path, tmp_path: Path, noise: Any, prefix: str, dtype: torch.dtype
) -> None:
    packed = by_script(fused_folder, tmp_path / "packed", "fp8", suffix="scale_weight")
    start = noise(1, 256, 256)
    expected = latents(packed, start)
    for part in TRANSFORMERS:
        file = packed / part / FILES[part]
        state = load_file(file) | {"scaled_fp8": torch.zeros(2).to(dtype)}
        save_file({prefix + name: value for name, value in state.items()}, file)
    assert torch.equal(latents(packed, start), expected)


def test_thirds_that_are_none_are_refused(folder: Path, tmp_path: Path) -> None:
    """Together q, k and v have the right number of rows."""
    shutil.copytree(folder, tmp_path / "odd")
    file = tmp_path / "odd" / "transformer" / FILES["transformer"]
    state = load_file(file)
    for name, rows in (("to_q", 144), ("to_k", 48)):
        state[f"layers.0.attention.{name}.weight"] = torch.zeros(rows, 96)
    save_file(state, file)
    with pytest.raises(TensorMismatchError, match="misshaped"):
        Ideogram4Pipeline.from_pretrained(tmp_path / "odd", device="cpu")


def test_columns_of_one_packed_piece_among_plain_ones(folder: Path, tmp_path: Path) -> None:
    packed = by_script(folder, tmp_path / "packed", "nf4")
    plain = load_file(folder / "transformer" / FILES["transformer"])
    file = packed / "transformer" / FILES["transformer"]
    state = load_file(file)
    for name in ("to_k", "to_v"):
        for key in [key for key in state if f"layers.0.attention.{name}." in key]:
            del state[key]
        key = f"layers.0.attention.{name}.weight"
        state[key] = plain[key]
    note = "layers.0.attention.to_q.weight.quant_state.bitsandbytes__nf4"
    told = json.loads(bytes(state[note].tolist())) | {"shape": [48, 192]}
    state[note] = torch.tensor(list(json.dumps(told).encode())).byte()
    save_file(state, file)
    with pytest.raises(TensorMismatchError, match="the model wants"):
        Ideogram4Pipeline.from_pretrained(packed, device="cpu")


def test_nf4_is_not_packed_again(folder: Path, tmp_path: Path) -> None:
    packed = by_script(folder, tmp_path / "packed", "nf4")
    with pytest.raises(WeightsError, match="nothing left to gain"):
        quantize_folder(packed, tmp_path / "again", "fp8")
