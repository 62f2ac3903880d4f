"""What a person may ask of the sampler, and what is said when it cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from ideogram4.errors import RequestError
from ideogram4.sampling.limits import MAX_SEED
from ideogram4.sampling.plan import plan_sampling, plan_seeds


def plan(**options: Any) -> Any:
    return plan_sampling(**({"height": 512, "width": 512, "preset": "V4_DEFAULT_20"} | options))


def test_a_preset_is_taken_as_it_stands() -> None:
    sampling = plan()
    assert sampling.num_steps == 20
    assert sampling.guidance == (7.0,) * 18 + (3.0,) * 2


def test_other_step_counts_keep_the_share_of_each_guidance() -> None:
    assert plan(num_steps=10).guidance == (7.0,) * 9 + (3.0,)
    assert plan(num_steps=40).guidance == (7.0,) * 36 + (3.0,) * 4
    assert plan(num_steps=1).guidance == (7.0,)


def test_a_checkpoint_may_lower_the_presets_guidance_but_not_what_was_asked_for() -> None:
    assert plan(preset_guidance_limit=5.0).guidance == (5.0,) * 18 + (3.0,) * 2
    assert plan(preset_guidance_limit=5.0, guidance_scale=7).guidance == (7.0,) * 20
    assert plan(preset_guidance_limit=5.0, guidance_schedule=[9]).guidance == (9.0,)


def test_a_schedule_runs_first_step_first_and_sets_the_number_of_steps() -> None:
    assert plan(guidance_schedule=[5, 4, 1]).guidance == (5.0, 4.0, 1.0)
    assert plan(guidance_scale=2.5, num_steps=3).guidance == (2.5, 2.5, 2.5)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"preset": "V9"}, "V4_TURBO_12"),
        ({"num_steps": 0}, "num_steps"),
        ({"num_steps": 10**9}, "200"),
        ({"num_steps": True}, "whole number"),
        ({"guidance_scale": float("nan")}, "guidance_scale"),
        ({"guidance_scale": "7"}, "number"),
        ({"guidance_schedule": [1.0], "num_steps": 2}, r"1 weights for 2 steps.*first step first"),
        ({"guidance_schedule": [3, 2, 1], "num_steps": 2}, "3 weights for 2 steps"),
        ({"guidance_schedule": 7.0, "num_steps": 2}, "list"),
        ({"guidance_schedule": [1, 2], "guidance_scale": 3}, "both"),
        ({"std": 0.0}, "std"),
        ({"mu": float("inf")}, "mu"),
    ],
)
def test_a_wrong_value_is_refused_by_name(options: dict[str, Any], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        plan(**options)


def test_seeds_count_on_from_the_first() -> None:
    assert plan_seeds(7, prompts=2, num_images=2) == (7, 8, 9, 10)


def test_no_seed_means_a_fresh_one_each_time() -> None:
    drawn = {plan_seeds(None, 1, 1)[0] for _ in range(5)}
    assert len(drawn) > 1


@pytest.mark.parametrize("seed", [-1, 2**80, 1.5, True, "7"])
def test_seeds_no_generator_takes_are_refused(seed: Any) -> None:
    with pytest.raises(RequestError, match="seed"):
        plan_seeds(seed, 1, 1)


def test_the_last_seed_must_exist_too() -> None:
    assert plan_seeds(MAX_SEED, 1, 1) == (MAX_SEED,)
    with pytest.raises(RequestError, match="no room"):
        plan_seeds(MAX_SEED, 1, 2)
