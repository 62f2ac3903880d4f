"""What the gallery's page is told: whatever a browser sends is an answer, and `own` means own."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
import pytest
from PIL import Image

from tests.ui.store.parts import RECORD, caption, keep, large, names, picture, png, text
from ui.gallery import archives
from ui.gallery.answers import GalleryAnswers
from ui.store import PictureStore
from ui.store.ids import new_id

FOX, CAT = caption("a red fox"), caption("a grey cat")
METHODS = (
    "pictures",
    "picture",
    "favourite",
    "remove",
    "restore",
    "archive",
    "compare",
    "versions",
    "dropped",
)


@pytest.fixture(autouse=True)
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies lie that Gradio may serve."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "served"))
    return tmp_path / "served"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PictureStore]:
    made = PictureStore(tmp_path / "pictures")
    yield made
    made.index.settle()


@pytest.fixture
def everybody(store: PictureStore) -> GalleryAnswers:
    return GalleryAnswers(store, own=False)


@pytest.fixture
def own(store: PictureStore) -> GalleryAnswers:
    return GalleryAnswers(store, own=True)


def file_of(src: str) -> Path:
    return Path(unquote(src.removeprefix("/gradio_api/file=")))


def ids(told: dict[str, Any]) -> list[str]:
    return [card["id"] for card in told["pictures"]]


def test_a_page_of_cards_says_what_a_card_shows(
    everybody: GalleryAnswers, store: PictureStore
) -> None:
    kept = keep(store, large(), caption=FOX, blocked="yes", label="seed 1", weights="demo")
    store.favour([kept], True)
    told = everybody.pictures({"limit": 60})
    (card,) = told["pictures"]
    assert file_of(card.pop("thumbnail")).suffix == ".webp"
    assert card == {
        "id": kept,
        "run": RECORD.run,
        "title": "a red fox",
        "seed": str(2**63 - 1),
        "size": "320 × 208",
        "preset": "V4_TURBO_12",
        "weights": "demo",
        "label": "seed 1",
        "blocked": True,
        "favourite": True,
    }
    assert told["newest"]["id"] == kept and (told["total"], told["all"]) == (1, 1)
    assert file_of(told["newest"]["src"]).read_bytes() == store.path(kept).read_bytes()


def test_filters_narrow_and_the_counts_say_by_how_much(
    everybody: GalleryAnswers, store: PictureStore
) -> None:
    fox = keep(store, caption=FOX, run="")
    cat = keep(store, picture((10, 200, 30)), caption=CAT, run="")
    store.favour([cat], True)
    for query, hits in [
        ({}, [cat, fox]),
        ({"words": "fox"}, [fox]),
        ({"colour": "#C81E1E"}, [fox]),
        ({"favourites": True}, [cat]),
        ({"favourites": True, "words": "fox"}, []),
        ({"offset": 1}, [fox]),
    ]:
        told = everybody.pictures({"limit": 9, **query})
        assert ids(told) == hits, query
        assert told["all"] == 2
        # Only the first page says which is the newest of all.
        assert told["newest"].get("id") == (None if "offset" in query else cat)


def test_own_never_shows_other_pictures(own: GalleryAnswers, store: PictureStore) -> None:
    mine, other = keep(store, caption=FOX, run="a" * 16), keep(store, caption=CAT, parent="a" * 16)
    store.favour([mine, other], True)
    for scope in (None, [], "all", {"ids": [other]}, [7, None], True):
        told = own.pictures({"limit": 9, "scope": scope})
        assert told == {"pictures": [], "total": 0, "all": 0, "newest": {}}, scope
        assert own.versions({"scope": scope}) == {"nodes": []}
        assert "error" in own.archive({"scope": scope})
    for query in ({}, {"favourites": True}, {"words": "a"}, {"colour": "#C81E1E"}):
        told = own.pictures({"limit": 9, "scope": [mine], **query})
        assert ids(told) == [mine] and told["all"] == 1
        assert other not in json.dumps(told)
    (node,) = own.versions({"scope": [mine]})["nodes"]
    assert node["id"] == mine


def test_own_never_touches_other_pictures(own: GalleryAnswers, store: PictureStore) -> None:
    mine, other = keep(store), keep(store)
    store.favour([other], True)
    asked = {"ids": [mine, other], "scope": [mine]}
    assert own.favourite({**asked, "on": True}) == {"ids": [mine]}
    assert own.favourite({"ids": [other], "on": False, "scope": [mine]}) == {"ids": []}
    assert store.favourites.ids() == {mine, other}
    with zipfile.ZipFile(file_of(own.archive(asked)["src"])) as archive:
        assert archive.namelist() == [f"{mine}.png"]
    assert own.remove(asked) == {"removed": [mine]}
    assert own.remove({"ids": [other]}) == {"removed": []}
    assert store.ids() == [other]


def test_everybody_may_still_ask_for_some(everybody: GalleryAnswers, store: PictureStore) -> None:
    one, two = keep(store, run=""), keep(store, run="")
    assert ids(everybody.pictures({"limit": 9})) == [two, one]
    assert ids(everybody.pictures({"limit": 9, "scope": [one]})) == [one]


def test_delete_and_undo(everybody: GalleryAnswers, store: PictureStore) -> None:
    kept = keep(store)
    assert everybody.remove({"ids": [kept]}) == {"removed": [kept]}
    assert everybody.pictures({"limit": 9})["newest"] == {}
    assert "no longer there" in everybody.picture({"id": kept})["error"]
    assert everybody.restore({"ids": [kept]}) == {"restored": [kept]}
    assert ids(everybody.pictures({"limit": 9})) == [kept]


def test_a_picture_is_offered_under_its_own_name(
    everybody: GalleryAnswers, store: PictureStore
) -> None:
    kept = keep(store)
    told = everybody.picture({"id": kept})
    assert told["file"] == f"{kept}.png"
    with Image.open(file_of(told["src"])) as image:
        assert image.text["caption"] == RECORD.caption


def test_all_that_fit_are_in_one_zip(everybody: GalleryAnswers, store: PictureStore) -> None:
    fox, _ = keep(store, caption=FOX), keep(store, caption=CAT)
    told = everybody.archive({"words": "fox"})
    with zipfile.ZipFile(file_of(told["src"])) as archive:
        assert archive.namelist() == [f"{fox}.png"]
    assert told["file"] == file_of(told["src"]).name
    assert everybody.archive({"words": "dog"})["error"] == "There is no picture to download."


def test_zips_do_not_fill_the_disk(
    everybody: GalleryAnswers, store: PictureStore, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store)
    kept = [file_of(everybody.archive({})["src"]) for _ in range(archives.MOST + 3)]
    assert [path.exists() for path in kept] == [False] * 3 + [True] * archives.MOST
    monkeypatch.setattr(archives, "MOST_BYTES", 0)
    newest = file_of(everybody.archive({})["src"])
    assert everybody.archive({"words": "nothing like it"}).keys() == {"error"}
    assert list(served.rglob("*")) == [newest.parent, newest]


def test_two_pictures_side_by_side(everybody: GalleryAnswers, store: PictureStore) -> None:
    fox, cat = keep(store, caption=FOX, seed=1), keep(store, caption=CAT, seed=2)
    told = everybody.compare({"first": fox, "second": cat})
    assert told["first"]["facts"] == "seed 1 · 320 × 208 · V4_TURBO_12"
    assert [(c["before"], c["after"]) for c in told["changes"]] == [("a red fox", "a grey cat")]
    assert told["more"] == 0
    assert "not the id" in everybody.compare({"first": fox, "second": "../x"})["error"]


def test_versions_say_where_each_came_from_and_how(
    everybody: GalleryAnswers, store: PictureStore
) -> None:
    keep(store, caption=FOX, run="a" * 16)
    keep(store, caption=CAT, run="b" * 16, parent="a" * 16)
    keep(store, caption=CAT, run="b" * 16, parent="a" * 16)
    keep(store, caption=CAT, run="c" * 16, parent="b" * 16)
    nodes = everybody.versions({})["nodes"]
    assert [(n["run"][0], n["parent"][:1], n["count"]) for n in nodes] == [
        ("c", "b", 1),
        ("b", "a", 2),
        ("a", "", 1),
    ]
    assert [n["summary"] for n in nodes] == [
        "the same caption again",
        "description of Object 1 “a red fox”",
        "",
    ]


def test_a_dropped_picture_brings_its_caption_and_settings(
    everybody: GalleryAnswers, store: PictureStore
) -> None:
    data = store.path(keep(store, caption=FOX)).read_bytes()
    told = everybody.dropped({"data": base64.b64encode(data).decode()})
    assert (told["caption"], told["run"]) == (FOX, RECORD.run)
    assert told["settings"] == {
        "seed": str(2**63 - 1),
        "width": 320,
        "height": 208,
        "preset": "V4_TURBO_12",
        "sampling": {
            **dict.fromkeys(("num_steps", "guidance_schedule", "mu", "std")),
            "loras": [],
        },
    }


@pytest.mark.parametrize(
    ("sampling", "kept"),
    [
        ('{"num_steps": 3, "guidance_schedule": [1, 2.5, 3], "mu": -1e-3}', 3),
        ('{"num_steps": ' + "9" * 400 + "}", None),
        ('{"mu": 1e999, "std": NaN, "guidance_schedule": [[1]]}', None),
        ('{"num_steps": "\\ud800", "guidance_schedule": ["\\ud800", null], "mu": {}}', None),
        ("[" * 100_000, None),
        ('{"loras": [{"name": 7}, {"weight": NaN}]}', None),
        ('{"loras": [{"name": "../../x", "weight": 1e99, "branch": []}]}', None),
        ("7", None),
    ],
)
def test_the_sampling_of_a_forged_picture_can_still_be_sent(
    everybody: GalleryAnswers, store: PictureStore, sampling: str, kept: int | None
) -> None:
    """Reliability 14."""
    data = store.path(keep(store, caption=FOX, sampling=sampling)).read_bytes()
    told = everybody.dropped({"data": base64.b64encode(data).decode()})
    assert told["settings"]["sampling"]["num_steps"] == kept
    assert "null" not in json.dumps(told["settings"]["sampling"]["guidance_schedule"] or [])
    assert b"null" in orjson.dumps(told) and told["caption"] == FOX


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "more text than a caption"),
        ("é", "could not be read"),
        ("a", "could not be read"),
        (base64.b64encode(b"<svg/>").decode(), "not a whole PNG"),
        (base64.b64encode(png()).decode(), "carries no caption"),
        ("A" * (5 << 20), "more text than a caption"),
    ],
)
def test_a_dropped_file_that_is_nothing_says_so(
    everybody: GalleryAnswers, data: object, words: str
) -> None:
    """Reliability 14."""
    assert words in everybody.dropped({"data": data})["error"]


ANYTHING: list[object] = [
    None,
    7,
    "text",
    [],
    ["a"],
    {},
    {"ids": None, "scope": None},
    {"ids": "x", "scope": "x", "id": [], "limit": "x", "offset": -1, "words": 7, "colour": []},
    {"ids": [None, 7, [], {}, "../x", "\ud800", "\0"], "scope": [None, "\ud800"], "id": "\ud800"},
    {"limit": 10**30, "offset": 10**30, "words": "\ud800\0" * 500, "colour": "#" * 500},
    {"limit": True, "offset": 1.5, "favourites": "yes", "on": "yes", "data": ["x"]},
    {"first": None, "second": {}, "id": {"a": 1}, "data": "\ud800"},
    {"first": new_id(), "second": new_id(), "id": new_id(), "ids": [new_id()]},
]


@pytest.mark.parametrize("asked", ANYTHING, ids=range(len(ANYTHING)))
@pytest.mark.parametrize("mine", [True, False])
def test_whatever_a_browser_sends_is_an_answer(
    store: PictureStore, asked: object, mine: bool
) -> None:
    """Reliability 13: nothing is read or deleted, nothing raised, and it can be sent."""
    keep(store, caption=FOX)
    before = names(store.folder)
    answers = GalleryAnswers(store, own=mine)
    for name, function in zip(METHODS, answers.functions, strict=True):
        assert function.__name__ == name
        told = function(asked)
        assert isinstance(told, dict) and orjson.dumps(told), name
    assert names(store.folder) == before


ODD = {
    "caption": ["", "no JSON", '{"a": "\\ud800"}', "[" * 5000, '{"high_level_description": 7}'],
    "width": [0, 2**64 - 1],
    "seed": [2**64 - 1],
    "run": ["<img src=x onerror=alert(1)>", "x" * 5000],
    "parent": ["0123456789abcdef"],
    "blocked": ["perhaps"],
}


def test_whatever_a_picture_says_of_itself_is_shown(
    everybody: GalleryAnswers, store: PictureStore
) -> None:
    """A folder may hold pictures that were edited by somebody else."""
    made = [keep(store, **{name: value}) for name, values in ODD.items() for value in values]
    told = everybody.pictures({"limit": 60})
    assert sorted(ids(told)) == sorted(made) and orjson.dumps(told)
    assert orjson.dumps(everybody.versions({}))
    for one in made:
        told = everybody.compare({"first": made[0], "second": one})
        assert orjson.dumps(told) and "error" not in told


def test_a_picture_with_a_word_of_another_tool_is_no_card(
    everybody: GalleryAnswers, store: PictureStore
) -> None:
    kept = keep(store)
    (store.folder / f"{new_id()}.png").write_bytes(png(text("prompt", FOX)))
    (store.folder / f"{new_id()}.png").write_bytes(b"<html>")
    assert ids(everybody.pictures({"limit": 9})) == [kept]


def test_a_picture_that_goes_while_it_is_looked_at_breaks_nothing(
    everybody: GalleryAnswers, store: PictureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep(store)
    path = store.path(kept)

    def late(_: object) -> Path:
        path.unlink(missing_ok=True)
        return path

    everybody.pictures({"limit": 9})
    monkeypatch.setattr(store, "path", late)
    assert "cannot be shown" in everybody.picture({"id": kept})["error"]
    assert everybody.pictures({"limit": 9})["pictures"] == []
