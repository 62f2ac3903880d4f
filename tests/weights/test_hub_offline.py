"""Models without the network: the copy in the cache, or what is missing of it."""

from __future__ import annotations

import logging

import pytest

from ideogram4.errors import (
    HubUnavailableError,
    MissingFileError,
)
from tests.weights.hub_parts import (
    TOKEN,
    WEIGHTS,
    Resolve,
    refusal_of,
)
from tests.weights.loopback_hub import LoopbackHub, Reply
from tests.weights.raw_safetensors import zeros


def test_offline_without_a_copy_says_so(resolve: Resolve, nowhere: str) -> None:
    error = refusal_of(resolve, endpoint=nowhere)
    assert isinstance(error, HubUnavailableError)
    assert f"{nowhere.removeprefix('http://')} could not be reached" in error.message


def test_offline_with_a_copy_uses_it_and_says_so(
    resolve: Resolve, nowhere: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = resolve()
    with caplog.at_level(logging.WARNING, logger="ideogram4"):
        assert resolve(endpoint=nowhere) == folder
    assert "could not be reached" in caplog.text
    assert str(folder) in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("status", [429, 503])
def test_a_hub_in_trouble_does_not_keep_a_copy_from_loading(
    status: int, hub: LoopbackHub, resolve: Resolve
) -> None:
    folder = resolve()
    hub.faults["*"] = Reply(status)
    assert resolve() == folder


def test_half_a_copy_is_not_a_copy(resolve: Resolve, nowhere: str) -> None:
    (resolve() / WEIGHTS).unlink()
    assert isinstance(refusal_of(resolve, endpoint=nowhere), HubUnavailableError)


def test_local_files_only_asks_nothing(hub: LoopbackHub, resolve: Resolve) -> None:
    folder = resolve()
    hub.requests.clear()
    assert resolve(local_files_only=True) == folder
    assert hub.requests == []


def test_local_files_only_without_a_copy_says_so(hub: LoopbackHub, resolve: Resolve) -> None:
    error = refusal_of(resolve, local_files_only=True)
    assert isinstance(error, MissingFileError)
    assert "has not been downloaded to this computer" in error.message
    assert hub.requests == []


def test_local_files_only_with_half_a_copy_names_what_is_missing(resolve: Resolve) -> None:
    (resolve() / WEIGHTS).unlink()
    error = refusal_of(resolve, local_files_only=True)
    assert isinstance(error, MissingFileError)
    assert "only partly downloaded" in error.message
    assert WEIGHTS in error.message


def test_offline_mode_of_the_library_is_respected_and_named(
    resolve: Resolve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    error = refusal_of(resolve)
    assert isinstance(error, HubUnavailableError)
    assert "HF_HUB_OFFLINE" in error.message


def test_an_update_that_breaks_off_leaves_the_older_copy_working(
    hub: LoopbackHub, resolve: Resolve, nowhere: str, without_waiting: None
) -> None:
    older = resolve()
    hub.revisions = {"main": "b" * 40, "b" * 40: "b" * 40}
    hub.files[WEIGHTS] = zeros({"layers.0.attention.qkv.weight": (99, 9)})
    hub.cuts[WEIGHTS] = [100] + [0] * 20
    assert resolve() == older
    assert resolve(endpoint=nowhere) == older
    assert resolve(local_files_only=True) == older
    hub.cuts.clear()
    newer = resolve()
    assert newer != older
    assert resolve(local_files_only=True) == newer
