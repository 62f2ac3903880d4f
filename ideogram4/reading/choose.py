"""Which reader looks: the one that was asked for, or a chat endpoint if there is one, or the model.

What it is not: a fallback. A service that fails is told as such; a picture is not handed on to
another one that the person did not choose.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

from ideogram4.errors import RequestError
from ideogram4.magic.chat import Chat
from ideogram4.magic.choose import choose_provider, has_chat
from ideogram4.reading.built_in import BuiltInReader, Describe
from ideogram4.reading.chat import ChatReader
from ideogram4.reading.reader import Reader
from ideogram4.settings import Settings

Name = Literal["local", "chat"]
NAMES: tuple[Name, ...] = get_args(Name)
TEMPERATURE = 0.2  # a reader should see what is there; surprises are for writers


def choose_reader(settings: Settings, name: str | None, local: Describe) -> Reader:
    """The reader of that name, without one the best there is. Raises RequestError."""
    if name is not None and name not in NAMES:
        raise RequestError(f"provider is {name!r:.40}; choose from {', '.join(NAMES)}")
    if name == "local" or (name is None and not has_chat(settings)):
        return BuiltInReader(local)
    chat = choose_provider(settings, "chat")
    if not isinstance(chat, Chat):
        raise TypeError(f"the chat provider is {type(chat).__name__}")
    return ChatReader(replace(chat, temperature=TEMPERATURE))
