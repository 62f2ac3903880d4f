"""Synthetic scenes, their captions and their drawing agree with each other."""

from __future__ import annotations

import json
import random

import pytest
import torch

from ideogram4.caption import parse_caption
from ideogram4.demo.pictures.drawing import KINDS, draw_pictures, pack
from ideogram4.demo.pictures.scenes import SHAPES, Element, Scene, SceneMix, make_scene
from ideogram4.demo.pictures.wording import caption_of
from ideogram4.demo.training.latents import LatentBasis
from ideogram4.sampling.layout import patch


def test_training_captions_are_what_the_pipeline_sends_to_the_model() -> None:
    rng = random.Random(3)
    for _ in range(50):
        mix = SceneMix(text=0.3, unreadable=0.0)
        text = caption_of(make_scene(rng, mix), rng, mix)
        result = parse_caption(text)
        assert result.caption is not None
        assert result.caption.to_prompt() == text


def test_a_seed_names_a_scene() -> None:
    def make() -> list[Scene]:
        rng = random.Random(9)
        return [make_scene(rng, SceneMix()) for _ in range(5)]

    assert make() == make()


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_fills_its_box_and_nothing_outside(shape: str) -> None:
    scene = Scene((Element(shape, (200, 300, 800, 700), (255, 0, 0)),), (0, 0, 255))
    red = draw_pictures(pack([scene]), 200, 200)[0, 0] > 0
    rows, columns = red.any(1).nonzero().flatten(), red.any(0).nonzero().flatten()
    assert abs(rows[0] - 40) <= 3 and abs(rows[-1] - 159) <= 3
    assert abs(columns[0] - 60) <= 3 and abs(columns[-1] - 139) <= 3
    assert not red[:38].any() and not red[:, :58].any()


def test_words_are_drawn_in_their_box() -> None:
    scene = Scene((Element("text", (250, 0, 750, 1000), (255,) * 3, "", "HI"),), (0, 0, 0))
    ink = draw_pictures(pack([scene]), 56, 44)[0, 0] > 0
    assert ink[14:42, 0].all(), "the left stem of H"
    assert not ink[:13].any() and not ink[43:].any()


def test_later_elements_are_drawn_in_front() -> None:
    box = (0, 0, 1000, 1000)
    behind, front = Element("rectangle", box, (255, 0, 0)), Element("rectangle", box, (0, 255, 0))
    assert draw_pictures(pack([Scene((behind, front), (0, 0, 0))]), 16, 16)[0, 1].min() > 0.99


def test_tokens_drawn_alone_are_those_of_the_whole_picture() -> None:
    rng = random.Random(4)
    batch = pack([make_scene(rng, SceneMix(text=0.5)) for _ in range(3)])
    basis = LatentBasis.fit(pictures=8)
    whole = patch(basis.encode(draw_pictures(batch, 192, 256)))
    rows, columns = torch.randint(0, 12, (3, 9)), torch.randint(0, 16, (3, 9))
    size = torch.tensor([[192.0, 256.0]]).expand(3, 2)
    alone = basis.encode_tokens(batch, rows, columns, size)
    picked = whole[torch.arange(3)[:, None], rows * 16 + columns]
    torch.testing.assert_close(alone, picked, rtol=1e-4, atol=1e-4)


def test_the_linear_latents_keep_the_picture() -> None:
    rng = random.Random(5)
    pictures = draw_pictures(pack([make_scene(rng, SceneMix(text=0)) for _ in range(8)]), 128, 128)
    basis = LatentBasis.fit(pictures=40)
    error = (basis.decode(basis.encode(pictures)) - pictures).square().mean().sqrt() * 127.5
    assert error < 8


def test_every_kind_can_be_packed() -> None:
    assert set(KINDS) == {*SHAPES, "text"}
    assert json.loads(
        caption_of(
            Scene((Element("star", (0, 0, 9, 9), (1, 2, 3)),), (0, 0, 0)),
            random.Random(0),
            SceneMix(),
        )
    )
