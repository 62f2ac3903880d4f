"""Pictures are found by words and colours, a page at a time, whatever happens to the folder."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.ui.store.test_pictures import RECORD
from ui.store import PictureStore, Query
from ui.store.index import CACHE, WRITE_AFTER


def caption(words: str, *colours: str) -> str:
    element = {"type": "obj", "desc": words, "colour_palette": list(colours)}
    return json.dumps({"compositional_deconstruction": {"background": "", "elements": [element]}})


def keep(store: PictureStore, colour: str = "#000000", **changes: Any) -> str:
    record = replace(RECORD, run="", **changes)
    return store.save(Image.new("RGB", (16, 16), colour), record).id


def found(store: PictureStore, **query: Any) -> list[str]:
    return [entry.id for entry in store.index.page(Query(**query)).entries]


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path)


def test_all_words_must_occur_in_whatever_case_and_script(store: PictureStore) -> None:
    cup = keep(store, caption=caption("Ein GRÜNES Glas"), seed=41)
    door = keep(store, caption=caption("a red door"), seed=7)
    assert found(store, words="grünes glas") == [cup]
    assert found(store, words="GLAS 41") == [cup]
    assert found(store, words="door 320x208") == [door]
    assert found(store, words="glas door") == []
    # Words of the format are no words of the caption.
    assert found(store, words="colour_palette") == []


def test_a_colour_finds_what_shows_it_and_what_asked_for_it(store: PictureStore) -> None:
    shows = keep(store, "#2850DC", caption=caption("x"))
    asks = keep(store, "#FFFFFF", caption=caption("x", "#2A52DE"))
    keep(store, "#DC2828", caption=caption("x"))
    assert found(store, colour="#2850dc") == [asks, shows]
    assert len(found(store, colour="blue")) == 3  # no colour, no filter


def test_pages_do_not_overlap_and_count_everything(store: PictureStore) -> None:
    made = [keep(store) for _ in range(7)][::-1]
    pages = [store.index.page(Query(), offset, 3) for offset in (0, 3, 6, 9)]
    assert [entry.id for page in pages for entry in page.entries] == made
    assert {(page.total, page.all) for page in pages} == {(7, 7)}


def test_a_run_stays_together_in_its_own_order(store: PictureStore) -> None:
    def of(run: str) -> str:
        return store.save(Image.new("RGB", (8, 8)), replace(RECORD, run=run)).id

    first, second = of("a" * 16), of("a" * 16)
    between = of("b" * 16)
    third = of("a" * 16)  # a sheet goes on after somebody else's picture
    assert found(store) == [between, first, second, third]


def test_only_what_one_may_see_is_counted(store: PictureStore) -> None:
    mine, _ = keep(store), keep(store)
    page = store.index.page(Query(among=frozenset([mine])))
    assert (page.total, page.all) == (1, 1)
    assert found(store, favourites=frozenset([mine])) == [mine]


def test_what_appears_and_vanishes_is_noticed(store: PictureStore) -> None:
    kept, gone = keep(store), keep(store)
    assert len(found(store)) == 2
    store.path(gone).unlink()
    new = keep(PictureStore(store.folder))
    assert found(store) == [new, kept]


def test_what_is_no_picture_of_ours_is_left_out(store: PictureStore) -> None:
    made = keep(store)
    strange = store.folder / f"20260101-000000-{'c' * 16}.png"
    Image.new("RGB", (8, 8)).save(strange)
    (store.folder / f"20260101-000000-{'d' * 16}.png").write_bytes(b"half")
    (store.folder / "holiday.png").write_bytes(strange.read_bytes())
    assert found(store) == found(store) == [made]


def test_a_restart_knows_the_same_with_the_cache_and_without(store: PictureStore) -> None:
    made = [keep(store, caption=caption(f"cup{n}x")) for n in range(WRITE_AFTER + 2)][::-1]
    assert found(store) == made
    cache = store.folder / CACHE
    assert cache.is_file()
    assert found(PictureStore(store.folder)) == made
    for broken in (b"", b"{", b"[]", b'{"version": 1, "pictures": {"../../x": [1, 2, {}]}}', b"\0"):
        cache.write_bytes(broken)
        again = PictureStore(store.folder)
        assert found(again, words="cup3x") == [made[-4]]


def test_the_cache_is_not_believed_when_a_file_is_another(store: PictureStore) -> None:
    made = [keep(store, caption=caption("old")) for _ in range(WRITE_AFTER)]
    assert len(found(store, words="old")) == WRITE_AFTER
    other = keep(store, caption=caption("new"))
    store.path(other).replace(store.path(made[0]))
    assert found(PictureStore(store.folder), words="new") == [made[0]]
