"""The download behind the panel: one at a time, told as it goes, kept when it stops."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ideogram4.choice import REAL
from ideogram4.settings import Settings
from tests.reliability.parts import PATIENCE, wait_until
from tests.weights.hub_parts import FILES, TOKEN, settle
from tests.weights.loopback_hub import LoopbackHub
from tests.weights.raw_safetensors import zeros
from ui.service.fetching import Download

BIG = "transformer/diffusion_pytorch_model.safetensors"


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub(REAL, {**FILES, BIG: zeros({"a": (1000, 1000)})}).running() as running:
        yield running


@pytest.fixture
def download(
    hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Download]:
    settle(monkeypatch, hub, tmp_path, None)
    download = Download(REAL, Settings(hf_endpoint=hub.endpoint, hf_token=TOKEN))
    yield download
    hub.slow = ""
    download.wait(PATIENCE)


def test_it_is_told_as_it_goes_and_ends_whole(hub: LoopbackHub, download: Download) -> None:
    assert download.standing.phase == "idle"
    hub.slow = BIG
    hub.pace.release(10)
    download.start()
    wait_until(lambda: download.standing.done > 500_000)
    standing = download.standing
    assert standing.phase == "running" and standing.is_under_way
    assert standing.total == sum(map(len, hub.files.values()))
    hub.slow = ""
    ended = download.wait(PATIENCE)
    assert (ended.phase, ended.done) == ("done", ended.total)


def test_many_starts_are_one_download(hub: LoopbackHub, download: Download) -> None:
    hub.slow = BIG
    starting = [threading.Thread(target=download.start) for _ in range(8)]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    hub.slow = ""
    assert download.wait(PATIENCE).phase == "done"
    assert hub.downloads().count(BIG) == 1


def test_stopped_it_keeps_what_has_come_and_goes_on(hub: LoopbackHub, download: Download) -> None:
    hub.slow = BIG
    hub.pace.release(10)
    download.start()
    wait_until(lambda: download.standing.done > 500_000)
    download.cancel()
    assert download.standing.phase == "stopping"
    hub.slow = ""
    ended = download.wait(PATIENCE)
    # All may have arrived between two looks; usually it has not.
    assert ended.phase in ("stopped", "done")
    download.start()
    assert download.wait(PATIENCE).phase == "done"
    assert hub.ranges(BIG).count(None) == 1


def test_cancel_without_a_download_is_nothing(download: Download) -> None:
    download.cancel()
    assert download.standing.phase == "idle"


def test_a_refusal_is_a_sentence(hub: LoopbackHub, download: Download) -> None:
    hub.gate = {TOKEN: "licence"}
    download.start()
    ended = download.wait(PATIENCE)
    assert ended.phase == "failed"
    assert "has not been accepted with this login" in ended.problem
    assert TOKEN not in ended.problem


def test_what_nobody_foresaw_is_told_calmly(
    download: Download, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"Authorization: Bearer {TOKEN}")

    monkeypatch.setattr("ui.service.fetching.plan_download", broken)
    download.start()
    ended = download.wait(PATIENCE)
    assert ended.phase == "failed" and "Try it again" in ended.problem
    assert "RuntimeError" in caplog.text and TOKEN not in caplog.text + ended.problem
