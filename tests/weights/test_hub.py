"""Getting a model from the hub: what is fetched, and every way it can be refused.

Reliability test 17: a loopback hub is gated, empty, busy, broken, cut or away; each has a plain
message of its own, at once. Test 18: the token is in none of them.
"""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ideogram4.weights.hub as hub_module
from ideogram4.errors import (
    CorruptFileError,
    GatedModelError,
    HubUnavailableError,
    MissingFileError,
    UnknownModelError,
    UnknownRevisionError,
    WeightsError,
)
from ideogram4.weights import describe_folder, resolve_model
from tests.weights.loopback_hub import COMMIT, LoopbackHub, Reply
from tests.weights.raw_safetensors import zeros

REPO = "ideogram-ai/ideogram-4-nf4"
TOKEN = "hf_canary0123456789"
SINGLE = "diffusion_pytorch_model.safetensors"
WEIGHTS = f"transformer/{SINGLE}"
SHARDS = {
    "text_encoder/model-00001-of-00002.safetensors": zeros({"norm.weight": (4,)}),
    "text_encoder/model-00002-of-00002.safetensors": zeros({"embed_tokens.weight": (5, 4)}),
}
INDEX = {
    "weight_map": {
        "norm.weight": "model-00001-of-00002.safetensors",
        "embed_tokens.weight": "model-00002-of-00002.safetensors",
    }
}
FILES = {
    "model_index.json": b"{}",
    "scheduler/scheduler_config.json": b"{}",
    "tokenizer/tokenizer.json": b"{}",
    "tokenizer/tokenizer_config.json": b"{}",
    "transformer/config.json": b"{}",
    WEIGHTS: zeros({"layers.0.attention.qkv.weight": (24, 8)}),
    "unconditional_transformer/config.json": b"{}",
    f"unconditional_transformer/{SINGLE}": zeros({"layers.0.attention.qkv.weight": (24, 8)}),
    "text_encoder/config.json": b"{}",
    "text_encoder/model.safetensors.index.json": json.dumps(INDEX).encode(),
    **SHARDS,
    "vae/config.json": b"{}",
    f"vae/{SINGLE}": zeros({"decoder.conv_in.weight": (2, 2)}),
}
CLUTTER = {
    "README.md": b"read me",
    "samples/cat.png": b"png",
    "transformer/diffusion_pytorch_model.bin": b"PK",
    "transformer/diffusion_pytorch_model.fp16.safetensors": zeros({"a": (2,)}),
    "text_encoder/model-00003-of-00002.safetensors": zeros({"a": (2,)}),
    "run_me.py": b"import os",
}

Resolve = Callable[..., Path]


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub(REPO, {**FILES, **CLUTTER}).running() as running:
        yield running


@pytest.fixture
def resolve(hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """`resolve_model` against the loopback hub and an empty cache, in online mode."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)

    def call(model: str = REPO, **kwargs: Any) -> Path:
        chosen = {"endpoint": hub.endpoint, "cache_dir": tmp_path / "cache", "token": TOKEN}
        return resolve_model(model, **{**chosen, **kwargs})

    return call


def refusal_of(resolve: Resolve, **kwargs: Any) -> WeightsError:
    with pytest.raises(WeightsError) as refusal:
        resolve(**kwargs)
    error = refusal.value
    assert TOKEN not in f"{error!s} {error!r}"
    assert error.__context__ is None or isinstance(error.__context__, WeightsError)
    return error


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


@pytest.fixture
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library sleeps between its attempts, and resumes only after whole chunks of 10 MB."""
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda _: None)
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 10_000)


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


@pytest.fixture
def nowhere() -> str:
    """An address on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


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


def test_a_hub_that_never_answers_is_given_up(resolve: Resolve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        error = refusal_of(resolve, endpoint=endpoint, timeout=0.2)
    assert isinstance(error, HubUnavailableError)
    assert "could not be reached" in error.message


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


def test_a_full_disk_is_told_as_that(resolve: Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

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


def test_space_around_a_token_does_no_harm(hub: LoopbackHub, resolve: Resolve) -> None:
    resolve(token=f" {TOKEN}\n")
    assert hub.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_the_token_is_in_no_log_and_no_repr(
    hub: LoopbackHub, resolve: Resolve, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        resolve()
        hub.faults["*"] = Reply(401)
        refusal_of(resolve)
    assert TOKEN not in caplog.text
    source = hub_module._HubModel(REPO, "main", None, TOKEN, None, 1.0, None)
    assert TOKEN not in repr(source)


def test_an_address_with_a_password_is_shown_without_it(resolve: Resolve, nowhere: str) -> None:
    endpoint = nowhere.replace("http://", "http://me:secret@")
    assert "secret" not in str(refusal_of(resolve, endpoint=endpoint))


def test_a_folder_is_itself(resolve: Resolve, hub: LoopbackHub, tmp_path: Path) -> None:
    assert resolve(tmp_path) == tmp_path
    assert resolve(str(tmp_path)) == tmp_path
    assert hub.requests == []


def test_demo_is_the_checkpoint_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "_DEMO", tmp_path)
    (tmp_path / "transformer").mkdir()
    assert resolve_model("demo") == tmp_path


def test_an_installation_without_the_demo_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "_DEMO", tmp_path)
    with pytest.raises(MissingFileError, match="not in this installation"):
        resolve_model("demo")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "no-slash",
        "a/b/c",
        "/no/such/folder",
        "./none",
        "a b/c",
        "a--b/c",
        "a/..",
        "owner/na\0me",
        "x/" + "y" * 300,
        "https://huggingface.co/a/b",
        Path("owner/name"),
    ],
)
def test_a_name_that_can_be_no_model_is_refused_without_asking(
    name: str | Path, hub: LoopbackHub, resolve: Resolve
) -> None:
    error = refusal_of(resolve, model=name)
    assert isinstance(error, UnknownModelError)
    assert "neither a folder on this computer nor a name on the hub" in error.message
    assert hub.requests == []


def test_a_file_is_told_apart_from_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(zeros({"a": (2,)}))
    with pytest.raises(UnknownModelError, match="is a file, and a model is a folder"):
        resolve_model(path)
