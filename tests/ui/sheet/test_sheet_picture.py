"""The contact sheet as a picture that can be handed on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ideogram4.errors import RequestError
from ideogram4.png import read_png_metadata
from tests.ui.store.test_pictures import RECORD
from ui.sheet.picture import GAP, MARGIN, draw_sheet, save_sheet
from ui.store import PictureStore


def cell(folder: Path, number: int, size: tuple[int, int] = (64, 48)) -> Path:
    path = folder / f"{number}.png"
    Image.new("RGB", size, (250, number, 0)).save(path)
    return path


def test_cells_stand_in_rows_in_their_order(tmp_path: Path) -> None:
    sheet = draw_sheet([cell(tmp_path, n) for n in range(5)], ["a"] * 5, columns=3)
    assert sheet.width == 2 * MARGIN + 3 * 64 + 2 * GAP
    at = [(MARGIN + column * (64 + GAP) + 8, MARGIN + 8) for column in range(3)]
    assert [sheet.getpixel(place) for place in at] == [(250, n, 0) for n in range(3)]
    below = (at[1][0], sheet.height - MARGIN - 22 - 4 - 8)
    assert sheet.getpixel(below) == (250, 4, 0)


def test_long_words_are_wrapped_and_never_cross_into_the_next_cell(tmp_path: Path) -> None:
    paths = [cell(tmp_path, n, (120, 90)) for n in range(2)]
    words = "A palette with a very long name indeed that goes on · V4_QUALITY_48 · seed 123456789"
    sheet = draw_sheet(paths, [words, "Nowordbreakshereatallanywhereforever" * 3], columns=2)
    gap = sheet.crop((MARGIN + 120, 0, MARGIN + 120 + GAP, sheet.height))
    assert gap.getcolors() == [(GAP * sheet.height, (255, 255, 255))]
    assert sheet.crop((0, sheet.height - MARGIN, sheet.width, sheet.height)).getcolors(2) == [
        (sheet.width * MARGIN, (255, 255, 255))
    ]


def test_it_is_saved_from_what_is_stored(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "pictures")
    made = [store.save(Image.new("RGB", (64, 64)), RECORD) for _ in range(2)]
    target = save_sheet(made, 2, tmp_path / "sheet.png")
    assert read_png_metadata(target)["Title"] == "Contact sheet"
    with pytest.raises(RequestError, match="no picture"):
        save_sheet([], 2, target)
