"""What the page is told of the real weights, to whom, and what becomes of a switch of models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from starlette.requests import Request as Plain

from ideogram4.choice import REAL
from ideogram4.settings import Settings
from tests.reliability.parts import CAPTION, PATIENCE, Reader, wait_until
from tests.ui.pretend import PretendLoader, PretendPipeline
from tests.weights.hub_parts import TOKEN, repository_of_the_demo, settle
from tests.weights.loopback_hub import GATE, LoopbackHub
from ui import studio
from ui.doors import from_this_machine
from ui.service import GenerationService
from ui.weights import WeightsAnswers

pytestmark = pytest.mark.usefixtures("_card")


@pytest.fixture
def _card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.weights.answers.has_card", lambda: True)


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub(REAL, repository_of_the_demo()).running() as running:
        running.gate = {TOKEN: "accepted"}
        yield running


@pytest.fixture
def service(hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GenerationService:
    settle(monkeypatch, hub, tmp_path / "hf", None)
    settings = Settings(model="demo", output_dir=tmp_path, hf_endpoint=hub.endpoint, hf_token=TOKEN)
    return GenerationService(settings, loader=PretendLoader(PretendPipeline()))


@pytest.fixture
def answers(service: GenerationService) -> WeightsAnswers:
    return WeightsAnswers(service)


def fetched(answers: WeightsAnswers) -> WeightsAnswers:
    """With the weights here."""
    answers.start()
    assert answers.download.wait(PATIENCE).phase == "done"
    return answers


def test_the_state_asks_the_hub_nothing(hub: LoopbackHub, answers: WeightsAnswers) -> None:
    told = answers.state()
    assert (told["used"], told["here"], told["download"]["phase"]) == (False, False, "idle")
    assert hub.requests == []


def test_a_look_is_two_requests(hub: LoopbackHub, answers: WeightsAnswers) -> None:
    told = answers.look()
    assert (told["licence"], told["token"], told["gate"]) == ("done", "done", "")
    assert told["plan"]["size"] == "32 MB" and told["plan"]["fits"] and told["card"] is True
    assert len(hub.requests) == 2


@pytest.mark.parametrize("step", [*GATE, "refused"])
def test_the_gate_is_told_step_by_step_and_without_the_token(
    step: str, hub: LoopbackHub, answers: WeightsAnswers
) -> None:
    hub.gate = {TOKEN: step} if step in GATE else {}
    told = answers.look()
    assert (told["licence"], told["token"]) != ("done", "done")
    assert told["gate"] and TOKEN not in json.dumps(told)


def test_offline_nothing_is_asked_or_downloaded(
    hub: LoopbackHub, service: GenerationService
) -> None:
    service.settings = replace(service.settings, offline=True)
    answers = WeightsAnswers(service)
    assert "HF_HUB_OFFLINE" in answers.look()["problem"]
    answer = answers.functions[2]({}, ask_from("127.0.0.1", host="127.0.0.1:7860"))
    assert "HF_HUB_OFFLINE" in answer["problem"]
    assert hub.requests == []


def test_what_is_not_here_cannot_be_used(answers: WeightsAnswers) -> None:
    answer = answers.functions[4]({}, ask_from("127.0.0.1", host="localhost:7860"))
    assert "download it first" in answer["problem"] and not answer["used"]


def test_used_the_real_weights_are_what_the_next_picture_is_made_with(
    service: GenerationService, answers: WeightsAnswers
) -> None:
    remade = []
    fetched(answers).changed = lambda: remade.append(True)
    service.loras.names()
    before = service.tokens.count(CAPTION)
    told = answers.use({"width": 320, "height": 320})
    assert told["used"] and remade == [True]
    assert (told["width"], told["height"]) == (256, 256), "the size of that shape the model likes"
    assert service.model.name == REAL and not service.model.is_demo
    assert service.tokens.count(CAPTION) == before
    reader = Reader(service, service.request(CAPTION, width=256, height=256, preset="V4_TURBO_12"))
    assert reader.end().phase == "done"
    told = answers.use({"demo": True})
    assert not told["used"] and service.model.is_demo


def test_a_picture_that_has_begun_is_finished_with_its_own_model(
    hub: LoopbackHub, tmp_path: Path, service: GenerationService
) -> None:
    held = PretendPipeline(hold_at=3)
    service._loader = PretendLoader(held)
    answers = fetched(WeightsAnswers(service))
    reader = Reader(service)
    assert held.held.wait(PATIENCE)
    answers.use({})
    assert not service.model.is_demo, "what is loaded is not what is asked for now"
    held.release.set()
    assert reader.end().phase == "done"
    assert reader.updates[-1].pictures[0].record.weights == held.name


def test_the_page_is_made_anew_for_the_new_model(
    service: GenerationService, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = studio.build(service.settings, service, alone=True)

    def described(name: str) -> dict[str, Any]:
        (entry,) = (
            entry for entry in demo.config["components"] if entry["props"].get("elem_id") == name
        )
        return dict(entry["props"])

    panel = next(b for b in demo.blocks.values() if getattr(b, "elem_id", "") == "real-weights")
    assert "Demo weights in use" in described("weights")["value"] and described("live")["visible"]
    use = panel.weights_use  # type: ignore[attr-defined]
    fetched_by_panel = ask_from("127.0.0.1", host="127.0.0.1:7860")
    panel.weights_download({}, fetched_by_panel)  # type: ignore[attr-defined]
    wait_until(lambda: panel.weights_state({}, fetched_by_panel)["here"])  # type: ignore[attr-defined]
    use({}, fetched_by_panel)
    assert REAL in described("weights")["value"] and not described("live")["visible"]
    assert described("real-weights")["props"]["module"] == "weights/weights.js"
    use({"demo": True}, fetched_by_panel)
    assert "Demo weights in use" in described("weights")["value"] and described("live")["visible"]


def test_with_other_weights_there_is_no_panel(service: GenerationService) -> None:
    service.use(service.choice.__class__("somebody/else", "asked for"))
    names = {
        getattr(block, "elem_id", "")
        for block in studio.build(service.settings, service, alone=True).blocks.values()
    }
    assert "real-weights" not in names


@pytest.mark.parametrize(
    ("options", "alone"),
    [
        ({}, True),
        ({"server_name": "0.0.0.0"}, False),
        ({"share": True}, False),
        ({"server_name": "::1"}, True),
    ],
)
def test_the_panel_is_for_this_machine_alone(
    options: dict[str, Any], alone: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    built = studio.build

    def build(*positional: Any, **named: Any) -> gr.Blocks:
        seen.append(named["alone"])
        demo = built(*positional, **named)
        monkeypatch.setattr(demo, "launch", lambda **_: (None, "http://here", None))
        return demo

    monkeypatch.setattr(studio, "build", build)
    studio.launch(Settings(model="demo", output_dir=tmp_path), prevent_thread_lock=True, **options)
    assert seen == [alone]


def ask_from(client: str, **headers: str) -> gr.Request:
    """A request as it arrives from `client` with these headers (`_` for `-`)."""
    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http",
        "client": (client, 1),
        "headers": raw,
        "query_string": b"",
        "path": "/",
    }
    return gr.Request(Plain(scope))


@pytest.mark.parametrize(
    ("client", "headers", "here"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:7860"}, True),
        ("127.0.0.1", {"host": "localhost:7860"}, True),
        ("::1", {"host": "[::1]:7860"}, True),
        ("192.168.1.9", {"host": "127.0.0.1:7860"}, False),
        ("127.0.0.1", {"host": "studio.example"}, False),
        ("127.0.0.1", {"host": "127.0.0.1", "x_forwarded_for": "203.0.113.9"}, False),
        ("127.0.0.1", {"host": "127.0.0.1", "forwarded": "for=203.0.113.9"}, False),
        ("127.0.0.1", {"host": "["}, False),
        ("127.0.0.1", {}, False),
    ],
)
def test_a_proxy_here_does_not_make_a_stranger_the_owner(
    client: str, headers: dict[str, str], here: bool, hub: LoopbackHub, answers: WeightsAnswers
) -> None:
    request = ask_from(client, **headers)
    assert from_this_machine(request) is here
    told = [function({}, request) for function in answers.functions]
    refused = ["Only the machine" in answer.get("error", "") for answer in told]
    assert refused == [not here] * 5
    if not here:
        assert hub.requests == [] and answers.download.standing.phase == "idle"
    answers.download.wait(PATIENCE)


def test_over_the_wire_it_is_the_same(service: GenerationService) -> None:
    """The page's own way in: what Gradio hands to the functions is who asks."""
    demo = studio.build(service.settings, service, alone=True)
    panel = next(b for b in demo.blocks.values() if getattr(b, "elem_id", "") == "real-weights")
    _, url, _ = demo.launch(
        **studio.looks(), **studio.LAUNCH, server_name="127.0.0.1", prevent_thread_lock=True
    )
    try:
        body = {
            "data": {},
            "fn_name": "weights_state",
            "component_id": panel._id,
            "session_hash": "here",
        }
        address = f"{url}gradio_api/component_server"
        told = httpx.post(address, json=body).json()
        assert told["repo"] == REAL and "error" not in told
        proxied = httpx.post(address, json=body, headers={"X-Forwarded-For": "203.0.113.9"}).json()
        assert proxied == {"error": "Only the machine that the studio runs on may do that."}
    finally:
        demo.close(verbose=False)
