"""Builds the networks of a model folder and fills them with its weights.

Each is made on the meta device from its configuration, so no float32 skeleton ever exists; where
weights are packed, their format exchanges the linear layers. Sizes that do not fit together are
told here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import torch
from torch import nn

from ideogram4.errors import CorruptFileError
from ideogram4.model.autoencoder import Autoencoder
from ideogram4.model.config import AutoencoderConfig, CheckpointInfo, TransformerConfig
from ideogram4.model.text_encoder import TextEncoder, text_config_from_file
from ideogram4.model.transformer import Transformer
from ideogram4.weights.assemble import LoadPlan, fill, plan_load
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


@dataclass(frozen=True)
class Prepared(Generic[Model]):
    """A network on the meta device, whose files' headers are checked; `fill` takes the memory.

    body: the module that the plan fills. settle: makes, on a device, what files do not hold.
    """

    model: Model
    body: nn.Module
    plan: LoadPlan
    what: str
    settle: Callable[[torch.device], None] = lambda _: None
    keep_dtype: frozenset[str] = frozenset()

    def fill(
        self, device: torch.device, dtype: torch.dtype, on_progress: OnProgress | None = None
    ) -> Model:
        """The network with its weights; errors as of `load_into`."""
        self.settle(device)
        fill(
            self.body,
            self.plan,
            device=device,
            dtype=dtype,
            what=self.what,
            on_progress=on_progress,
            keep_dtype=self.keep_dtype,
        )
        return self.model.eval().requires_grad_(False)


def build_networks(
    folder: Path,
    info: CheckpointInfo,
    *,
    device: torch.device,
    dtype: torch.dtype,
    home: torch.device | None = None,
    on_progress: OnProgress | None = None,
) -> Networks:
    """Load every part of `folder`; errors as of `load_into`.

    What headers can tell of any part is told before the first tensor of the first part is read.
    The autoencoder goes to `device`, the others to `home`, which is the host where a memory plan
    lets them visit the device, and else (None) the device itself.
    """
    home = device if home is None else home
    text_encoder = prepare_text_encoder(folder / "text_encoder", info)
    conditional = prepare_transformer(folder / "transformer")
    unconditional = None
    if (folder / "unconditional_transformer").is_dir():
        unconditional = prepare_transformer(folder / "unconditional_transformer")
    autoencoder = prepare_autoencoder(folder / "vae")
    transformers = [part.model for part in (conditional, unconditional) if part is not None]
    _check_together(text_encoder.model, transformers, autoencoder.model)
    return Networks(
        text_encoder.fill(home, dtype, on_progress),
        conditional.fill(home, dtype, on_progress),
        unconditional.fill(home, dtype, on_progress) if unconditional else None,
        autoencoder.fill(device, dtype, on_progress),
        conditional.plan.quant_format.name,
    )


def load_transformer(
    folder: Path,
    device: torch.device,
    dtype: torch.dtype,
    on_progress: OnProgress | None = None,
) -> tuple[Transformer, str]:
    """A transformer and the name of its weight format."""
    prepared = prepare_transformer(folder)
    return prepared.fill(device, dtype, on_progress), prepared.plan.quant_format.name


def load_autoencoder(folder: Path, device: torch.device, dtype: torch.dtype) -> Autoencoder:
    """An autoencoder alone."""
    return prepare_autoencoder(folder).fill(device, dtype)


def transformer_shapes(folder: Path) -> dict[str, tuple[int, int]]:
    """(out, in) of every linear layer of the transformer in `folder`, from its configuration."""
    with torch.device("meta"):
        model = Transformer(TransformerConfig.from_file(folder / "config.json"))
    return linear_shapes(model)


def prepare_transformer(folder: Path) -> Prepared[Transformer]:
    """A transformer before its weights are read."""
    config = TransformerConfig.from_file(folder / "config.json")
    with torch.device("meta"):
        model = Transformer(config)
    plan = plan_load(model, folder, rename=transformer_keys, what=folder.name)
    return Prepared(model, model, plan, folder.name)


def prepare_text_encoder(folder: Path, info: CheckpointInfo) -> Prepared[TextEncoder]:
    """The language model up to its last tap, before its weights are read."""
    config = text_config_from_file(folder / "config.json")
    with torch.device("meta"):
        model = TextEncoder(config, info.text_encoder_taps)
    plan = plan_load(
        model.language_model,
        folder,
        rename=_up_to_layer(max(info.text_encoder_taps)),
        what=folder.name,
    )
    return Prepared(model, model.language_model, plan, folder.name, model.restore_rotary)


def prepare_autoencoder(folder: Path) -> Prepared[Autoencoder]:
    """Encoder, decoder and the latent statistics, which stay float32, before they are read."""
    config = AutoencoderConfig.from_file(folder / "config.json")
    with torch.device("meta"):
        model = Autoencoder(config)
    plan = plan_load(
        model, folder, rename=autoencoder_keys, what=folder.name, optional=OPTIONAL_STATISTICS
    )
    return Prepared(model, model, plan, folder.name, model.bn.reset, OPTIONAL_STATISTICS)


def _check_together(
    text_encoder: TextEncoder, transformers: Sequence[Transformer], autoencoder: Autoencoder
) -> None:
    """Raise CorruptFileError when the parts are of different models."""
    expected = transformers[0].config.llm_features_dim
    if text_encoder.features_dim != expected:
        raise CorruptFileError(
            f"the text encoder gives {text_encoder.features_dim} features a token "
            f"({len(text_encoder.taps)} taps), the transformer reads {expected}",
            hint="The folder mixes parts of two models, or its model_index.json names other taps.",
        )
    channels = 4 * autoencoder.config.latent_channels
    for transformer in transformers:
        if transformer.config.in_channels != channels:
            raise CorruptFileError(
                f"a transformer works on {transformer.config.in_channels} channels, "
                f"the autoencoder's latents have {channels}"
            )


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
    match = re.match(r"layers\.(\d{1,6})\.", target)
    return match is not None and int(match[1]) > last
