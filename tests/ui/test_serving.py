"""Copies of pictures for browsers: as many as are in use, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui import serving


def test_the_copy_that_was_asked_for_longest_ago_makes_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    monkeypatch.setattr(serving, "COPIES", set())
    monkeypatch.setattr(serving, "_used", {})
    monkeypatch.setattr(serving, "MOST_COPIES", 2)
    pictures = [tmp_path / f"{n}.png" for n in range(3)]
    for picture in pictures:
        picture.write_bytes(picture.name.encode())
    first, second = serving.cached(pictures[0]), serving.cached(pictures[1])
    assert serving.cached(pictures[0]) == first
    third = serving.cached(pictures[2])
    assert {first, third} == serving.COPIES
    assert Path(first).exists() and Path(third).exists() and not Path(second).parent.exists()
    assert Path(serving.cached(pictures[1])).read_bytes() == b"1.png"
    assert all(picture.exists() for picture in pictures)
