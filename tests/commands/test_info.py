"""`ideogram4 info` says what a model will need before anything of it is loaded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from ideogram4.cli import main
from tests.weights import full_size


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published nf4 model, all holes: loading it would take 16 GB."""
    root = tmp_path_factory.mktemp("published")
    for part in ("transformer", "unconditional_transformer"):
        tensors = full_size.packed(full_size.transformer(), "nf4")
        full_size.write(root / part / "diffusion_pytorch_model.safetensors", tensors)
        full_size.configure(root / part, full_size.TRANSFORMER_CONFIG)
    text = full_size.packed(full_size.language_model(), "nf4")
    full_size.write(root / "text_encoder" / "model.safetensors", text)
    vae = {"decoder.conv_in.weight": ("BF16", (84_000_000,))}
    full_size.write(root / "vae" / "diffusion_pytorch_model.safetensors", vae)
    full_size.configure(root / "vae", {})
    return root


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    assert main(["info", *arguments]) == 0
    printed = capsys.readouterr().out.split("\nmemory\n")[1].split("\n\n")[0]
    return {line[2:30].strip(): line[30:] for line in printed.splitlines()}


def gigabytes(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"([\d.]+) GB", text)]


def test_every_part_and_plan_of_the_published_model(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = lines(capsys, "--model", str(published), "--dtype", "bfloat16")
    assert told["transformer"] == "5.2 GB, 34 blocks of 143.4 MB"
    assert gigabytes(told["text encoder"]) == pytest.approx([5.2], abs=0.3)
    needs = {name: gigabytes(told[name]) for name in ("resident", "swap", "stream")}
    at_1024 = [needs[name][0] for name in needs]
    assert at_1024 == sorted(at_1024, reverse=True)
    assert needs["swap"][1] < 12, "2048 x 2048 within 12 GB"
    assert "of host memory" in told["swap"]
    assert "of host memory" not in told["resident"]
    assert "2048 × 2048" in told["stream"]


def test_auto_is_explained_by_what_is_free_on_the_card(
    published: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card is only asked how much is free; none is needed to answer."""
    monkeypatch.setattr("ideogram4.device.choose_device", lambda _: torch.device("cuda"))
    for free, plan in ((30, "resident"), (12, "swap"), (7, "stream")):
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _, free=free: (free * 10**9, 0))
        told = lines(capsys, "--model", str(published))
        assert told["computing in"] == "bfloat16 on cuda"
        assert told["plan"].startswith(f"{plan}: ")
        assert told["plan"].endswith("(auto)")


def test_a_model_that_is_not_here_has_no_estimate(capsys: pytest.CaptureFixture[str]) -> None:
    told = lines(capsys, "--model", "someone/else")
    assert told == {"estimate": "not before the model's files are here"}
