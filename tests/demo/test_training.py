"""The whole recipe in small: some steps of every part, resumed, joined, exported, and used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from ideogram4 import Ideogram4Pipeline
from ideogram4.demo import export, train, train_autoencoder
from ideogram4.demo.evaluation.cases import held_out
from ideogram4.demo.pictures.scenes import SceneMix
from ideogram4.demo.training.attention import attend
from ideogram4.demo.training.data import CaptionReader, SceneStream, Stage, make_batch
from ideogram4.demo.training.latents import ensure_basis
from ideogram4.demo.training.lesson import lesson_of
from ideogram4.demo.training.losses import Losses
from ideogram4.demo.training.parts import (
    join,
    make_joint,
    make_painter,
    make_reader,
    read_run_file,
)

CAPTION = '{"compositional_deconstruction":{"background":"red","elements":[]}}'


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a little of everything, made once."""
    run = tmp_path_factory.mktemp("run")
    place = ["--run", str(run), "--device", "cpu", "--show-every", "0"]
    train.main(["reader", *place, "--samples", "1600", "--batch-size", "16"])
    train.main(["painter", *place, "--samples", "720", "--batch-size", "12"])
    train.main(["joint", *place, "--samples", "8", "--batch-size", "4"])
    train.main(["unconditional", *place, "--samples", "4", "--batch-size", "2"])
    for half in ("decoder", "encoder"):
        train_autoencoder.main([half, *place, "--minutes", "0.02"])
    return run


def log(run: Path, part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / f"{part}.jsonl").read_text().splitlines()]


def test_the_reader_learns_what_captions_say(run: Path) -> None:
    lines = log(run, "reader")
    assert lines[-1]["codes"] < 0.5 * lines[0]["codes"]


@torch.no_grad()
def test_the_painter_learns_its_way_about(run: Path) -> None:
    """Asked about scenes that neither has seen, it does better than one that never trained."""
    torch.manual_seed(0)
    batch = next(iter(SceneStream(train.STAGES["painter"], 64, seed=78)))  # it has words
    answers = []
    for painter in (make_painter(), make_painter()):
        if answers:
            painter.load(run / "painter.safetensors", [])
        torch.manual_seed(1)
        answers.append(Losses(painter)(lesson_of(batch, ensure_basis(run), painter), -1.2))
    before, after = answers
    for loss in ("place1", "inside1", "edges1", "letter", "glyph", "picture"):
        assert after[loss] < before[loss], loss


