"""A moderator that a test tells what to say, and that remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ideogram4.safety import Verdict


class Judge:
    """Allows everything until `words` or `picture` say otherwise."""

    name = "the judge"

    def __init__(
        self,
        words: Callable[[str], Verdict] = lambda text: Verdict.allow(),
        picture: Callable[[bytes], Verdict] = lambda png: Verdict.allow(),
    ) -> None:
        self.words, self.picture = words, picture
        self.texts: list[str] = []
        self.pictures: list[bytes] = []

    def check_text(self, texts: Sequence[str]) -> Verdict:
        self.texts.extend(texts)
        return self.words("\n".join(texts))

    def check_picture(self, png: bytes) -> Verdict:
        self.pictures.append(png)
        return self.picture(png)
