"""What an error says of itself, to a terminal and to a page."""

from __future__ import annotations

import pytest

from ideogram4.errors import Ideogram4Error, RequestError


@pytest.mark.parametrize(
    ("message", "hint", "sentence"),
    [
        ("that picture is gone", "", "That picture is gone."),
        (
            "The caption cannot be drawn.",
            "Look at line 3.",
            "The caption cannot be drawn. Look at line 3.",
        ),
        ("seed 2 is too small", "Take a larger one.", "Seed 2 is too small. Take a larger one."),
        ("is that a size?", "", "Is that a size?"),
        ("élan is no preset", "", "Élan is no preset."),
    ],
)
def test_a_page_shows_an_error_as_one_sentence_and_its_hint(
    message: str, hint: str, sentence: str
) -> None:
    assert RequestError(message, hint=hint).sentence == sentence


def test_a_terminal_shows_message_and_hint_on_lines_of_their_own() -> None:
    assert str(Ideogram4Error("that is wrong", hint="Do this.")) == "that is wrong\nDo this."
