"""The disk is full, or refuses: an error in words, everything older as it was, and it goes on."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from ideogram4.errors import Ideogram4Error
from tests.reliability.parts import make, wish
from tests.ui.pretend import PretendPipeline
from tests.ui.store.test_pictures import RECORD
from ui.gallery.answers import GalleryAnswers
from ui.store import PictureStore

LARGE = Image.effect_noise((800, 800), 90).convert("RGB")


@contextmanager
def full_disk() -> Iterator[None]:
    """Nothing can be written and nothing moved."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        patch.setattr(Path, "replace", refuse)
        yield


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    return PictureStore(tmp_path)


def test_a_picture_that_cannot_be_stored_is_told_and_the_next_one_is(tmp_path: Path) -> None:
    """Reliability 12: clear error, older pictures intact, the service still serves."""
    service = make(tmp_path, PretendPipeline())
    *_, before = service.run(wish())
    with full_disk(), pytest.raises(Ideogram4Error, match="No space left on device"):
        list(service.run(wish()))
    assert service.store.ids() == [before.pictures[0].id]
    *_, after = service.run(wish())
    assert after.phase == "done" and len(service.store.ids()) == 2


def test_a_picture_that_cannot_be_deleted_stays(store: PictureStore) -> None:
    """Reliability 12."""
    made = store.save(LARGE, RECORD)
    answers = GalleryAnswers(store, own=False)
    with full_disk():
        told = answers.remove({"ids": [made.id]})
    assert told["removed"] == [] and "could not be deleted" in told["error"]
    assert store.get(made.id).record.seed == RECORD.seed


def test_a_picture_that_cannot_be_brought_back_stays_in_the_trash(store: PictureStore) -> None:
    """Reliability 12."""
    made = store.save(LARGE, RECORD)
    store.delete([made.id])
    answers = GalleryAnswers(store, own=False)
    with full_disk():
        told = answers.restore({"ids": [made.id]})
    assert told["restored"] == [] and "stays in the trash" in told["error"]
    assert answers.restore({"ids": [made.id]}) == {"restored": [made.id]}


@pytest.mark.parametrize(
    "ask",
    [
        lambda answers, made: answers.favourite({"ids": [made], "on": True}),
        lambda answers, made: answers.archive({"ids": [made]}),
    ],
)
def test_what_cannot_be_written_is_told(
    store: PictureStore, ask: Callable[[GalleryAnswers, str], dict[str, object]]
) -> None:
    """Reliability 12: a star, and a zip."""
    made = store.save(LARGE, RECORD)
    with full_disk():
        assert "could not be written" in str(ask(GalleryAnswers(store, own=False), made.id))
    assert store.favourites.ids() == frozenset()


def test_the_gallery_is_shown_without_thumbnails_and_without_a_cache(store: PictureStore) -> None:
    """Reliability 12: what is only there to be quick is done without."""
    made = [store.save(LARGE, RECORD).id for _ in range(25)]
    with full_disk():
        page = GalleryAnswers(PictureStore(store.folder), own=False).pictures({"limit": 60})
    assert page["total"] == 25 and {card["thumbnail"] for card in page["pictures"]} == {""}
    page = GalleryAnswers(store, own=False).pictures({"limit": 60})
    assert all(card["thumbnail"].endswith(".webp") for card in page["pictures"])
    assert {card["id"] for card in page["pictures"]} == set(made)
