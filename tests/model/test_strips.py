"""A picture decoded a strip at a time is the picture decoded whole."""

from __future__ import annotations

import pytest
import torch

from ideogram4.model import strips
from ideogram4.model.autoencoder import Autoencoder
from ideogram4.model.config import AutoencoderConfig
from tests.parity.checkpoints import randomise

CONFIG = AutoencoderConfig(
    block_out_channels=(16, 16, 24, 32), layers_per_block=1, latent_channels=8, norm_num_groups=8
)


@pytest.fixture(scope="module")
def autoencoder() -> Autoencoder:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        model = Autoencoder(CONFIG).eval()
        randomise(model)
    return model


@pytest.mark.parametrize("strip", [1, 1500, 20_000], ids=lambda n: f"{n}-numbers")
@pytest.mark.parametrize("size", [(8, 8), (9, 5)], ids=str)
@pytest.mark.parametrize("images", [1, 2])
@torch.inference_mode()
def test_decoding_and_encoding_in_strips(
    autoencoder: Autoencoder,
    monkeypatch: pytest.MonkeyPatch,
    strip: int,
    size: tuple[int, int],
    images: int,
) -> None:
    latents = torch.randn(images, 8, *size, generator=torch.Generator().manual_seed(1))
    whole = autoencoder.decode(latents)
    encoded = autoencoder.encode(whole)
    monkeypatch.setattr(strips, "WHOLE", 0)
    monkeypatch.setattr(strips, "STRIP", strip)
    monkeypatch.setattr(strips, "WHOLE_ATTENTION", 0)
    monkeypatch.setattr(strips, "QUERIES", 7)
    torch.testing.assert_close(autoencoder.decode(latents), whole, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(autoencoder.encode(whole), encoded, rtol=1e-4, atol=1e-4)


@torch.inference_mode()
def test_bfloat16_is_as_close_to_the_exact_picture(
    autoencoder: Autoencoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    latents = torch.randn(1, 8, 8, 8, generator=torch.Generator().manual_seed(1))
    exact = autoencoder.decode(latents)
    with torch.random.fork_rng(devices=[]):
        narrow = Autoencoder(CONFIG).eval()
    narrow.load_state_dict(autoencoder.state_dict())
    narrow.to(torch.bfloat16)
    whole_error = (narrow.decode(latents).float() - exact).norm()
    monkeypatch.setattr(strips, "WHOLE", 0)
    monkeypatch.setattr(strips, "STRIP", 2000)
    assert (narrow.decode(latents).float() - exact).norm() < 1.2 * whole_error


@torch.inference_mode()
def test_what_lies_between_exists_for_one_strip_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A convolution's input is normalised, activated and padded strip by strip."""
    seen: list[int] = []
    real = strips._conv_rows

    def watched(conv: torch.nn.Conv2d, x: torch.Tensor, top: int, bottom: int) -> torch.Tensor:
        seen.append(x.shape[2])
        return real(conv, x, top, bottom)

    monkeypatch.setattr(strips, "_conv_rows", watched)
    monkeypatch.setattr(strips, "WHOLE", 0)
    monkeypatch.setattr(strips, "STRIP", 4 * 10 * 8)  # four rows of ten, eight channels
    norm, conv = torch.nn.GroupNorm(4, 8), torch.nn.Conv2d(8, 8, 3, padding=1)
    x = torch.randn(1, 8, 30, 10)
    y = strips.activated_conv(norm, conv, x)
    assert y.shape == x.shape
    assert len(seen) == 8
    assert max(seen) <= 6
