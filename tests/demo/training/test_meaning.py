"""The codes say all there is to say of a scene, and stand at the right tokens of its caption."""

from __future__ import annotations

import random

import torch

from ideogram4.demo.pictures.drawing import KINDS, draw_pictures, pack
from ideogram4.demo.pictures.scenes import (
    LETTERS,
    MAX_ELEMENTS,
    Element,
    Scene,
    SceneMix,
    make_scene,
)
from ideogram4.demo.pictures.wording import caption_of
from ideogram4.demo.training.data import CaptionReader, make_batch
from ideogram4.demo.training.meaning import (
    KIND_PLACES,
    PART,
    WIDTH,
    element_codes,
    letter_boxes,
)
from ideogram4.demo.training.tokenizer import build_tokenizer

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


def test_each_letter_of_a_word_says_which_it_is_and_whose() -> None:
    rng = random.Random(8)
    mix = SceneMix(text=0.5, unreadable=0.0)
    scenes = [make_scene(rng, mix) for _ in range(60)]
    texts = CaptionReader()([caption_of(scene, rng, mix) for scene in scenes], scenes)
    batch = make_batch(scenes, texts, (256, 256), 4, torch.Generator().manual_seed(0))
    codes, tokenizer, words = batch.token_codes(), build_tokenizer(), 0
    for n, scene in enumerate(scenes):
        for place, element in enumerate(scene.elements):
            at = [p for p in batch.letters_at[n, place].tolist() if p >= 0]
            read = [tokenizer.id_to_token(t) for t in batch.token_ids[n, at].tolist()]
            assert "".join(read) == element.text
            said = codes[n, at]
            assert said[:, PART["glyph"]].argmax(-1).tolist() == [LETTERS.index(c) for c in read]
            assert said[:, PART["index"]].argmax(-1).tolist() == list(range(len(at)))
            assert (said[:, PART["place"]].argmax(-1) == place).all()
            words += bool(at)
    assert words > 30


def test_letters_fill_the_boxes_that_are_told_for_them() -> None:
    word = Element("text", (200, 100, 500, 900), BLUE, text="HE1")
    scenes = pack([Scene((word,), WHITE)])
    ink = draw_pictures(scenes, 400, 400)[0, 0] < 0
    boxes = (letter_boxes(scenes)[0, 0, :3] * 400).round().int().tolist()
    inside = torch.zeros_like(ink)
    for top, left, bottom, right in boxes:
        inside[top:bottom, left:right] = True
        assert ink[top:bottom, left:right].any(0)[1:-1].float().mean() > 0.5
    assert not (ink & ~inside).any()
    top, left, bottom, right = boxes[0]  # an H stands on its box's both sides
    assert ink[top + 2 : bottom - 2, [left + 2, right - 2]].all()


def test_tokens_know_the_letters_they_show() -> None:
    word = Element("text", (0, 0, 1000, 1000), BLUE, text="AB")
    scene = Scene((word,), WHITE)
    texts = CaptionReader()([caption_of(scene, random.Random(0), SceneMix())], [scene])
    batch = make_batch([scene], texts, (192, 192), 0, torch.Generator())
    glyphs = batch.glyphs().view(12, 12, 4)
    left, gap, right = glyphs[:, :5], glyphs[:, 5:7, [1, 3]], glyphs[:, 7:]
    assert (left == LETTERS.index("A")).all() and (right == LETTERS.index("B")).all()
    assert (gap[:, 0] == -1).all(), "the gap between them shows none"
