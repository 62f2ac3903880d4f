"""From a prompt to files: what is refused before a model is loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ideogram4.cli import main, run
from ideogram4.pipeline import Ideogram4Pipeline
from ideogram4.prompts import prompt_texts
from run_inference import build_parser
from ui.service.tokens import TokenMeter

TOO_MANY_ELEMENTS = json.dumps(
    {
        "compositional_deconstruction": {
            "background": "a wall",
            "elements": [{"type": "obj", "desc": "a cup"}] * 201,
        }
    }
)
TOO_MANY_WORDS = json.dumps(
    {
        "compositional_deconstruction": {
            "background": "a wall",
            "elements": [{"type": "obj", "desc": "a red cup " * 390}] * 4,
        }
    }
)


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever loads a model fails the test."""

    def load(*_: Any, **__: Any) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr(Ideogram4Pipeline, "from_pretrained", load)


def draw(command: str, prompt: str, output: Path) -> int:
    arguments = ["--model", "demo", "--prompt", prompt, "--output", str(output)]
    if command == "generate":
        return main(["generate", *arguments])
    return run(build_parser, [*arguments, "--no-magic-prompt"])


@pytest.mark.parametrize("command", ["generate", "run_inference.py"])
def test_too_many_tokens_are_told_before_a_model_is_loaded(
    command: str, no_model: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reliability 26: the sentence says how many there are and how many may be."""
    assert draw(command, TOO_MANY_WORDS, tmp_path / "a.png") == 2
    told = capsys.readouterr()
    tokens = TokenMeter(lambda: "demo").count(prompt_texts(TOO_MANY_WORDS)[0]).tokens
    assert tokens > 2048
    assert f"{tokens} tokens long; the model reads at most 2048" in told.err
    assert told.out == "" and not (tmp_path / "a.png").exists()


@pytest.mark.parametrize("command", ["generate", "run_inference.py"])
def test_too_many_elements_are_refused_with_their_count(
    command: str, no_model: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reliability 26."""
    assert draw(command, TOO_MANY_ELEMENTS, tmp_path / "a.png") != 0
    assert '"elements" holds 201 elements; the limit is 200.' in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_a_line_of_too_many_tokens_does_not_load_a_model_either(
    no_model: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    captions = tmp_path / "captions.jsonl"
    captions.write_text(TOO_MANY_WORDS + "\n", encoding="utf-8")
    where = ["--captions", str(captions), "--output-dir", str(tmp_path / "out")]
    assert main(["generate", "--model", "demo", *where]) == 1
    told = capsys.readouterr().err
    assert "line 1:" in told and "the model reads at most 2048" in told
