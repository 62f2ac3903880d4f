"""What a download will be is known before it begins, from one request."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ideogram4.errors import MissingFileError, WeightsError
from ideogram4.weights import DownloadPlan, plan_download
from ideogram4.weights.cache import commit_of
from ideogram4.weights.download_plan import size_text
from tests.weights.hub_parts import FILES, REPO, SHARDS, TOKEN, WEIGHTS, Resolve, refusal_of
from tests.weights.loopback_hub import COMMIT, LoopbackHub


def plan_of(hub: LoopbackHub, tmp_path: Path, **kwargs: Any) -> DownloadPlan:
    chosen = {"endpoint": hub.endpoint, "cache_dir": tmp_path / "cache", "token": TOKEN}
    plan = plan_download(REPO, **{**chosen, **kwargs})
    assert plan is not None
    return plan


def test_every_file_with_its_size_and_nothing_else(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path
) -> None:
    plan = plan_of(hub, tmp_path)
    assert {file.name: file.size for file in plan.files} == {
        name: len(body) for name, body in FILES.items()
    }
    assert (plan.commit, plan.revision) == (COMMIT, "main")
    assert plan.total == plan.left == sum(map(len, FILES.values()))
    assert plan.licence_page == f"https://huggingface.co/{REPO}"
    assert len(hub.requests) == 1 and not plan.cache.exists()


def test_the_plan_is_what_comes(hub: LoopbackHub, resolve: Resolve, tmp_path: Path) -> None:
    plan = plan_of(hub, tmp_path)
    folder = resolve()
    assert {file.name for file in plan.files} == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*.*")
    }
    assert folder.is_relative_to(plan.cache)
    assert commit_of(folder) == plan.commit
    after = plan_of(hub, tmp_path)
    assert (after.left, after.here) == (0, plan.total)


def test_what_is_here_in_part_counts_in_part(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path, without_waiting: None
) -> None:
    hub.cuts[WEIGHTS] = [100] + [0] * 20
    refusal_of(resolve)
    (weights,) = (file for file in plan_of(hub, tmp_path).files if file.name == WEIGHTS)
    assert weights.here == 100
    assert weights.left == len(FILES[WEIGHTS]) - 100


def test_a_new_commit_that_changes_little_leaves_little(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path
) -> None:
    resolve()
    hub.revisions = {"main": "b" * 40, "b" * 40: "b" * 40}
    hub.files["transformer/config.json"] = b'{"new": true}'
    plan = plan_of(hub, tmp_path)
    assert plan.left == len(b'{"new": true}')


def test_no_room_is_told_with_both_numbers_before_a_byte_is_asked_for(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=100)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    error = refusal_of(resolve)
    assert size_text(plan_of(hub, tmp_path).left) in error.message
    assert "0 kB free" in error.message and "HF_HOME" in error.hint
    assert set(hub.downloads()) <= {"text_encoder/model.safetensors.index.json"}


def test_a_disk_that_does_not_say_is_no_obstacle(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(shutil, "disk_usage", unknown)
    plan = plan_of(hub, tmp_path)
    assert plan.free is None and plan.fits
    assert resolve().is_dir()


def test_what_the_repository_lacks_is_named(
    hub: LoopbackHub, resolve: Resolve, tmp_path: Path
) -> None:
    del hub.files["vae/config.json"]
    del hub.files[next(iter(SHARDS))]
    with pytest.raises(MissingFileError, match=r"vae/config\.json"):
        plan_of(hub, tmp_path)


@pytest.mark.parametrize("model", ["demo", "folder"])
def test_what_is_on_this_computer_needs_no_plan(model: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert plan_download("demo" if model == "demo" else str(tmp_path / model)) is None


def test_for_programs_it_is_plain_data(hub: LoopbackHub, resolve: Resolve, tmp_path: Path) -> None:
    plan = plan_of(hub, tmp_path)
    assert json.loads(json.dumps(plan.to_dict())) == plan.to_dict()
    assert TOKEN not in repr(plan) + str(plan.to_dict())


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 kB"), (12_300, "12 kB"), (480_000_000, "480 MB"), (16_100_000_000, "16.1 GB")],
)
def test_sizes_are_said_as_people_say_them(count: int, text: str) -> None:
    assert size_text(count) == text


def test_exactly_enough_room_is_enough(hub: LoopbackHub, resolve: Resolve, tmp_path: Path) -> None:
    plan = plan_of(hub, tmp_path)
    plan.check_room()
    exact = DownloadPlan(plan.repo, "main", COMMIT, plan.files, plan.cache, free=plan.left)
    exact.check_room()
    short = DownloadPlan(plan.repo, "main", COMMIT, plan.files, plan.cache, free=plan.left - 1)
    with pytest.raises(WeightsError, match="free"):
        short.check_room()
