"""Weights of every accepted layout end up in the module; everything else is refused by name.

Reliability test 16: right file, wrong content, told from headers before data is read.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Collection
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from ideogram4.errors import CorruptFileError, TensorMismatchError
from ideogram4.weights.assemble import fill, load_into, plan_load
from ideogram4.weights.keys import KeyMap, autoencoder_keys, text_encoder_keys, transformer_keys
from tests.weights.raw_safetensors import entry, pack, zeros
from tests.weights.small_modules import (
    STATISTICS,
    Autoencoder,
    Transformer,
    on_meta,
    random_tensors,
    split,
)

FILE = "diffusion_pytorch_model.safetensors"
Tensors = dict[str, torch.Tensor]


def write(folder: Path, tensors: Tensors) -> Path:
    save_file(tensors, folder / FILE)
    return folder


def load(
    module: nn.Module, folder: Path, rename: Callable[[Collection[str]], KeyMap] | None = None
) -> nn.Module:
    load_into(module, folder, device="cpu", dtype=torch.float32, rename=rename)
    return module


def test_every_tensor_arrives_in_the_wanted_dtype(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    tensors = random_tensors(module)
    load(module, write(tmp_path, tensors), transformer_keys)
    assert module.state_dict().keys() == tensors.keys()
    for name, parameter in module.named_parameters():
        assert parameter.dtype == torch.float32
        assert not parameter.requires_grad
        assert torch.equal(parameter, tensors[name].float()), name


def test_split_weights_give_the_same_module_as_fused_ones(tmp_path: Path) -> None:
    fused_module, split_module = on_meta(Transformer), on_meta(Transformer)
    tensors = random_tensors(fused_module)
    for folder, content in (("fused", tensors), ("split", split(tensors))):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, content)
    load(fused_module, tmp_path / "fused", transformer_keys)
    load(split_module, tmp_path / "split", transformer_keys)
    for name, tensor in fused_module.state_dict().items():
        assert torch.equal(tensor, split_module.state_dict()[name]), name


def test_q_k_and_v_may_lie_in_different_shards(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    tensors = random_tensors(module)
    shards: dict[str, Tensors] = {"s1.safetensors": {}, "s2.safetensors": {}, "s3.safetensors": {}}
    weight_map = {}
    for position, (name, tensor) in enumerate(split(tensors).items()):
        shard = sorted(shards)[position % 3]
        shards[shard][name] = tensor
        weight_map[name] = shard
    for shard, content in shards.items():
        save_file(content, tmp_path / shard)
    (tmp_path / f"{FILE}.index.json").write_text(json.dumps({"weight_map": weight_map}))
    load(module, tmp_path, transformer_keys)
    for name, tensor in module.state_dict().items():
        assert torch.equal(tensor, tensors[name].float()), name


def test_dtype_none_keeps_what_is_stored(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    tensors = random_tensors(module)
    tensors["input_proj.bias"] = tensors["input_proj.bias"].float()
    load_into(module, write(tmp_path, tensors), device="cpu", dtype=None)
    state = module.state_dict()
    assert state["input_proj.bias"].dtype == torch.float32
    assert state["input_proj.weight"].dtype == torch.bfloat16


def test_named_tensors_keep_their_dtype(tmp_path: Path) -> None:
    module = on_meta(Autoencoder)
    write(tmp_path, random_tensors(module, torch.float32))
    load_into(
        module,
        tmp_path,
        device="cpu",
        dtype=torch.bfloat16,
        rename=autoencoder_keys,
        keep_dtype=STATISTICS,
    )
    assert module.bn.running_mean.dtype == torch.float32
    assert module.post_quant_conv.weight.dtype == torch.bfloat16


def test_weights_do_not_change_when_the_file_does(tmp_path: Path) -> None:
    """The module owns its memory: a file overwritten in place must not reach a running model."""
    module = on_meta(Transformer)
    tensors = random_tensors(module, torch.float32)
    load(module, write(tmp_path, tensors))
    size = (tmp_path / FILE).stat().st_size
    with (tmp_path / FILE).open("r+b") as file:
        file.write(bytes(size))
    assert torch.equal(module.state_dict()["input_proj.weight"], tensors["input_proj.weight"])


def test_tables_that_are_computed_are_left_alone(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    load(module, write(tmp_path, random_tensors(module)))
    assert module.inv_freq.tolist() == [0.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize("prefix", ["language_model.", "model.language_model.", ""])
def test_a_text_encoder_loads_with_any_prefix_and_without_its_eyes(
    prefix: str, tmp_path: Path
) -> None:
    module = nn.Sequential()
    module.embed_tokens = nn.Embedding(5, 4, device="meta")
    module.norm = nn.RMSNorm(4, device="meta")
    tensors = random_tensors(module)
    stored = {prefix + name: tensor for name, tensor in tensors.items()}
    stored["visual.patch_embed.weight"] = torch.zeros(3)
    stored["lm_head.weight"] = torch.zeros(5, 4)
    load(module, write(tmp_path, stored), text_encoder_keys)
    assert torch.equal(module.norm.weight, tensors["norm.weight"].float())
    assert torch.equal(module.embed_tokens.weight, tensors["embed_tokens.weight"].float())


def test_a_real_qwen3_vl_text_model_loads_from_a_whole_models_file(tmp_path: Path) -> None:
    from transformers import Qwen3VLTextConfig
    from transformers.models.qwen3_vl.modeling_qwen3_vl import Qwen3VLTextModel

    config = Qwen3VLTextConfig(
        vocab_size=32,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        rope_parameters={"rope_type": "default", "rope_theta": 1e4, "mrope_section": [2, 1, 1]},
    )
    original = Qwen3VLTextModel(config).eval()
    stored = {f"model.language_model.{name}": t for name, t in original.state_dict().items()}
    stored["model.visual.pos_embed.weight"] = torch.zeros(2, 2)
    save_file(stored, tmp_path / "model.safetensors")
    with torch.device("meta"):
        module = Qwen3VLTextModel(config).eval()
    load(module, tmp_path, text_encoder_keys)
    module.rotary_emb = original.rotary_emb
    tokens = torch.tensor([[1, 2, 3]])
    with torch.no_grad():
        expected = original(input_ids=tokens).last_hidden_state
        assert torch.equal(module(input_ids=tokens).last_hidden_state, expected)


@pytest.mark.parametrize("stored_as", ["matrix", "convolution"])
@pytest.mark.parametrize("convolution", [False, True])
def test_autoencoder_attention_loads_from_matrix_and_convolution(
    stored_as: str, convolution: bool, tmp_path: Path
) -> None:
    module = on_meta(Autoencoder, convolution=convolution)
    tensors = random_tensors(module, torch.float32)
    name = "decoder.mid_block.attentions.0.to_q.weight"
    matrix = tensors[name].reshape(4, 4)
    tensors[name] = matrix if stored_as == "matrix" else matrix.reshape(4, 4, 1, 1)
    tensors["bn.num_batches_tracked"] = torch.tensor(7)
    load(module, write(tmp_path, tensors), autoencoder_keys)
    loaded = module.state_dict()[name]
    assert loaded.shape == ((4, 4, 1, 1) if convolution else (4, 4))
    assert torch.equal(loaded.reshape(4, 4), matrix)


def test_statistics_fill_a_place_that_was_left_empty(tmp_path: Path) -> None:
    tensors = random_tensors(on_meta(Autoencoder), torch.float32)
    module = on_meta(Autoencoder, statistics=None)
    write(tmp_path, tensors)
    load_into(module, tmp_path, device="cpu", dtype=torch.float32, optional=STATISTICS)
    assert torch.equal(module.bn.running_var, tensors["bn.running_var"])


@pytest.mark.parametrize("statistics", [None, 8])
def test_statistics_may_be_absent(statistics: int | None, tmp_path: Path) -> None:
    module = on_meta(Autoencoder, statistics=statistics)
    tensors = random_tensors(module, torch.float32)
    write(tmp_path, {name: t for name, t in tensors.items() if name not in STATISTICS})
    load_into(module, tmp_path, device="cpu", dtype=torch.float32, optional=STATISTICS)
    assert module.bn.running_mean is None
    assert module.bn.running_var is None


def test_statistics_that_a_module_holds_stay_when_the_file_has_none(tmp_path: Path) -> None:
    module = on_meta(Autoencoder)
    module.bn.running_mean = torch.ones(8)
    tensors = random_tensors(module, torch.float32)
    write(tmp_path, {name: t for name, t in tensors.items() if name not in STATISTICS})
    load_into(module, tmp_path, device="cpu", dtype=torch.float32, optional=STATISTICS)
    assert torch.equal(module.bn.running_mean, torch.ones(8))


def test_progress_rises_to_one_under_the_given_name(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    write(tmp_path, random_tensors(module))
    seen: list[tuple[str, float]] = []
    load_into(
        module,
        tmp_path,
        device="cpu",
        dtype=None,
        what="text encoder",
        on_progress=lambda what, fraction: seen.append((what, fraction)),
    )
    fractions = [fraction for _, fraction in seen]
    assert {what for what, _ in seen} == {"text encoder"}
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(fractions) == len(module.state_dict())


def test_missing_extra_and_misshaped_tensors_are_all_named_at_once(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    tensors = random_tensors(module)
    del tensors["input_proj.bias"], tensors["layers.1.attention.o.weight"]
    tensors["layers.2.attention.o.weight"] = torch.zeros(8, 8)
    tensors["layers.0.attention.o.weight"] = torch.zeros(8, 9)
    with pytest.raises(TensorMismatchError) as refusal:
        plan_load(module, write(tmp_path, tensors), rename=transformer_keys, what="transformer")
    message = refusal.value.message
    assert str(tmp_path) in message
    assert "do not fit the transformer" in message
    assert "missing (2):" in message
    assert "input_proj.bias" in message
    assert "layers.1.attention.o.weight" in message
    assert "extra (1):\n    layers.2.attention.o.weight" in message
    assert "layers.0.attention.o.weight (file (8, 9), model (8, 8))" in message


def test_a_long_list_is_cut_and_counted(tmp_path: Path) -> None:
    module = on_meta(Transformer, layers=6)
    tensors = random_tensors(on_meta(Transformer, layers=1))
    with pytest.raises(TensorMismatchError) as refusal:
        plan_load(module, write(tmp_path, tensors))
    assert "missing (15):" in refusal.value.message
    assert "... and 7 more" in refusal.value.message


def test_of_q_k_and_v_the_one_that_is_missing_is_named(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    tensors = split(random_tensors(module))
    del tensors["layers.1.attention.to_k.weight"]
    with pytest.raises(TensorMismatchError) as refusal:
        plan_load(module, write(tmp_path, tensors), rename=transformer_keys)
    assert "missing (1):\n    layers.1.attention.to_k.weight" in refusal.value.message


def test_q_k_and_v_that_do_not_stack_are_misshaped(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    tensors = split(random_tensors(module))
    tensors["layers.1.attention.to_k.weight"] = torch.zeros(8, 7)
    with pytest.raises(TensorMismatchError) as refusal:
        plan_load(module, write(tmp_path, tensors), rename=transformer_keys)
    wanted = "layers.1.attention.qkv.weight (file (8, 8) + (8, 7) + (8, 8), model (24, 8))"
    assert wanted in refusal.value.message


def test_a_tensor_given_both_fused_and_split_is_refused(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    tensors = random_tensors(module)
    both = {**tensors, **{name: t.clone() for name, t in split(tensors).items()}}
    with pytest.raises(TensorMismatchError, match="given twice \\(4\\)"):
        plan_load(module, write(tmp_path, both), rename=transformer_keys)


def test_whole_numbers_in_place_of_a_weight_are_refused(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    tensors = random_tensors(module)
    tensors["input_proj.bias"] = torch.zeros(8, dtype=torch.int64)
    with pytest.raises(TensorMismatchError, match="file I64, model floating point"):
        plan_load(module, write(tmp_path, tensors))


def test_all_of_that_is_told_before_any_data_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reading_is_a_mistake(*_: object) -> torch.Tensor:
        raise AssertionError("data was read")

    monkeypatch.setattr("ideogram4.weights.assemble.TensorReader.read", reading_is_a_mistake)
    module = on_meta(Transformer)
    (tmp_path / FILE).write_bytes(zeros({"input_proj.bias": (8,)}))
    with pytest.raises(TensorMismatchError, match="missing"):
        load(module, tmp_path)
    assert all(parameter.is_meta for parameter in module.parameters())


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_a_value_that_is_not_finite_is_refused_naming_the_tensor(
    value: float, dtype: torch.dtype, tmp_path: Path
) -> None:
    module = on_meta(Transformer)
    tensors = random_tensors(module, dtype)
    tensors["layers.1.attention.o.weight"][3, 4] = value
    kind = "NaN" if value != value else "an infinite value"
    with pytest.raises(TensorMismatchError, match=f"holds {kind}") as refusal:
        load(module, write(tmp_path, tensors))
    assert "layers.1.attention.o.weight" in refusal.value.message
    assert str(tmp_path / FILE) in refusal.value.message


def test_a_value_too_large_for_half_precision_is_told_as_that(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    tensors = random_tensors(module)
    tensors["input_proj.bias"][0] = 1e5
    write(tmp_path, tensors)
    with pytest.raises(TensorMismatchError, match=r"more than torch\.float16 can hold") as refusal:
        load_into(module, tmp_path, device="cpu", dtype=torch.float16)
    assert "bfloat16" in refusal.value.hint


def test_a_file_that_shrinks_after_the_check_is_corrupt(tmp_path: Path) -> None:
    module = on_meta(Transformer)
    plan = plan_load(module, write(tmp_path, random_tensors(module)))
    (tmp_path / FILE).write_bytes(b"")
    with pytest.raises(CorruptFileError, match="cannot be read"):
        fill(module, plan, device="cpu", dtype=None)


_MEASURE = """
import sys
from pathlib import Path
import psutil, torch
from torch import nn
from ideogram4.weights.assemble import load_into

