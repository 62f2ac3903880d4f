"""What holds for all runs of one call: weights, machine, time to load, memory."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

import torch

from ideogram4.pipeline import Ideogram4Pipeline
from ideogram4.weights import resolve_model

MIB = 1 << 20


@dataclass(frozen=True)
class Facts:
    """first_load_seconds: with the libraries' imports. load_seconds: of the demo, without them.

    peak_mib: "process" (libraries included; not on Windows) and "device" (on CUDA).
    """

    model: str
    device: str
    threads: int
    torch: str
    machine: str
    seed: int
    preset_guidance_limit: float | None
    first_load_seconds: float
    load_seconds: float
    megabytes: float
    peak_mib: dict[str, float]
    complete: bool


def facts_of(
    pipe: Ideogram4Pipeline, model: str, seed: int, loads: tuple[float, float], complete: bool
) -> Facts:
    """Facts at the end of a call; `model`: where `pipe` is from; `loads`: first, and again."""
    files = resolve_model(model, local_files_only=True).rglob("*.safetensors")
    return Facts(
        model=pipe.name,
        device=pipe.device,
        threads=torch.get_num_threads(),
        torch=torch.__version__,
        machine=platform.machine(),
        seed=seed,
        preset_guidance_limit=pipe.preset_guidance_limit,
        first_load_seconds=loads[0],
        load_seconds=loads[1],
        megabytes=sum(path.stat().st_size for path in files) / 1e6,
        peak_mib=_peak(pipe.device),
        complete=complete,
    )


def _peak(device: str) -> dict[str, float]:
    peak = {}
    if device.startswith("cuda"):
        peak["device"] = torch.cuda.max_memory_allocated(device) / MIB
    try:
        import resource
    except ImportError:  # Windows
        return peak
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    peak["process"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB
    return peak
