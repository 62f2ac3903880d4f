"""Keys are silent: a canary in every one of them is found nowhere, whatever happens."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from ideogram4.choice import REAL
from ideogram4.errors import Ideogram4Error
from ideogram4.settings import VARIABLES, Settings
from tests.reliability.hubs import BIG, CAPTION, QUICK, command
from tests.reliability.parts import PATIENCE, wish
from tests.safety.pretend_hive import PICTURE_KEY, TEXT_KEY, Handler, PretendHive, pretend_hive
from tests.weights.hub_parts import repository_of_the_demo, settle
from tests.weights.loopback_hub import LoopbackHub, Reply
from ui import studio
from ui.preview import PreviewState
from ui.service import GenerationService
from ui.weights import WeightsAnswers

ROOT = Path(__file__).resolve().parents[2]
KEYS = [variable.name for variable in VARIABLES if variable.secret]
CANARIES = {name: f"canary-{number}-{name.lower()[::-1]}" for number, name in enumerate(KEYS)}
CANARIES |= {"HIVE_TEXT_MODERATION_KEY": TEXT_KEY, "HIVE_VISUAL_MODERATION_KEY": PICTURE_KEY}
TOKEN = CANARIES["HF_TOKEN"]
# What a hostile or careless server puts where libraries like to quote from.
ECHO = {"X-Error-Message": f"token {TOKEN} is bad", "X-Request-Id": TOKEN}
FAULTS = {
    "gated 401": Reply(401, {"X-Error-Code": "GatedRepo", **ECHO}),
    "gated 403": Reply(403, {"X-Error-Code": "GatedRepo", **ECHO}),
    "not found": Reply(404, ECHO, TOKEN.encode()),
    "busy": Reply(429, {"Retry-After": TOKEN, **ECHO}),
    "broken": Reply(500, ECHO, json.dumps({"error": TOKEN}).encode()),
    "something else": Reply(200, ECHO, f"<html>{TOKEN}</html>".encode()),
    "teapot": Reply(418, ECHO, TOKEN.encode()),
}
FAILURES: dict[str, Callable[[LoopbackHub], object]] = {
    **{
        name: lambda hub, reply=reply: hub.faults.update({"*": reply})  # type: ignore[misc]
        for name, reply in FAULTS.items()
    },
    "broken in the middle": lambda hub: hub.faults.update({BIG: FAULTS["broken"]}),
    "refused": lambda hub: setattr(hub, "gate", {}),
    "cut": lambda hub: hub.cuts.update({BIG: [1000] + [0] * 20}),
    "damaged": lambda hub: setattr(hub, "damaged", BIG),
}


def assert_silent(*texts: object) -> None:
    """No canary is in any of them, forwards; bytes are searched as they lie."""
    for text in texts:
        data = text if isinstance(text, bytes) else str(text).encode("utf-8", "surrogateescape")
        for name, canary in CANARIES.items():
            assert canary.encode() not in data, f"{name} was told"


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub(REAL, repository_of_the_demo()).running() as running:
        running.gate = {TOKEN: "accepted"}
        yield running


@pytest.fixture
def hive() -> Iterator[PretendHive]:
    with pretend_hive() as server:
        yield server
        assert server.bad == []


@pytest.fixture
def settings(
    hub: LoopbackHub,
    hive: PretendHive,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Settings]:
    """Every key is set to its canary, and every word of any log is heard."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ideogram4.weights.transfer.PAUSE", 0)
    settle(monkeypatch, hub, tmp_path / "hf")
    monkeypatch.setenv("HIVE_API_BASE_URL", hive.url)
    for name, canary in CANARIES.items():
        monkeypatch.setenv(name, canary)
    monkeypatch.setenv("IDEOGRAM4_OUTPUT_DIR", str(tmp_path / "pictures"))
    yield Settings.from_env()
    said = map(logging.Formatter().format, caplog.get_records("call"))
    # The transport's own trace repeats what a server sent, and here the server sends the token.
    heard = "\n".join(line for line in said if "receive_response_headers" not in line)
    assert "HTTP Request" in heard, "the log of the transport was not heard"
    assert_silent(heard)


