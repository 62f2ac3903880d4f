"""What others wrote stays words in a Markdown field."""

from __future__ import annotations

from ui.markdown import code, plain


def test_words_stay_words() -> None:
    assert plain("[x](y) <b> *z*") == r"\[x\]\(y\) \<b\> \*z\*"


def test_an_address_is_no_link() -> None:
    assert plain("http://y www.a.b c@d") == r"http\://y www\.a\.b c\@d"


def test_a_name_cannot_end_its_line_or_its_letters() -> None:
    assert code("a`b\n\n![c](d)") == "`ab ![c](d)`"
