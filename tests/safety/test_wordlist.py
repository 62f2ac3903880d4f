"""A local word list: whole words in any dress, and honest about what it cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4.errors import RequestError
from ideogram4.safety import Verdict
from ideogram4.safety.wordlist import WordList

WORDS = WordList(["gun", "red  Dragon", "straße", "c++", "café"])


@pytest.mark.parametrize(
    "text",
    [
        "a gun",
        "GUN!",
        "(gun)",
        "a ｇｕｎ",
        "g\u200bu\u00adn",
        "the red\n dragon flies",
        "STRASSE",
        "c++ code",
        "CAFE\u0301",
        "#gun",
    ],
)
def test_a_word_is_found_in_any_dress(text: str) -> None:
    assert WORDS.check_text(["harmless", text]).outcome == "blocked"


@pytest.mark.parametrize("text", ["begun", "guns", "reddish dragon", "c+", "", "g u n"])
def test_other_words_are_not_it(text: str) -> None:
    assert WORDS.check_text([text]) == Verdict.allow()


def test_a_phrase_across_two_texts_is_found() -> None:
    """The model reads them one after the other."""
    assert WORDS.check_text(["a red", "dragon"]) == Verdict.block("the word “red dragon”")


def test_it_cannot_look_at_pictures_and_does_not_say_yes() -> None:
    assert WORDS.check_picture(b"") == Verdict.unchecked("a word list cannot look at pictures")


def test_a_file_is_read_with_comments_and_empty_lines(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("\ufeff# ours\n\n gun \r\nred dragon".encode())
    assert WordList.from_file(path).check_text(["# ours"]).allowed
    for blocked in ("a gun", "red dragon"):
        assert not WordList.from_file(path).check_text([blocked]).allowed


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"# nothing\n", "is empty"), (b"", "is empty"), (b"\xff\xfe", "UTF-8"), (None, "cannot")],
)
def test_a_file_that_is_no_list_stops_the_start(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RequestError, match=words):
        WordList.from_file(path)


def test_a_list_of_what_cannot_be_seen_is_empty() -> None:
    """It would find itself everywhere."""
    with pytest.raises(RequestError, match="empty"):
        WordList(["\u200b"])
