"""The sampler presets: the published numbers, in sampling order, and a loader that teaches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ideogram4 import PRESETS
from ideogram4.errors import RequestError
from ideogram4.sampling.presets import get_preset, load_presets


@pytest.mark.parametrize(
    ("name", "steps", "runs", "mu", "std"),
    [
        ("V4_QUALITY_48", 48, [(45, 7.0), (3, 3.0)], 0.0, 1.5),
        ("V4_DEFAULT_20", 20, [(18, 7.0), (2, 3.0)], 0.0, 1.75),
        ("V4_TURBO_12", 12, [(11, 7.0), (1, 3.0)], 0.5, 1.75),
    ],
)
def test_the_published_presets(
    name: str, steps: int, runs: list[tuple[int, float]], mu: float, std: float
) -> None:
    preset = PRESETS[name]
    assert preset.num_steps == steps
    assert preset.guidance_schedule == tuple(w for count, w in runs for _ in range(count))
    assert (preset.mu, preset.std) == (mu, std)


def test_guidance_is_first_step_first() -> None:
    """A list reversed by mistake (the reference stores it so) would begin with the weak weight."""
    for preset in PRESETS.values():
        assert len(preset.guidance_schedule) == preset.num_steps
        assert preset.guidance_schedule[0] == 7.0
        assert preset.guidance_schedule[-1] == 3.0


def test_presets_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        PRESETS["mine"] = PRESETS["V4_TURBO_12"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        PRESETS["V4_TURBO_12"].num_steps = 3  # type: ignore[misc]


def test_an_unknown_preset_is_answered_with_those_there_are() -> None:
    with pytest.raises(RequestError, match=r"V4_TURBO_13.*V4_QUALITY_48, V4_DEFAULT_20"):
        get_preset("V4_TURBO_13")


GOOD = {"steps": 3, "guidance": [[2, 7.0], [1, 3.0]], "mu": 0.0, "std": 1.5}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": 4}, "guidance covers 3 steps, but steps is 4"),
        ({"steps": 0}, "steps must be a whole number from 1 to 200"),
        ({"steps": True}, "steps must be a whole number"),
        ({"guidance": [7.0, 7.0, 3.0]}, r"list of \[steps, weight\] pairs"),
        ({"guidance": [[10**9, 7.0]]}, "a guidance run covers 1000000000 steps"),
        ({"guidance": [[3, "7"]]}, "guidance is '7'"),
        ({"mu": float("nan")}, "mu is nan"),
        ({"std": 0}, "std is 0; it must be more than 0"),
        ({"extra": 1}, "exactly the fields steps, guidance, mu, std"),
    ],
)
def test_a_broken_preset_names_file_preset_and_field(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    path = tmp_path / "samplers.json"
    path.write_text(json.dumps({"MINE": GOOD | change}))
    with pytest.raises(RequestError, match=words) as caught:
        load_presets(path)
    assert "MINE" in caught.value.message and str(path) in caught.value.message


@pytest.mark.parametrize("text", ["", "[]", "{}", "{'a': 1}"])
def test_a_file_that_is_no_table_of_presets(tmp_path: Path, text: str) -> None:
    path = tmp_path / "samplers.json"
    path.write_text(text)
    with pytest.raises(RequestError, match=str(path)):
        load_presets(path)


def test_a_missing_file_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"gone\.json"):
        load_presets(tmp_path / "gone.json")
