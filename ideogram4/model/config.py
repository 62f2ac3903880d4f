"""Sizes of a model, read from the JSON files of its checkpoint.

The full model and the demo differ only in these numbers. Fields of other writers (`_class_name`,
version stamps) are ignored; a missing or impossible field is a `CorruptFileError` naming the file.
This is not the place for sampling presets or for anything chosen per picture.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from ideogram4.errors import CorruptFileError, MissingFileError
from ideogram4.sampling.limits import SizeLimits
from ideogram4.weights.cache import commit_of

FULL_MODEL_TAPS = (0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 35)
FULL_MODEL_LICENCE = "Ideogram 4 Non-Commercial"


LARGEST = {
    "num_layers": 1_000,
    "num_attention_heads": 1_000,
    "attention_head_dim": 10_000,
    "intermediate_size": 1_000_000,
    "adaln_dim": 100_000,
    "llm_features_dim": 10_000_000,
    "in_channels": 100_000,
}


def read_json(path: Path) -> dict[str, Any]:
    """One JSON object from `path`; MissingFileError or CorruptFileError, never anything else."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingFileError(
            f"{path.parent.name}/{path.name} is missing from {path.parent.parent}",
            hint="A model folder holds transformer/, text_encoder/, vae/ and tokenizer/, each with "
            "its configuration.",
        ) from error
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise CorruptFileError(f"{path} is not readable JSON: {error}") from error
    if not isinstance(content, dict):
        raise CorruptFileError(f"{path} holds {type(content).__name__}, expected a JSON object")
    return content


class _FromJson:
    """Reads the dataclass's fields, by name, from a configuration file."""

    @classmethod
    def from_file(cls, path: Path) -> Self:
        content = read_json(path)
        known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
        missing = [
            name
            for name, f in known.items()
            if name not in content and f.default is MISSING and f.default_factory is MISSING
        ]
        if missing:
            raise CorruptFileError(f"{path} lacks {', '.join(missing)}")
        values = {name: _frozen(content[name]) for name in known if name in content}
        try:
            return cls(**values)
        except (TypeError, ValueError) as error:
            raise CorruptFileError(f"{path}: {error}") from error


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _require_positive(owner: object, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name} is {value!r}, expected a whole number above 0")


@dataclass(frozen=True)
class TransformerConfig(_FromJson):
    """`transformer/config.json`. `hidden_size` is heads x head dimension (full model: 4608)."""

    num_layers: int
    num_attention_heads: int
    attention_head_dim: int
    intermediate_size: int
    adaln_dim: int
    llm_features_dim: int
    in_channels: int = 128
    mrope_section: tuple[int, int, int] = (24, 20, 20)
    rope_theta: float = 5_000_000.0
    norm_eps: float = 1e-5

    def __post_init__(self) -> None:
        _require_positive(
            self,
            "num_layers",
            "num_attention_heads",
            "attention_head_dim",
            "intermediate_size",
            "adaln_dim",
            "llm_features_dim",
            "in_channels",
        )
        # Fifty times the full model; a larger one is a mistake or a trap.
        for name, most in LARGEST.items():
            if getattr(self, name) > most:
                raise ValueError(f"{name} is {str(getattr(self, name))[:20]}, more than {most}")
        if self.attention_head_dim % 2:
            raise ValueError(f"attention_head_dim is {self.attention_head_dim}, expected even")
        if len(self.mrope_section) != 3:
            raise ValueError(f"mrope_section is {self.mrope_section}, expected three numbers")
        if not self.rope_theta > 1:
            raise ValueError(f"rope_theta is {self.rope_theta}, expected a number above 1")

    @property
    def hidden_size(self) -> int:
        return self.num_attention_heads * self.attention_head_dim


@dataclass(frozen=True)
class AutoencoderConfig(_FromJson):
    """`vae/config.json`, in the names that diffusers' `AutoencoderKLFlux2` writes."""

    block_out_channels: tuple[int, ...] = (128, 256, 512, 512)
    layers_per_block: int = 2
    latent_channels: int = 32
    norm_num_groups: int = 32
    batch_norm_eps: float = 1e-4
    in_channels: int = 3
    out_channels: int = 3

    def __post_init__(self) -> None:
        _require_positive(self, "layers_per_block", "latent_channels", "norm_num_groups")
        for width in self.block_out_channels:
            if not isinstance(width, int) or width < 1 or width % self.norm_num_groups:
                raise ValueError(
                    f"block_out_channels {self.block_out_channels} must be multiples of "
                    f"norm_num_groups {self.norm_num_groups}"
                )

    @property
    def scale_factor(self) -> int:
        """Pixels a side for one latent position (8 in the full model)."""
        return 2 ** (len(self.block_out_channels) - 1)


@dataclass(frozen=True)
class CheckpointInfo:
    """What `model_index.json` says beyond the component list.

    Published checkpoints say nothing of the sort, and the full model's values hold. A small
    checkpoint declares its own under the key "ideogram4".
    """

    name: str
    is_demo: bool = False
    licence: str = FULL_MODEL_LICENCE
    text_encoder_taps: tuple[int, ...] = FULL_MODEL_TAPS
    limits: SizeLimits = field(default_factory=SizeLimits)
    default_size: tuple[int, int] = (1024, 1024)
    default_preset: str = "V4_QUALITY_48"
    # A checkpoint trained too briefly for the presets' guidance may lower it; asking for a weight
    # explicitly still gives that weight.
    preset_guidance_limit: float | None = None
    commit: str = ""  # of the hub, where the files come from there

    @classmethod
    def from_folder(cls, folder: Path, name: str) -> CheckpointInfo:
        """Read `folder/model_index.json`; absent means the full model's values."""
        path = folder / "model_index.json"
        declared = read_json(path).get("ideogram4", {}) if path.exists() else {}
        if not isinstance(declared, dict):
            raise CorruptFileError(f'{path}: "ideogram4" is not an object')
        values = {key: _frozen(value) for key, value in declared.items()}
        values.setdefault("name", name)
        values["commit"] = commit_of(folder)
        try:
            values["limits"] = SizeLimits(**declared.get("limits", {}))
            return cls(**values)
        except (TypeError, ValueError) as error:
            raise CorruptFileError(f"{path}: {error}") from error
