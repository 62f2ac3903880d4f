"""The loop: Euler steps, guidance in sampling order, and no work that nobody asked for."""

from __future__ import annotations

from typing import Any

import torch

from ideogram4.sampling.denoise import Branch, denoise


class Constant:
    """Stands in for a transformer: answers with one number and counts how often it is asked."""

    def __init__(self, value: float) -> None:
        self.value, self.steps = value, list[int]()

    def __call__(self, latents: torch.Tensor, conditioning: Any, step: int) -> torch.Tensor:
        self.steps.append(step)
        return torch.full_like(latents, self.value * (conditioning or 1))


def branch(value: float, *conditionings: Any) -> tuple[Constant, Branch]:
    model = Constant(value)
    return model, Branch(model, conditionings or (None,))  # type: ignore[arg-type]


def test_guidance_runs_first_step_first_and_one_needs_no_unconditional_pass() -> None:
    (yes, conditional), (no, unconditional) = branch(2.0), branch(1.0)
    steps = list(
        denoise(torch.zeros(1, 1, 1), conditional, unconditional, [0.0, 0.5, 0.75, 1.0], [3, 1, 0])
    )
    # 3*2 - 2*1 = 4 over 0.5, then 2 over 0.25, then 1 over 0.25
    assert [step.latents.item() for step in steps] == [2.0, 2.5, 2.75]
    assert yes.steps == [0, 1] and no.steps == [0, 2]


def test_steps_are_made_one_at_a_time_and_stopping_stops_the_work() -> None:
    model, conditional = branch(1.0)
    loop = denoise(torch.zeros(1, 1, 1), conditional, None, [0.0, 0.3, 0.6, 1.0], [1, 1, 1])
    assert model.steps == []
    first = next(loop)
    assert (first.index, first.total, first.t) == (1, 3, 0.3)
    loop.close()  # type: ignore[attr-defined]
    assert model.steps == [0]


def test_the_estimate_goes_straight_on_to_the_end() -> None:
    _, conditional = branch(2.0)
    step = next(denoise(torch.zeros(1, 1, 1), conditional, None, [0.0, 0.25, 1.0], [1, 1]))
    assert step.estimate().item() == 2.0


def test_captions_share_the_batch_in_order() -> None:
    _, conditional = branch(1.0, 1, 10)
    step = next(denoise(torch.zeros(4, 1, 1), conditional, None, [0.0, 1.0], [1]))
    assert step.latents.flatten().tolist() == [1, 1, 10, 10]
