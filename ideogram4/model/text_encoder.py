"""Caption features from the language model inside Qwen3-VL.

The tokens of one chat message run through the decoder layers once; the hidden states of some layers
(the *taps*) are stacked into one wide vector a token. Taps are layer outputs before the final norm.
The vision tower and the language-model head are not built: making pictures needs neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ideogram4.errors import CorruptFileError
from ideogram4.model.config import read_json
from ideogram4.model.library import transformers


def text_config_from_file(path: Path) -> Any:
    """The `Qwen3VLTextConfig` in a text encoder's `config.json` (nested or on its own)."""
    content = read_json(path)
    content = content.get("text_config", content)
    if not isinstance(content, dict) or "num_hidden_layers" not in content:
        raise CorruptFileError(f"{path} describes no Qwen3-VL language model")
    content = {k: v for k, v in content.items() if k not in ("model_type", "dtype", "torch_dtype")}
    return transformers().Qwen3VLTextConfig(**content)


class TextEncoder(nn.Module):
    """Language model with taps. `language_model` holds transformers' own decoder."""

    def __init__(self, config: Any, taps: tuple[int, ...]) -> None:
        super().__init__()
        if not taps or max(taps) >= config.num_hidden_layers or min(taps) < 0:
            raise CorruptFileError(
                f"the text encoder has {config.num_hidden_layers} layers, but its features are "
                f"taken from layers {', '.join(map(str, taps))}"
            )
        self.taps = taps
        self.config = config
        config._attn_implementation = "sdpa"
        self.language_model = transformers().Qwen3VLTextModel(config)
        # Layers after the last tap and the final norm do no work that anyone reads.
        del self.language_model.layers[max(taps) + 1 :]
        self.language_model.norm = nn.Identity()

    @property
    def features_dim(self) -> int:
        return int(self.config.hidden_size) * len(self.taps)

    def restore_rotary(self, device: torch.device | str) -> None:
        """Rebuild the rotary frequencies, which no file carries, after a start on `meta`."""
        rotary = type(self.language_model.rotary_emb)
        self.language_model.rotary_emb = rotary(self.config).to(device)

    def forward(self, token_ids: Tensor) -> Tensor:
        """token_ids (batch, tokens) -> features (batch, tokens, hidden * taps), tap fastest.

        The model is causal, so tokens after a caption (padding on the right) change nothing before.
        """
        states: dict[int, Tensor] = {}

        def keep(index: int) -> Any:
            def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
                states[index] = output[0] if isinstance(output, tuple) else output

            return hook

        layers = self.language_model.layers
        handles = [layers[tap].register_forward_hook(keep(tap)) for tap in self.taps]
        try:
            self.language_model(input_ids=token_ids, use_cache=False)
        finally:
            for handle in handles:
                handle.remove()
        return torch.stack([states[tap] for tap in self.taps], dim=-1).flatten(-2)