def test_a_picture_and_all_that_was_said_on_the_way(settings: Settings, tmp_path: Path) -> None:
    """Reliability 18: success, from the download to the PNG."""
    downloaded = command("download", "--yes")
    assert downloaded.code == 0
    drawn = command("generate", "--model", REAL, "--output", "a.png", *QUICK, "--debug")
    assert drawn.code == 0, drawn.said
    info = command("info", "--model", REAL)
    assert "set" in info.out
    plan = command("download", "--json", "--dry-run")
    for told in (downloaded, drawn, info, plan):
        assert_silent(told.out, told.said)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".png" for path in kept)
    # The cache, its locks and the picture: nothing that was written has a key in it.
    assert_silent(*(path.read_bytes() for path in kept), *kept)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_at_the_terminal(failure: str, hub: LoopbackHub, settings: Settings) -> None:
    """Reliability 18: with --debug too, which prints where an error comes from."""
    FAILURES[failure](hub)
    for asked in (
        ("download", "--yes", "--debug"),
        ("generate", "--model", REAL, "--output", "a.png", *QUICK, "--debug"),
    ):
        told = command(*asked)
        assert told.code == 3, told.said
        assert_silent(told.out, told.said)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_in_the_studio(
    failure: str, hub: LoopbackHub, settings: Settings, tmp_path: Path
) -> None:
    """Reliability 18: the error, its whole chain, what the page shows of it and of the panel."""
    FAILURES[failure](hub)
    service = GenerationService(replace(settings, model=REAL))
    with pytest.raises(Ideogram4Error) as refusal:
        list(service.run(wish()))
    error = refusal.value
    told: list[object] = [error, repr(error), vars(error)]
    told += traceback.format_exception(error)
    told += [PreviewState.failed(error), service, vars(service), repr(service.settings)]
    answers = WeightsAnswers(service)
    told += [answers.look(), answers.start(), answers.download.wait(PATIENCE), answers.state()]
    told += [repr(answers), repr(vars(answers.download))]
    assert_silent(*told)


def test_every_page_and_description_that_is_served(
    hub: LoopbackHub, settings: Settings, tmp_path: Path
) -> None:
    """Reliability 18: the page, its configuration, its API, the panel's answers."""
    service = GenerationService(settings)
    demo = studio.build(settings, service, alone=True)
    panel: Any = next(
        b for b in demo.blocks.values() if getattr(b, "elem_id", "") == "real-weights"
    )
    _, url, _ = demo.launch(
        **studio.looks(), **studio.LAUNCH, server_name="127.0.0.1", prevent_thread_lock=True
    )
    try:
        with httpx.Client(timeout=PATIENCE) as client:
            for path in ("", "config", "gradio_api/info", "gradio_api/openapi.json"):
                reply = client.get(url + path)
                assert reply.status_code in (200, 404), path
                assert_silent(reply.text, reply.headers)
            for name in ("weights_state", "weights_look"):
                body = {
                    "data": {},
                    "fn_name": name,
                    "component_id": panel._id,
                    "session_hash": "here",
                }
                reply = client.post(f"{url}gradio_api/component_server", json=body)
                assert reply.json()["repo"] == REAL
                assert_silent(reply.text)
    finally:
        demo.close(verbose=False)
    assert_silent(json.dumps(demo.config, default=str), repr(settings), list(settings.describe()))
    assert TOKEN in {request.headers.get("authorization", "")[7:] for request in hub.requests}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_is_none_is_refused_without_being_repeated(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reliability 18: a pasted key with a line break would otherwise be quoted by a library."""
    monkeypatch.setenv(name, f"{CANARIES[name]} and\nmore")
    told = command("info")
    assert told.code == 2 and name in told.said
    assert_silent(told.out, told.said)


def test_a_service_that_breaks_and_repeats_the_key(
    hub: LoopbackHub, hive: PretendHive, settings: Settings
) -> None:
    """Reliability 18: screening is down, and what it answers has the keys in it."""

    def spoil(handler: Handler) -> None:
        echo = f"{TEXT_KEY} {PICTURE_KEY}"
        handler.answer(500, echo.encode(), X_Error_Message=echo)

    assert command("download", "--yes").code == 0
    hive.spoil = spoil
    told = command("generate", "--model", REAL, "--output", "a.png", *QUICK, "--debug")
    assert told.code == 5, told.said
    assert_silent(told.out, told.said)
    service = GenerationService(replace(settings, model=REAL))
    with pytest.raises(Ideogram4Error) as refusal:
        list(service.run(wish()))
    assert_silent(*traceback.format_exception(refusal.value), PreviewState.failed(refusal.value))
    assert_silent(service, service.screening, vars(service.screening), repr(service.settings))


def test_a_process_of_its_own_says_nothing_either(
    hub: LoopbackHub, hive: PretendHive, tmp_path: Path
) -> None:
    """Reliability 18: with the logging that a person has, and a hub that echoes the token."""
    hub.faults[BIG] = FAULTS["broken"]
    environ = {
        **os.environ,
        **CANARIES,
        "HIVE_API_BASE_URL": hive.url,
        "HF_ENDPOINT": hub.endpoint,
        "HF_HOME": str(tmp_path),
        "HF_HUB_OFFLINE": "0",
    }
    done = subprocess.run(
        [sys.executable, "-m", "ideogram4", "generate", "--model", REAL, "--caption", CAPTION,
         "--output", str(tmp_path / "a.png"), "--debug"],
        cwd=ROOT, env=environ, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert b"it answered 500" in done.stderr
    assert_silent(done.stdout, done.stderr)


def test_the_list_of_keys_is_the_settings_own() -> None:
    """Reliability 18: a key that is added is held to this without anybody thinking of it."""
    assert {"HF_TOKEN", "IDEOGRAM_API_KEY", "MAGIC_PROMPT_API_KEY"} <= set(KEYS)
    assert len(set(CANARIES.values())) == len(KEYS)
