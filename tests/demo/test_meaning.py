"""The codes say all there is to say of a scene, and stand at the right tokens of its caption."""

from __future__ import annotations

import random

import torch

from ideogram4.demo.data import CaptionReader, make_batch
from ideogram4.demo.drawing import KINDS, pack
from ideogram4.demo.meaning import KIND_PLACES, PART, WIDTH, element_codes
from ideogram4.demo.scenes import MAX_ELEMENTS, Element, Scene, SceneMix, make_scene
from ideogram4.demo.tokenizer import build_tokenizer
from ideogram4.demo.wording import caption_of

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def test_every_kind_has_a_place_in_the_code() -> None:
    assert len(KINDS) <= KIND_PLACES
    assert max(part.stop for part in PART.values()) == WIDTH


def test_a_scene_can_be_read_back_from_its_codes() -> None:
    rng = random.Random(1)
    scenes = [make_scene(rng, SceneMix(unreadable=0.0)) for _ in range(50)]
    batch = pack(scenes)
    codes = element_codes(batch)
    for scene, found in zip(scenes, codes, strict=True):
        for place, element in enumerate(scene.elements):
            code = found[place]
            box = ((code[PART["edges"]] + 1) * 500).round().int().tolist()
            assert tuple(box) == element.box
            assert KINDS[int(code[PART["kind"]].argmax())] == element.shape
            rgb = ((code[PART["colour"]] + 1) * 127.5).round().int().tolist()
            assert tuple(rgb) == element.colour
            assert int(code[PART["place"]].argmax()) == place
        assert not found[len(scene.elements) :].any(), "no code where there is no element"


def test_codes_stand_at_the_tokens_that_close_background_and_elements() -> None:
    scene = Scene(
        (Element("circle", (100, 200, 300, 400), RED), Element("star", (500, 500, 900, 900), BLUE)),
        WHITE,
    )
    tokenizer = build_tokenizer()
    for seed in range(30):
        caption = caption_of(scene, random.Random(seed), SceneMix())
        texts = CaptionReader()([caption], [scene])
        batch = make_batch([scene], texts, (256, 256), 4, torch.Generator().manual_seed(0))
        tokens = [tokenizer.id_to_token(n) for n in batch.token_ids[0].tolist()]
        assert tokens[int(batch.background_at[0])] == '","elements":['
        ends = batch.ends[0]
        assert ends.tolist()[2:] == [-1] * (MAX_ELEMENTS - 2)
        for end, element in zip(ends[:2].tolist(), scene.elements, strict=True):
            assert tokens[end] in ('"}', '"},', '"]}', '"]},')
            # The last box before the closing token is the element's own.
            start = max(n for n in range(end) if tokens[n].endswith('"bbox":['))
            assert tokens[start + 1 : start + 5] == [str(edge) for edge in element.box]
        codes = batch.token_codes()[0]
        assert sorted(codes.any(-1).nonzero().flatten().tolist()) == sorted(
            [0, 1, 2, int(batch.background_at[0]), *ends[:2].tolist()]
        )


def test_words_without_a_layout_have_no_codes_but_the_anchors() -> None:
    scene = make_scene(random.Random(0), SceneMix(unreadable=1.0))
    caption = caption_of(scene, random.Random(0), SceneMix())
    texts = CaptionReader()([caption], [scene])
    batch = make_batch([scene], texts, (256, 256), 4, torch.Generator().manual_seed(0))
    assert batch.token_codes()[0].any(-1).nonzero().flatten().tolist() == [0, 1, 2]
