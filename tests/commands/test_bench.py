"""`ideogram4 bench`: a table for people, one JSON line last, and nothing of the person in it."""

from __future__ import annotations

import json

import pytest

from ideogram4.cli import main


def test_the_last_line_has_every_row_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--model", "demo", "--sizes", "192", "256x192", "--steps", "2", "--device", "cpu"]
    assert main(["bench", *arguments]) == 0
    *table, last = capsys.readouterr().out.strip().splitlines()
    facts = json.loads(last)
    assert [(row["width"], row["height"]) for row in facts["rows"]] == [(192, 192), (256, 192)]
    assert len(table) == 3 and "192 x 192" in table[1] and "256 x 192" in table[2]
    for row in facts["rows"]:
        assert min(row["step"], row["first_step"], row["decode"]) > 0
        assert row["peak_gb"] is None
    assert facts["model"] == "demo" and facts["device"] == "cpu"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--steps", "1"], "use 2 or more"),
        (["--sizes", "big"], "is no size"),
        (["--sizes", "1000"], "1000"),
    ],
)
def test_a_wrong_use_is_told(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "--model", "demo", *arguments]) == 2
    told = capsys.readouterr()
    assert words in told.err and told.out == ""
