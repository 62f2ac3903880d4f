"""The command line without a model: usage, check, repair, info, refusals, silence about keys."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ideogram4 import __version__
from ideogram4.cli import main
from ideogram4.settings import VARIABLES

ROOT = Path(__file__).resolve().parents[1]
CAPTION = {
    "high_level_description": "A red square on white.",
    "style_description": {
        "aesthetics": "flat",
        "lighting": "none",
        "medium": "graphic_design",
        "art_style": "flat shapes",
    },
    "compositional_deconstruction": {
        "background": "plain white",
        "elements": [{"type": "obj", "bbox": [200, 200, 800, 800], "desc": "a red square"}],
    },
}


@pytest.fixture
def caption_file(tmp_path: Path) -> Path:
    path = tmp_path / "caption.json"
    path.write_text(json.dumps(CAPTION))
    return path


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.BytesIO]:
    """Standard input that is a pipe: write to it, then seek to its start."""
    pipe = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(pipe))
    yield pipe


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command as a person starts it, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "ideogram4", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
    )


class TestUsage:
    def test_no_command_shows_what_there_is(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        for command in ("generate", "check", "repair", "info", "serve"):
            assert command in told.err

    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--version"]) == 0
        assert capsys.readouterr().out.strip() == f"ideogram4 {__version__}"

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["draw"], "invalid choice"),
            (["generate", "--prompt", "a", "--seed", "-1"], "seed -1 is outside 0"),
            (["generate", "--prompt", "a", "--seed", "1.5"], "'1.5' is not a whole number"),
            (["generate", "--prompt", "a", "--steps", "0"], "num_steps 0 is outside 1 to 200"),
            (["generate", "--prompt", "a", "--num-images", "9"], "num_images 9 is outside 1 to 8"),
            (["generate", "--prompt", "a", "--mu", "nan"], "'nan' is not a finite number"),
            (["generate", "--prompt", "a", "--guidance-schedule", "7,x"], "not a finite number"),
            (["generate", "--prompt", "a", "--preset", "V5"], "invalid choice: 'V5'"),
            (["generate", "--prompt", "a", "--output", "a.jpg"], "does not end in .png"),
            (["generate", "--prompt", "a", "--caption", "b"], "not allowed with"),
            (["generate", "--captions", "a.jsonl"], "--captions and --output-dir belong together"),
            (["generate", "--prompt", "a", "--prom", "b"], "unrecognized arguments"),
            (["generate", "--prompt", " "], "the prompt is empty"),
            (["generate", "--caption", "/nonexistent.json"], "cannot be read: No such file"),
            (["generate", "--prompt", "a", "--width", "1000"], "width 1000 is"),
            (["serve", "--port", "70000"], "--port 70000 is outside 1 to 65535"),
            (["repair", "-", "--in-place"], "--in-place needs a file"),
        ],
    )
    def test_a_wrong_use_is_told_in_words_and_ends_with_2(
        self,
        arguments: list[str],
        words: str,
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.chdir(tmp_path)  # the default output folder is made in the current one
        assert main(arguments) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert words in told.err
        assert "Traceback" not in told.err

    def test_nothing_to_draw_at_a_terminal(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        assert main(["generate"]) == 2
        assert "Give --prompt TEXT" in capsys.readouterr().err

    def test_a_bad_environment_is_named(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("MAGIC_PROMPT_BASE_URL", "localhost:11434")
        assert main(["info"]) == 2
        assert "MAGIC_PROMPT_BASE_URL must start with http" in capsys.readouterr().err


class TestCheck:
    def test_a_good_caption_has_no_errors(
        self, caption_file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["check", str(caption_file)]) == 0
        assert " error " not in capsys.readouterr().out

    def test_each_issue_is_one_line_with_its_place(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "bad.json"
        path.write_text('{\n  "compositional_deconstruction": 5\n}')
        assert main(["check", str(path)]) == 1
        issues = [line.split(" ", 3) for line in capsys.readouterr().out.splitlines()]
        assert all(len(issue) == 4 for issue in issues)
        (error,) = (issue for issue in issues if issue[1] == "error")
        assert error[0] == f"{path}:2:35:"
        assert error[3].startswith("compositional_deconstruction must be an object")

    def test_json_has_the_same_issues(
        self, caption_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bad = tmp_path / "bad.json"
        bad.write_text("[]")
        assert main(["check", "--json", str(caption_file), str(bad)]) == 1
        good_report, bad_report = json.loads(capsys.readouterr().out)
        assert good_report["ok"] is True
        assert bad_report["ok"] is False
        assert bad_report["file"] == str(bad)
        assert bad_report["issues"][0]["severity"] == "error"

    def test_standard_input(self, stdin: io.BytesIO, capsys: pytest.CaptureFixture[str]) -> None:
        stdin.write(b"{")
        stdin.seek(0)
        assert main(["check", "-"]) == 1
        assert capsys.readouterr().out.startswith("-:1:")

    def test_a_file_that_cannot_be_read_is_2_and_the_others_are_checked(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bad = tmp_path / "bad.json"
        bad.write_text("{")
        assert main(["check", str(tmp_path / "gone.json"), str(bad)]) == 2
        told = capsys.readouterr()
        assert "gone.json cannot be read" in told.err
        assert f"{bad}:1:" in told.out

    @pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"\x00" * 50, b"[" * 100_000])
    def test_any_bytes_are_answered_with_issues(
        self, data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "odd.json"
        path.write_bytes(data)
        assert main(["check", str(path)]) == 1
        told = capsys.readouterr().out
        assert told.startswith(f"{path}:1:") and ": error " in told

    def test_a_terminal_is_not_given_escape_sequences(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "evil.json"
        path.write_text(json.dumps({**CAPTION, "\x1b[2J\u202eevil": 1}))
        main(["check", str(path)])
        told = capsys.readouterr()
        assert "\x1b" not in told.out + told.err
        assert "\u202e" not in told.out + told.err


class TestRepair:
    def test_fences_and_prose_become_a_caption(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "llm.txt"
        path.write_text(f"Here you are!\n```json\n{json.dumps(CAPTION)}\n```\nEnjoy.")
        assert main(["repair", str(path)]) == 0
        told = capsys.readouterr()
        assert json.loads(told.out) == CAPTION
        assert "changed" in told.err

    def test_in_place_and_output(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path, target = tmp_path / "llm.txt", tmp_path / "new" / "caption.json"
        path.write_text("```\n" + json.dumps(CAPTION))
        assert main(["repair", str(path), "--output", str(target)]) == 0
        assert path.read_text().startswith("```")
        assert main(["repair", str(path), "--in-place"]) == 0
        assert json.loads(path.read_text()) == json.loads(target.read_text()) == CAPTION
        assert capsys.readouterr().out == ""

    def test_no_caption_in_it(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "prose.txt"
        path.write_text("I cannot help with that.")
        before = path.read_bytes()
        assert main(["repair", str(path), "--in-place"]) == 1
        told = capsys.readouterr()
        assert told.out == ""
        assert "no caption could be made" in told.err
        assert path.read_bytes() == before


class TestInfo:
    def test_it_says_which_weights_and_why(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["info", "--model", "demo"]) == 0
        told = capsys.readouterr().out
        for words in ("torch", "memory", "demo", "asked for", "licence", "V4_TURBO_12", "HF_TOKEN"):
            assert words in told

    def test_a_model_that_is_not_here_is_told_and_not_fetched(
        self, clean_home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["info", "--model", "ideogram-ai/ideogram-4-nf4"]) == 0
        assert "has not been downloaded" in capsys.readouterr().out


class TestKeys:
    """No key is ever printed, from the environment or from the arguments, right or misspelt."""

    CANARY = "canary-8d1f2c"

    def canaries(self) -> dict[str, str]:
        keys = (variable.name for variable in VARIABLES if variable.secret)
        return {name: f"{self.CANARY}-{number}" for number, name in enumerate(keys)}

    @pytest.mark.parametrize(
        "arguments",
        [
            ["info"],
            ["check", "/nonexistent"],
            ["generate", "--prompt", "x", "--debug"],
            ["generate", "--prompt", "x", "--hive-text-key", "canary-8d1f2c"],
            ["generate", "--prompt", "x", "--hive-text-keyy=canary-8d1f2c"],
            ["serve", "--hf-token", "canary-8d1f2c"],
        ],
    )
    def test_no_output_holds_one(self, arguments: list[str], tmp_path: Path) -> None:
        nobody = {"HIVE_API_BASE_URL": "http://127.0.0.1:9"}
        done = run(*arguments, **self.canaries(), **nobody, HOME=str(tmp_path))
        assert done.stdout or done.stderr
        assert self.CANARY not in done.stdout + done.stderr


class TestEnds:
    def test_a_reader_that_leaves_is_no_error(self, tmp_path: Path) -> None:
        """`ideogram4 check big.json | head -1`"""
        path = tmp_path / "bad.json"
        path.write_text(json.dumps([1] * 10))
        command = [sys.executable, "-m", "ideogram4", "check", *[str(path)] * 500]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True
        )
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
        process.stderr.close()
        assert process.wait() == 141
        assert told == ""

    def test_control_c_ends_with_130_and_no_traceback(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def pressed(*_: object) -> None:
            signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr("ideogram4.commands.captions.read_limited", pressed)
        assert main(["check", "-"]) == 130
        assert capsys.readouterr().err.strip() == "stopped"

    def test_a_mistake_of_ours_is_told_calmly(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def broken(*_: object) -> None:
            raise TypeError("oh")

        monkeypatch.setattr("ideogram4.commands.info.machine", broken)
        assert main(["info"]) == 1
        told = capsys.readouterr().err
        assert "should not have happened: TypeError: oh" in told
        assert "--debug" in told and "Traceback" not in told
