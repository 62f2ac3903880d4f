"""What is traded for speed: compiled blocks draw the same, float8 products nearly the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ideogram4 import Ideogram4Pipeline
from ideogram4.cli import main
from ideogram4.errors import DeviceError, RequestError
from ideogram4.model.speed import check_float8_products, compile_blocks
from ideogram4.pipeline import Numerics
from ideogram4.weights.quantize import quantize_folder

DEMO = Path("ideogram4/demo/checkpoint")
CAPTION = Path("presets/captions/sunset.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("packed")
    for kind in ("nf4", "fp8"):
        quantize_folder(DEMO, root / kind, kind)
    return {"plain": DEMO, "nf4": root / "nf4", "fp8": root / "fp8"}


def latents(pipe: Ideogram4Pipeline) -> Any:
    return pipe(CAPTION, seed=1, num_steps=3, output="latents", check="off")


@pytest.mark.parametrize("memory", ["resident", "stream"])
@pytest.mark.parametrize("kind", ["plain", "nf4", "fp8"])
def test_compiled_blocks_draw_the_same(packed: dict[str, Path], kind: str, memory: str) -> None:
    pipe = Ideogram4Pipeline.from_pretrained(packed[kind], device="cpu", memory=memory)
    expected = latents(pipe)
    # The graph is captured and run as on a card; its code is not generated, which needs a compiler.
    compile_blocks(pipe._networks, backend="aot_eager")
    torch.testing.assert_close(latents(pipe), expected, rtol=1e-4, atol=1e-4)


def test_float8_products_draw_nearly_the_same(packed: dict[str, Path]) -> None:
    """Levels of 255 a pixel, on average; docs/inference.md says more."""
    exact = Ideogram4Pipeline.from_pretrained(packed["fp8"], device="cpu")
    rounded = Ideogram4Pipeline.from_pretrained(
        packed["fp8"], device="cpu", numerics=Numerics(fp8_products=True)
    )
    pictures = [pipe(CAPTION, seed=1, num_steps=6, check="off")[0] for pipe in (exact, rounded)]
    a, b = (torch.tensor(list(picture.tobytes()), dtype=torch.float32) for picture in pictures)
    assert 0 < (a - b).abs().mean() < 12


def test_float8_products_need_float8_weights_and_say_so_before_loading(
    packed: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", "--model", "demo", "--prompt", "a", "--fp8-products"]) == 2
    told = capsys.readouterr().err
    assert "needs fp8 weights" in told
    with pytest.raises(RequestError):
        check_float8_products(packed["nf4"], torch.device("cpu"), torch.bfloat16)
    with pytest.raises(DeviceError, match="no float8 products"):
        check_float8_products(packed["fp8"], torch.device("mps"), torch.bfloat16)


def test_an_older_card_is_told(packed: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (8, 6))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "RTX 3090")
    with pytest.raises(DeviceError, match="RTX 3090 has no float8 products"):
        check_float8_products(packed["fp8"], torch.device("cuda"), torch.bfloat16)
