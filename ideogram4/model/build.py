"""Builds the networks of a model folder and fills them with its weights.

Each is made on the meta device from its configuration, so no float32 skeleton ever exists; where
weights are packed, their format exchanges the linear layers. Sizes that do not fit together are
told here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from ideogram4.errors import CorruptFileError
from ideogram4.model.autoencoder import Autoencoder
from ideogram4.model.config import AutoencoderConfig, CheckpointInfo, TransformerConfig
from ideogram4.model.text_encoder import TextEncoder, text_config_from_file
from ideogram4.model.transformer import Transformer
from ideogram4.weights.assemble import load_into
from ideogram4.weights.keys import KeyMap, autoencoder_keys, text_encoder_keys, transformer_keys
from ideogram4.weights.lora.attach import linear_shapes

Model = TypeVar("Model", bound=nn.Module)
OnProgress = Callable[[str, float], None]
OPTIONAL_STATISTICS = frozenset({"bn.running_mean", "bn.running_var"})


@dataclass(frozen=True)
class Networks:
    """The parts of a model; `unconditional` is None in checkpoints made to run without guidance."""

    text_encoder: TextEncoder
    conditional: Transformer
    unconditional: Transformer | None
    autoencoder: Autoencoder
    weight_format: str


def build_networks(
    folder: Path,
    info: CheckpointInfo,
    *,
    device: torch.device,
    dtype: torch.dtype,
    home: torch.device | None = None,
    on_progress: OnProgress | None = None,
) -> Networks:
    """Load every part of `folder`; errors as of `load_into`, told before reading.

    The autoencoder goes to `device`, the others to `home`, which is the host where a memory plan
    lets them visit the device, and else (None) the device itself.
    """
    home = device if home is None else home
    text_encoder = load_text_encoder(folder / "text_encoder", info, home, dtype, on_progress)
    conditional, weight_format = load_transformer(folder / "transformer", home, dtype, on_progress)
    expected = conditional.config.llm_features_dim
    if text_encoder.features_dim != expected:
        raise CorruptFileError(
            f"the text encoder gives {text_encoder.features_dim} features a token "
            f"({len(text_encoder.taps)} taps), the transformer reads {expected}",
            hint="The folder mixes parts of two models, or its model_index.json names other taps.",
        )
    unconditional = None
    if (folder / "unconditional_transformer").is_dir():
        unconditional, _ = load_transformer(
            folder / "unconditional_transformer", home, dtype, on_progress
        )
    autoencoder = load_autoencoder(folder / "vae", device, dtype, on_progress)
    channels = 4 * autoencoder.config.latent_channels
    for part in (conditional, unconditional):
        if part is not None and part.config.in_channels != channels:
            raise CorruptFileError(
                f"a transformer works on {part.config.in_channels} channels, "
                f"the autoencoder's latents have {channels}"
            )
    return Networks(text_encoder, conditional, unconditional, autoencoder, weight_format)


def load_transformer(
    folder: Path,
    device: torch.device,
    dtype: torch.dtype,
    on_progress: OnProgress | None = None,
) -> tuple[Transformer, str]:
    """A transformer and the name of its weight format."""
    config = TransformerConfig.from_file(folder / "config.json")
    with torch.device("meta"):
        model = Transformer(config)
    weight_format = load_into(
        model,
        folder,
        device=device,
        dtype=dtype,
        rename=transformer_keys,
        what=folder.name,
        on_progress=on_progress,
    )
    return _frozen(model), weight_format


def transformer_shapes(folder: Path) -> dict[str, tuple[int, int]]:
    """(out, in) of every linear layer of the transformer in `folder`, from its configuration."""
    with torch.device("meta"):
        model = Transformer(TransformerConfig.from_file(folder / "config.json"))
    return linear_shapes(model)


def load_text_encoder(
    folder: Path,
    info: CheckpointInfo,
    device: torch.device,
    dtype: torch.dtype,
    on_progress: OnProgress | None = None,
) -> TextEncoder:
    """The language model up to its last tap."""
    config = text_config_from_file(folder / "config.json")
    with torch.device("meta"):
        model = TextEncoder(config, info.text_encoder_taps)
    load_into(
        model.language_model,
        folder,
        device=device,
        dtype=dtype,
        rename=_up_to_layer(max(info.text_encoder_taps)),
        what=folder.name,
        on_progress=on_progress,
    )
    model.restore_rotary(device)
    return _frozen(model)


def load_autoencoder(
    folder: Path,
    device: torch.device,
    dtype: torch.dtype,
    on_progress: OnProgress | None = None,
) -> Autoencoder:
    """Encoder, decoder and the latent statistics, which stay float32."""
    config = AutoencoderConfig.from_file(folder / "config.json")
    with torch.device("meta"):
        model = Autoencoder(config)
    model.bn.reset(device)
    load_into(
        model,
        folder,
        device=device,
        dtype=dtype,
        rename=autoencoder_keys,
        what=folder.name,
        on_progress=on_progress,
        optional=OPTIONAL_STATISTICS,
        keep_dtype=OPTIONAL_STATISTICS,
    )
    return _frozen(model)


def _up_to_layer(last: int) -> Callable[[Collection[str]], KeyMap]:
    """`text_encoder_keys` without the layers and the norm behind the last tap."""

    def rename(names: Collection[str]) -> KeyMap:
        keys = text_encoder_keys(names)
        kept = tuple(e for e in keys.entries if not _is_behind(e.target, last))
        dropped = {s for e in keys.entries if _is_behind(e.target, last) for s in e.sources}
        return KeyMap(kept, keys.ignored | dropped)

    return rename


def _is_behind(target: str, last: int) -> bool:
    if target == "norm.weight":
        return True
    parts = target.split(".")
    return parts[0] == "layers" and parts[1].isdecimal() and int(parts[1]) > last


def _frozen(model: Model) -> Model:
    return model.eval().requires_grad_(False)
