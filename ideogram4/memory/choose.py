"""Choose a memory plan for a model and a device, from what is free there and the estimate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from ideogram4.memory.estimate import Estimate, PictureShape, Work, estimate, work_of
from ideogram4.memory.host import free_host_memory, refuse_beyond_host
from ideogram4.memory.plans import MemoryPlan, fixed_plan
from ideogram4.memory.sizes import ModelSizes, model_sizes
from ideogram4.model.config import AutoencoderConfig, CheckpointInfo, TransformerConfig


@dataclass(frozen=True)
class Appraisal:
    """A model weighed for one compute dtype: its sizes, and the work of any picture."""

    sizes: ModelSizes
    transformer: TransformerConfig
    autoencoder: AutoencoderConfig
    dtype_bytes: int
    packed: bool

    @property
    def blocks(self) -> int:
        return sum(len(part.blocks) for part in self.sizes.transformers)

    @property
    def blocks_of_one(self) -> int:
        return max(len(part.blocks) for part in self.sizes.transformers)

    def work(self, shape: PictureShape) -> Work:
        return work_of(
            shape,
            self.transformer,
            self.autoencoder,
            dtype_bytes=self.dtype_bytes,
            packed=self.packed,
        )

    def estimate(self, plan: MemoryPlan, shape: PictureShape) -> Estimate:
        return estimate(self.sizes, self.work(shape), plan)

    def fixed(self, name: str) -> MemoryPlan:
        """The plan called "resident", "swap" or "stream"."""
        return fixed_plan(name, self.blocks_of_one)

    def best(self, free: int, shape: PictureShape) -> MemoryPlan:
        """Everything on the device if it fits into `free` bytes, else as many blocks as fit.

        The least that a plan can do is two blocks at a time; that is returned even where the
        estimate says that it is too much.
        """
        resident = MemoryPlan("resident")
        if self.estimate(resident, shape).peak <= free:
            return resident
        fitting = 0
        for kept in range(self.blocks + 1):
            if self.estimate(MemoryPlan("stream", kept), shape).peak <= free:
                fitting = kept
        return MemoryPlan("swap" if fitting >= self.blocks_of_one else "stream", fitting)


def appraise(folder: Path, info: CheckpointInfo, dtype: torch.dtype) -> Appraisal:
    """Read headers and configurations of a model folder; no tensor data."""
    from ideogram4.quant import format_name
    from ideogram4.weights.checkpoint import open_checkpoint

    return Appraisal(
        model_sizes(folder, max(info.text_encoder_taps), dtype.itemsize),
        TransformerConfig.from_file(folder / "transformer" / "config.json"),
        AutoencoderConfig.from_file(folder / "vae" / "config.json"),
        dtype.itemsize,
        format_name(open_checkpoint(folder / "transformer").tensors) != "plain",
    )


def plan_memory(
    folder: Path, info: CheckpointInfo, name: str, *, device: torch.device, dtype: torch.dtype
) -> MemoryPlan:
    """The plan called `name`; "auto" asks a card how much memory is free, for the usual size."""
    if name == "resident" or (name == "auto" and device.type != "cuda"):
        return MemoryPlan("resident")
    appraisal = appraise(folder, info, dtype)
    if name != "auto":
        return appraisal.fixed(name)
    free, _ = torch.cuda.mem_get_info(device)
    return appraisal.best(free, usual_shape(info))


def check_host_memory(
    folder: Path,
    info: CheckpointInfo,
    plan: MemoryPlan,
    *,
    device: torch.device,
    dtype: torch.dtype,
) -> None:
    """Raise OutOfMemoryError where the weights that would wait here, or live here, do not fit.

    From the headers, before anything is read. A card without hosted weights needs next to nothing.
    """
    if not plan.hosted and device.type != "cpu":
        return
    appraisal = appraise(folder, info, dtype)
    needed = appraisal.estimate(plan, usual_shape(info)).host
    if device.type == "cpu":  # whatever the plan, everything is here
        needed = appraisal.sizes.total
    refuse_beyond_host(needed, free_host_memory(), f"{info.name} ({plan.name})")


def usual_shape(info: CheckpointInfo) -> PictureShape:
    """One picture of the model's own size."""
    width, height = info.default_size
    return PictureShape(width, height)
