"""Everything the hub can answer instead of a model: each its own plain message, everywhere."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ideogram4.choice import REAL
from ideogram4.errors import (
    CorruptFileError,
    GatedModelError,
    HubUnavailableError,
    MissingFileError,
    UnknownModelError,
    UnknownRevisionError,
    WeightsError,
)
from ideogram4.weights.gate import licence_page
from tests.reliability.hubs import BIG, FILE, command, draw, on_the_page, refused
from tests.weights.broken_files import BROKEN
from tests.weights.hub_parts import TOKEN, repository_of_the_demo, settle
from tests.weights.loopback_hub import LoopbackHub, Reply

Arrange = Callable[[LoopbackHub], object]


@dataclass(frozen=True)
class Case:
    """How the hub is made to answer, and what a person is told."""

    kind: type[WeightsError]
    words: tuple[str, ...]
    arrange: Arrange = lambda hub: None
    model: str = REAL
    environ: dict[str, str] = field(default_factory=dict)
    token: str | None = TOKEN


def closed(state: str) -> Arrange:
    return lambda hub: setattr(hub, "gate", {TOKEN: state})


def answers(where: str, reply: Reply) -> Arrange:
    return lambda hub: hub.faults.update({where: reply})


def holds(name: str, content: bytes) -> Arrange:
    """The repository itself has a wrong file, so it arrives as the hub has it."""
    return lambda hub: hub.files.update({name: content})


INDEX = json.dumps({"weight_map": {"a": "../../../../etc/passwd"}}).encode()
GATE = (licence_page(REAL), "accept the licence", "`hf auth login`", "HF_TOKEN")
CASES = {
    "no token": Case(
        GatedModelError,
        ("no Hugging Face token is here", *GATE),
        lambda hub: setattr(hub, "gate", {}),
        token=None,
    ),
    "token refused": Case(
        GatedModelError,
        ("does not accept this Hugging Face token", *GATE),
        lambda hub: setattr(hub, "gate", {}),
    ),
    "licence not accepted": Case(
        GatedModelError, ("has not been accepted with this login", *GATE), closed("licence")
    ),
    "request pending": Case(
        GatedModelError, ("have yet to let this account in", *GATE), closed("pending")
    ),
    "request turned down": Case(
        GatedModelError, ("have turned down this account's request", *GATE), closed("rejected")
    ),
    "token may not": Case(GatedModelError, ("may not read gated models", *GATE), closed("scope")),
    "hidden": Case(
        GatedModelError,
        ("does not show", "or the name is misspelt", *GATE),
        answers("*", Reply(403)),
    ),
    "unknown repository": Case(
        UnknownModelError, ("the hub knows no model nobody/nothing",), model="nobody/nothing"
    ),
    "unknown revision": Case(UnknownRevisionError, ("has no revision 'v9'",), model=f"{REAL}@v9"),
    "missing file": Case(
        MissingFileError,
        ("the model is not complete; missing: vae/config.json",),
        lambda hub: hub.files.pop("vae/config.json"),
    ),
    "listed and gone": Case(
        MissingFileError,
        (f"has no file {BIG}",),
        answers(BIG, Reply(404, {"X-Error-Code": "EntryNotFound"})),
    ),
    "429": Case(
        HubUnavailableError,
        ("too many requests (429)", "in 120 seconds"),
        answers("*", Reply(429, {"Retry-After": "120"})),
    ),
    "500": Case(HubUnavailableError, ("it answered 500",), answers("*", Reply(500))),
    "503 in the middle": Case(HubUnavailableError, ("it answered 503",), answers(BIG, Reply(503))),
    "cut": Case(
        HubUnavailableError,
        (f"the download of {BIG}", "broke off", "goes on from what has arrived"),
        lambda hub: hub.cuts.update({BIG: [1000] + [0] * 20}),
    ),
    "damaged on the way": Case(
        HubUnavailableError,
        (BIG, "its checksum differs"),
        lambda hub: setattr(hub, "damaged", BIG),
    ),
    "a portal in between": Case(
        HubUnavailableError,
        ("not as the Hugging Face hub does", "A proxy or a login page"),
        answers("*", Reply(200, {}, b"<html>Sign in to the airport</html>")),
    ),
    "offline by wish": Case(
        MissingFileError,
        ("has not been downloaded to this computer", f"ideogram4 download {REAL}"),
        environ={"HF_HUB_OFFLINE": "1"},
    ),
    "lfs pointer": Case(
        CorruptFileError, (BIG, "a Git-LFS pointer"), holds(BIG, BROKEN["git-lfs pointer"][0])
    ),
    "web page": Case(CorruptFileError, (BIG, "a web page"), holds(BIG, BROKEN["web page"][0])),
    "truncated": Case(
        CorruptFileError, (BIG, "truncated: tensor"), holds(BIG, BROKEN["cut in the data"][0])
    ),
    "overlapping": Case(CorruptFileError, (BIG, "overlaps"), holds(BIG, BROKEN["overlapping"][0])),
    "index outside its folder": Case(
        CorruptFileError,
        ("points outside its folder", "etc/passwd"),
        holds(f"transformer/{FILE}.index.json", INDEX),
    ),
}


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub(REAL, repository_of_the_demo()).running() as running:
        yield running


@pytest.fixture
def arranged(
    request: pytest.FixtureRequest,
    hub: LoopbackHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Case:
    """The hub as the case has it, for this process."""
    case = CASES[request.param]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ideogram4.weights.transfer.PAUSE", 0)
    settle(monkeypatch, hub, tmp_path / "hf", case.token)
    for name, value in case.environ.items():
        monkeypatch.setenv(name, value)
    case.arrange(hub)
    return case


@pytest.mark.parametrize("arranged", CASES, indirect=True)
def test_at_the_terminal(arranged: Case) -> None:
    """Reliability 17: exit code 3, the message, what to do; nothing else."""
    told = refused(arranged.model)
    for word in arranged.words:
        assert word in told.said
    assert TOKEN not in told.said


@pytest.mark.parametrize("arranged", CASES, indirect=True)
def test_on_the_page(arranged: Case, hub: LoopbackHub, tmp_path: Path) -> None:
    """Reliability 17: the same words beside the picture that does not come."""
    error, shown = on_the_page(
        arranged.model,
        tmp_path,
        hf_endpoint=hub.endpoint,
        hf_token=arranged.token,
        offline="HF_HUB_OFFLINE" in arranged.environ,
    )
    assert type(error) is arranged.kind
    for word in arranged.words:
        assert word in shown
    assert TOKEN not in shown


def test_no_two_answers_are_told_alike() -> None:
    """Reliability 17: distinct, so that a report of one is not taken for another."""
    first = [case.words[0] + case.words[min(1, len(case.words) - 1)] for case in CASES.values()]
    assert len(set(first)) == len(first)


def test_a_hub_in_trouble_is_never_a_missing_file() -> None:
    """Reliability 17: whoever reads "missing" looks in the wrong place."""
    for name in ("429", "500", "503 in the middle", "cut", "a portal in between"):
        assert CASES[name].kind is HubUnavailableError


def test_away_without_a_copy_and_with_one(
    hub: LoopbackHub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Reliability 17: the network is gone; the copy is used, and that it is used is said."""
    monkeypatch.chdir(tmp_path)
    settle(monkeypatch, hub, tmp_path / "hf")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{probe.getsockname()[1]}"
    monkeypatch.setenv("HF_ENDPOINT", nowhere)
    told = refused(REAL)
    assert "could not be reached" in told.said
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    assert command("download", "--yes").code == 0
    monkeypatch.setenv("HF_ENDPOINT", nowhere)
    told = draw(REAL)
    assert (told.code, told.out) == (0, "never.png\n")
    assert "could not be reached" in caplog.text and "Using the copy in the cache" in caplog.text
    assert "Traceback" not in told.said
