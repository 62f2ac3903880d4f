"""`ideogram4 report` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from ideogram4.cli import main
from ideogram4.png import save_png

CAPTION = {
    "style_description": {"colour_palette": ["#DC2828", "#0000FF"]},
    "compositional_deconstruction": {"background": "red", "elements": []},
}


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    image = Image.new("RGB", (64, 64), (220, 40, 40))
    return save_png(image, tmp_path / "a.png", {"caption": json.dumps(CAPTION)})


def test_each_asked_colour_has_a_line(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(picture)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "the whole picture"
    assert "#DC2828  found #DC2828    0.0 off  exact" in lines[1] and "100.0% of it" in lines[1]
    assert "missing" in lines[2] and lines[3].startswith("1 of 2 colours are close; worst")


def test_programs_get_json(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(picture), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["regions"][0]["matches"][0]["verdict"] == "exact"


def test_another_caption_may_be_given(
    tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"compositional_deconstruction": {"background": "", "elements": []}}')
    assert main(["report", str(picture), "--caption", str(other)]) == 0
    assert "asks for no colours" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<svg/>", "not a whole PNG"), (b"", "not a whole PNG"), (b"\x89PNG\r\n\x1a\n", "cut off")],
)
def test_what_is_no_picture_is_refused(
    tmp_path: Path, content: bytes, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.png"
    file.write_bytes(content)
    assert main(["report", str(file)]) == 2
    assert words in capsys.readouterr().err


def test_a_picture_without_a_caption_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = save_png(Image.new("RGB", (8, 8)), tmp_path / "x.png", {})
    assert main(["report", str(file)]) == 2
    assert "--caption FILE" in capsys.readouterr().err
