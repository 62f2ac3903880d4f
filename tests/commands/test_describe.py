"""A picture read at the command line: `describe`, and `report --read`.

The chat endpoint is the double on loopback; the local reader is a small random model that sees.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from ideogram4 import cli, parse_caption
from ideogram4.magic import answer_schema
from ideogram4.png import save_png
from tests.magic.pretend_services import (
    CHAT_BASE,
    CHAT_KEY,
    PretendServices,
    caption,
    pretend_services,
)
from tests.model.seeing import save_seeing, seeing_model, seeing_tokenizer
from tests.safety.pretend_hive import TEXT_CLASSES, TEXT_KEY, pretend_hive, reply

RED, CREAM = "#DC2828", "#F4EAD5"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendServices]:
    """A chat endpoint with vision, in the environment."""
    with pretend_services() as found:
        monkeypatch.setenv("MAGIC_PROMPT_BASE_URL", found.url + CHAT_BASE)
        monkeypatch.setenv("MAGIC_PROMPT_API_KEY", CHAT_KEY)
        yield found
        assert found.bad == []


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A red square in the lower left half of a cream page, with the caption it was asked for."""
    image = Image.new("RGB", (500, 500), CREAM)
    ImageDraw.Draw(image).rectangle((125, 150, 349, 449), fill=RED)
    return save_png(image, tmp_path / "a.png", {"caption": json.dumps(caption())})


@pytest.fixture(scope="module")
def seeing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tokenizer = seeing_tokenizer()
    model = seeing_model(len(tokenizer), tokenizer.convert_tokens_to_ids("<|image_pad|>"))
    return save_seeing(tmp_path_factory.mktemp("seeing"), tokenizer, model)


def test_the_caption_is_on_stdout_with_measured_colours(
    picture: Path, services: PretendServices, capsys: Capture
) -> None:
    assert cli.main(["describe", str(picture)]) == 0
    out, err = capsys.readouterr()
    found = parse_caption(out)
    assert found.ok and found.caption is not None
    cat, letters = found.caption.compositional_deconstruction.elements
    assert cat.bbox == (300, 250, 900, 700) and cat.colour_palette == (RED,)
    assert letters.text == "SUMMER" and letters.colour_palette == (CREAM,)
    assert "the picture is sent to 127.0.0.1" in err and "never with the real weights" in err
    assert CHAT_KEY not in out + err


def test_without_boxes(picture: Path, services: PretendServices, capsys: Capture) -> None:
    assert cli.main(["describe", str(picture), "--no-boxes", "--provider", "chat"]) == 0
    assert 'Leave every "bbox" out' in services.asked[0]["messages"][0]["content"]


def test_it_is_written_to_a_file(
    picture: Path, services: PretendServices, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "new" / "caption.json"
    assert cli.main(["describe", str(picture), "-o", str(file)]) == 0
    assert parse_caption(file.read_bytes()).ok
    assert capsys.readouterr().out == ""


def test_programs_get_what_was_changed_too(
    picture: Path, services: PretendServices, capsys: Capture
) -> None:
    services.write = lambda asked: "Sure!\n```json\n" + json.dumps(caption())
    assert cli.main(["describe", str(picture), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["reader"] == "127.0.0.1" and told["changes"] and told["note"]
    assert told["caption"]["compositional_deconstruction"]["elements"][1]["text"] == "SUMMER"


def test_a_local_model_that_sees_reads_it(
    picture: Path, seeing: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random weights write nonsense in the form of a caption; shorter than usual, for time."""
    short = answer_schema.AnswerLimits(12, 12, 6, 6, 2, 1, 1)
    monkeypatch.setattr("ideogram4.pipeline.AnswerLimits", lambda: short)
    arguments = ["describe", str(picture), "--provider", "local", "--model", str(seeing)]
    assert cli.main([*arguments, "--device", "cpu", "--dtype", "float32", "--seed", "3"]) == 0
    out, err = capsys.readouterr()
    found = parse_caption(out).caption
    assert found is not None and found.style_description is not None
    assert found.style_description.colour_palette == (CREAM, RED)
    assert "this model looks at the picture" in err


def test_the_demo_says_that_it_cannot_see(picture: Path, capsys: Capture) -> None:
    assert cli.main(["describe", str(picture), "--model", "demo", "--device", "cpu"]) == 3
    out, err = capsys.readouterr()
    assert out == "" and "vision tower" in err and "service with vision" in err


@pytest.mark.parametrize("content", [b"<svg/>", b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
def test_what_is_no_picture_is_sent_nowhere(
    content: bytes, tmp_path: Path, services: PretendServices, capsys: Capture
) -> None:
    file = tmp_path / "x.png"
    file.write_bytes(content)
    assert cli.main(["describe", str(file)]) == 2
    assert "no picture that can be read" in capsys.readouterr().err
    assert services.asked == []


def test_an_answer_that_is_no_caption_leaves_the_file_alone(
    picture: Path, services: PretendServices, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "caption.json"
    file.write_text("mine")
    services.write = lambda asked: "I cannot see pictures. canary"
    assert cli.main(["describe", str(picture), "-o", str(file)]) == 5
    assert file.read_text() == "mine"
    assert "canary" not in "".join(capsys.readouterr())


def test_what_was_read_is_screened(
    picture: Path, services: PretendServices, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pretend_hive() as hive:
        monkeypatch.setenv("HIVE_API_BASE_URL", hive.url)
        hive.text = lambda asked: reply(TEXT_CLASSES, hate=2)
        assert cli.main(["describe", str(picture), "--hive-text-key", TEXT_KEY]) == 5
    out, err = capsys.readouterr()
    assert out == "" and "hate" in err and "SUMMER" not in err


def test_the_report_reads_back_what_it_can_find(
    picture: Path, services: PretendServices, capsys: Capture
) -> None:
    found = caption()
    cat, letters = found["compositional_deconstruction"]["elements"]
    letters["text"], cat["bbox"] = "SUMMR", [300, 250, 900, 760]
    dog = {"type": "obj", "bbox": [0, 0, 90, 90], "desc": "A \x1b[31mdog\x07."}
    found["compositional_deconstruction"]["elements"] = [letters, dog, cat]
    services.write = lambda asked: found
    assert cli.main(["report", str(picture), "--read"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert any(line.startswith("  found    Object 1 “A ginger cat") for line in lines)
    assert any("overlap 0.88" in line for line in lines)
    assert any("read 'SUMMR'  1 letter off (17%)" in line for line in lines)
    assert any(line.startswith("  not asked for  Object 2") for line in lines)
    assert lines[-1].startswith("2 of 2 elements were found; 0 of 1 text is read")
    assert "colours" in out and "\x1b" not in out + err and "not a proof" in err


def test_the_report_as_json_holds_both(
    picture: Path, services: PretendServices, capsys: Capture
) -> None:
    assert cli.main(["report", str(picture), "--read", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["regions"] and told["read"]["reader"] == "127.0.0.1"
    assert [match["verdict"] for match in told["read"]["elements"]] == ["found", "found"]


def test_who_reads_needs_a_wish_to_read(picture: Path, capsys: Capture) -> None:
    assert cli.main(["report", str(picture), "--provider", "chat"]) == 2
    assert "it needs --read" in capsys.readouterr().err
