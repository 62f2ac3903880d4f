"""A disk that takes no more: everything says so, nothing is lost, and the studio goes on."""

from __future__ import annotations

import errno
import json
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from PIL import Image

from ideogram4.errors import Ideogram4Error
from tests.reliability.http import Program, serving
from tests.reliability.parts import Reader, make
from tests.ui.pretend import PretendPipeline
from tests.ui.store.parts import keep, large, names, picture
from ui.gallery.answers import GalleryAnswers
from ui.sheet.component import saver
from ui.store import PictureStore, Query, index

REFUSED = "could not be written: File too large"
Full = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def full() -> Full:
    """The system itself stops every file of this process after a few bytes, in mid-write."""

    @contextmanager
    def nothing_fits() -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return nothing_fits


@pytest.fixture(autouse=True)
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Gradio's copies lie, on the same disk."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "served"))
    return tmp_path / "served"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PictureStore]:
    """Two pictures, one with a star, one in the trash."""
    made = PictureStore(tmp_path / "pictures")
    keep(made, large())
    made.favour([keep(made, picture())], True)
    made.delete([keep(made)])
    yield made
    made.index.settle()


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names(folder)}


@pytest.mark.parametrize("image", [large(), picture()], ids=["large", "small"])
def test_a_picture_that_does_not_fit_is_told_and_the_others_stay(
    store: PictureStore, full: Full, image: Image.Image
) -> None:
    """Reliability 12: clear error, older pictures intact."""
    before = contents(store.folder)
    with (
        full(),
        pytest.raises(Ideogram4Error, match=REFUSED) as told,
    ):
        keep(store, image)
    assert "Nothing that was there before has changed" in told.value.hint
    assert str(store.folder) not in str(told.value)
    assert contents(store.folder) == before
    keep(store, image)
    assert len(store.ids()) == 3


def test_a_small_version_that_does_not_fit_does_not_lose_the_picture(
    store: PictureStore, full: Full
) -> None:
    """Reliability 12: it is made when there is room."""
    (made,) = (i for i in store.ids() if store.path(i).stat().st_size > 300_000)
    (store.folder / ".thumbnails" / f"{made}.webp").unlink()
    with full():
        assert store.thumbnail(made) is None
    assert names(store.folder / ".thumbnails") == []
    assert store.thumbnail(made) is not None


def test_stars_stay_as_they_were(store: PictureStore, full: Full) -> None:
    """Reliability 12."""
    stars = store.favourites.ids()
    with full(), pytest.raises(Ideogram4Error, match="could not be written"):
        store.favour(store.ids(), True)
    assert store.favourites.ids() == stars and len(stars) == 1


def test_deleting_needs_no_room_and_neither_does_undo(store: PictureStore, full: Full) -> None:
    """Reliability 12: it is how somebody makes room."""
    ids = store.ids()
    with full():
        assert store.delete(ids) == ids and store.ids() == []
        assert sorted(store.restore(ids)) == sorted(ids)
    assert store.ids() == ids


def test_a_disk_that_refuses_to_move_loses_nothing(
    store: PictureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reliability 12: a picture that cannot be deleted stays, and one in the trash stays there."""
    answers = GalleryAnswers(store, own=False)
    (gone,) = (path.stem for path in (store.folder / ".trash").glob("*.png"))
    before = contents(store.folder)

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        removed = answers.remove({"ids": store.ids()})
        restored = answers.restore({"ids": [gone]})
    assert removed["removed"] == [] and "It is where it was" in removed["error"]
    assert restored["restored"] == [] and "stays in the trash" in restored["error"]
    assert contents(store.folder) == before
    assert answers.restore({"ids": [gone]}) == {"restored": [gone]}


def test_pages_come_without_a_cache(
    store: PictureStore, full: Full, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reliability 12."""
    monkeypatch.setattr(index, "WRITE_AFTER", 1)
    before = names(store.folder)
    with full():
        assert store.index.page(Query()).total == 2
        store.index.settle()
    assert names(store.folder) == before


def test_the_gallery_answers_in_words(store: PictureStore, full: Full, served: Path) -> None:
    """Reliability 12: what cannot be shown has no picture, and says so when it is asked for."""
    answers = GalleryAnswers(store, own=False)
    ids = store.ids()
    with full():
        told: dict[str, dict[str, Any]] = {
            "page": answers.pictures({"limit": 9}),
            "picture": answers.picture({"id": ids[0]}),
            "archive": answers.archive({"ids": ids}),
            "star": answers.favourite({"ids": ids, "on": True}),
            "compare": answers.compare({"first": ids[0], "second": ids[1]}),
            "versions": answers.versions({}),
        }
    assert orjson.dumps(told)
    assert [card["thumbnail"] for card in told["page"]["pictures"]] == ["", ""]
    for name in ("picture", "compare"):
        assert "cannot be shown: File too large" in told[name]["error"]
    for name in ("archive", "star"):
        assert REFUSED in told[name]["error"]
        assert "/" not in told[name]["error"]
    assert len(told["versions"]["nodes"]) == 1
    assert names(served) == []
    assert all(card["thumbnail"] for card in answers.pictures({"limit": 9})["pictures"])


def test_a_sheet_that_does_not_fit_is_told_without_saying_where_it_lies(
    store: PictureStore, full: Full, served: Path
) -> None:
    """Reliability 12."""
    save = saver(store)
    with full():
        told = save({"ids": store.ids(), "columns": 1})
    assert told == {
        "error": "The sheet could not be written: File too large. "
        "Nothing that was there before has changed."
    }
    assert save({"ids": store.ids(), "columns": 1})["file"] == "contact-sheet.png"


def test_a_folder_that_is_a_file_is_told_without_saying_where_it_lies(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Reliability 12: the log of whoever owns the disk says where."""
    (tmp_path / "pictures").write_text("")
    with pytest.raises(Ideogram4Error, match="could not be written: Not a directory") as told:
        keep(PictureStore(tmp_path / "pictures"))
    assert str(tmp_path) not in str(told.value) and str(tmp_path) in caplog.text


def test_the_service_says_so_and_takes_the_next_job(tmp_path: Path, full: Full) -> None:
    """Reliability 12."""
    pipeline = PretendPipeline(hold_at=3)
    service = make(tmp_path / "made", pipeline)
    first = Reader(service)
    assert pipeline.held.wait(30)
    with full():
        pipeline.release.set()
        first.end()
    assert first.error is not None and REFUSED in str(first.error)
    assert str(tmp_path) not in str(first.error)
    assert service.store.ids() == [] and service.waiting == 0
    assert Reader(service).end().phase == "done"
    assert len(service.store.ids()) == 1


def test_the_studio_still_serves(tmp_path: Path, full: Full) -> None:
    """Reliability 12: a full disk is no reason for an empty window."""
    with serving(tmp_path / "made") as studio:
        keep(studio.service.store)
        httpx.get(studio.url, timeout=30).raise_for_status()
        with full():
            page = httpx.get(studio.url, timeout=30)
            program = Program(studio)
            program.join(timeout=30)
            begun = httpx.post(studio.api("call/check"), json={"data": ["{"]}, timeout=30)
            path = f"call/check/{begun.json()['event_id']}"
            checked = httpx.get(studio.api(path), timeout=30).text
        assert page.status_code == 200 and "layout-canvas" in page.text
        assert "event: error" in program.text and "File too large" in program.text
        assert json.loads(checked.partition("data: ")[2].splitlines()[0])[0]["ok"] is False
        again = Program(studio)
        again.join(timeout=30)
        assert "event: complete" in again.text and len(studio.service.store.ids()) == 2
