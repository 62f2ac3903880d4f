"""A large file goes on where it stopped, whoever stopped it, and is held to the hub's checksum."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub.utils import WeakFileLock

from ideogram4.errors import HubUnavailableError, WeightsError
from ideogram4.weights.cache import HubCache, begun
from tests.weights.hub_parts import REPO, WEIGHTS, Resolve, refusal_of
from tests.weights.loopback_hub import LoopbackHub
from tests.weights.raw_safetensors import zeros

BIG = zeros({"layers.0.attention.qkv.weight": (512, 512)})


@pytest.fixture(autouse=True)
def _big(hub: LoopbackHub, without_waiting: None) -> Iterator[None]:
    hub.files[WEIGHTS] = BIG
    yield


def part_of(hub: LoopbackHub, tmp_path: Path) -> Path:
    """The part of WEIGHTS that is in the cache."""
    (content,) = {file["lfs"]["sha256"] for file in [hub._listed(WEIGHTS, hub.files[WEIGHTS])]}
    blob = HubCache.of(REPO, tmp_path / "cache").blob(content)
    assert blob is not None
    return begun(blob)


def test_the_next_run_asks_only_for_the_rest(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path
) -> None:
    hub.cuts[WEIGHTS] = [100_000] + [0] * 20
    refusal_of(resolve)
    assert part_of(hub, tmp_path).stat().st_size == 100_000
    hub.cuts.clear()
    hub.requests.clear()
    assert (resolve() / WEIGHTS).read_bytes() == BIG
    assert hub.ranges(WEIGHTS) == ["bytes=100000-"]
    assert not part_of(hub, tmp_path).exists()


def test_ctrl_c_keeps_what_has_arrived(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(what: str, fraction: float) -> None:
        if fraction > 0.3:
            raise KeyboardInterrupt

    hub.slow = WEIGHTS
    hub.pace.release(4)
    monkeypatch.setattr("ideogram4.weights.progress.REPORT_SECONDS", 0)
    with pytest.raises(KeyboardInterrupt):
        resolve(on_progress=stop)
    kept = part_of(hub, tmp_path).stat().st_size
    assert 0 < kept < len(BIG)
    hub.slow = ""
    hub.requests.clear()
    assert (resolve() / WEIGHTS).read_bytes() == BIG
    assert hub.ranges(WEIGHTS) == [f"bytes={kept}-"]


def test_progress_goes_on_from_what_is_here(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path
) -> None:
    hub.cuts[WEIGHTS] = [len(BIG) - 1000] + [0] * 20
    refusal_of(resolve)
    hub.cuts.clear()
    seen: list[float] = []
    resolve(on_progress=lambda _, fraction: seen.append(fraction))
    assert seen == sorted(seen) and seen[-1] == 1.0


def test_a_server_that_knows_no_ranges_sends_the_whole(hub: LoopbackHub, resolve: Resolve) -> None:
    hub.deaf = True
    hub.cuts[WEIGHTS] = [100_000, 5]
    assert (resolve() / WEIGHTS).read_bytes() == BIG


def test_a_damaged_file_is_told_deleted_and_fetched_again(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path
) -> None:
    hub.damaged = WEIGHTS
    error = refusal_of(resolve)
    assert isinstance(error, HubUnavailableError)
    assert WEIGHTS in error.message and "checksum differs" in error.message
    assert not part_of(hub, tmp_path).exists()
    hub.damaged = ""
    assert (resolve() / WEIGHTS).read_bytes() == BIG


def test_a_part_of_something_else_does_no_harm(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path
) -> None:
    part = part_of(hub, tmp_path)
    part.parent.mkdir(parents=True)
    part.write_bytes(b"?" * 1000)
    assert "checksum differs" in refusal_of(resolve).message
    assert (resolve() / WEIGHTS).read_bytes() == BIG


def test_a_part_that_is_longer_than_the_file_is_begun_again(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path
) -> None:
    part = part_of(hub, tmp_path)
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(len(BIG) + 1))
    assert (resolve() / WEIGHTS).read_bytes() == BIG


def test_two_programs_do_not_write_one_file(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path
) -> None:
    blob = part_of(hub, tmp_path).with_suffix("")
    lock = HubCache.of(REPO, tmp_path / "cache").lock(blob.name)
    lock.parent.mkdir(parents=True)
    with WeakFileLock(lock):
        error = refusal_of(resolve)
    assert type(error) is WeightsError
    assert "by another program" in error.message and "Wait" in error.hint
    assert (resolve() / WEIGHTS).read_bytes() == BIG


def test_an_etag_that_is_no_checksum_names_no_file(tmp_path: Path) -> None:
    cache = HubCache.of(REPO, tmp_path)
    for hostile in ("../../x", "", "a" * 39, "A" * 64, f"{'a' * 40}/..", "W/abc"):
        assert cache.blob(hostile) is None


def test_the_token_goes_to_the_hub_alone(hub: LoopbackHub, resolve: Resolve) -> None:
    """Large files lie on another host, which the hub leads to and which must not see the token."""
    with LoopbackHub(REPO, dict(hub.files)).running() as store:
        hub.moved_to = store.endpoint
        assert (resolve() / WEIGHTS).read_bytes() == BIG
        assert WEIGHTS in store.downloads()
        assert all("authorization" not in request.headers for request in store.requests)
