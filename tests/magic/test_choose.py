"""Which provider writes: the one that was asked for, or the best there is, and never another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ideogram4.errors import RequestError
from ideogram4.magic import choose_provider
from ideogram4.magic.built_in import BuiltIn
from ideogram4.magic.chat import Chat
from ideogram4.magic.choose import HOSTED_MODEL, NAMES, PUBLISHED_MODELS, available
from ideogram4.magic.hosted import Ideogram
from ideogram4.magic.offline import Rules
from ideogram4.settings import Settings

KEYS = {"ideogram_api_key": "canary-i", "magic_prompt_api_key": "canary-m"}


def local(system: str, words: str, boxes: bool) -> Iterator[str]:
    yield "{}"


@pytest.mark.parametrize(
    "settings, has_local, names",
    [
        (Settings(), False, ("offline",)),
        (Settings(), True, ("local", "offline")),
        (Settings(magic_prompt_api_key="k"), True, ("chat", "local", "offline")),
        (Settings(magic_prompt_base_url="http://127.0.0.1:1/v1"), False, ("chat", "offline")),
        (Settings(magic_prompt_model="other"), False, ("offline",)),
        (Settings(ideogram_api_key="k"), False, ("ideogram", "offline")),
        (Settings(**KEYS), True, ("ideogram", "chat", "local", "offline")),
    ],
)
def test_what_there_is_the_best_first(
    settings: Settings, has_local: bool, names: tuple[str, ...]
) -> None:
    write = local if has_local else None
    assert available(settings, local=write) == names
    kinds = {"ideogram": Ideogram, "chat": Chat, "local": BuiltIn, "offline": Rules}
    assert type(choose_provider(settings, local=write)) is kinds[names[0]]
    for name in NAMES:
        if name in names:
            assert type(choose_provider(settings, name, local=write)) is kinds[name]
        else:
            with pytest.raises(RequestError) as refusal:
                choose_provider(settings, name, local=write)
            assert refusal.value.hint and "canary" not in str(refusal.value)


def test_a_provider_has_what_the_settings_say() -> None:
    settings = Settings(
        **KEYS,
        ideogram_api_base_url="http://127.0.0.1:1",
        magic_prompt_base_url="http://127.0.0.1:2/v1",
        magic_prompt_model="m",
    )
    hosted, chat = choose_provider(settings, "ideogram"), choose_provider(settings, "chat")
    assert (hosted.key, hosted.address) == ("canary-i", "http://127.0.0.1:1")  # type: ignore[attr-defined]
    assert (chat.model, chat.key, chat.address) == ("m", "canary-m", "http://127.0.0.1:2/v1")  # type: ignore[attr-defined]
    assert "canary" not in f"{hosted!r} {chat!r} {settings!r}"
    assert [choose_provider(Settings(**KEYS), n, local=local).sends_words for n in NAMES] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("name", ["", "Ideogram", "offline ", "x" * 500, "../hosted"])
def test_a_name_that_is_none_is_told_with_those_that_are(name: str) -> None:
    with pytest.raises(RequestError, match="choose from ideogram, chat, local, offline") as refusal:
        choose_provider(Settings(), name)
    assert len(refusal.value.message) < 120


def test_the_published_names_are_the_product_documents() -> None:
    assert PUBLISHED_MODELS == ("ideogram-4-v1", "claude-opus-v1", "claude-sonnet-v1")
    assert PUBLISHED_MODELS[0] == HOSTED_MODEL
