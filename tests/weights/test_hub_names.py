"""What a name can mean: the demo, a folder, a repository, and one of its revisions."""

from __future__ import annotations

from pathlib import Path

import pytest

import ideogram4.weights.hub as hub_module
from ideogram4.errors import (
    MissingFileError,
    UnknownModelError,
)
from ideogram4.weights import resolve_model
from tests.weights.hub_parts import (
    Resolve,
    refusal_of,
)
from tests.weights.loopback_hub import LoopbackHub
from tests.weights.raw_safetensors import zeros


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
