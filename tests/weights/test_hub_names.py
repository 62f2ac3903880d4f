"""What a name can mean: the demo, a folder, a repository, and one of its revisions."""

from __future__ import annotations

from pathlib import Path

import pytest

import ideogram4.weights.hub as hub_module
from ideogram4.errors import MissingFileError, UnknownModelError, UnknownRevisionError
from ideogram4.weights import resolve_model
from tests.weights.hub_parts import REPO, Resolve, refusal_of
from tests.weights.loopback_hub import COMMIT, LoopbackHub
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


def test_a_revision_can_stand_in_the_name(hub: LoopbackHub, resolve: Resolve) -> None:
    folder = resolve(f"{REPO}@{COMMIT}")
    hub.requests.clear()
    assert resolve(REPO, revision=COMMIT) == folder
    assert resolve(f"{REPO}@{COMMIT}", revision=COMMIT) == folder
    assert resolve(f"{REPO}@{COMMIT}", local_files_only=True) == folder
    assert hub.requests == []


def test_an_unknown_revision_in_the_name_is_told(resolve: Resolve) -> None:
    error = refusal_of(resolve, model=f"{REPO}@v9")
    assert isinstance(error, UnknownRevisionError)
    assert error.message == f"{REPO} has no revision 'v9'"


def test_two_revisions_of_one_model_are_one_too_many(hub: LoopbackHub, resolve: Resolve) -> None:
    error = refusal_of(resolve, model=f"{REPO}@v1", revision="v2")
    assert isinstance(error, UnknownRevisionError)
    assert "once" in error.hint and hub.requests == []


@pytest.mark.parametrize("how", ["name", "option"])
@pytest.mark.parametrize("where", ["demo", "folder"])
def test_what_is_on_this_computer_has_no_revisions(
    where: str, how: str, resolve: Resolve, tmp_path: Path
) -> None:
    """A pin that nothing keeps would be a lie, so it is refused and not passed over."""
    model = "demo" if where == "demo" else str(tmp_path)
    asked = {"model": f"{model}@v1"} if how == "name" else {"model": model, "revision": "v1"}
    error = refusal_of(resolve, **asked)
    assert isinstance(error, UnknownRevisionError)
    assert f"{model} is on this computer and has no revision 'v1'" in error.message


def test_a_folder_whose_name_has_an_at_sign_is_a_folder(resolve: Resolve, tmp_path: Path) -> None:
    folder = tmp_path / "model@home"
    folder.mkdir()
    assert resolve(str(folder)) == folder
