"""Whatever a browser asks the gallery is answered, and nobody reaches what is not theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.ui.store.test_pictures import RECORD
from ui.gallery.answers import GalleryAnswers
from ui.store import PictureStore

ODD: list[Any] = [
    None,
    7,
    "x",
    [],
    {},
    {"ids": 7},
    {"ids": [None, {}, []], "scope": "x"},
    {"scope": {"a": 1}, "offset": -1, "limit": "many"},
    {"words": ["a"], "colour": 7, "favourites": "yes", "offset": 2**70, "limit": 2**70},
    {"words": "a" * 10**6, "colour": "#GGGGGG"},
    {"first": None, "second": {}},
    {"data": {"a": 1}},
    {"id": ["x"], "on": "perhaps"},
]


def of(store: PictureStore, background: str = "a wall", **changes: Any) -> str:
    caption = {"compositional_deconstruction": {"background": background, "elements": []}}
    record = replace(RECORD, caption=json.dumps(caption), **{"run": "", **changes})
    return store.save(Image.new("RGB", (8, 8)), record).id


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path)


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("asked", ODD)
def test_every_question_has_an_answer(store: PictureStore, own: bool, asked: Any) -> None:
    of(store)
    for answer in GalleryAnswers(store, own=own).functions:
        told = answer(asked)
        assert isinstance(told, dict)
        json.dumps(told, allow_nan=False)
    assert len(store.ids()) == 1


def test_in_a_studio_for_everybody_one_sees_and_touches_ones_own_only(store: PictureStore) -> None:
    mine, theirs = of(store), of(store)
    answers = GalleryAnswers(store)
    scope = [mine]
    page = answers.pictures({"scope": scope, "limit": 60})
    assert [card["id"] for card in page["pictures"]] == [mine] and page["all"] == 1
    assert page["newest"]["id"] == mine
    assert answers.pictures({"scope": None, "limit": 60})["all"] == 0
    for act in ({"ids": [theirs], "scope": scope}, {"ids": [theirs]}):
        assert answers.remove(act) == {"removed": []}
        assert answers.favourite({**act, "on": True}) == {"ids": []}
        assert "error" in answers.archive(act)
    assert [node["id"] for node in answers.versions({"scope": scope})["nodes"]] == [mine]
    assert set(store.ids()) == {mine, theirs} and store.favourites.ids() == frozenset()


def test_in_ones_own_studio_one_sees_all(store: PictureStore) -> None:
    made = {of(store), of(store)}
    answers = GalleryAnswers(store, own=False)
    assert {card["id"] for card in answers.pictures({"limit": 60})["pictures"]} == made
    assert set(answers.remove({"ids": sorted(made)})["removed"]) == made


def test_versions_say_what_they_changed_and_from_where(store: PictureStore) -> None:
    first, second, third = "1" * 16, "2" * 16, "3" * 16
    of(store, "a red wall", run=first)
    of(store, "a red wall", run=first, image=2)
    of(store, "a blue wall", run=second, parent=first)
    of(store, "a blue wall", run=third, parent=second)
    nodes = GalleryAnswers(store, own=False).versions({})["nodes"]
    told = {node["run"]: (node["parent"], node["summary"], node["count"]) for node in nodes}
    assert told == {
        first: ("", "", 2),
        second: (first, "background", 1),
        third: (second, "the same caption again", 1),
    }


def test_a_seed_beyond_what_a_page_counts_exactly_arrives_whole(store: PictureStore) -> None:
    of(store, seed=2**63 - 1)
    (card,) = GalleryAnswers(store, own=False).pictures({"limit": 1})["pictures"]
    assert card["seed"] == "9223372036854775807"


def test_a_comparison_has_both_sides_and_what_changed(store: PictureStore) -> None:
    first, second = of(store, "a red wall"), of(store, "a blue wall")
    told = GalleryAnswers(store).compare({"first": first, "second": second})
    assert told["changes"] == [
        {"subject": "Picture", "what": "background", "before": "a red wall", "after": "a blue wall"}
    ]
    assert told["first"]["src"] != told["second"]["src"] and told["more"] == 0