def test_training_goes_on_where_it_stopped(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--run", str(run), "--device", "cpu"]
    train.main(["unconditional", *place, "--samples", "2", "--batch-size", "2"])
    assert "going on from 4 samples" in capsys.readouterr().out


def test_the_same_seed_trains_the_same_painter(tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        place = ["--run", str(tmp_path / name), "--device", "cpu"]
        train.main(["painter", *place, "--samples", "8", "--batch-size", "4"])
        files.append((tmp_path / name / "painter.safetensors").read_bytes())
    assert files[0] == files[1]


@torch.no_grad()
def test_joining_reader_and_painter_loses_nothing(tmp_path: Path) -> None:
    """Text rows made of features are those the painter makes of the codes the reader says."""
    torch.manual_seed(1)
    reader, painter, joint = make_reader(), make_painter(), make_joint()
    reader.save(tmp_path / "reader.safetensors", [])
    painter.save(tmp_path / "painter.safetensors", [])
    join(joint, tmp_path / "reader.safetensors", tmp_path / "painter.safetensors")
    cases = held_out(2)
    scenes = [case.scene for case in cases]
    texts = CaptionReader()([case.caption for case in cases], scenes)
    batch = make_batch(scenes, texts, (256, 256), 8, torch.Generator().manual_seed(0))
    features = reader.trained["text_encoder"](batch.token_ids)
    said = reader.helpers["codes"](torch.nn.functional.rms_norm(features, features.shape[-1:]))
    indicator = painter.trained["transformer"].embed_image_indicator.weight[0]
    expected = painter.helpers["codes"](said) + indicator
    lesson = lesson_of(batch, ensure_basis(tmp_path), joint)
    rows = Losses(joint).text_rows(lesson, features)
    torch.testing.assert_close(rows, expected, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_bfloat16_computes_the_same_losses(tmp_path: Path) -> None:
    """What a card trains with, on the processor: the losses agree to bfloat16's exactness."""
    basis = ensure_basis(tmp_path)
    for make, captions in ((make_painter, False), (make_joint, True)):
        torch.manual_seed(2)
        parts = make()
        losses = Losses(parts)
        batch = next(iter(SceneStream(Stage(SceneMix(), captions=captions), 4, seed=1)))
        lesson = lesson_of(batch, basis, parts)
        answers = []
        for compute in (losses, losses.in_bfloat16):
            torch.manual_seed(3)
            answers.append(compute(lesson, -1.2))
        exact, rounded = answers
        assert exact.keys() == rounded.keys()
        for name, value in exact.items():
            torch.testing.assert_close(rounded[name].float(), value, rtol=0.05, atol=0.02)


def test_elements_weigh_alike_in_the_choice_of_tokens() -> None:
    """Small elements get their share of trained tokens; corners are always among them."""
    stage = Stage(SceneMix(unreadable=0.0), captions=False, tokens=48)
    batch = next(iter(SceneStream(stage, 64, seed=5)))
    corners = {(0, 0), (0, 15), (15, 0), (15, 15)}
    for rows, columns in zip(batch.rows.tolist(), batch.columns.tolist(), strict=True):
        places = set(zip(rows, columns, strict=True))
        assert len(places) == 48 and corners <= places
    assert batch.counts.min() >= 1
    assert abs(batch.counts.sum(1).mean() - 256) < 10, "together they stand for the whole grid"
    near = (batch.edges().amin(-1) > -0.5).any(1)  # (n, elements): some token at the element
    there = batch.scenes.kind >= 0
    assert near[there].float().mean() > 0.98


def test_a_run_becomes_a_checkpoint_that_draws_and_a_run_again(run: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    export.main(["--run", str(run), "--output", str(model)])
    pipe = Ideogram4Pipeline.from_pretrained(model, device="cpu")
    assert pipe.is_demo
    options: dict[str, Any] = {"num_steps": 2, "width": 192, "height": 192, "seed": 0}
    [image] = pipe(CAPTION, **options, check="off")
    assert image.size == (192, 192)
    back = tmp_path / "back"
    export.main(["--run", str(back), "--output", str(model), "--back"])
    still = ["--samples", "2", "--batch-size", "2", "--lr", "0"]
    for part in ("reader", "painter", "joint"):
        train.main([part, "--run", str(back), "--device", "cpu", *still])
    export.main(["--run", str(back), "--output", str(tmp_path / "again")])
    again = Ideogram4Pipeline.from_pretrained(tmp_path / "again", device="cpu")
    assert again(CAPTION, **options, check="off")[0].tobytes() == image.tobytes()


def test_a_painter_goes_on_from_a_checkpoint_as_it_was(run: Path, tmp_path: Path) -> None:
    """The layer for codes and the helpers come back, so its losses are what they were."""
    both = tmp_path / "both"
    both.mkdir()
    for name in ("reader", "painter", "unconditional"):
        (both / f"{name}.safetensors").write_bytes((run / f"{name}.safetensors").read_bytes())
    still = ["--samples", "2", "--batch-size", "2", "--lr", "0", "--device", "cpu"]
    train.main(["joint", "--run", str(both), *still])
    export.main(["--run", str(both), "--output", str(tmp_path / "model")])
    back = ["--run", str(tmp_path / "back"), "--output", str(tmp_path / "model"), "--back"]
    export.main(back)
    batch = next(iter(SceneStream(train.STAGES["painter"], 8, seed=3)))
    answers = []
    for folder in (both, tmp_path / "back"):
        painter = make_painter()
        painter.load(folder / "painter.safetensors", [])
        torch.manual_seed(1)
        with torch.no_grad():
            lesson = lesson_of(batch, ensure_basis(folder), painter)
            answers.append(Losses(painter)(lesson, -1.2))
    for name, value in answers[0].items():
        torch.testing.assert_close(answers[1][name], value, rtol=0.01, atol=0.01)


def test_short_attention_is_what_torch_computes() -> None:
    torch.manual_seed(4)
    query, key, value = torch.randn(3, 2, 4, 9, 16).unbind(0)
    mask = torch.randn(2, 1, 1, 9)
    expected = torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    torch.testing.assert_close(attend(query, key, value, attn_mask=mask), expected)


def test_the_unconditional_painter_starts_as_the_painter(run: Path, tmp_path: Path) -> None:
    """Guidance then multiplies what the caption says, not what one of the two draws better."""
    (tmp_path / "painter.safetensors").write_bytes((run / "painter.safetensors").read_bytes())
    still = ["--samples", "2", "--batch-size", "2", "--lr", "0", "--device", "cpu"]
    train.main(["unconditional", "--run", str(tmp_path), *still])
    painter, _ = read_run_file(tmp_path / "painter.safetensors")
    started, _ = read_run_file(tmp_path / "unconditional.safetensors")
    drawing = [name for name in painter if name.startswith("trained.")]
    assert len(drawing) > 50
    for name in drawing:
        torch.testing.assert_close(started[name], painter[name])
