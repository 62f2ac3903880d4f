"""A hub on this machine for the tests of weights."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.weights.hub_parts import CLUTTER, FILES, REPO, Resolve, resolver
from tests.weights.loopback_hub import LoopbackHub


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub(REPO, {**FILES, **CLUTTER}).running() as running:
        yield running


@pytest.fixture
def resolve(hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """`resolve_model` against the loopback hub and an empty cache, in online mode."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    return resolver(hub, tmp_path / "cache")


@pytest.fixture
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A download that breaks off is tried again after a pause."""
    monkeypatch.setattr("ideogram4.weights.transfer.PAUSE", 0)


@pytest.fixture
def nowhere() -> str:
    """An address on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
