"""The evaluation as people use it: bounds that mean something, one command, one JSON line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ideogram4.cli import main as command
from ideogram4.demo import evaluate as module
from ideogram4.demo.evaluate import evaluate, main
from ideogram4.demo.evaluation.cases import SETS, draw, held_out
from ideogram4.demo.evaluation.roundtrip import find_round_trip
from ideogram4.demo.training.latents import PUBLISHED, LatentBasis
from ideogram4.sampling.layout import unpatch

BRIEF = ["--steps", "1", "--sizes", "192x192"]


def last_json(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return data


class TestBounds:
    CASES = held_out()

    def test_drawn_scenes_reach_the_ceiling(self) -> None:
        found = evaluate(self.CASES, lambda case, n: draw(case))
        assert found["iou"] >= 0.93
        assert found["iou_80"] > 0.9 and found["missing"] == 0
        assert found["outline"] == 1
        assert found["colour"] < 0.5 and found["background"] < 0.5
        assert min(v for name, v in found.items() if name.startswith("iou ")) > 0.8

    def test_another_scenes_picture_stays_on_the_floor(self) -> None:
        cases = self.CASES[:60]
        found = evaluate(cases, lambda case, n: draw(cases[n - 1]))
        assert found["iou"] <= 0.1 and found["outline"] <= 0.1
        assert found["iou_80"] < 0.05 and found["missing"] > 0.5
        assert found["colour"] > 15 and found["background"] > 15

    def test_the_names_of_figures_stay(self) -> None:
        found = evaluate(self.CASES[:12], lambda case, n: draw(case))
        names = {"iou", "colour", "background", "iou_1", "iou_4", "iou star", "iou small"}
        assert names <= set(found)


class TestCommand:
    def test_two_captions_at_two_sizes(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        sheet = tmp_path / "new" / "sheet.png"
        options = ["--captions", "2", "--steps", "2", "--sheet", str(sheet)]
        assert main([*options, "--sizes", "192x192", "192x224", "--guidance", "preset", "3"]) == 0
        told = capsys.readouterr()
        data = json.loads(told.out.splitlines()[-1])
        runs = [run for run in data["runs"] if run["what"] == "model"]
        assert [(run["size"], run["guidance"]) for run in runs] == [
            ("192x192", None),
            ("192x192", 3.0),
            ("192x224", None),
            ("192x224", 3.0),
        ]
        assert all(run["pictures"] == 2 and run["complete"] for run in runs)
        assert all(run["preset"] == "V4_TURBO_12" and run["steps"] == 2 for run in runs)
        assert all(run["seconds"] > 0 and 0 <= run["iou"] <= 1 for run in runs)
        bounds = {run["what"]: run["iou"] for run in data["runs"] if run["what"] != "model"}
        assert bounds["ceiling"] > 0.85 > 0.3 > bounds["floor"]
        assert data["complete"] and data["peak_mib"]["process"] > 50
        assert 0 < data["megabytes"] <= 40
        assert data["load_seconds"] > 0 < data["first_load_seconds"]
        assert "ceiling" in told.out and "goal" in told.out
        # 192 high and 224 wide, not the other way round
        with Image.open(
            sheet.with_name("sheet-shapes-192x224-V4_TURBO_12-guidance-3.png")
        ) as shown:
            assert shown.width == 2 * 228
        assert len(list(sheet.parent.iterdir())) == 4

    def test_every_set_has_its_measure(self, capsys: pytest.CaptureFixture[str]) -> None:
        options = ["--captions", "1", "--no-bounds", "--set", *SETS, *BRIEF]
        assert main([*options, "--presets", "V4_DEFAULT_20"]) == 0
        runs = {run["set"]: run for run in last_json(capsys)["runs"]}
        assert list(runs) == list(SETS)
        assert {name for name, run in runs.items() if "words_read" in run} == {"text"}
        assert {name for name, run in runs.items() if "in_front" in run} == {"order"}
        assert {run["preset"] for run in runs.values()} == {"V4_DEFAULT_20"}

    def test_what_is_asked_reaches_the_pipeline(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[dict[str, Any]] = []

        def pretend(self: object, prompt: str, **options: Any) -> list[Image.Image]:
            asked.append({"prompt": prompt, **options})
            return [Image.new("RGB", (options["width"], options["height"]))]

        monkeypatch.setattr(module.Ideogram4Pipeline, "__call__", pretend)
        options = ["--captions", "2", "--no-bounds", "--sizes", "320x224", "--seed", "5"]
        assert main([*options, "--guidance", "preset", "7"]) == 0
        assert [(a["guidance_scale"], a["seed"]) for a in asked] == [
            (None, 5),
            (None, 6),
            (7.0, 5),
            (7.0, 6),
        ]
        assert {(a["height"], a["width"], a["num_steps"]) for a in asked} == {(320, 224, None)}
        assert [a["prompt"] for a in asked[:2]] == [case.caption for case in held_out(2)]
        assert last_json(capsys)["runs"][0]["iou"] < 0.1, "black pictures show no element"

    def test_ctrl_c_shows_what_there_is(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawn = 0

        def stopped(self: object, prompt: str, **options: Any) -> list[Image.Image]:
            nonlocal drawn
            drawn += 1
            if drawn == 3:
                raise KeyboardInterrupt
            return [Image.new("RGB", (192, 192))]

        monkeypatch.setattr(module.Ideogram4Pipeline, "__call__", stopped)
        options = ["--captions", "4", "--no-bounds", "--guidance", "1", "3", *BRIEF]
        assert main(options) == 130
        data = last_json(capsys)
        assert data["complete"] is False
        assert [(run["pictures"], run["complete"]) for run in data["runs"]] == [(2, False)]

    def test_ctrl_c_before_the_first_picture_is_no_crash(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stopped(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(module, "judge", stopped)
        assert main(["--captions", "1", *BRIEF]) == 130
        assert last_json(capsys)["runs"] == []

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--sizes", "256"], "'256' is not height x width in pixels"),
            (["--sizes", "200x256"], "height 200 is not a multiple of 16"),
            (["--sizes", "256x400"], "width 400 is outside 192 to 384"),
            (["--set", "icons"], "choose from shapes, text, gradient, order"),
            (["--captions", "0"], "'0' is not a whole number above 0"),
            (["--captions", "201"], "it has 1 to 200"),
            (["--presets", "V5"], "invalid choice: 'V5'"),
            (["--guidance", "strong"], "'strong' is not a finite number"),
            (["--sheet", "sheet.jpg"], "does not end in .png"),
        ],
    )
    def test_a_wrong_use_is_told_in_words_and_ends_with_2(
        self, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert command(["demo-eval", *options]) == 2
        told = capsys.readouterr()
        assert words in told.err and told.out == ""

    def test_the_help_names_the_command_and_every_set(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert command(["--help"]) == 0
        assert "demo-eval" in capsys.readouterr().out
        assert command(["demo-eval", "--help"]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert ", ".join(SETS) in told


class TestRoundTrip:
    """The autoencoder alone, with stand-ins for it: which checkpoint is trained may change."""

    @staticmethod
    def pipe(decoded: Any) -> Any:
        autoencoder = SimpleNamespace(encode=lambda pixels: pixels, decode=decoded)
        networks = SimpleNamespace(autoencoder=autoencoder)
        return SimpleNamespace(_networks=networks, device="cpu", is_demo=False)

    def test_a_trained_one_gives_the_picture_back(self) -> None:
        trip = find_round_trip(self.pipe(lambda latents: latents))
        assert trip is not None
        picture = draw(held_out(2)[1], (192, 224))
        assert np.array_equal(np.asarray(trip(picture)), np.asarray(picture))

    def test_an_untrained_one_is_left_out(self) -> None:
        torch.manual_seed(0)
        assert find_round_trip(self.pipe(torch.randn_like)) is None

    @pytest.fixture
    def decoder(self) -> Any:
        """A pipeline with an untrained encoder whose decoder inverts the published basis."""
        basis = LatentBasis.load(PUBLISHED)

        def decode_latents(tokens: torch.Tensor, *, height: int, width: int) -> list[Image.Image]:
            pixels = basis.decode(unpatch(tokens, height // 16, width // 16))[0]
            levels = ((pixels.clamp(-1, 1) + 1) * 127.5).round().byte()
            return [Image.fromarray(levels.permute(1, 2, 0).numpy())]

        pipe = self.pipe(torch.randn_like)
        pipe.is_demo, pipe.decode_latents = True, decode_latents
        return pipe

    def test_the_published_basis_stands_in_for_an_untrained_encoder(self, decoder: Any) -> None:
        trip = find_round_trip(decoder)
        assert trip is not None
        picture = draw(held_out(1)[0], (192, 224))
        returned = trip(picture)
        gap = np.asarray(returned, dtype=float) - np.asarray(picture)
        assert returned.size == (224, 192)
        assert np.sqrt(np.square(gap).mean()) < 12

    def test_a_run_may_have_a_basis_of_its_own(self, decoder: Any, tmp_path: Path) -> None:
        published = LatentBasis.load(PUBLISHED)
        other = replace(published, basis=published.basis.flip(1).contiguous())
        other.save(tmp_path / "latents.safetensors")
        picture = draw(held_out(1)[0])
        trips = [
            find_round_trip(decoder, path) for path in (PUBLISHED, tmp_path / "latents.safetensors")
        ]
        right, wrong = (np.asarray(trip(picture), dtype=float) for trip in trips if trip)
        assert np.abs(right - np.asarray(picture)).mean() < 8 < np.abs(wrong - right).mean()
