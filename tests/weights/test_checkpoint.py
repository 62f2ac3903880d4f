"""A folder's weights are found in every published form, and a lying index is refused.

Reliability tests 15 and 16: shards and indexes, judged from headers.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ideogram4.errors import CorruptFileError, MissingFileError, WeightsError
from ideogram4.weights.checkpoint import open_checkpoint
from tests.weights.raw_safetensors import write_indexed, zeros

DIFFUSERS = "diffusion_pytorch_model.safetensors"
TRANSFORMERS = "model.safetensors"
SHARDS = {
    "model-00001-of-00002.safetensors": {"a": (2, 2), "b": (3,)},
    "model-00002-of-00002.safetensors": {"c": (4,)},
}


@pytest.mark.parametrize("name", [DIFFUSERS, TRANSFORMERS])
def test_a_single_file_is_found_by_either_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(zeros({"a": (2, 2), "b": (3,)}))
    checkpoint = open_checkpoint(tmp_path)
    assert checkpoint.files == (tmp_path / name,)
    assert set(checkpoint.tensors) == {"a", "b"}
    assert checkpoint.nbytes == 14


@pytest.mark.parametrize("name", [DIFFUSERS, TRANSFORMERS])
def test_shards_are_read_through_their_index(name: str, tmp_path: Path) -> None:
    write_indexed(tmp_path, SHARDS, name)
    checkpoint = open_checkpoint(tmp_path)
    assert [path.name for path in checkpoint.files] == sorted(SHARDS)
    assert {name: t.file.name for name, t in checkpoint.tensors.items()} == {
        tensor: shard for shard, tensors in SHARDS.items() for tensor in tensors
    }


def test_an_index_over_one_file_is_accepted(tmp_path: Path) -> None:
    write_indexed(tmp_path, {DIFFUSERS: {"a": (2,)}}, DIFFUSERS)
    assert set(open_checkpoint(tmp_path).tensors) == {"a"}


@pytest.mark.parametrize(
    "shard",
    [
        "../outside.safetensors",
        "sub/../../outside.safetensors",
        "{outside}",
        "..\\outside.safetensors",
        "C:\\outside.safetensors",
        "C:outside.safetensors",
        "a\0b.safetensors",
        "..",
    ],
)
def test_an_index_that_points_outside_its_folder_is_refused(shard: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside.safetensors"
    outside.write_bytes(zeros({"a": (2,)}))
    folder = tmp_path / "transformer"
    folder.mkdir()
    (folder / "sub").mkdir()
    table = {"weight_map": {"a": shard.replace("{outside}", str(outside))}}
    index = folder / f"{DIFFUSERS}.index.json"
    index.write_text(json.dumps(table))
    with pytest.raises(CorruptFileError, match="points outside its folder") as refusal:
        open_checkpoint(folder)
    assert str(index) in refusal.value.message


def test_a_bad_index_is_refused_even_beside_a_good_single_file(tmp_path: Path) -> None:
    (tmp_path / DIFFUSERS).write_bytes(zeros({"a": (2,)}))
    index = {"weight_map": {"a": "../x.safetensors"}}
    (tmp_path / f"{DIFFUSERS}.index.json").write_text(json.dumps(index))
    with pytest.raises(CorruptFileError, match="points outside its folder"):
        open_checkpoint(tmp_path)


@pytest.mark.parametrize("through", ["file", "folder"])
def test_a_shard_that_is_a_link_to_elsewhere_is_refused(through: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x.safetensors").write_bytes(zeros({"a": (2,)}))
    folder = tmp_path / "transformer"
    folder.mkdir()
    if through == "file":
        (folder / "x.safetensors").symlink_to(elsewhere / "x.safetensors")
        shard = "x.safetensors"
    else:
        (folder / "sub").symlink_to(elsewhere)
        shard = "sub/x.safetensors"
    index = {"weight_map": {"a": shard}}
    (folder / f"{DIFFUSERS}.index.json").write_text(json.dumps(index))
    with pytest.raises(CorruptFileError, match="link that leads outside"):
        open_checkpoint(folder)


@pytest.mark.parametrize("shared", [False, True])
def test_links_of_the_hub_cache_are_followed(shared: bool, tmp_path: Path) -> None:
    """The cache keeps snapshots as links to blobs, and a blob may link to a store of its own."""
    model = tmp_path / "models--owner--name"
    folder = model / "snapshots" / ("a" * 40) / "transformer"
    folder.mkdir(parents=True)
    (model / "blobs").mkdir()
    store = tmp_path / "store"
    store.mkdir()
    content = zeros({"a": (2,)})
    if shared:
        (store / "xet").write_bytes(content)
        (model / "blobs" / "etag").symlink_to(store / "xet")
    else:
        (model / "blobs" / "etag").write_bytes(content)
    (folder / "x.safetensors").symlink_to("../../../blobs/etag")
    index = {"weight_map": {"a": "x.safetensors"}}
    (folder / f"{DIFFUSERS}.index.json").write_text(json.dumps(index))
    assert set(open_checkpoint(folder).tensors) == {"a"}


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    index = write_indexed(tmp_path, SHARDS, TRANSFORMERS)
    lost = tmp_path / "model-00002-of-00002.safetensors"
    lost.unlink()
    with pytest.raises(MissingFileError) as refusal:
        open_checkpoint(tmp_path)
    assert str(lost) in refusal.value.message
    assert index.name in refusal.value.message


def test_a_broken_shard_is_named(tmp_path: Path) -> None:
    write_indexed(tmp_path, SHARDS, TRANSFORMERS)
    broken = tmp_path / "model-00002-of-00002.safetensors"
    broken.write_bytes(broken.read_bytes()[:-2])
    with pytest.raises(CorruptFileError, match="truncated") as refusal:
        open_checkpoint(tmp_path)
    assert str(broken) in refusal.value.message


def test_a_tensor_that_is_listed_and_absent_is_named(tmp_path: Path) -> None:
    index = write_indexed(tmp_path, SHARDS, TRANSFORMERS)
    table = json.loads(index.read_text())
    table["weight_map"]["ghost"] = "model-00001-of-00002.safetensors"
    index.write_text(json.dumps(table))
    with pytest.raises(CorruptFileError, match="'ghost' \\(in model-00001-of-00002"):
        open_checkpoint(tmp_path)


def test_a_tensor_in_another_shard_than_listed_is_named(tmp_path: Path) -> None:
    index = write_indexed(tmp_path, SHARDS, TRANSFORMERS)
    table = json.loads(index.read_text())
    table["weight_map"]["c"] = "model-00001-of-00002.safetensors"
    table["weight_map"]["a"] = "model-00002-of-00002.safetensors"
    index.write_text(json.dumps(table))
    with pytest.raises(CorruptFileError, match="not in the shard that the index names"):
        open_checkpoint(tmp_path)


def test_a_tensor_in_two_shards_is_named(tmp_path: Path) -> None:
    write_indexed(tmp_path, {"x.safetensors": {"a": (2,)}, "y.safetensors": {"b": (2,)}}, DIFFUSERS)
    (tmp_path / "y.safetensors").write_bytes(zeros({"b": (2,), "a": (2,)}))
    with pytest.raises(CorruptFileError, match=r"tensor 'a' is also in x\.safetensors"):
        open_checkpoint(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html>",
        "[]",
        "{}",
        '{"weight_map": {}}',
        '{"weight_map": ["a"]}',
        '{"weight_map": {"a": 3}}',
        '{"weight_map": {"a": ""}}',
        "[" * 100_000,
    ],
)
def test_a_broken_index_is_refused_naming_it(content: str, tmp_path: Path) -> None:
    index = tmp_path / f"{DIFFUSERS}.index.json"
    index.write_text(content)
    with pytest.raises(CorruptFileError) as refusal:
        open_checkpoint(tmp_path)
    assert str(index) in refusal.value.message


def test_shards_without_their_index_are_told_apart_from_nothing(tmp_path: Path) -> None:
    (tmp_path / "model-00001-of-00002.safetensors").write_bytes(zeros({"a": (2,)}))
    with pytest.raises(MissingFileError, match=r"their index model\.safetensors\.index"):
        open_checkpoint(tmp_path)


def test_a_folder_of_pickles_says_that_only_safetensors_are_read(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"PK\x03\x04")
    with pytest.raises(MissingFileError) as refusal:
        open_checkpoint(tmp_path)
    assert "no weights here" in refusal.value.message
    assert "Only safetensors" in refusal.value.hint


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no such folder"):
        open_checkpoint(tmp_path / "vae")


def test_a_dangling_link_is_missing(tmp_path: Path) -> None:
    (tmp_path / DIFFUSERS).symlink_to(tmp_path / "gone")
    with pytest.raises(MissingFileError, match="no such file"):
        open_checkpoint(tmp_path)


def test_a_shard_that_links_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").symlink_to("x.safetensors")
    index = {"weight_map": {"a": "x.safetensors"}}
    (tmp_path / f"{DIFFUSERS}.index.json").write_text(json.dumps(index))
    with pytest.raises(CorruptFileError, match="cannot be read"):
        open_checkpoint(tmp_path)


def test_an_index_that_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / f"{DIFFUSERS}.index.json").symlink_to("/dev/zero")
    with pytest.raises(MissingFileError, match="does not lead to a file"):
        open_checkpoint(tmp_path)


def test_a_folder_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", refused)
    with pytest.raises(WeightsError, match="may not read it"):
        open_checkpoint(tmp_path)
