"""What a picture says of itself, also one of an older version or of somebody's making."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ideogram4.errors import RequestError
from ideogram4.png import read_png_metadata
from tests.ui.store.parts import RECORD, picture
from ui.store import PictureRecord, PictureStore
from ui.store.record import OPTIONAL


def told(folder: Path, record: PictureRecord = RECORD) -> dict[str, str]:
    return read_png_metadata(PictureStore(folder).save(picture(), record).path)


def test_what_an_older_picture_does_not_say_is_nothing(tmp_path: Path) -> None:
    entries = {k: v for k, v in told(tmp_path).items() if k not in OPTIONAL}
    record = PictureRecord.from_metadata(entries)
    assert {getattr(record, name) for name in OPTIONAL} == {""}
    assert record == replace(RECORD, run="", colours="")


def test_what_is_not_known_is_not_written(tmp_path: Path) -> None:
    assert "blocked" not in told(tmp_path) and "label" not in told(tmp_path)
    full = replace(RECORD, parent="b" * 16, sampling="{}", label="a label", blocked="yes")
    assert PictureRecord.from_metadata(told(tmp_path, full)) == full


@pytest.mark.parametrize("number", ["", "-1", "7.5", "9" * 5000, str(2**64)])
def test_a_record_with_no_number_for_a_number_is_refused(tmp_path: Path, number: str) -> None:
    with pytest.raises(RequestError, match="the picture's width is '"):
        PictureRecord.from_metadata({**told(tmp_path), "width": number})


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    entries = told(tmp_path)
    del entries["prompt"]
    with pytest.raises(RequestError, match="does not say its prompt"):
        PictureRecord.from_metadata(entries)
