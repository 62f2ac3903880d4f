"""A dozen broken safetensors: one error type, which names the file and the cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4.errors import CorruptFileError
from tests.reliability.hubs import BIG, on_the_page, refused
from tests.weights.broken_files import BROKEN
from tests.weights.hub_parts import repository_of_the_demo

# What an interrupted download, a clone without LFS or a login page leaves, and damage of each kind.
CHOSEN = (
    "empty",
    "a few bytes",
    "cut in the header",
    "cut in the data",
    "git-lfs pointer",
    "web page",
    "server error",
    "zip pickle",
    "oversize header",
    "header is not JSON",
    "tensor named twice",
    "unknown dtype",
    "size not matching shape",
    "overlapping",
    "hole",
    "data after the end",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that draws, whose transformer each test replaces."""
    root = tmp_path_factory.mktemp("model")
    for name, body in repository_of_the_demo().items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(body)
    return root


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", CHOSEN)
def test_the_file_and_the_cause_are_named_at_the_terminal_and_on_the_page(
    name: str, folder: Path, tmp_path: Path
) -> None:
    """Reliability 15."""
    content, cause = BROKEN[name]
    (folder / BIG).write_bytes(content)
    told = refused(str(folder))
    assert str(folder / BIG) in told.said and cause in told.said
    error, shown = on_the_page(str(folder), tmp_path)
    assert type(error) is CorruptFileError
    assert str(folder / BIG) in shown and cause in shown


def test_there_are_at_least_a_dozen_and_no_two_are_told_alike() -> None:
    """Reliability 15: distinct causes, or the list would be shorter than it looks."""
    causes = [BROKEN[name][1] for name in CHOSEN]
    assert len(CHOSEN) >= 12 and len(set(causes)) == len(causes)


def test_a_repaired_file_loads_in_the_same_studio(folder: Path, tmp_path: Path) -> None:
    """Reliability 15, with 8: the cause is gone, so the next picture is made."""
    from ideogram4.settings import Settings
    from tests.reliability.parts import wish
    from ui.service import GenerationService

    (folder / BIG).write_bytes(b"")
    service = GenerationService(Settings(model=str(folder), output_dir=tmp_path))
    with pytest.raises(CorruptFileError):
        list(service.run(wish()))
    (folder / BIG).write_bytes(repository_of_the_demo()[BIG])
    *_, last = service.run(wish(num_steps=1))
    assert last.phase == "done"
