"""What the command line prints: progress for terminals and for logs, nothing hidden in it."""

from __future__ import annotations

import io

import pytest

from ideogram4.commands.console import Console, Progress, keys_in


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_gets_one_line_that_is_drawn_over() -> None:
    clock, terminal = Clock(), Terminal()
    progress = Progress(Console(), terminal, clock)
    for step in range(1, 5):
        progress.show("drawing", step / 4, f"step {step}/4")
        clock.now += 2
    progress.close()
    frames = terminal.getvalue().split("\r")
    assert frames[0] == ""
    assert "step 1/4" in frames[1] and "left" not in frames[1]
    assert "████████████░░░░░░░░░░░░ step 2/4 2 s left" in frames[2]
    assert frames[4].endswith("\n") and "░" not in frames[4]
    # a shorter line must cover the longer one before it
    assert len(frames[4].rstrip("\n")) >= len(frames[3].rstrip())


def test_a_log_gets_a_plain_line_only_when_it_is_slow(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    progress = Progress(Console(), io.StringIO(), clock)
    for step in range(1, 11):
        progress.show("drawing", step / 10, f"step {step}/10")
        clock.now += 2
    progress.close()
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "drawing: 40%, step 4/10, 9 s left",
        "drawing: 70%, step 7/10, 5 s left",
        "drawing: 100%, step 10/10",
    ]


def test_keys_and_escape_sequences_are_taken_out(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(["hf_secret", "hf_secret_longer", "abc"])
    console.say("token hf_secret_longer and hf_secret; abc \x1b[31mred\u202e\n\ttab")
    told = capsys.readouterr().err
    assert told == "token [hidden] and [hidden]; abc \\x1b[31mred\\u202e\n\ttab\n"


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["--hive-text-key", "k1", "--hive-visual-key=k2"], ["k1", "k2"]),
        (["--magic-prompt-keyy", "k1"], ["k1"]),
        (["--HF-TOKEN", "k1"], ["k1"]),
        (["--magic-prompt-key"], []),
        (["--prompt", "--seed", "7"], []),
        (["the --key is x"], []),
    ],
)
def test_keys_are_found_among_the_arguments(arguments: list[str], keys: list[str]) -> None:
    assert keys_in(arguments) == keys
