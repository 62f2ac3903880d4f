"""LoRAs of the studio's folder: looked up by name, checked, used for one picture and remembered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from ideogram4.errors import RequestError
from ideogram4.settings import Settings
from ideogram4.weights import resolve_model
from ui.presets import FIRST_CAPTION, load_captions
from ui.service import GenerationService
from ui.service.loras import LoraShelf, LoraWish, read_loras

CAPTION = load_captions()[FIRST_CAPTION].to_json()
SIZE = {"width": 256, "height": 256, "preset": "V4_TURBO_12"}


def write(path: Path, layers: int = 6, width: int = 256) -> Path:
    generator = torch.Generator().manual_seed(1)
    state = {}
    for n in range(layers):
        name = f"diffusion_model.layers.{n}.attention.o"
        state[f"{name}.lora_A.weight"] = torch.randn(4, width, generator=generator) / 20
        state[f"{name}.lora_B.weight"] = torch.randn(width, 4, generator=generator)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(state, path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "loras" / "Warm.safetensors")
    write(tmp_path / "loras" / "other size.safetensors", width=64)
    (tmp_path / "loras" / "notes.txt").write_text("not a LoRA")
    write(tmp_path / "secret.safetensors")
    return tmp_path / "loras"


@pytest.fixture
def shelf(folder: Path) -> LoraShelf:
    return LoraShelf(folder, lambda: resolve_model("demo"))


def test_only_safetensors_of_the_folder_are_offered(shelf: LoraShelf) -> None:
    assert shelf.names() == ["other size.safetensors", "Warm.safetensors"]
    assert LoraShelf(Path("/nowhere"), lambda: Path()).names() == []


def test_a_lora_is_said_to_fit_or_why_not_without_the_hosts_paths(
    shelf: LoraShelf, folder: Path
) -> None:
    assert shelf.check("Warm.safetensors") == {
        "fits": True,
        "text": "6 layers, rank 4 (ai-toolkit)",
    }
    told = shelf.check("other size.safetensors")
    assert not told["fits"]
    assert "the file has (64, 64), the model (256, 256)" in told["text"]
    assert str(folder) not in told["text"]


@pytest.mark.parametrize(
    "name",
    ["../secret.safetensors", "/etc/passwd", "notes.txt", "warm.safetensors", "", "a\0b", "."],
)
def test_a_name_is_looked_up_and_never_a_path(shelf: LoraShelf, name: str) -> None:
    with pytest.raises(RequestError, match="there is no LoRA called"):
        shelf.specs((LoraWish(name),))
    assert not shelf.check(name)["fits"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Warm", "must be a list"),
        ([7], "must have a name"),
        ([{"name": 7}], "must have a name"),
        ([{"name": "a", "weight": "1"}], "is no number"),
        ([{"name": "a", "weight": float("nan")}], "not finite"),
        ([{"name": "a", "weight": 10**400}], "too large"),
        ([{"name": "a", "weight": 11}], "outside -10 to 10"),
        ([{"name": "a", "branch": "up"}], "is not one of"),
        ([{"name": "a", "branch": []}], "is not one of"),
        ([{"name": "a"}, {"name": "a"}], "asked for twice"),
        ([{"name": str(n)} for n in range(9)], "9 LoRAs are too many"),
    ],
)
def test_a_wish_that_breaks_a_rule_is_refused(asked: Any, told: str) -> None:
    with pytest.raises(RequestError, match=told):
        read_loras(asked)


def test_links_and_folders_are_no_loras(folder: Path, shelf: LoraShelf) -> None:
    (folder / "link.safetensors").symlink_to(folder.parent / "secret.safetensors")
    (folder / "folder.safetensors").mkdir()
    assert shelf.names() == ["other size.safetensors", "Warm.safetensors"]


def test_a_model_that_is_not_there_is_told_without_its_place(folder: Path, tmp_path: Path) -> None:
    told = LoraShelf(folder, lambda: tmp_path / "model").check("Warm.safetensors")
    assert not told["fits"]
    assert str(tmp_path) not in told["text"]


def test_nothing_and_no_strength_are_no_lora() -> None:
    assert read_loras(None) == read_loras([]) == read_loras([{"name": "a", "weight": 0}]) == ()


def test_a_picture_is_made_with_it_remembers_it_and_the_next_is_free_of_it(
    folder: Path, tmp_path: Path
) -> None:
    service = GenerationService(
        Settings(model="demo", output_dir=tmp_path / "pictures", lora_dir=folder)
    )

    def made(**wishes: Any) -> Any:
        request = service.request(CAPTION, **SIZE, seed=3, num_steps=3, **wishes)
        *_, last = service.run(request)
        return last.pictures[0]

    plain = made()
    warm = made(loras=[{"name": "Warm.safetensors", "weight": 0.8, "branch": "both"}])
    again = made()
    service.close()
    pixels = [Image.open(picture.path).tobytes() for picture in (plain, warm, again)]
    assert pixels[0] == pixels[2] != pixels[1]
    record = json.loads(warm.record.sampling)
    assert record["loras"] == [{"name": "Warm.safetensors", "weight": 0.8, "branch": "both"}]
    assert "loras" not in json.loads(again.record.sampling)


def test_one_that_is_gone_is_told_before_the_line(folder: Path, tmp_path: Path) -> None:
    service = GenerationService(
        Settings(model="demo", output_dir=tmp_path / "pictures", lora_dir=folder)
    )
    with pytest.raises(RequestError, match="there is no LoRA called 'gone"):
        service.request(CAPTION, **SIZE, loras=[{"name": "gone.safetensors"}])
