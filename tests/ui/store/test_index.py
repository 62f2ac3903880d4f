"""The gallery's pages: what is in the folder now, found by words and colours, in one order."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ideogram4 import png
from tests.ui.store.parts import caption, keep, picture
from ui.store import Entry, PictureStore, Query
from ui.store.ids import new_id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PictureStore]:
    made = PictureStore(tmp_path / "pictures")
    yield made
    made.index.settle()


def found(store: PictureStore, **query: object) -> list[str]:
    return [entry.id for entry in store.index.page(Query(**query)).entries]  # type: ignore[arg-type]


def test_pages_follow_each_other_without_gap_or_repeat(store: PictureStore) -> None:
    made = [keep(store, run=f"{n:016x}") for n in range(7)][::-1]
    pages = [store.index.page(Query(), offset, 3) for offset in (0, 3, 6, 9)]
    assert [entry.id for page in pages for entry in page.entries] == made
    assert {(page.total, page.all) for page in pages} == {(7, 7)}
    assert [e.id for e in store.index.page(Query(), -5, 2).entries] == made[:2]
    assert store.index.page(Query(), 0, -1).entries == ()


def test_the_newest_run_comes_first_and_its_pictures_as_they_were_made(
    store: PictureStore,
) -> None:
    first, second = keep(store, run="a" * 16), keep(store, run="b" * 16)
    late = keep(store, run="a" * 16)
    alone = keep(store, run="")
    assert found(store) == [alone, second, first, late]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("", "abc"),
        ("GREAT", "ab"),
        ("great seed", ""),
        ("STRASSE", "a"),  # ß is folded, not only made small
        ("cafe\\u0301 fox", "b"),  # the accent as a letter of its own
        ("4711 v4_turbo_12", "c"),
        ("320x208", "abc"),
        ("320 × 208", "abc"),
        ("winner", "c"),
        ("elements", ""),  # a key of the caption, not a word of it
        ("רחוב", "b"),
        (".*", ""),
    ],
)
def test_every_word_must_occur_however_it_is_written(
    store: PictureStore, words: str, hits: str
) -> None:
    made = {
        keep(store, caption=caption("A great STRAßE")): "a",
        keep(store, caption=caption("a great fox", "CAFÉ", "רחוב")): "b",
        keep(store, caption=caption("nothing"), seed=4711, label="the Winner"): "c",
    }
    query = words.encode().decode("unicode_escape") if "\\" in words else words
    assert sorted(made[i] for i in found(store, words=query)) == sorted(hits)


def test_a_colour_is_found_in_the_picture_and_in_what_was_asked_for(store: PictureStore) -> None:
    red = keep(store, picture((200, 30, 30)), caption=caption("x"), run="")
    blue = keep(
        store,
        picture((20, 40, 200)),
        caption=caption("x", style_description={"colour_palette": ["#c81e1e"]}),
        run="",
    )
    green = keep(store, picture((20, 200, 40)), caption=caption("x"), run="")
    assert found(store, colour="#C81E1E") == [blue, red]
    assert found(store, colour="#cc2222") == [blue, red], "near is near enough"
    assert found(store, colour="#14C828") == [green]
    assert found(store, colour="#FFFFFF") == []
    assert found(store, colour="#1428C8", words="x") == [blue]
    added = keep(store, picture((255, 255, 255)), run="")
    assert found(store, colour="#FFFFFF") == [added], "a picture that came later is found as well"


@pytest.mark.parametrize("colour", ["red", "#12", "#C81E1E\n", "#GGGGGG"])
def test_what_is_no_colour_leaves_nothing_out(store: PictureStore, colour: str) -> None:
    assert found(store, colour=colour) == [] == store.ids()
    assert [keep(store)] == found(store, colour=colour)


def test_only_the_given_pictures_or_the_starred_ones(store: PictureStore) -> None:
    one, two, three = (keep(store) for _ in range(3))
    store.favour([one, two], True)
    assert set(found(store, among=frozenset([two, three, "nothing"]))) == {two, three}
    stars = store.favourites.ids()
    assert set(found(store, favourites=stars)) == {one, two}
    page = store.index.page(Query(among=frozenset([two, three]), favourites=stars))
    assert ([e.id for e in page.entries], page.total, page.all) == ([two], 1, 2)
    assert found(store, among=frozenset()) == []


def test_pictures_that_come_and_go_are_noticed(store: PictureStore, tmp_path: Path) -> None:
    one = keep(store)
    assert found(store) == [one]
    elsewhere = PictureStore(tmp_path / "elsewhere")
    two = keep(elsewhere)
    shutil.copy(elsewhere.path(two), store.folder)
    assert sorted(found(store)) == sorted([one, two])
    store.path(one).unlink()
    assert found(store) == [two]


def test_a_known_picture_is_not_read_again(
    store: PictureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store)
    broken = store.folder / f"{new_id()}.png"
    broken.write_bytes(b"no picture")
    assert len(found(store)) == 1

    def read(*_: object) -> None:
        raise AssertionError("it was opened again")

    monkeypatch.setattr(png, "_entries", read)
    assert len(found(store)) == 1


def test_a_file_that_was_still_being_copied_appears_once_it_is_whole(store: PictureStore) -> None:
    whole = store.path(keep(store)).read_bytes()
    path = store.folder / f"{new_id()}.png"
    path.write_bytes(whole[:-20])
    assert len(found(store)) == 1
    path.write_bytes(whole)
    assert path.stem in found(store)


def test_a_link_or_a_pipe_is_no_picture(store: PictureStore, tmp_path: Path) -> None:
    """Reliability 13: nothing outside the folder is read, and nobody waits for a pipe."""
    kept = keep(store)
    secret = PictureStore(tmp_path / "outside")
    outside = secret.path(keep(secret, caption=caption("a secret")))
    (store.folder / outside.name).symlink_to(outside)
    os.mkfifo(store.folder / f"{new_id()}.png")
    assert found(store) == [kept] and found(store, words="secret") == []


def test_many_threads_get_whole_pages(store: PictureStore) -> None:
    made = {keep(store) for _ in range(5)}
    pages: list[tuple[Entry, ...]] = []

    def ask() -> None:
        for _ in range(20):
            pages.append(store.index.page(Query(colour="#C81E1E")).entries)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    made |= {keep(store) for _ in range(5)}
    for thread in threads:
        thread.join()
    assert len(pages) == 80 and all(len(page) >= 5 for page in pages)
    assert set(found(store)) == made
