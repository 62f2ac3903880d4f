"""The held-out captions never change, are all different, and no training seed can make them."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest

from ideogram4.caption import parse_caption
from ideogram4.demo.evaluation import freeze as freezer
from ideogram4.demo.evaluation.cases import FILE, SETS, from_record, held_out, size_of, to_record
from ideogram4.demo.evaluation.freeze import RECIPES, SEED, colours_differ, freeze
from ideogram4.demo.pictures.scenes import SceneMix, make_scene
from ideogram4.demo.pictures.wording import caption_of
from ideogram4.errors import RequestError

ALL = [case for name in SETS for case in held_out(None, name)]
# Of all captions of a set, one a line. A changed hash means that no figure compares any more.
HASHES = {
    "shapes": "9806b7a48b90711e577ede25beaa37ab818395e4cc58b2682cc0a8227886ce8f",
    "text": "9a8990acccd803a5ed9cd870224729139b85c8edd35179dd053f1616696d0888",
    "gradient": "11a7dccfa511a2767032d0e0f54973962aa6f30cab8bc200fffe3ce504690acb",
    "order": "bc0ca7ad3c5cf82fbfcb38cb5cdf7412cba3cf4bd4f038b2fcee3adfa9c46b80",
}


@pytest.mark.parametrize("name", SETS)
def test_the_captions_are_the_ones_they_always_were(name: str) -> None:
    text = "\n".join(case.caption for case in held_out(None, name))
    assert hashlib.sha256(text.encode()).hexdigest() == HASHES[name]


def test_the_first_caption_in_full() -> None:
    [case] = held_out(1)
    assert case.caption == (
        '{"style_description":{"aesthetics":"geometric","lighting":"flat","medium":"illustration",'
        '"art_style":"flat vector shapes"},"compositional_deconstruction":{"background":'
        '"purple background","elements":[{"type":"obj","bbox":[332,779,727,893],'
        '"desc":"a triangle in #5EA365"}]}}'
    )
    [element] = case.scene.elements
    assert (element.shape, element.box) == ("triangle", (332, 779, 727, 893))
    assert element.colour == (0x5E, 0xA3, 0x65)
    assert (case.scene.background, case.scene.background_name) == ((125, 55, 180), "purple")


def test_there_are_enough_and_the_file_is_small() -> None:
    assert {name: size_of(name) for name in SETS} == {
        "shapes": 200,
        "text": 60,
        "gradient": 60,
        "order": 60,
    }
    assert FILE.stat().st_size < 200_000
    assert len({case.caption for case in ALL}) == len(ALL)


def test_every_set_of_the_file_has_its_recipe_and_its_name() -> None:
    assert list(json.loads(FILE.read_text())["sets"]) == list(SETS) == list(RECIPES)


def test_fewer_are_the_first_ones() -> None:
    assert held_out(5) == held_out(None)[:5]


def test_captions_are_what_the_pipeline_sends_to_the_model() -> None:
    for case in ALL:
        result = parse_caption(case.caption)
        assert result.caption is not None
        assert result.caption.to_prompt() == case.caption


def test_scenes_tell_their_colours_apart_and_suit_their_set() -> None:
    assert all(colours_differ(case.scene) for case in ALL)
    for name in SETS:
        assert all(RECIPES[name].admits(case.scene) for case in held_out(None, name)), name
    assert {len(case.scene.elements) for case in held_out(None)} == {1, 2, 3, 4}


def test_no_seed_of_the_training_leads_to_them() -> None:
    """Training seeds are whole numbers, times 1009, plus a worker; see data.py."""
    assert SEED % 1009 > 512, "a loader with so many workers would reach it"
    assert [name for name in SETS if not isinstance(RECIPES[name].seed, str)] == ["shapes"]
    assert len({recipe.seed for recipe in RECIPES.values()}) == len(RECIPES)


def test_the_first_training_captions_are_others() -> None:
    frozen = {case.caption for case in ALL}
    for seed in (1 * 1009, 1 * 1009 + 1, 2 * 1009):
        rng, mix = random.Random(seed), SceneMix()
        assert frozen.isdisjoint(caption_of(make_scene(rng, mix), rng, mix) for _ in range(500))


def test_a_case_survives_its_record() -> None:
    for case in ALL:
        assert from_record(json.loads(json.dumps(to_record(case)))) == case


def test_freezing_again_changes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "held_out.json"
    copy.write_bytes(FILE.read_bytes())
    assert freeze(copy) == []
    assert copy.read_bytes() == FILE.read_bytes()


def test_a_new_set_is_added_behind_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "held_out.json"
    copy.write_bytes(FILE.read_bytes())
    extra = freezer.Recipe(3, "another", SceneMix(text=0.0, gradient=0.0))
    monkeypatch.setitem(freezer.RECIPES, "extra", extra)
    assert freeze(copy) == ["extra"]
    before, after = FILE.read_text().splitlines(), copy.read_text().splitlines()
    assert after[: len(before) - 2] == before[:-2], "what was there is untouched"
    assert len(json.loads(copy.read_text())["sets"]["extra"]) == 3
    assert freeze(copy) == []


@pytest.mark.parametrize(
    ("count", "name", "words"),
    [
        (1, "icons", "no held-out set 'icons'; choose from shapes, text, gradient, order"),
        (0, "shapes", "0 captions of the set shapes: it has 1 to 200"),
        (61, "order", "61 captions of the set order: it has 1 to 60"),
    ],
)
def test_what_there_is_not_is_told(count: int, name: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        held_out(count, name)
