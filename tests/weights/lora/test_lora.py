"""Stacking, branches, taking out, and files that are refused with everything they name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from ideogram4 import LoraSpec
from ideogram4.errors import (
    CorruptFileError,
    MissingFileError,
    OutOfMemoryError,
    RequestError,
    TensorMismatchError,
)
from ideogram4.weights.lora.attach import LoraLinear
from ideogram4.weights.lora.spec import BRANCHES
from tests.parity.compare import relative_error
from tests.weights.lora import writers

ROUNDING = 2e-4


@pytest.fixture
def files(checkpoints: dict[str, Path], made: Any, tmp_path: Path) -> dict[str, Path]:
    """Two LoRAs of different layers and writers."""
    other = writers.changes(
        checkpoints["plain"] / "transformer",
        ["layers.0.attention.to_q", "layers.1.feed_forward.w1"],
        seed=9,
    )
    paths = {"first": tmp_path / "first.safetensors", "second": tmp_path / "second.safetensors"}
    save_file(writers.kohya_split(made), paths["first"])
    save_file({k: v.contiguous() for k, v in writers.diffusers(other).items()}, paths["second"])
    return paths


def test_several_add_up_each_with_its_weight(
    checkpoints: dict[str, Path], made: Any, files: Any, load: Any, draw: Any, tmp_path: Path
) -> None:
    other = writers.changes(
        checkpoints["plain"] / "transformer",
        ["layers.0.attention.to_q", "layers.1.feed_forward.w1"],
        seed=9,
    )
    once = writers.merged(checkpoints["plain"], tmp_path / "1", {"transformer": made}, 0.5)
    twice = writers.merged(once, tmp_path / "2", {"transformer": other}, -1.5)
    pipe = load(checkpoints["plain"])
    reports = pipe.set_loras([LoraSpec(files["first"], 0.5), LoraSpec(files["second"], -1.5)])
    assert [report.weight for report in reports] == [0.5, -1.5]
    assert relative_error(draw(pipe), draw(load(twice))) < ROUNDING
    assert pipe.loras == reports


def test_weights_change_and_loras_go_without_reading_or_loading_again(
    checkpoints: dict[str, Path], files: Any, load: Any, draw: Any, monkeypatch: Any
) -> None:
    pipe = load(checkpoints["plain"])
    clean = draw(pipe)
    layer = pipe._networks.conditional.layers[0].attention.qkv
    pipe.set_loras([LoraSpec(files["first"], 1.0)])
    strong = draw(pipe)

    def read(*_: Any, **__: Any) -> None:
        raise AssertionError("the file was read again")

    monkeypatch.setattr("ideogram4.weights.lora.manager.read_lora", read)
    pipe.set_loras([LoraSpec(files["first"], 0.1)])
    weak = draw(pipe)
    assert relative_error(weak, clean) < relative_error(strong, clean)
    pipe.set_loras([])
    assert torch.equal(draw(pipe), clean)
    assert pipe._networks.conditional.layers[0].attention.qkv is layer


def test_running_out_of_memory_half_way_leaves_no_lora_behind(
    checkpoints: dict[str, Path], files: Any, load: Any, draw: Any, monkeypatch: Any
) -> None:
    pipe = load(checkpoints["plain"])
    clean = draw(pipe)
    made = []
    real = LoraLinear.__init__

    def fail(self: Any, *arguments: Any) -> None:
        made.append(self)
        if len(made) > 3:
            raise torch.OutOfMemoryError("no room")
        real(self, *arguments)

    monkeypatch.setattr(LoraLinear, "__init__", fail)
    with pytest.raises(OutOfMemoryError):
        pipe.set_loras([LoraSpec(files["first"])])
    assert pipe.loras == ()
    assert torch.equal(draw(pipe), clean)
    monkeypatch.undo()
    pipe.set_loras([LoraSpec(files["first"])])
    assert not torch.equal(draw(pipe), clean)


def test_a_strength_beyond_all_numbers_is_told(
    checkpoints: dict[str, Path], files: Any, load: Any
) -> None:
    state = load_file(files["first"])
    state["lora_unet_adaln_proj.alpha"] = torch.tensor(3e38)
    save_file(state, files["first"])
    with pytest.raises(TensorMismatchError, match="adaln_proj reach"):
        load(checkpoints["plain"]).set_loras([LoraSpec(files["first"])])


def test_a_whole_number_is_an_alpha(
    checkpoints: dict[str, Path], files: Any, load: Any, draw: Any
) -> None:
    pipe = load(checkpoints["plain"])
    pipe.set_loras([LoraSpec(files["first"])])
    expected = draw(pipe)
    state = load_file(files["first"])
    whole = {k: v.to(torch.int64) if k.endswith(".alpha") else v for k, v in state.items()}
    save_file(whole, files["first"])
    pipe.set_loras([LoraSpec(files["first"])])
    assert torch.equal(draw(pipe), expected)


def test_a_file_that_changed_is_read_again(
    checkpoints: dict[str, Path], files: Any, load: Any, draw: Any
) -> None:
    pipe = load(checkpoints["plain"])
    pipe.set_loras([LoraSpec(files["first"])])
    first = draw(pipe)
    files["first"].write_bytes(files["second"].read_bytes())
    pipe.set_loras([LoraSpec(files["first"])])
    assert not torch.equal(draw(pipe), first)


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_branch_is_chosen(
    checkpoints: dict[str, Path], load: Any, draw: Any, tmp_path: Path, branch: str
) -> None:
    """The unconditional transformer of this checkpoint has a layer less."""
    plain = checkpoints["plain"]
    made = writers.changes(plain / "transformer", ["layers.0.attention.to_out.0", "input_proj"])
    save_file(
        {k: v.contiguous() for k, v in writers.peft(made).items()}, tmp_path / "a.safetensors"
    )
    parts = {
        "conditional": ["transformer"],
        "unconditional": ["unconditional_transformer"],
        "both": ["transformer", "unconditional_transformer"],
    }[branch]
    folder = writers.merged(plain, tmp_path / "merged", dict.fromkeys(parts, made))
    pipe = load(plain)
    pipe.set_loras([LoraSpec(tmp_path / "a.safetensors", branch=branch)])
    assert relative_error(draw(pipe), draw(load(folder))) < ROUNDING


def test_a_file_may_name_both_branches_itself(
    checkpoints: dict[str, Path], load: Any, draw: Any, tmp_path: Path
) -> None:
    plain = checkpoints["plain"]
    one, two = (
        writers.changes(plain / "transformer", ["layers.0.feed_forward.w2"], seed=n) for n in (1, 2)
    )
    state = writers.fal(one)
    state |= {f"un{key}": value for key, value in writers.fal(two).items()}
    save_file({k: v.contiguous() for k, v in state.items()}, tmp_path / "a.safetensors")
    merged = writers.merged(
        plain, tmp_path / "merged", {"transformer": one, "unconditional_transformer": two}
    )
    pipe = load(plain)
    pipe.set_loras([LoraSpec(tmp_path / "a.safetensors")])
    assert relative_error(draw(pipe), draw(load(merged))) < ROUNDING


def test_a_layer_that_one_branch_lacks_is_told(
    checkpoints: dict[str, Path], files: Any, load: Any, draw: Any
) -> None:
    pipe = load(checkpoints["plain"])
    with pytest.raises(
        TensorMismatchError, match=r"unconditional transformer has no layer layers\.2"
    ):
        pipe.set_loras([LoraSpec(files["first"], branch="both")])


def test_the_narrow_dtypes_take_them_too(
    checkpoints: dict[str, Path], files: Any, load: Any, draw: Any
) -> None:
    exact, narrow = load(checkpoints["plain"]), load(checkpoints["plain"], dtype=torch.bfloat16)
    plain_error = relative_error(draw(narrow), draw(exact))
    for pipe in (exact, narrow):
        pipe.set_loras([LoraSpec(files["first"], 0.3)])
    assert relative_error(draw(narrow), draw(exact)) < 3 * plain_error


def drop_partner(state: dict[str, Any]) -> None:
    del state["lora_unet_adaln_proj.lora_up.weight"]


def other_model(state: dict[str, Any]) -> None:
    state["lora_unet_layers_99_attention_o.lora_down.weight"] = torch.zeros(3, 96)
    state["lora_te_text_model_encoder.lora_down.weight"] = torch.zeros(3, 96)


def wrong_columns(state: dict[str, Any]) -> None:
    state["lora_unet_adaln_proj.lora_down.weight"] = torch.zeros(3, 95)


def wrong_rank(state: dict[str, Any]) -> None:
    state["lora_unet_adaln_proj.lora_down.weight"] = torch.zeros(4, 96)


def dora(state: dict[str, Any]) -> None:
    state["lora_unet_adaln_proj.dora_scale"] = torch.ones(48, 1)


def lokr(state: dict[str, Any]) -> None:
    state["lora_unet_adaln_proj.lokr_w1"] = torch.ones(4, 4)


def peft_dora(state: dict[str, Any]) -> None:
    state["base_model.model.adaln_proj.lora_magnitude_vector.weight"] = torch.ones(48)


def biases(state: dict[str, Any]) -> None:
    state["base_model.model.adaln_proj.lora_B.bias"] = torch.ones(48)


def nan(state: dict[str, Any]) -> None:
    state["lora_unet_adaln_proj.lora_up.weight"][0, 0] = float("nan")


def bytes_for_numbers(state: dict[str, Any]) -> None:
    state["lora_unet_adaln_proj.lora_up.weight"] = torch.zeros(48, 3, dtype=torch.int8)


def given_twice(state: dict[str, Any]) -> None:
    state["transformer.adaln_proj.lora_B.weight"] = torch.ones(48, 3)


def no_rank(state: dict[str, Any]) -> None:
    state["lora_unet_adaln_proj.lora_down.weight"] = torch.zeros(0, 96)
    state["lora_unet_adaln_proj.lora_up.weight"] = torch.zeros(48, 0)


def empty_alpha(state: dict[str, Any]) -> None:
    state["lora_unet_adaln_proj.alpha"] = torch.zeros(0)


def nan_alpha(state: dict[str, Any]) -> None:
    state["lora_unet_adaln_proj.alpha"] = torch.tensor(float("nan"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (no_rank, "are no product"),
        (empty_alpha, "is no number"),
        (nan_alpha, "holds NaN"),
        (drop_partner, "adaln_proj.lora_down.weight has no partner"),
        (other_model, "2 of .* keys belong to no layer"),
        (wrong_columns, "adaln_proj: the file has"),
        (wrong_rank, "are no product"),
        (dora, "this is DoRA"),
        (peft_dora, "this is DoRA"),
        (lokr, "this is LoKr"),
        (biases, "LoRA with biases"),
        (nan, "holds NaN"),
        (bytes_for_numbers, "stored as I8"),
        (given_twice, "is given twice"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_file_that_does_not_fit_is_refused_by_name_and_changes_nothing(
    checkpoints: dict[str, Path],
    files: Any,
    load: Any,
    draw: Any,
    change: Callable[[dict[str, Any]], None],
    told: str,
) -> None:
    pipe = load(checkpoints["plain"])
    pipe.set_loras([LoraSpec(files["second"])])
    expected, before = draw(pipe), pipe.loras
    state = load_file(files["first"])
    change(state)
    save_file(state, files["first"])
    with pytest.raises(TensorMismatchError, match=told) as refusal:
        pipe.set_loras([LoraSpec(files["first"])])
    assert "adaln_proj" in refusal.value.message or "layers_99" in refusal.value.message
    assert pipe.loras == before
    assert torch.equal(draw(pipe), expected)


def test_keys_of_other_parts_are_reported_where_they_are_allowed(
    checkpoints: dict[str, Path], files: Any, load: Any
) -> None:
    state = load_file(files["first"])
    other_model(state)
    save_file(state, files["first"])
    pipe = load(checkpoints["plain"])
    (report,) = pipe.set_loras([LoraSpec(files["first"])], strict=False)
    assert set(report.unmatched) == {
        "lora_unet_layers_99_attention_o.lora_down.weight",
        "lora_te_text_model_encoder.lora_down.weight",
    }
    assert report.matched == 20
    with pytest.raises(TensorMismatchError):
        pipe.set_loras([LoraSpec(files["first"])])
    with pytest.raises(TensorMismatchError):
        pipe.set_loras([LoraSpec(files["first"]), LoraSpec(files["second"])])


def test_a_file_for_another_model_altogether(
    checkpoints: dict[str, Path], load: Any, tmp_path: Path
) -> None:
    save_file({"unet.down.lora_A.weight": torch.zeros(4, 8)}, tmp_path / "sdxl.safetensors")
    with pytest.raises(TensorMismatchError, match="no key of it belongs to a layer") as refusal:
        load(checkpoints["plain"]).set_loras(
            [LoraSpec(tmp_path / "sdxl.safetensors")], strict=False
        )
    assert "unet.down.lora_A.weight" in refusal.value.message


def test_one_that_does_not_fit_is_told_before_the_model_is_loaded(
    checkpoints: dict[str, Path], files: Any, load: Any, monkeypatch: Any
) -> None:
    state = load_file(files["first"])
    drop_partner(state)
    save_file(state, files["first"])

    def build(*_: Any, **__: Any) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr("ideogram4.loading.build_networks", build)
    with pytest.raises(TensorMismatchError, match="has no partner"):
        load(checkpoints["plain"], loras=[LoraSpec(files["first"])])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", "Git-LFS pointer"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"\x80\x02}q\x00.", "pickle"),
        (b"", "empty"),
    ],
)
def test_what_is_no_safetensors_file_is_told(
    checkpoints: dict[str, Path], load: Any, tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "a.safetensors").write_bytes(content)
    with pytest.raises(CorruptFileError, match=told):
        load(checkpoints["plain"]).set_loras([LoraSpec(tmp_path / "a.safetensors")])


@pytest.mark.parametrize(
    "metadata",
    ["[1, 2]", "7", "{", '{"transformer.lora_alpha": "much"}', '{"lora_alpha": NaN}',
     '{"alpha_pattern": {"x": []}}', '{"alpha_pattern": [1, 2]}', '{"alpha_pattern": {"(": 1}}',
     '{"alpha_pattern": {"x": null}}', '{"lora_alpha": true}',
     '{"lora_alpha": 1' + "0" * 400 + "}"],
)  # fmt: skip
def test_metadata_that_is_nonsense_is_told(
    checkpoints: dict[str, Path], load: Any, tmp_path: Path, metadata: str
) -> None:
    state = {
        "transformer.adaln_proj.lora_A.weight": torch.zeros(2, 96),
        "transformer.adaln_proj.lora_B.weight": torch.zeros(48, 2),
    }
    save_file(state, tmp_path / "a.safetensors", {"lora_adapter_metadata": metadata})
    with pytest.raises(CorruptFileError, match=r"a\.safetensors"):
        load(checkpoints["plain"]).set_loras([LoraSpec(tmp_path / "a.safetensors")])


def test_a_lora_that_wants_another_base_is_refused(
    checkpoints: dict[str, Path], load: Any, tmp_path: Path
) -> None:
    state = {
        "transformer.adaln_proj.lora_A.weight": torch.zeros(2, 96),
        "transformer.adaln_proj.lora_B.weight": torch.zeros(48, 2),
    }
    told = {"lora_adapter_metadata": '{"transformer.init_lora_weights": "pissa_niter_4"}'}
    save_file(state, tmp_path / "a.safetensors", told)
    with pytest.raises(TensorMismatchError, match="begun with pissa"):
        load(checkpoints["plain"]).set_loras([LoraSpec(tmp_path / "a.safetensors")])


def test_missing_files_and_folders(checkpoints: dict[str, Path], load: Any, tmp_path: Path) -> None:
    pipe = load(checkpoints["plain"])
    with pytest.raises(MissingFileError):
        pipe.set_loras([LoraSpec(tmp_path / "none.safetensors")])
    with pytest.raises(MissingFileError, match="no LoRA here"):
        pipe.set_loras([LoraSpec(tmp_path)])


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight": 10**400},
        {"weight": float("nan")},
        {"weight": 11},
        {"weight": True},
        {"branch": "left"},
    ],
)
def test_a_wish_outside_its_rule_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        LoraSpec(Path("a.safetensors"), **wrong)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.safetensors", ("a.safetensors", 1.0, "conditional")),
        ("a.safetensors:0.8", ("a.safetensors", 0.8, "conditional")),
        ("a.safetensors:-1.5:both", ("a.safetensors", -1.5, "both")),
        ("a.safetensors:unconditional", ("a.safetensors", 1.0, "unconditional")),
        (r"C:\loras\a.safetensors", (r"C:\loras\a.safetensors", 1.0, "conditional")),
        (r"C:\loras\a.safetensors:2", (r"C:\loras\a.safetensors", 2.0, "conditional")),
    ],
)
def test_the_command_lines_form(text: str, expected: tuple[str, float, str]) -> None:
    spec = LoraSpec.parse(text)
    assert (str(spec.path), spec.weight, spec.branch) == expected


def test_a_name_with_colons_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "odd:0.5"
    path.touch()
    assert LoraSpec.parse(str(path)) == LoraSpec(path)
    assert LoraSpec.parse(f"{path}:2") == LoraSpec(path, 2.0)
