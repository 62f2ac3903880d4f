"""Any OpenAI-compatible chat endpoint: the requests, the forms of an answer, pictures as parts."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from ideogram4.caption import Caption
from ideogram4.errors import ServiceError
from ideogram4.magic import Assignment, expanded
from ideogram4.magic.assignment import TASKS
from ideogram4.magic.chat import MODELS, OPENROUTER, Chat
from ideogram4.magic.wording import instruction, request
from ideogram4.settings import Settings
from ideogram4.transport import Body, Key
from tests.magic.misbehaviour import WAYS
from tests.magic.pretend_services import CHAT_KEY, PretendServices, caption, pretend_services

WANTED = Caption.from_dict(caption())
PNG = b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture
def services() -> Iterator[PretendServices]:
    with pretend_services() as running:
        yield running
        assert running.bad == []


def assignments() -> dict[str, Assignment]:
    return {
        "expand": Assignment("a cat", size=(1920, 1080)),
        "fill": Assignment("", "fill", WANTED),
        "element": Assignment("bigger", "element", WANTED, 0),
        "layout": Assignment("", "layout", texts=("A", "B")),
    }


@pytest.mark.parametrize("key", [CHAT_KEY, None])
@pytest.mark.parametrize("task", TASKS)
def test_our_instruction_and_the_persons_words(
    services: PretendServices, task: str, key: str | None
) -> None:
    services.chat_key = key
    assignment = assignments()[task]
    proposal = expanded(assignment, services.client("chat"))
    (asked,) = services.asked
    assert asked["model"] == "pretend/model-1"
    assert [m["content"] for m in asked["messages"]] == [
        instruction(assignment.task),
        request(assignment),
    ]
    assert proposal.provider == "127.0.0.1" and proposal.caption


def test_the_preset_is_openrouter_and_published_names_are_its_models() -> None:
    sent: list[tuple[str, Key, Body]] = []

    def send(url: str, key: Key, body: Body, seconds: float) -> bytes:
        sent.append((url, key, body))
        return json.dumps({"choices": [{"message": {"content": json.dumps(caption())}}]}).encode()

    for name, model in {**MODELS, "some/other": "some/other"}.items():
        expanded(Assignment("x"), Chat(name, "k", send=send))
        url, key, body = sent[-1]
        assert url == "https://openrouter.ai/api/v1/chat/completions"
        assert (key.header, key.value) == ("Authorization", "Bearer k")
        assert body.json["model"] == model
    assert MODELS == {
        "claude-opus-v1": "anthropic/claude-opus-4.8",
        "claude-sonnet-v1": "anthropic/claude-sonnet-4.6",
    }
    assert Settings().magic_prompt_base_url == OPENROUTER
    assert Settings().magic_prompt_model == MODELS["claude-opus-v1"]


_WRITTEN = json.dumps(caption())


@pytest.mark.parametrize(
    "content",
    [
        _WRITTEN,
        f"```json\n{_WRITTEN}\n```",
        f"Here is your caption:\n{_WRITTEN}\nEnjoy!",
        f"<think>A cat {{maybe}}.</think>\n{_WRITTEN}",
        json.dumps({"json_prompt": caption()}),
        json.dumps(_WRITTEN),
        [{"type": "text", "text": _WRITTEN[:50]}, {"type": "text", "text": _WRITTEN[50:]}],
        [{"type": "reasoning", "text": None}, None, {"type": "text", "text": _WRITTEN}],
    ],
    ids=["plain", "fenced", "prose", "thinking", "wrapped", "twice", "parts", "odd parts"],
)
def test_a_caption_in_every_form_that_models_write(services: PretendServices, content: Any) -> None:
    services.write = lambda asked: content
    assert expanded(Assignment("x"), services.client("chat")).caption == WANTED


def test_a_cut_off_answer_is_mended_and_told_so(services: PretendServices) -> None:
    services.write = lambda asked: _WRITTEN[: _WRITTEN.index('"SUMMER"') + 4]
    proposal = expanded(Assignment("x"), services.client("chat"))
    assert proposal.caption.high_level_description == WANTED.high_level_description
    assert proposal.changes


def test_an_answer_under_a_wrong_content_type_is_read_all_the_same(
    services: PretendServices,
) -> None:
    """Servers of people's own often tell the wrong one; what counts is what the body is."""
    services.spoil = lambda handler: handler.answer(200, handler.good(), "text/html")
    assert expanded(Assignment("x"), services.client("chat")).caption == WANTED
    assert expanded(Assignment("x"), services.client("ideogram")).caption == WANTED


def test_a_picture_goes_as_a_data_url_and_an_answer_comes_back(services: PretendServices) -> None:
    services.write = lambda asked: "It is a cat."
    chat = services.client("chat")
    assert isinstance(chat, Chat)
    url = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    assert chat.ask("Describe pictures.", parts) == "It is a cat."
    assert services.pictures == [PNG]
    assert services.asked[0]["messages"][1]["content"] == parts


@pytest.mark.parametrize("way", ["401", "500", "no choices", "refusal", "gzip bomb"])
def test_asking_with_a_picture_fails_as_readably(services: PretendServices, way: str) -> None:
    services.spoil, words = WAYS["chat"][way]
    chat = services.client("chat")
    assert isinstance(chat, Chat)
    with pytest.raises(ServiceError, match=r"^127\.0\.0\.1 wrote no caption: ") as refusal:
        chat.ask("Describe pictures.", [{"type": "text", "text": "What is this?"}])
    assert words in refusal.value.message


@pytest.mark.parametrize(
    "address, name",
    [
        (OPENROUTER, "openrouter.ai"),
        ("http://127.0.0.1:11434/v1", "127.0.0.1"),
        ("http://[::1]:8080", "::1"),
        ("https://llm.example:8443/api", "llm.example"),
    ],
)
def test_it_is_known_by_its_host(address: str, name: str) -> None:
    assert Chat("m", "secret-key", address).name == name
    assert "secret-key" not in repr(Chat("m", "secret-key", address))
