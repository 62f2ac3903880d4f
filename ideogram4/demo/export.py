"""Write a training run as a checkpoint in the published folder layout, or a checkpoint as a run.

    python -m ideogram4.demo.export --run runs/demo --output ideogram4/demo/checkpoint
    python -m ideogram4.demo.export --run runs/demo --back

`--back` makes run files of the checkpoint, so that anyone can go on training where it ended, each
part alone or both together. The helpers, which no checkpoint has a place for, are kept in a small
file beside it. The optimisers' states start anew.
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

from ideogram4.demo.training import networks
from ideogram4.demo.training.latents import LatentBasis, ensure_basis
from ideogram4.demo.training.parts import fill, read_run_file
from ideogram4.demo.training.tokenizer import save_tokenizer
from ideogram4.model.autoencoder import Autoencoder

INFO = {
    "name": "demo",
    "is_demo": True,
    "licence": "Apache-2.0",
    "text_encoder_taps": list(networks.TAPS),
    "limits": {"minimum": 192, "maximum": 384, "max_ratio": 2.0},
    "default_size": [256, 256],
    "default_preset": "V4_TURBO_12",
    # Measured: 1.5 draws best, 3 a little worse than none, the full presets' 7 does harm.
    "preset_guidance_limit": 1.5,
}


HELPERS = "helpers.safetensors"


def export(run: Path, output: Path) -> int:
    """Write the folder, and the helpers' file beside it; returns the folder's size in bytes."""
    joint, _ = read_run_file(run / "joint.safetensors")
    text_encoder = networks.make_text_encoder()
    fill(text_encoder, joint, "trained.text_encoder.")
    transformer = networks.make_transformer(networks.CONDITIONAL)
    fill(transformer, joint, "trained.transformer.")
    unconditional = networks.make_transformer(networks.UNCONDITIONAL)
    fill(
        unconditional,
        read_run_file(run / "unconditional.safetensors")[0],
        "trained.transformer.",
    )
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
    _save_helpers(run, output.with_name(HELPERS))
    return sum(path.stat().st_size for path in output.rglob("*") if path.is_file())


CONFIGS = (networks.CONDITIONAL, networks.UNCONDITIONAL)
HALVES = {"decoder": ("decoder", "post_quant_conv"), "encoder": ("encoder", "quant_conv")}


def make_autoencoder(run: Path) -> Autoencoder:
    """The run's autoencoder with the latent space's statistics; an untrained half stays random."""
    torch.manual_seed(0)
    model = Autoencoder(networks.AUTOENCODER)
    for half, parts in HALVES.items():
        if (run / f"{half}.safetensors").exists():
            tensors, _ = read_run_file(run / f"{half}.safetensors")
            for part in parts:
                fill(getattr(model, part), tensors, f"trained.{part}.")
    basis = LatentBasis.load(run / "latents.safetensors")
    eps = networks.AUTOENCODER.batch_norm_eps
    model.bn.running_mean.zero_()
    model.bn.running_var.copy_((basis.scale**2 - eps).repeat(4))
    return model


def _save_helpers(run: Path, path: Path) -> None:
    """The helpers of reader and painter; where both went on together, the later ones."""
    tensors: dict[str, Tensor] = {}
    for part, file in (("reader", "reader"), ("painter", "painter"), ("reader", "joint")):
        found = read_run_file(run / f"{file}.safetensors")[0]
        found = {k.removeprefix("helpers."): v for k, v in found.items() if "helpers." in k}
        for name, tensor in found.items():
            owner = part if file != "joint" or name.startswith("codes.") else "painter"
            tensors[f"{owner}.{name}"] = tensor.half()
    save_file(tensors, path)


def bring_back(checkpoint: Path, run: Path) -> None:
    """Run files with a checkpoint's weights, in float32, as trained on no samples yet.

    A painter goes on from its layer for codes, which whole captions no longer train.
    """
    run.mkdir(parents=True, exist_ok=True)
    weights = "diffusion_pytorch_model.safetensors"
    text_encoder = load_file(checkpoint / "text_encoder" / "model.safetensors")
    renamed = {
        k.replace("language_model.", "text_encoder.language_model.", 1): v
        for k, v in text_encoder.items()
        if k != "language_model.norm.weight"
    }
    transformer = load_file(checkpoint / "transformer" / weights)
    painter = {f"transformer.{k}": v for k, v in transformer.items()}
    unconditional = load_file(checkpoint / "unconditional_transformer" / weights)
    autoencoder = load_file(checkpoint / "vae" / weights)
    files = {
        "reader": renamed,
        "painter": {k: v for k, v in painter.items() if "llm_cond" not in k},
        "joint": renamed | painter,
        "unconditional": {f"transformer.{k}": v for k, v in unconditional.items()},
    }
    for half, parts in HALVES.items():
        files[half] = {k: v for k, v in autoencoder.items() if k.startswith(parts)}
    helpers = load_file(checkpoint.with_name(HELPERS))
    for name, tensors in files.items():
        tensors = {f"trained.{k}": v.float() for k, v in tensors.items()}
        tensors |= {f"helpers.{k}": v.float() for k, v in _helpers_of(name, helpers).items()}
        save_file(tensors, run / f"{name}.safetensors", {"samples": "0"})
    ensure_basis(run)


def _helpers_of(name: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """A run file's helpers, from those beside the checkpoint."""
    parts = {"reader": ("reader.",), "painter": ("painter.",), "joint": ("painter.", "reader.")}
    # Of both together, the reader's layer for codes is the one that stays: it comes last.
    return {
        k.removeprefix(part): v
        for part in parts.get(name, ())
        for k, v in tensors.items()
        if k.startswith(part)
    }


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
    parser.add_argument("--back", action="store_true", help="write run files of the checkpoint")
    args = parser.parse_args(arguments)
    if args.back:
        bring_back(args.output, args.run)
        print(f"wrote {args.run}: go on with `python -m ideogram4.demo.train`, any part")
        return
    size = export(args.run, args.output)
    print(f"wrote {args.output}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
