"""The gallery for programs: filters, pages, whose pictures, and sentences for what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from tests.ui.store.parts import RECORD, caption, keep, picture
from ui.gallery.api import GalleryApi
from ui.store import PictureStore
from ui.store.ids import new_id


@pytest.fixture(autouse=True)
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "served"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PictureStore]:
    made = PictureStore(tmp_path / "pictures")
    yield made
    made.index.settle()


@pytest.fixture
def api(store: PictureStore) -> GalleryApi:
    return GalleryApi(store, own=False)


def listed(told: dict[str, Any]) -> list[str]:
    return [entry["id"] for entry in told["pictures"]]


def test_an_entry_is_plain_data(api: GalleryApi, store: PictureStore) -> None:
    kept = keep(store, caption=caption("a red fox"), parent="b" * 16, blocked="yes")
    store.favour([kept], True)
    told = api.gallery_list()
    (entry,) = told["pictures"]
    moment = entry.pop("created")
    assert moment.replace("-", "").replace("T", "-").replace(":", "") == kept[:15]
    assert entry == {
        "id": kept,
        "title": "a red fox",
        "seed": RECORD.seed,
        "width": 320,
        "height": 208,
        "preset": "V4_TURBO_12",
        "weights": "demo",
        "label": "",
        "run": RECORD.run,
        "parent": "b" * 16,
        "blocked": True,
        "favourite": True,
        "colours": ["#C81E1E"],
    }
    assert json.loads(json.dumps(told)) == told


def test_filters_and_pages(api: GalleryApi, store: PictureStore) -> None:
    fox = keep(store, caption=caption("fox"), run="")
    cat = keep(store, picture((20, 40, 200)), caption=caption("cat"), run="")
    store.favour([fox], True)
    assert listed(api.gallery_list()) == [cat, fox]
    assert listed(api.gallery_list(words="FOX")) == [fox]
    assert listed(api.gallery_list(colour="1428c8")) == [cat]
    assert listed(api.gallery_list(colour=" #C81E1E ")) == [fox]
    assert listed(api.gallery_list(favourites=True)) == [fox]
    assert listed(api.gallery_list(ids=[cat, new_id(), "../x"])) == [cat]
    page = api.gallery_list(offset=1, limit=1)
    assert (listed(page), page["total"]) == ([fox], 2)


def test_own_lists_only_what_is_named(store: PictureStore) -> None:
    mine, other = keep(store), keep(store)
    api = GalleryApi(store, own=True)
    assert api.gallery_list() == {"total": 0, "pictures": []} == api.gallery_list(ids=[])
    told = api.gallery_list(ids=[mine])
    assert listed(told) == [mine] and told["total"] == 1 and other not in json.dumps(told)


def test_a_picture_comes_with_everything_it_was_made_from(
    api: GalleryApi, store: PictureStore
) -> None:
    kept = keep(store)
    file, record = api.gallery_get(kept)
    data: dict[str, Any] = dict(file)
    assert Path(data["path"]).read_bytes() == store.path(kept).read_bytes()
    assert data["orig_name"] == f"{kept}.png" and data["size"] > 0
    assert record["id"] == kept and record["caption"] == RECORD.caption
    assert record["prompt"] == RECORD.prompt and record["seed"] == RECORD.seed


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"words": 7}, "words must be a text"),
        ({"colour": "red"}, "Write it like #2850DC"),
        ({"colour": ["#C81E1E"]}, "colour must be a text"),
        ({"ids": "20260101-000000-0000000000000000"}, "ids must be a list"),
        ({"limit": 501}, "limit is 501, which is not 1 to 500"),
        ({"limit": 0}, "limit is 0"),
        ({"limit": "many"}, "the limit 'many' is not a whole number"),
        ({"offset": -1}, "offset is -1"),
        ({"offset": True}, "the offset True is not a whole number"),
        ({"offset": 10**40}, "offset is 1000"),
    ],
)
def test_what_is_wrong_is_said(api: GalleryApi, asked: dict[str, Any], words: str) -> None:
    """Reliability 28: refused, and not understood as something else."""
    with pytest.raises(gr.Error) as error:
        api.gallery_list(**asked)
    assert words in error.value.message


@pytest.mark.parametrize(
    "bad", ["", "../../etc/passwd", "\0", None, 7, [], "20200101-000000-" + "0" * 16]
)
def test_what_is_no_picture_is_not_got(api: GalleryApi, bad: Any) -> None:
    """Reliability 13."""
    with pytest.raises(gr.Error, match=r"not the id|no longer there"):
        api.gallery_get(bad)
