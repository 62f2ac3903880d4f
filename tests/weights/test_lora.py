"""This version has no LoRA; whoever gives one is told so, by name, and nothing is passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from ideogram4 import Ideogram4Pipeline, parse_caption
from ideogram4.cli import main
from ideogram4.errors import TensorMismatchError
from ideogram4.weights.assemble import plan_load
from ideogram4.weights.keys import same_keys, text_encoder_keys, transformer_keys
from tests.weights.small_modules import Transformer, on_meta, random_tensors

FILE = "diffusion_pytorch_model.safetensors"
# As diffusers, peft and ComfyUI spell them.
KEYS = (
    "layers.0.attention.to_q.lora_A.weight",
    "layers.0.attention.to_q.lora_B.weight",
    "transformer.layers.0.attention.o.lora_A.default.weight",
    "lora_unet_layers_0_attention_o.lora_down.weight",
    "diffusion_model.layers.1.attention.o.alpha",
)


@pytest.mark.parametrize("rename", [same_keys, transformer_keys, text_encoder_keys])
def test_lora_keys_in_a_checkpoint_are_refused_by_name(rename: Any, tmp_path: Path) -> None:
    module = on_meta(Transformer)
    extra = {key: torch.zeros(4, 8) for key in KEYS}
    save_file({**random_tensors(module), **extra}, tmp_path / FILE)
    with pytest.raises(TensorMismatchError) as refusal:
        plan_load(module, tmp_path, rename=rename, what="transformer")
    for key in KEYS:
        assert key in refusal.value.message


def test_a_file_of_lora_keys_alone_is_no_checkpoint(tmp_path: Path) -> None:
    save_file({key: torch.zeros(4, 8) for key in KEYS}, tmp_path / FILE)
    with pytest.raises(TensorMismatchError, match="extra"):
        plan_load(on_meta(Transformer), tmp_path, rename=transformer_keys)


def test_the_pipeline_takes_no_lora_and_says_so() -> None:
    with pytest.raises(TypeError, match="lora"):
        Ideogram4Pipeline.from_pretrained("demo", lora="style.safetensors")  # type: ignore[call-arg]
    pipe = Ideogram4Pipeline.from_pretrained("demo", device="cpu")
    for draw in (pipe, pipe.generate):
        with pytest.raises(TypeError, match="lora"):
            draw("a red circle", lora="style.safetensors", check="off")


def test_the_command_line_takes_no_lora(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--prompt", "a", "--lora", "style.safetensors"]) == 2
    assert "unrecognized arguments: --lora" in capsys.readouterr().err


def test_a_lora_named_in_a_caption_is_told_and_not_read() -> None:
    text = '{"lora": "style", "compositional_deconstruction": {"background": "", "elements": []}}'
    result = parse_caption(text)
    (told,) = [issue for issue in result.issues if issue.code == "unknown-key"]
    assert told.path == "/lora" and "will not see it" in told.message
    assert result.caption is not None and "lora" not in result.caption.to_prompt()
