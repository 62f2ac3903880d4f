"""No id from outside leads out of the folder, whatever it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ideogram4.errors import RequestError
from tests.ui.store.test_pictures import RECORD
from ui.gallery.answers import GalleryAnswers
from ui.report.component import reporter
from ui.store import PictureStore

ID = "20260101-000000-" + "a" * 16
HOSTILE: list[Any] = [
    "../secret",
    "../secret.png",
    f"../{ID}",
    f"./{ID}",
    f"{ID}/../{ID}",
    "/etc/passwd",
    "..%2fsecret",
    "%2e%2e/secret",
    f"{ID}\0.png",
    f"{ID}\n",
    f"{ID}.png",
    ID.upper(),
    "２０２６０１０１-000000-" + "a" * 16,
    "",
    " ",
    None,
    7,
    True,
    ["../secret"],
    {"id": ID},
    "a" * 100_000,
]


@pytest.fixture
def store(tmp_path: Path) -> PictureStore:
    """A folder beside which there is a secret, with a link of a picture's name that leads to it."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    secret = tmp_path / "secret.png"
    Image.new("RGB", (8, 8)).save(secret)
    (folder / f"{ID}.png").symlink_to(secret)
    (folder / ".trash").mkdir()
    (folder / ".trash" / f"{ID[:-1]}b.png").symlink_to(secret)
    return PictureStore(folder)


def unharmed(store: PictureStore) -> None:
    secret = store.folder.parent / "secret.png"
    assert secret.is_file() and not secret.is_symlink()
    assert sorted(p.name for p in store.folder.parent.iterdir()) == ["pictures", "secret.png"]


@pytest.mark.parametrize("bad", [*HOSTILE, ID])
def test_the_store_reads_and_deletes_nothing_by_such_an_id(store: PictureStore, bad: Any) -> None:
    """Reliability 13: `../`, absolute, encoded, NUL, symlink."""
    for read in (store.path, store.get, store.thumbnail):
        with pytest.raises(RequestError):
            read(bad)
    assert store.existing([bad]) == [] and store.delete([bad]) == []
    with pytest.raises(RequestError, match="no picture"):
        store.archive([bad], store.folder.parent / "pictures" / "x.zip")
    unharmed(store)


@pytest.mark.parametrize("bad", [*HOSTILE, ID[:-1] + "b"])
def test_nothing_is_brought_back_from_elsewhere(store: PictureStore, bad: Any) -> None:
    """Reliability 13."""
    assert store.restore([bad]) == []
    unharmed(store)


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("bad", [*HOSTILE, ID])
def test_every_answer_is_a_sentence_or_nothing(store: PictureStore, bad: Any, own: bool) -> None:
    """Reliability 13, through what a page may ask."""
    answers = GalleryAnswers(store, own=own)
    asks: list[Callable[[], dict[str, Any]]] = [
        lambda: answers.picture({"id": bad}),
        lambda: answers.compare({"first": bad, "second": bad}),
        lambda: answers.archive({"ids": [bad], "scope": [bad]}),
        lambda: reporter(store)({"id": bad}),
    ]
    for ask in asks:
        assert ask()["error"].endswith(".")
    assert answers.remove({"ids": [bad], "scope": [bad]}) == {"removed": []}
    assert answers.restore({"ids": [bad]}) == {"restored": []}
    assert answers.pictures({"scope": [bad]})["pictures"] == []
    assert answers.versions({"scope": [bad]}) == {"nodes": []}
    unharmed(store)


def test_a_real_picture_beside_them_is_found(store: PictureStore) -> None:
    made = store.save(Image.new("RGB", (8, 8)), RECORD)
    assert [
        card["id"] for card in GalleryAnswers(store, own=False).pictures({"limit": 9})["pictures"]
    ] == [made.id]
