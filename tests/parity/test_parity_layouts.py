"""The same weights in another layout on disk give the same picture, bit for bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from ideogram4 import Ideogram4Pipeline
from ideogram4.model.build import load_autoencoder
from tests.parity import peer as asked
from tests.parity.checkpoints import SHORT_CAPTION, CheckpointSize, build_vae
from tests.parity.compare import LEVEL_LIMIT, mean_levels, relative_error
from tests.parity.peer import Guided

REPOSITORY = Path(__file__).resolve().parents[2]


def latents(pipe: Ideogram4Pipeline, noise: torch.Tensor) -> torch.Tensor:
    result: torch.Tensor = pipe(
        SHORT_CAPTION,
        width=256,
        height=256,
        noise=noise,
        num_steps=2,
        guidance_scale=4.0,
        output="latents",
        check="off",
    )
    return result


def load(folder: Path) -> Ideogram4Pipeline:
    return Ideogram4Pipeline.from_pretrained(folder, device="cpu", dtype=torch.float32)


def test_fused_attention_keys(ours: Ideogram4Pipeline, fused_folder: Path, noise: Any) -> None:
    names = load_file(fused_folder / "transformer" / "diffusion_pytorch_model.safetensors").keys()
    assert "layers.0.attention.qkv.weight" in names
    assert not any(".to_" in name for name in names)
    start = noise(1, 256, 256)
    assert torch.equal(latents(load(fused_folder), start), latents(ours, start))


def test_shards(ours: Ideogram4Pipeline, sharded_folder: Path, noise: Any) -> None:
    for part in ("transformer", "unconditional_transformer", "text_encoder", "vae"):
        assert len(list((sharded_folder / part).glob("*.safetensors"))) > 1, part
        assert len(list((sharded_folder / part).glob("*.safetensors.index.json"))) == 1, part
    start = noise(1, 256, 256)
    sharded = load(sharded_folder)
    result = latents(sharded, start)
    assert torch.equal(result, latents(ours, start))
    pictures = [pipe.decode_latents(result, height=256, width=256)[0] for pipe in (sharded, ours)]
    assert mean_levels(*pictures) == 0.0


@pytest.mark.parametrize("prefix", ["model.language_model.", "language_model."])
def test_text_encoder_prefixes(
    peer: Any, ours: Ideogram4Pipeline, tmp_path: Path, prefix: str
) -> None:
    peer.save_pretrained(tmp_path)
    file = tmp_path / "text_encoder" / "model.safetensors"
    state = load_file(file)
    renamed = {
        prefix + name.partition("language_model.")[2] if "language_model." in name else name: tensor
        for name, tensor in state.items()
    }
    assert any(name.startswith(prefix) for name in renamed)
    save_file(renamed, file)
    result = load(tmp_path).encode_text(SHORT_CAPTION)
    assert torch.equal(result, ours.encode_text(SHORT_CAPTION))


def test_attention_of_the_autoencoder_as_convolutions(
    peer: Any, ours: Ideogram4Pipeline, tmp_path: Path
) -> None:
    peer.save_pretrained(tmp_path)
    file = tmp_path / "vae" / "diffusion_pytorch_model.safetensors"
    state = load_file(file)
    matrices = [n for n, w in state.items() if ".attentions." in n and w.ndim == 2]
    assert len(matrices) == 8
    save_file(
        {n: w[..., None, None].contiguous() if n in matrices else w for n, w in state.items()}, file
    )
    z = torch.randn(1, 256, 128, generator=torch.Generator().manual_seed(1))
    pictures = [pipe.decode_latents(z, height=256, width=256)[0] for pipe in (load(tmp_path), ours)]
    assert mean_levels(*pictures) == 0.0


def test_without_statistics_of_its_own_the_constants_are_used(
    peer: Any, tmp_path: Path, noise: Any
) -> None:
    """A fresh batch norm says nothing; then the published shift and scale decode the latents.

    Diffusers is given the same numbers as its batch norm's mean and variance.
    """
    table = json.loads((REPOSITORY / "ideogram4/sampling/latent_stats.json").read_text())
    shift, scale = torch.tensor(table["shift"]), torch.tensor(table["scale"])
    own = peer.vae
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(11)
            peer.vae = build_vae(CheckpointSize())
        peer.vae.bn.reset_running_stats()
        peer.save_pretrained(tmp_path)
        peer.vae.bn.running_mean.copy_(shift)
        peer.vae.bn.running_var.copy_(scale**2 - peer.vae.config.batch_norm_eps)
        start, how = noise(1, 256, 256), Guided(guidance=(2.0,))
        expected = asked.generate(peer, SHORT_CAPTION, start, 256, 256, how)
    finally:
        peer.vae = own
    result = load(tmp_path).decode_latents(expected.latents[-1], height=256, width=256)[0]
    assert mean_levels(result, expected.images[0]) <= LEVEL_LIMIT


def test_pictures_become_the_latents_diffusers_makes(peer: Any, ours: Ideogram4Pipeline) -> None:
    """The encoder half, which training and later image-to-image use."""
    picture = torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(2)) * 2 - 1
    with torch.inference_mode():
        result = ours._networks.autoencoder.encode(picture)
        expected = peer.vae.encode(picture).latent_dist.mean
    assert relative_error(result, expected) <= 1e-4


def test_the_constant_beside_the_group_norms(peer: Any, tmp_path: Path) -> None:
    """Latents a thousandth of the usual size make the first norm's eps count."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(12)
        vae = build_vae(CheckpointSize())
    with torch.no_grad():
        for layer in (vae.post_quant_conv, vae.decoder.conv_in):
            layer.weight.mul_(0.03)
            layer.bias.zero_()
    vae.save_pretrained(tmp_path)
    mine = load_autoencoder(tmp_path, torch.device("cpu"), torch.float32)
    z = torch.randn(1, 32, 8, 12, generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        assert relative_error(mine.decode(z), vae.decode(z).sample) <= 1e-4
