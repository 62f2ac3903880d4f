"""`Screening`: what is asked about words and pictures, and the no that a person is told.

Asked about words: what a person has written, and every text of the caption that would be drawn,
its hidden elements too, because they are stored. Asked about pictures: each one, before anybody
sees or keeps it. All moderators have to allow it. What it is not: a judge, or the place that knows
when words and pictures come; the service and the command line are.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ideogram4.caption import Caption, parse_caption
from ideogram4.errors import BlockedError, ServiceError
from ideogram4.safety.hive import Hive
from ideogram4.safety.moderator import Moderator, Verdict
from ideogram4.safety.wordlist import WordList
from ideogram4.settings import Settings

if TYPE_CHECKING:
    from PIL.Image import Image

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _About:
    """How a no is told of the one and of the other."""

    stopped: str
    unchecked: str
    so: str
    instead: str


WORDS = _About(
    "these words were stopped",
    "these words could not be checked",
    "Nothing was drawn.",
    "Other words",
)
PICTURE = _About(
    "the picture was stopped",
    "the picture could not be checked",
    "It is neither shown nor stored.",
    "Another seed, or other words,",
)


@dataclass(frozen=True)
class Screening:
    """Who is asked about words and who about pictures; nobody means that it is off."""

    words: tuple[Moderator, ...] = ()
    pictures: tuple[Moderator, ...] = ()

    @property
    def on(self) -> bool:
        return bool(self.words or self.pictures)

    @property
    def complete(self) -> bool:
        """Whether both words and pictures are looked at, as whoever serves others should."""
        return bool(self.words and self.pictures)

    def describe(self) -> str:
        """One line for people, whether on or off."""
        if not self.on:
            return "Screening is off: nobody checks what is asked for or what is drawn."
        parts = (("Words", self.words), ("Pictures", self.pictures))
        told = (f"{what}: {_names(who) or 'not checked'}" for what, who in parts)
        return f"Screening is on. {'. '.join(told)}."

    def check_words(self, texts: Iterable[str]) -> None:
        """Raises BlockedError or ServiceError unless everybody allows texts that belong together.

        For an idea before it is sent anywhere, and for what a caption says.
        """
        asked = [text for text in dict.fromkeys(texts) if text.strip()]
        if asked:
            for moderator in self.words:
                verdict = _asked(moderator, lambda m: m.check_text(asked))
                _let_pass(verdict, moderator, WORDS)

    def check_caption(self, caption: Caption) -> None:
        """`check_words` of all that a caption says."""
        self.check_words(caption_texts(caption))

    def check_prompt(self, text: str) -> None:
        """`check_words` of a prompt: a caption as JSON, or whatever else it is, as it stands."""
        caption = parse_caption(text).caption if self.words else None
        self.check_words([text] if caption is None else caption_texts(caption))

    def check_picture(self, image: Image) -> None:
        """Raises BlockedError or ServiceError unless everybody allows the picture."""
        if self.pictures:
            png = _png(image)
            for moderator in self.pictures:
                verdict = _asked(moderator, lambda m: m.check_picture(png))
                _let_pass(verdict, moderator, PICTURE)


def screening_of(settings: Settings) -> Screening:
    """Who is asked, by the keys and the word list of the settings. Raises RequestError."""
    address = settings.hive_api_base_url
    words: list[Moderator] = []
    if settings.blocked_words is not None:
        words.append(WordList.from_file(settings.blocked_words))
    if settings.hive_text_key:
        words.append(Hive(text_key=settings.hive_text_key, address=address))
    key = settings.hive_visual_key
    pictures: tuple[Moderator, ...] = (Hive(picture_key=key, address=address),) if key else ()
    return Screening(tuple(words), pictures)


def caption_texts(caption: Caption) -> list[str]:
    """Every text of a caption, in its order, hidden elements included. Colours are no words."""
    return [text for text in _texts(caption.to_dict()) if not COLOUR.fullmatch(text)]


def _texts(value: Any) -> Iterator[str]:
    """All texts there are, whatever their keys, so that a new field is not forgotten here."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "type":
                yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


def _asked(moderator: Moderator, ask: Callable[[Moderator], Verdict]) -> Verdict:
    try:
        verdict = ask(moderator)
    except Exception as problem:  # what it says may quote anything
        log.error("screening: %s failed with %s", moderator.name, type(problem).__name__)
        return Verdict.unchecked("the moderator failed")
    if isinstance(verdict, Verdict):
        return verdict
    return Verdict.unchecked("the moderator failed")


def _let_pass(verdict: Verdict, moderator: Moderator, about: _About) -> None:
    if verdict.allowed:
        return
    if verdict.outcome == "blocked":
        found = f": {', '.join(verdict.classes)}" if verdict.classes else ""
        raise BlockedError(
            f"{about.stopped} by screening ({moderator.name}){found}",
            hint=f"{about.so} {about.instead} may pass.",
        )
    raise ServiceError(
        f"{about.unchecked} by {moderator.name}: {verdict.reason or 'there is no answer'}",
        hint=f"{about.so} What cannot be checked counts as blocked; please try again later.",
    )


def _names(moderators: Sequence[Moderator]) -> str:
    return " and ".join(moderator.name for moderator in moderators)


def _png(image: Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return buffer.getvalue()
