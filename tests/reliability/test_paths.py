"""Ids that are paths, links and pipes: whatever is asked, nothing outside is read or touched."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ideogram4.errors import Ideogram4Error, RequestError
from tests.ui.store.parts import caption, keep
from ui.gallery.answers import GalleryAnswers
from ui.gallery.api import GalleryApi
from ui.report.component import reporter
from ui.store import PictureStore, Query
from ui.store.ids import new_id

ID = "20260101-000000-0000000000000000"


@dataclass(frozen=True)
class House:
    """A folder of pictures inside one that holds somebody's secrets, which look like pictures."""

    root: Path
    store: PictureStore
    secret: str

    def snapshot(self) -> dict[str, tuple[int, bytes]]:
        """Everything outside the folder of pictures: when it was changed, what it is."""
        pictures = self.store.folder
        outside = [p for p in self.root.rglob("*") if pictures not in p.parents and p.is_file()]
        return {str(p): (p.lstat().st_mtime_ns, p.read_bytes()) for p in outside}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "served"))
    root = tmp_path / "house"
    outside = PictureStore(root / "outside")
    secret = keep(outside, caption=caption("a secret"))
    store = PictureStore(root / "pictures")
    keep(store, caption=caption("no secret"))
    (root / f"{ID}.png").write_bytes(outside.path(secret).read_bytes())
    (root / "passwords.png").write_bytes(outside.path(secret).read_bytes())
    return House(root, store, secret)


IDS: list[Any] = [
    f"../{ID}",
    "../passwords",
    "..%2Fpasswords",
    "..%252fpasswords",
    "%2e%2e/passwords",
    "..\\passwords",
    "/etc/passwd",
    "{root}/passwords",
    "{root}/passwords.png",
    "file://{root}/passwords.png",
    f"{ID}/../../{ID}",
    f"{ID}\0",
    f"\0{ID}",
    f"{ID}\n",
    f"{ID}.png",
    f"{ID}.png\0.webp",
    f" {ID}",
    f"./{ID}",
    ID.upper().replace("0", "０"),
    "20260101-000000-000000000000000G",
    "~/passwords",
    ".",
    "..",
    "",
    ".favourites.json",
    "*",
    "\ud800",
    b"20260101-000000-0000000000000000",
    None,
    7,
    ["../passwords"],
    {"path": "../passwords"},
]

NO_ID, NOTHING = "that is not the id of a picture", "there is no picture to download"

METHODS: dict[str, Callable[[PictureStore, Any, Path], object]] = {
    "path": lambda store, bad, _: store.path(bad),
    "get": lambda store, bad, _: store.get(bad),
    "thumbnail": lambda store, bad, _: store.thumbnail(bad),
    "existing": lambda store, bad, _: store.existing([bad]),
    "delete": lambda store, bad, _: store.delete([bad]),
    "restore": lambda store, bad, _: store.restore([bad]),
    "favour": lambda store, bad, _: store.favour([bad], True),
    "archive": lambda store, bad, there: store.archive([bad], there / "all.zip"),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bad", IDS, ids=map(ascii, IDS))
def test_nothing_but_an_id_reaches_the_disk(
    house: House, tmp_path: Path, method: str, bad: Any
) -> None:
    """Reliability 13: `../`, absolute, encoded, NUL: nothing read or deleted."""
    bad = bad.format(root=house.root) if isinstance(bad, str) else bad
    outside, inside = house.snapshot(), sorted(house.store.folder.rglob("*"))
    try:
        assert METHODS[method](house.store, bad, tmp_path) == []
    except RequestError as error:
        assert error.message in (NO_ID, NOTHING)
        assert str(house.root) not in str(error)
    assert house.snapshot() == outside
    assert sorted(house.store.folder.rglob("*")) == inside


def links(house: House) -> list[str]:
    """Ids that are links in the folder: to a picture outside, to a folder, to themselves."""
    ids = [new_id() for _ in range(3)]
    for picture_id, target in zip(
        ids, (house.root / "passwords.png", house.root, f"{ids[2]}.png"), strict=True
    ):
        for folder in ("", ".trash"):
            place = house.store.folder / folder
            place.mkdir(exist_ok=True)
            (place / f"{picture_id}.png").symlink_to(target)
    return ids


@pytest.mark.parametrize("method", METHODS)
def test_no_link_is_followed(house: House, tmp_path: Path, method: str) -> None:
    """Reliability 13: symlink."""
    for picture_id in links(house):
        outside = house.snapshot()
        with suppress(Ideogram4Error):
            assert METHODS[method](house.store, picture_id, tmp_path) == []
        assert house.snapshot() == outside
        assert (house.store.folder / f"{picture_id}.png").is_symlink()


def test_the_gallery_shows_no_link_and_waits_for_no_pipe(house: House) -> None:
    """Reliability 13: nothing of what is outside is told."""
    linked = links(house)
    os.mkfifo(house.store.folder / f"{new_id()}.png")
    assert house.store.index.page(Query(words="secret")).total == 1
    answers = GalleryAnswers(house.store, own=False)
    told = [
        answers.pictures({"limit": 60}),
        answers.versions({}),
        *(answers.picture({"id": i}) for i in linked),
        *(reporter(house.store)({"id": i}) for i in linked),
        *(answers.compare({"first": i, "second": i}) for i in linked),
    ]
    assert "a secret" not in str(told) and str(house.root) not in str(told)
    with zipfile.ZipFile(
        house.store.archive([*linked, *house.store.ids()], house.root / "all.zip")
    ) as archive:
        assert archive.namelist() == [f"{i}.png" for i in house.store.ids()]


def test_answers_and_endpoints_do_not_tell_where_the_folder_is(house: House) -> None:
    """Reliability 13 and 18: a sentence about a missing picture names no path."""
    for answers in (GalleryAnswers(house.store), GalleryAnswers(house.store, own=False)):
        gone = answers.picture({"id": new_id()})
        assert gone == {"error": "That picture is no longer there."}
    with pytest.raises(Exception, match="no longer there") as error:
        GalleryApi(house.store).gallery_get(new_id())
    assert str(house.root) not in str(error.value)
