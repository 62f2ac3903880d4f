"""Every known writer's file draws what the merged weights draw, on every format of weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import peft
import pytest
import torch
from diffusers import Ideogram4Transformer2DModel
from safetensors.torch import load_file, save_file

from ideogram4 import LoraSpec
from tests.parity import peer as asked
from tests.parity.checkpoints import SHORT_CAPTION, build_pipeline
from tests.parity.compare import RELATIVE_LIMIT, relative_error
from tests.weights.lora import writers

ROUNDING = 2e-4


def saved(made: Any, path: Path, writer: str) -> Path:
    state = writers.WRITERS[writer](made)
    save_file({key: value.contiguous() for key, value in state.items()}, path)
    return path


@pytest.mark.parametrize("writer", writers.WRITERS)
def test_a_file_is_its_merged_weights(
    checkpoints: dict[str, Path], made: Any, load: Any, draw: Any, tmp_path: Path, writer: str
) -> None:
    folder = writers.merged(checkpoints["plain"], tmp_path / "merged", {"transformer": made})
    expected = draw(load(folder))
    pipe = load(checkpoints["plain"])
    before = draw(pipe)
    (report,) = pipe.set_loras([LoraSpec(saved(made, tmp_path / "a.safetensors", writer))])
    assert relative_error(draw(pipe), expected) < ROUNDING
    assert relative_error(before, expected) > 0.05, "the LoRA does something"
    assert not report.unmatched
    assert report.matched >= 16
    known = writer.removesuffix(" with alpha").removesuffix(" split")
    assert report.writer.startswith(known)


@pytest.mark.parametrize("memory", ["resident", "stream"])
@pytest.mark.parametrize("kind", ["nf4", "fp8"])
def test_on_packed_weights_it_is_a_branch_beside_them(
    checkpoints: dict[str, Path],
    made: Any,
    load: Any,
    draw: Any,
    tmp_path: Path,
    kind: str,
    memory: str,
) -> None:
    folder = writers.merged(
        checkpoints[f"{kind} numbers"], tmp_path / "merged", {"transformer": made}
    )
    pipe = load(checkpoints[kind], memory=memory)
    before = draw(pipe)
    pipe.set_loras([LoraSpec(saved(made, tmp_path / "a.safetensors", "kohya"))])
    assert relative_error(draw(pipe), draw(load(folder))) < ROUNDING
    pipe.set_loras([])
    assert torch.equal(draw(pipe), before)


@pytest.mark.parametrize("prefix", ["model.diffusion_model.", "base_model.model.diffusion_model."])
def test_longer_prefixes_are_understood(
    checkpoints: dict[str, Path], made: Any, load: Any, draw: Any, tmp_path: Path, prefix: str
) -> None:
    state = writers.ai_toolkit(made)
    renamed = {k.replace("diffusion_model.", prefix): v.contiguous() for k, v in state.items()}
    save_file(renamed, tmp_path / "a.safetensors")
    pipe, plain = load(checkpoints["plain"]), load(checkpoints["plain"])
    pipe.set_loras([LoraSpec(tmp_path / "a.safetensors")])
    plain.set_loras([LoraSpec(saved(made, tmp_path / "b.safetensors", "ai-toolkit"))])
    assert torch.equal(draw(pipe), draw(plain))


def test_what_peft_writes_and_computes(
    checkpoints: dict[str, Path], load: Any, tmp_path: Path
) -> None:
    """An adapter trained by the library itself: alpha stands in its configuration only."""
    torch.manual_seed(4)
    model = Ideogram4Transformer2DModel.from_pretrained(checkpoints["plain"] / "transformer")
    config = peft.LoraConfig(
        r=4,
        lora_alpha=6,
        alpha_pattern={"layers.1.attention.to_q": 20, r"layers\.\d\.feed_forward\.w2": 11},
        use_rslora=True,
        init_lora_weights=False,
        target_modules=["to_q", "to_v", "to_out.0", "w2", "adaln_modulation", "llm_cond_proj"],
    )
    adapted = peft.get_peft_model(model, config).eval()
    adapted.save_pretrained(tmp_path / "adapter")
    peer = build_pipeline()
    z = torch.randn(256, 128, generator=torch.Generator().manual_seed(1))
    expected = asked.velocity(peer, SHORT_CAPTION, z, 0.3, 16, 16, model=adapted)
    pipe = load(checkpoints["plain"])
    (report,) = pipe.set_loras([LoraSpec(tmp_path / "adapter")])
    assert report.writer == "PEFT"
    assert report.rank == (4, 4)
    transformer = pipe._networks.conditional
    with torch.inference_mode():
        conditioning = transformer.prepare(pipe.encode_text(SHORT_CAPTION), (16, 16), [0.3])
        mine = transformer(z[None], conditioning, 0)[0]
    assert relative_error(mine, expected) < RELATIVE_LIMIT


def test_diffusers_metadata_says_the_strength(
    checkpoints: dict[str, Path], made: Any, load: Any, draw: Any, tmp_path: Path
) -> None:
    """Newer versions keep PEFT's configuration in the file's header."""
    state = {}
    for change in made:
        state[f"transformer.{change.path}.lora_A.weight"] = change.down
        state[f"transformer.{change.path}.lora_B.weight"] = change.up
    told = {"transformer.r": writers.RANK, "transformer.lora_alpha": writers.ALPHA}
    save_file(state, tmp_path / "a.safetensors", {"lora_adapter_metadata": json.dumps(told)})
    folder = writers.merged(checkpoints["plain"], tmp_path / "merged", {"transformer": made})
    pipe = load(checkpoints["plain"], loras=[LoraSpec(tmp_path / "a.safetensors")])
    assert relative_error(draw(pipe), draw(load(folder))) < ROUNDING


def test_one_of_q_k_v_alone_and_ranks_of_their_own(
    checkpoints: dict[str, Path], load: Any, draw: Any, tmp_path: Path
) -> None:
    plain = checkpoints["plain"]
    (value,) = writers.changes(plain / "transformer", ["layers.2.attention.to_v"], seed=1)
    (query,) = writers.changes(plain / "transformer", ["layers.2.attention.to_q"], seed=2)
    query = writers.Change(query.path, query.down[:1], query.up[:, :1])
    both = [value, query]
    save_file(
        {k: v.contiguous() for k, v in writers.diffusers(both).items()},
        tmp_path / "a.safetensors",
    )
    folder = writers.merged(plain, tmp_path / "merged", {"transformer": both})
    pipe = load(plain)
    (report,) = pipe.set_loras([LoraSpec(tmp_path / "a.safetensors")])
    assert report.rank == (1, writers.RANK)
    assert relative_error(draw(pipe), draw(load(folder))) < ROUNDING


def test_convolutions_of_one_pixel_are_matrices(
    checkpoints: dict[str, Path], made: Any, load: Any, draw: Any, tmp_path: Path
) -> None:
    flat, folded = (saved(made, tmp_path / f"{n}.safetensors", "kohya") for n in "ab")
    state = load_file(folded)
    save_file({k: v[..., None, None] if v.ndim == 2 else v for k, v in state.items()}, folded)
    pipe = load(checkpoints["plain"])
    pipe.set_loras([LoraSpec(flat)])
    expected = draw(pipe)
    pipe.set_loras([LoraSpec(folded)])
    assert torch.equal(draw(pipe), expected)
