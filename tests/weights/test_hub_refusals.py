"""Every way the hub can refuse a model, told at once and in plain words."""

from __future__ import annotations

import errno
import json
import logging
import socket

import pytest

from ideogram4.errors import (
    CorruptFileError,
    GatedModelError,
    HubUnavailableError,
    MissingFileError,
    UnknownModelError,
    UnknownRevisionError,
)
from ideogram4.weights.cache import HubCache
from ideogram4.weights.repository import HubRepository
from tests.weights.hub_parts import (
    REPO,
    SINGLE,
    TOKEN,
    WEIGHTS,
    Resolve,
    refusal_of,
)
from tests.weights.loopback_hub import LoopbackHub, Reply

GATED = [
    Reply(401, {"X-Error-Code": "GatedRepo"}),
    Reply(403, {"X-Error-Code": "GatedRepo", "X-Error-Message": f"ask for access with {TOKEN}"}),
    Reply(401),
    Reply(403),
    Reply(401, {"X-Error-Message": "Invalid credentials in Authorization header"}),
]


@pytest.mark.parametrize("reply", GATED)
@pytest.mark.parametrize("where", ["api", WEIGHTS, "*"])
def test_a_gate_names_the_page_and_the_steps(
    where: str, reply: Reply, hub: LoopbackHub, resolve: Resolve
) -> None:
    hub.faults[where] = reply
    error = refusal_of(resolve)
    assert isinstance(error, GatedModelError)
    assert REPO in error.message
    assert "licence" in error.message
    for step in (f"https://huggingface.co/{REPO}", "accept", "`hf auth login`", "HF_TOKEN"):
        assert step in error.hint


def test_an_unknown_model_is_told(hub: LoopbackHub, resolve: Resolve) -> None:
    error = refusal_of(resolve, model="ideogram-ai/ideogram-5")
    assert isinstance(error, UnknownModelError)
    assert "knows no model ideogram-ai/ideogram-5" in error.message


@pytest.mark.parametrize("revision", ["v9", "c" * 40, "../../x", "-x", "a b"])
def test_an_unknown_revision_is_told(revision: str, resolve: Resolve) -> None:
    error = refusal_of(resolve, revision=revision)
    assert isinstance(error, UnknownRevisionError)
    assert error.message == f"{REPO} has no revision {revision!r}"


@pytest.mark.parametrize(
    "name",
    [
        WEIGHTS,
        "vae/config.json",
        "tokenizer/tokenizer.json",
        "text_encoder/model-00002-of-00002.safetensors",
        f"unconditional_transformer/{SINGLE}",
    ],
)
def test_a_missing_file_is_named_before_weights_are_downloaded(
    name: str, hub: LoopbackHub, resolve: Resolve
) -> None:
    del hub.files[name]
    error = refusal_of(resolve)
    assert isinstance(error, MissingFileError)
    assert name in error.message
    assert set(hub.downloads()) <= {"text_encoder/model.safetensors.index.json"}


def test_a_file_that_is_listed_and_gone_is_missing(hub: LoopbackHub, resolve: Resolve) -> None:
    hub.faults[WEIGHTS] = Reply(404, {"X-Error-Code": "EntryNotFound"})
    error = refusal_of(resolve)
    assert isinstance(error, MissingFileError)
    assert error.message == f"{REPO} has no file {WEIGHTS}"


def test_an_index_from_the_hub_cannot_name_files_elsewhere(
    hub: LoopbackHub, resolve: Resolve
) -> None:
    index = {"weight_map": {"a": "../../../../etc/passwd"}}
    hub.files["text_encoder/model.safetensors.index.json"] = json.dumps(index).encode()
    error = refusal_of(resolve)
    assert isinstance(error, CorruptFileError)
    assert "points outside its folder" in error.message


@pytest.mark.parametrize("where", ["api", WEIGHTS])
@pytest.mark.parametrize(
    ("headers", "advice"),
    [
        ({"Retry-After": "120"}, "in 120 seconds"),
        ({"RateLimit": '"api";r=0;t=55'}, "in 55 seconds"),
        ({}, "in a few minutes"),
    ],
)
def test_too_many_requests_says_when_to_try_again(
    headers: dict[str, str], advice: str, where: str, hub: LoopbackHub, resolve: Resolve
) -> None:
    hub.faults[where] = Reply(429, headers)
    error = refusal_of(resolve)
    assert isinstance(error, HubUnavailableError)
    assert "slow down" in error.message
    assert advice in error.hint
    assert requests_after_fault(hub, where) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("where", ["api", WEIGHTS, "text_encoder/model.safetensors.index.json"])
def test_a_hub_in_trouble_is_never_a_missing_file(
    where: str, status: int, hub: LoopbackHub, resolve: Resolve
) -> None:
    hub.faults[where] = Reply(status, {}, b"<html>upstream</html>")
    error = refusal_of(resolve)
    assert type(error) is HubUnavailableError
    assert f"it answered {status}" in error.message
    assert "missing" not in error.message
    assert requests_after_fault(hub, where) == 1


def requests_after_fault(hub: LoopbackHub, where: str) -> int:
    """How often the failing address was asked: once means that nobody waited for retries."""
    wanted = "/api/models/" if where == "api" else f"/{where}"
    return sum(wanted in request.path for request in hub.requests)


@pytest.mark.parametrize(
    "body", [b"<html>Sign in to the airport</html>", b"[]", b"{}", b'{"sha": "x"}', b'"hello"']
)
def test_something_else_answering_as_the_hub_is_told(
    body: bytes, hub: LoopbackHub, resolve: Resolve
) -> None:
    hub.faults["api"] = Reply(200, {}, body)
    error = refusal_of(resolve)
    assert isinstance(error, HubUnavailableError)
    assert "not as the Hugging Face hub does" in error.message


def test_a_hub_that_never_answers_is_given_up(resolve: Resolve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        error = refusal_of(resolve, endpoint=endpoint, timeout=0.2)
    assert isinstance(error, HubUnavailableError)
    assert "could not be reached" in error.message


def test_a_full_disk_is_told_as_that(resolve: Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("huggingface_hub.hf_hub_download", full)
    assert "the disk is full" in refusal_of(resolve).message


@pytest.mark.parametrize("token", [f"{TOKEN}\nx", f"{TOKEN} x", f"{TOKEN}é"])
def test_a_broken_token_is_told_without_showing_it(
    token: str, hub: LoopbackHub, resolve: Resolve, caplog: pytest.LogCaptureFixture
) -> None:
    error = refusal_of(resolve, token=token)
    assert isinstance(error, GatedModelError)
    assert "token" in error.message
    assert TOKEN not in caplog.text
    assert hub.requests == []


def test_the_token_is_in_no_log_and_no_repr(
    hub: LoopbackHub, resolve: Resolve, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        resolve()
        hub.faults["*"] = Reply(401)
        refusal_of(resolve)
    assert TOKEN not in caplog.text
    source = HubRepository(REPO, "main", HubCache.of(REPO), None, TOKEN)
    assert TOKEN not in repr(source)


def test_an_address_with_a_password_is_shown_without_it(resolve: Resolve, nowhere: str) -> None:
    endpoint = nowhere.replace("http://", "http://me:secret@")
    assert "secret" not in str(refusal_of(resolve, endpoint=endpoint))
