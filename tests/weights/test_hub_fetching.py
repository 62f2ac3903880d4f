"""What is fetched of a model on the hub, and that nothing is fetched twice."""

from __future__ import annotations

import pytest

from ideogram4.errors import (
    HubUnavailableError,
)
from ideogram4.weights import describe_folder
from tests.weights.hub_parts import (
    FILES,
    REPO,
    TOKEN,
    WEIGHTS,
    Resolve,
    refusal_of,
)
from tests.weights.loopback_hub import COMMIT, LoopbackHub
from tests.weights.raw_safetensors import zeros


def test_a_model_arrives_whole_and_without_clutter(hub: LoopbackHub, resolve: Resolve) -> None:
    folder = resolve()
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    assert found == FILES
    assert describe_folder(folder).component("text_encoder") is not None


def test_the_token_goes_to_the_hub(hub: LoopbackHub, resolve: Resolve) -> None:
    resolve()
    assert {request.headers.get("authorization") for request in hub.requests} == {f"Bearer {TOKEN}"}


def test_a_second_run_downloads_nothing(hub: LoopbackHub, resolve: Resolve) -> None:
    first = resolve()
    hub.requests.clear()
    assert resolve() == first
    assert hub.downloads() == []


def test_a_pinned_commit_that_is_here_asks_nothing_at_all(
    hub: LoopbackHub, resolve: Resolve
) -> None:
    first = resolve(revision=COMMIT)
    hub.requests.clear()
    assert resolve(revision=COMMIT) == first
    assert hub.requests == []


def test_a_branch_that_moves_is_followed(hub: LoopbackHub, resolve: Resolve) -> None:
    first = resolve()
    hub.revisions["main"] = "b" * 40
    hub.revisions["b" * 40] = "b" * 40
    hub.files["transformer/config.json"] = b'{"new": true}'
    second = resolve()
    assert second != first
    assert (second / "transformer/config.json").read_bytes() == b'{"new": true}'


def test_a_model_without_an_unconditional_transformer_is_accepted(
    hub: LoopbackHub, resolve: Resolve
) -> None:
    for name in [name for name in hub.files if name.startswith("unconditional")]:
        del hub.files[name]
    assert not (resolve() / "unconditional_transformer").exists()


def test_progress_counts_bytes_and_ends_at_one(hub: LoopbackHub, resolve: Resolve) -> None:
    hub.files[WEIGHTS] = zeros({"layers.0.attention.qkv.weight": (1000, 1000)})
    seen: list[tuple[str, float]] = []
    resolve(on_progress=lambda what, fraction: seen.append((what, fraction)))
    fractions = [fraction for _, fraction in seen]
    assert {what for what, _ in seen} == {"download"}
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert fractions[0] < 0.01


def test_a_listener_can_stop_the_download(hub: LoopbackHub, resolve: Resolve) -> None:
    class StopError(Exception):
        pass

    def stop(what: str, fraction: float) -> None:
        if fraction > 0.5:
            raise StopError

    with pytest.raises(StopError):
        resolve(on_progress=stop)


def test_a_cut_download_goes_on_where_it_stopped(
    hub: LoopbackHub, resolve: Resolve, without_waiting: None
) -> None:
    hub.files[WEIGHTS] = zeros({"layers.0.attention.qkv.weight": (512, 512)})
    hub.cuts[WEIGHTS] = [100_000, 200_000]
    folder = resolve()
    assert (folder / WEIGHTS).read_bytes() == hub.files[WEIGHTS]
    ranges = [
        request.headers.get("range")
        for request in hub.requests
        if request.method == "GET" and request.path.endswith(f"/{WEIGHTS}")
    ]
    assert ranges == [None, "bytes=100000-", "bytes=300000-"]


def test_a_download_that_keeps_breaking_off_is_told(
    hub: LoopbackHub, resolve: Resolve, without_waiting: None
) -> None:
    hub.cuts[WEIGHTS] = [100] + [0] * 20
    error = refusal_of(resolve)
    assert isinstance(error, HubUnavailableError)
    assert error.message == f"the download of {WEIGHTS} of {REPO} broke off"
    hub.cuts.clear()
    hub.requests.clear()
    folder = resolve()
    assert (folder / WEIGHTS).read_bytes() == FILES[WEIGHTS]
    assert "tokenizer/tokenizer.json" not in hub.downloads(), "whole files are kept"


def test_space_around_a_token_does_no_harm(hub: LoopbackHub, resolve: Resolve) -> None:
    resolve(token=f" {TOKEN}\n")
    assert hub.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
