"""Screening at the command line: what is asked, what is not drawn, not written, and said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ideogram4 import cli
from ideogram4.commands.product import add_arguments
from tests.safety.pretend_hive import (
    PICTURE_CLASSES,
    PICTURE_KEY,
    TEXT_CLASSES,
    TEXT_KEY,
    PretendHive,
    pretend_hive,
    reply,
)

QUICK = ("--model", "demo", "--width", "192", "--height", "192", "--steps", "1", "--seed", "7")
CAPTION = json.dumps(
    {
        "compositional_deconstruction": {
            "background": "plain white",
            "elements": [{"type": "obj", "bbox": [200, 200, 800, 800], "desc": "a red square"}],
        }
    }
)


@pytest.fixture
def hive(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendHive]:
    """Hive on loopback, with both keys in the environment."""
    with pretend_hive() as server:
        monkeypatch.setenv("HIVE_API_BASE_URL", server.url)
        monkeypatch.setenv("HIVE_TEXT_MODERATION_KEY", TEXT_KEY)
        monkeypatch.setenv("HIVE_VISUAL_MODERATION_KEY", PICTURE_KEY)
        yield server
        assert server.bad == []


def product(*arguments: str) -> int:
    """`python run_inference.py` in this process."""

    def build() -> cli.Parser:
        parser = cli.Parser(prog="run_inference.py", allow_abbrev=False)
        add_arguments(parser)
        return parser

    return cli.run(build, arguments)


def generate(*arguments: str) -> int:
    return cli.main(["generate", *arguments])


COMMANDS = pytest.mark.parametrize("command", [generate, product], ids=["generate", "product"])


@COMMANDS
def test_what_passes_is_written(hive, command, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "out.png"
    assert command("--prompt", CAPTION, "--output", str(out), *QUICK) == 0
    assert out.exists() and hive.texts == ["plain white\na red square"]
    assert len(hive.pictures) == 1
    told = capsys.readouterr()
    assert "Screening is on. Words: Hive. Pictures: Hive." in told.err
    assert "canary" not in told.out + told.err
    assert b"canary" not in out.read_bytes()


@COMMANDS
def test_words_that_are_stopped_draw_nothing(hive, command, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    hive.text = lambda text: reply(TEXT_CLASSES, hate=int("red square" in text))
    out = tmp_path / "out.png"
    assert command("--prompt", CAPTION, "--output", str(out), *QUICK) == 5
    told = capsys.readouterr().err
    assert "these words were stopped by screening (Hive): hate" in told
    assert "Nothing was drawn." in told and "step" not in told
    assert list(tmp_path.iterdir()) == [] and hive.pictures == []


@COMMANDS
def test_a_picture_that_is_stopped_is_not_written(hive, command, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    hive.picture = lambda png: reply(PICTURE_CLASSES, 0.0, very_bloody=0.99)
    out = tmp_path / "out.png"
    assert command("--prompt", CAPTION, "--output", str(out), *QUICK) == 5
    told = capsys.readouterr()
    assert "the picture was stopped by screening (Hive): blood" in told.err
    assert told.out == "" and list(tmp_path.iterdir()) == []


def test_of_several_only_the_stopped_one_is_missing(hive, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    scores = iter([0.0, 1.0])
    hive.picture = lambda png: reply(PICTURE_CLASSES, 0.0, yes_kkk=next(scores))
    out = tmp_path / "out.png"
    several = ("--num-images", "2")
    assert generate("--prompt", CAPTION, "--output", str(out), *QUICK, *several) == 5
    told = capsys.readouterr()
    assert told.out == f"{tmp_path / 'out-1.png'}\n"
    assert "1 of 2 pictures not written" in told.err
    assert [path.name for path in tmp_path.iterdir()] == ["out-1.png"]


def test_hive_that_is_down_stops_everything(hive, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    hive.spoil = lambda handler: handler.answer(500, b"canary-reply")
    out = tmp_path / "out.png"
    assert generate("--prompt", "a red square", "--output", str(out), *QUICK, "--debug") == 5
    told = capsys.readouterr().err
    assert "could not be checked by Hive: the service is in trouble (status 500)" in told
    assert "canary" not in told and list(tmp_path.iterdir()) == []


def test_a_batch_goes_on_after_a_stopped_line(hive, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    hive.text = lambda text: reply(TEXT_CLASSES, drugs=int("two" in text))
    captions, folder = tmp_path / "captions.jsonl", tmp_path / "out"
    captions.write_text('"one"\n"two"\n"three"\n')
    many = ("--captions", str(captions), "--output-dir", str(folder))
    assert generate(*many, *QUICK) == 1
    told = capsys.readouterr().err
    assert "line 2:" in told and "stopped by screening (Hive): drugs" in told
    assert "2 drawn, 0 were there, 1 failed, of 3" in told
    assert sorted(path.name for path in folder.iterdir()) == ["00001.png", "00003.png"]


def test_a_batch_ends_when_nobody_answers_and_goes_on_later(hive, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    captions, folder = tmp_path / "captions.jsonl", tmp_path / "out"
    captions.write_text('"one"\n"two"\n"three"\n')
    many = ("--captions", str(captions), "--output-dir", str(folder))
    hive.text = lambda text: reply(TEXT_CLASSES) if text == "one" else {}
    assert generate(*many, *QUICK) == 5
    assert [path.name for path in folder.iterdir()] == ["00001.png"]
    assert "three" not in hive.texts
    hive.text = lambda text: reply(TEXT_CLASSES)
    assert generate(*many, *QUICK) == 0
    assert len(list(folder.iterdir())) == 3 and hive.texts.count("one") == 1


@COMMANDS
def test_keys_among_the_options_are_used_and_never_told(  # type: ignore[no-untyped-def]
    hive, command, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HIVE_TEXT_MODERATION_KEY")
    monkeypatch.delenv("HIVE_VISUAL_MODERATION_KEY")
    out = tmp_path / "out.png"
    keys = ("--hive-text-key", TEXT_KEY, "--hive-visual-key", PICTURE_KEY)
    assert command("--prompt", CAPTION, "--output", str(out), *QUICK, *keys) == 0
    assert len(hive.texts) == len(hive.pictures) == 1
    told = capsys.readouterr()
    assert "canary" not in told.out + told.err and b"canary" not in out.read_bytes()


@COMMANDS
@pytest.mark.parametrize("key", ["", "  ", "canary with a space", "canary\nX-Header: 1"])
def test_a_key_that_is_none_is_no_way_around(hive, command, key, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "out.png"
    for option in ("--hive-text-key", "--hive-visual-key"):
        assert command("--prompt", CAPTION, "--output", str(out), *QUICK, option, key) == 2
        told = capsys.readouterr().err
        assert option in told and "canary" not in told
    assert list(tmp_path.iterdir()) == [] and hive.asked == 0


def test_a_word_list_stands_in(tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    words = tmp_path / "words.txt"
    words.write_text("square\n")
    monkeypatch.setenv("IDEOGRAM4_BLOCKED_WORDS", str(words))
    out = tmp_path / "out.png"
    assert generate("--prompt", CAPTION, "--output", str(out), *QUICK) == 5
    assert "stopped by screening (a word list): the word “square”" in capsys.readouterr().err
    assert generate("--prompt", "a red circle", "--output", str(out), *QUICK) == 0
    assert out.exists()
