"""Whole guided generations from the same noise: latents of every step and the pictures."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from ideogram4 import Ideogram4Pipeline
from tests.parity import naive
from tests.parity import peer as asked
from tests.parity.checkpoints import LONG_CAPTION, SHORT_CAPTION
from tests.parity.compare import LEVEL_LIMIT, RELATIVE_LIMIT, mean_levels, relative_error
from tests.parity.peer import Guided

SIZES = ((256, 256), (512, 256), (256, 448), (336, 272))
HOW = Guided()


def run(
    ours: Ideogram4Pipeline,
    prompts: str | list[str],
    noise: torch.Tensor,
    width: int,
    height: int,
    how: Guided,
    num_images: int = 1,
) -> list[Any]:
    return list(
        ours.generate(
            prompts,
            width=width,
            height=height,
            noise=noise,
            num_images=num_images,
            num_steps=len(how.guidance),
            guidance_schedule=how.guidance,
            mu=how.mu,
            std=how.std,
            check="off",
        )
    )


def assert_same(steps: list[Any], expected: asked.Generated) -> None:
    assert len(steps) == len(expected.latents)
    for step, latents in zip(steps, expected.latents, strict=True):
        assert relative_error(step.latents, latents) <= RELATIVE_LIMIT, f"step {step.index}"
    pictures = steps[-1].images()
    assert len(pictures) == len(expected.images)
    for mine, theirs in zip(pictures, expected.images, strict=True):
        assert mean_levels(mine, theirs) <= LEVEL_LIMIT


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_sizes_and_ratios(
    peer: Any, ours: Ideogram4Pipeline, noise: Any, size: tuple[int, int]
) -> None:
    start = noise(1, *size)
    expected = asked.generate(peer, LONG_CAPTION, start, *size, HOW)
    assert_same(run(ours, LONG_CAPTION, start, *size, HOW), expected)


def test_two_captions_of_different_lengths_with_two_pictures_each(
    peer: Any, ours: Ideogram4Pipeline, noise: Any
) -> None:
    start, captions = noise(4, 256, 256), [LONG_CAPTION, SHORT_CAPTION]
    expected = asked.generate(peer, captions, start, 256, 256, HOW, num_images=2)
    steps = run(ours, captions, start, 256, 256, HOW, num_images=2)
    assert_same(steps, expected)
    for first, second in ((0, 1), (1, 2), (2, 3)):
        assert mean_levels(expected.images[first], expected.images[second]) > 10 * LEVEL_LIMIT


def test_the_default_padding_of_diffusers_changes_nothing(
    peer: Any, ours: Ideogram4Pipeline, noise: Any
) -> None:
    start, how = noise(1, 256, 256), Guided(guidance=(4.0,))
    expected = asked.generate(peer, SHORT_CAPTION, start, 256, 256, how, text_length=2048)
    assert_same(run(ours, SHORT_CAPTION, start, 256, 256, how), expected)


@pytest.mark.parametrize(
    "guidance", [(1.0, 1.0), (3.0, 1.0, 2.0), (0.0, 2.0)], ids=["none", "one step", "zero"]
)
def test_guidance_that_needs_one_transformer_only(
    peer: Any, ours: Ideogram4Pipeline, noise: Any, guidance: tuple[float, ...]
) -> None:
    """Leaving out the pass that a weight of 1 (or 0) multiplies by nothing is exact."""
    start, how = noise(1, 256, 256), Guided(guidance, mu=0.0, std=1.5)
    expected = asked.generate(peer, SHORT_CAPTION, start, 256, 256, how)
    assert_same(run(ours, SHORT_CAPTION, start, 256, 256, how), expected)


@pytest.mark.parametrize("preset", ["V4_TURBO_12", "V4_DEFAULT_20", "V4_QUALITY_48"])
@pytest.mark.parametrize("size", [(256, 256), (2048, 1024)], ids=["small", "large"])
def test_times_of_the_presets(peer: Any, preset: str, size: tuple[int, int]) -> None:
    """The schedule of diffusers, seen from its scheduler, but for its end at t = 1."""
    from ideogram4 import PRESETS
    from ideogram4.sampling.schedule import schedule

    chosen = PRESETS[preset]
    width, height = size
    mine = schedule(chosen.num_steps, height, width, chosen.mu, chosen.std)
    assert mine == pytest.approx(
        naive.times(chosen.num_steps, width, height, chosen.mu, chosen.std), abs=1e-12
    )
    theirs = peer_times(peer, chosen, width, height)
    assert mine[:-1] == pytest.approx(theirs[:-1], abs=1e-6)
    assert theirs[-1] == 1.0
    assert mine[-1] == pytest.approx(0.999447, abs=1e-6)


class EnoughSeen(Exception):
    """Leaves diffusers' loop as soon as its schedule is set."""


def peer_times(peer: Any, preset: Any, width: int, height: int) -> list[float]:
    """Times of diffusers' schedule, read before its first transformer call."""

    def leave(*_: Any) -> None:
        raise EnoughSeen

    handle = peer.transformer.register_forward_pre_hook(leave)
    try:
        with pytest.raises(EnoughSeen):
            peer(
                "x",
                height=height,
                width=width,
                num_inference_steps=preset.num_steps,
                guidance_schedule=list(preset.guidance_schedule),
                mu=preset.mu,
                std=preset.std,
                max_sequence_length=asked.PADDED_TEXT,
                latents=torch.zeros(1, width * height // 256, 128),
            )
    finally:
        handle.remove()
    return [1.0 - sigma for sigma in peer.scheduler.sigmas.double().tolist()]


def test_the_naive_sampler_agrees(peer: Any, ours: Ideogram4Pipeline, noise: Any) -> None:
    """Independent of diffusers: schedule, guidance, Euler steps and both networks once more."""
    width, height = 256, 320
    start, how = noise(1, width, height), Guided(guidance=(6.0, 2.0), mu=0.5, std=1.75)
    expected = naive.sample(
        (peer.transformer.state_dict(), peer.transformer.config),
        (peer.unconditional_transformer.state_dict(), peer.unconditional_transformer.config),
        start[0],
        ours.encode_text(SHORT_CAPTION),
        width,
        height,
        how.guidance,
        how.mu,
        how.std,
    )
    steps = run(ours, SHORT_CAPTION, start, width, height, how)
    for step, latents in zip(steps, expected, strict=True):
        assert relative_error(step.latents[0], latents) <= RELATIVE_LIMIT


def test_latents_output_is_the_last_step(ours: Ideogram4Pipeline, noise: Any) -> None:
    start, how = noise(1, 256, 256), Guided(guidance=(2.0, 2.0))
    steps = run(ours, SHORT_CAPTION, start, 256, 256, how)
    latents = ours(
        SHORT_CAPTION,
        width=256,
        height=256,
        noise=start,
        guidance_schedule=how.guidance,
        mu=how.mu,
        std=how.std,
        output="latents",
        check="off",
    )
    assert latents.dtype == torch.float32
    assert torch.equal(latents, steps[-1].latents)
