"""The whole recipe in small: a few steps of every part, resumed, exported, and used."""

from __future__ import annotations

from pathlib import Path

import pytest

from ideogram4 import Ideogram4Pipeline
from ideogram4.demo import export, train, train_autoencoder
from ideogram4.demo.latents import LatentBasis


def test_every_part_trains_resumes_and_exports_a_checkpoint_that_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    LatentBasis.fit(pictures=40).save(run / "latents.safetensors")
    place = ["--run", str(run), "--device", "cpu"]
    train.main(["conditional", *place, "--samples", "16", "--batch-size", "8"])
    train.main(["conditional", *place, "--samples", "24", "--batch-size", "8"])
    assert "going on from 16 samples" in capsys.readouterr().out
    train.main(["unconditional", *place, "--samples", "4", "--batch-size", "2"])
    train_autoencoder.main(["decoder", *place, "--minutes", "0.02"])
    export.main(["--run", str(run), "--output", str(tmp_path / "model")])
    pipe = Ideogram4Pipeline.from_pretrained(tmp_path / "model", device="cpu")
    assert pipe.is_demo
    [image] = pipe(
        '{"compositional_deconstruction":{"background":"red","elements":[]}}',
        num_steps=2,
        width=192,
        height=192,
        seed=0,
        check="off",
    )
    assert image.size == (192, 192)