process = psutil.Process()
with torch.device("meta"):
    module = nn.ModuleList(nn.Linear(4096, 4096, bias=False) for _ in range(24))
before, peak = process.memory_info().rss, 0

def sample(what, fraction):
    global peak
    peak = max(peak, process.memory_info().rss)

load_into(module, Path(sys.argv[1]), device="cpu", dtype=torch.bfloat16, on_progress=sample)
print(peak - before)
"""


@pytest.mark.slow
def test_memory_peaks_at_about_the_size_of_the_checkpoint(tmp_path: Path) -> None:
    """A float32 skeleton would take three times this, and a file kept mapped whole twice."""
    offsets = [number * 2**25 for number in range(25)]
    pairs = enumerate(pairwise(offsets))
    header = {f"{n}.weight": entry("BF16", (4096, 4096), *span) for n, span in pairs}
    (tmp_path / FILE).write_bytes(pack(header, b""))
    with (tmp_path / FILE).open("r+b") as file:
        # A hole at the end reads as zeros and takes no room on the disk.
        file.truncate(file.seek(0, 2) + offsets[-1])
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(tmp_path)], check=True, capture_output=True, text=True
    )
    spare = 330 * 2**20
    assert offsets[-1] * 0.9 < int(run.stdout) < offsets[-1] + spare
