"""Write a training run as a checkpoint in the published folder layout.

    python -m ideogram4.demo.export --run runs/demo --output ideogram4/demo/checkpoint

Takes the finished (`-final`) files of a run where there are any, else the ones in progress.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ideogram4.demo import networks
from ideogram4.demo.latents import LatentBasis
from ideogram4.demo.tokenizer import save_tokenizer
from ideogram4.model.autoencoder import Autoencoder

INFO = {
    "name": "demo",
    "is_demo": True,
    "licence": "Apache-2.0",
    "text_encoder_taps": list(networks.TAPS),
    "limits": {"minimum": 192, "maximum": 384, "max_ratio": 2.0},
    "default_size": [256, 256],
    "default_preset": "V4_TURBO_12",
    # Trained too briefly for the presets' 7: see the figures in README.md.
    "preset_guidance_limit": 2.0,
}


def export(run: Path, output: Path) -> int:
    """Write the folder; returns its size in bytes."""
    conditional = _trained(run, "conditional")
    text_encoder = networks.make_text_encoder()
    _fill(text_encoder, conditional, "text_encoder.")
    transformer = networks.make_transformer(networks.CONDITIONAL)
    _fill(transformer, conditional, "transformer.")
    unconditional = networks.make_transformer(networks.UNCONDITIONAL)
    _fill(unconditional, _trained(run, "unconditional"), "transformer.")
    _write(output / "transformer", "diffusion_pytorch_model", transformer, asdict(CONFIGS[0]))
    _write(
        output / "unconditional_transformer",
        "diffusion_pytorch_model",
        unconditional,
        asdict(CONFIGS[1]),
    )
    config = text_encoder.config.to_dict()
    config = {"model_type": "qwen3_vl", "text_config": config}
    language_model = {f"language_model.{k}": v for k, v in _language_model(text_encoder).items()}
    _write(output / "text_encoder", "model", language_model, config)
    autoencoder = make_autoencoder(run)
    _write(output / "vae", "diffusion_pytorch_model", autoencoder, asdict(networks.AUTOENCODER))
    save_tokenizer(output / "tokenizer")
    _write_json(
        output / "model_index.json", {"_class_name": "Ideogram4Pipeline", "ideogram4": INFO}
    )
    return sum(path.stat().st_size for path in output.rglob("*") if path.is_file())


CONFIGS = (networks.CONDITIONAL, networks.UNCONDITIONAL)


def make_autoencoder(run: Path) -> Autoencoder:
    """The run's autoencoder with the latent space's statistics; an untrained half stays random."""
    torch.manual_seed(0)
    model = Autoencoder(networks.AUTOENCODER)
    for half, parts in (
        ("decoder", ("decoder", "post_quant_conv")),
        ("encoder", ("encoder", "quant_conv")),
    ):
        if (run / f"{half}.safetensors").exists():
            tensors = _trained(run, half)
            for part in parts:
                _fill(getattr(model, part), tensors, f"{part}.")
    basis = LatentBasis.load(run / "latents.safetensors")
    eps = networks.AUTOENCODER.batch_norm_eps
    model.bn.running_mean.zero_()
    model.bn.running_var.copy_((basis.scale**2 - eps).repeat(4))
    return model


def _trained(run: Path, part: str) -> dict[str, Tensor]:
    final = run / f"{part}-final.safetensors"
    tensors = load_file(final if final.exists() else run / f"{part}.safetensors")
    prefix = "trained."
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def _fill(module: nn.Module, tensors: dict[str, Tensor], prefix: str) -> None:
    module.load_state_dict(
        {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
    )


def _language_model(text_encoder: nn.Module) -> dict[str, Tensor]:
    tensors = dict(text_encoder.language_model.state_dict())
    # The published files carry the final norm; ours has none to train, since no tap lies behind it.
    tensors["norm.weight"] = torch.ones(networks.TEXT_WIDTH)
    return tensors


def _write(
    folder: Path, name: str, module: nn.Module | dict[str, Tensor], config: dict[str, Any]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tensors = module.state_dict() if isinstance(module, nn.Module) else module
    # float16 keeps three more bits than bfloat16, and nothing here leaves its range.
    halves = {
        k: (v if k.startswith("bn.") else v.half()).cpu().contiguous() for k, v in tensors.items()
    }
    save_file(halves, folder / f"{name}.safetensors", {"format": "pt"})
    _write_json(folder / "config.json", config)


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", type=Path, default=Path("runs/demo"))
    parser.add_argument("--output", type=Path, default=Path("ideogram4/demo/checkpoint"))
    args = parser.parse_args(arguments)
    size = export(args.run, args.output)
    print(f"wrote {args.output}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
