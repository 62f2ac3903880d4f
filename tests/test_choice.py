"""Which weights are used when nobody said, and that the reason is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4 import choice
from ideogram4.choice import REAL, ModelChoice, access_problem, choose_model
from ideogram4.errors import GatedModelError, HubUnavailableError
from ideogram4.settings import Settings


def test_what_is_asked_for_wins_over_everything() -> None:
    chosen = choose_model(Settings(model="/a/folder"), "owner/name", obstacles=lambda _: None)
    assert chosen == ModelChoice("owner/name", "asked for")


def test_then_the_environment() -> None:
    chosen = choose_model(Settings(model="/a/folder"), obstacles=lambda _: None)
    assert chosen == ModelChoice("/a/folder", "IDEOGRAM4_MODEL is set")


def test_the_real_weights_where_nothing_stands_in_the_way() -> None:
    assert choose_model(Settings(), obstacles=lambda _: None).model == REAL


def test_else_the_demo_and_why() -> None:
    chosen = choose_model(Settings(), obstacles=lambda _: "no CUDA device")
    assert chosen == ModelChoice("demo", "no CUDA device")


def test_without_a_card_the_hub_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)

    def asked(*_: object) -> None:
        raise AssertionError("the hub was asked")

    monkeypatch.setattr(choice, "access_problem", asked)
    assert choose_model(Settings(hf_token="hf_x")).reason == "no CUDA device"


def test_a_format_that_cannot_be_loaded_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a machine with a card would download 16 GB and then refuse them."""
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr(choice, "can_load", lambda name: False)
    chosen = choose_model(Settings())
    assert chosen == ModelChoice("demo", "this version cannot load nf4 weights yet")


def test_plain_weights_can_be_loaded() -> None:
    assert choice.can_load("plain")
    assert not choice.can_load("a format nobody has thought of")


@pytest.fixture
def online(clean_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)


def test_without_a_token_the_licence_page_is_named(online: None) -> None:
    problem = access_problem(REAL, Settings())
    assert isinstance(problem, GatedModelError)
    assert "huggingface.co/ideogram-ai/ideogram-4-nf4" in problem.hint
    assert "HF_TOKEN" in problem.hint


def test_a_hub_out_of_reach_is_not_called_a_missing_licence(online: None) -> None:
    # Port 9 of this machine: nothing listens there, so the connection is refused at once.
    settings = Settings(hf_token="hf_canary", hf_endpoint="http://127.0.0.1:9")
    problem = access_problem(REAL, settings)
    assert isinstance(problem, HubUnavailableError)
    assert "hf_canary" not in str(problem)


def test_switched_off_is_told(clean_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    problem = access_problem(REAL, Settings(hf_token="hf_x"))
    assert isinstance(problem, HubUnavailableError)
    assert "HF_HUB_OFFLINE" in problem.message
