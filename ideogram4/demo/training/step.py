"""One step of training: losses, gradients, new weights.

A small network's step on a card is some two thousand short kernels, and starting them one by one
from Python takes longer than running them. So on a card a step is recorded as a CUDA graph, once
for each shape of lesson, and played back from then on. Elsewhere it runs as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from ideogram4.demo.training.lesson import Lesson
from ideogram4.demo.training.losses import Losses
from ideogram4.demo.training.optimiser import fast_in_bfloat16
from ideogram4.demo.training.parts import Parts

WEIGHTS = {"picture": 1.0, "codes": 0.05, "place": 0.1, "inside": 0.5, "edges": 2.0}
WEIGHTS |= {"letter": 0.5, "glyph": 0.2}
LARGEST_GRADIENT = 1.0
REMEMBERED = 0.98  # of the running means, a step
BEFORE_RECORDING = 3  # steps that run as they stand, so that every buffer and state exists


class Recorder:
    """Calls `work`; if `records`, from a CUDA graph made at the first call with such shapes.

    `work` must neither wait for the card nor leave anything but changes of what exists already.
    """

    def __init__(self, work: Callable[..., None], records: bool) -> None:
        self.work, self.records = work, records
        self.recorded: dict[object, tuple[list[Tensor], torch.cuda.CUDAGraph]] = {}

    def __call__(self, *tensors: Tensor) -> None:
        if not self.records:
            self.work(*tensors)
            return
        shapes = tuple(tensor.shape for tensor in tensors)
        if shapes not in self.recorded:
            self.recorded[shapes] = self._record(tensors)
        places, graph = self.recorded[shapes]
        for place, tensor in zip(places, tensors, strict=True):
            place.copy_(tensor)
        graph.replay()

    def _record(self, tensors: Sequence[Tensor]) -> tuple[list[Tensor], torch.cuda.CUDAGraph]:
        places = [tensor.clone() for tensor in tensors]
        beside, now = torch.cuda.Stream(), torch.cuda.current_stream()
        beside.wait_stream(now)
        with torch.cuda.stream(beside):
            for _ in range(BEFORE_RECORDING):
                self.work(*places)
        now.wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.work(*places)
        return places, graph


class Means:
    """Running means of losses, kept on the device so that nobody waits for them."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.values = torch.zeros(0)

    def note(self, losses: dict[str, Tensor]) -> None:
        now = torch.stack([value.detach().float() for value in losses.values()])
        if self.names != list(losses):
            self.names, self.values = list(losses), now.clone()
        self.values.lerp_(now, 1 - REMEMBERED)

    def read(self) -> dict[str, float]:
        return dict(zip(self.names, self.values.tolist(), strict=True))


def descend(loss: Tensor, optimisers: Sequence[torch.optim.Optimizer]) -> None:
    """One step down the loss, with the gradient held to `LARGEST_GRADIENT`."""
    loss.backward()
    weights = [p for o in optimisers for g in o.param_groups for p in g["params"]]
    nn.utils.clip_grad_norm_(weights, LARGEST_GRADIENT)
    for optimiser in optimisers:
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)


class Step:
    """Trains `parts` by one lesson at a time; running means of the losses are in `means`."""

    def __init__(self, parts: Parts, optimisers: Sequence[torch.optim.Optimizer]) -> None:
        device = next(parts.trained.parameters()).device
        losses = Losses(parts)
        self.compute = losses.in_bfloat16 if fast_in_bfloat16(device) else losses
        self.optimisers, self.means = optimisers, Means()
        self.mean = torch.zeros((), device=device)
        # Captions vary in length without end: a recording of each would not be used again.
        records = device.type == "cuda" and "text_encoder" not in parts.trained
        self.play = Recorder(self._work, records)

    def __call__(self, lesson: Lesson, mean: float) -> None:
        """mean: of the times, before the sigmoid."""
        self.mean.fill_(mean)
        self.play(*lesson.tensors())

    def _work(self, *tensors: Tensor) -> None:
        losses = self.compute(Lesson(*tensors), self.mean)
        weighed = [WEIGHTS[name.rstrip("0123456789")] * loss for name, loss in losses.items()]
        descend(torch.stack([w.float() for w in weighed]).sum(), self.optimisers)
        self.means.note(losses)
