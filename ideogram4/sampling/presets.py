"""Named sampler settings, read from presets/samplers.json and checked once.

The file keeps guidance as runs of [steps, weight]; here it is one weight a step, **first step
first**. (The reference implementation stores the list reversed; nothing in this project does.)
It is not the schedule itself: see ideogram4.sampling.schedule.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ideogram4.errors import RequestError
from ideogram4.sampling.limits import MAX_STEPS

# `presets` lies beside `ideogram4` in a checkout and in an installed wheel alike.
SAMPLERS_FILE = Path(__file__).resolve().parents[2] / "presets" / "samplers.json"
FIELDS = ("steps", "guidance", "mu", "std")


@dataclass(frozen=True)
class SamplerPreset:
    """One way to sample: `guidance_schedule` has `num_steps` weights, first step first."""

    name: str
    num_steps: int
    guidance_schedule: tuple[float, ...]
    mu: float
    std: float


def load_presets(path: Path = SAMPLERS_FILE) -> Mapping[str, SamplerPreset]:
    """Read and check a file of sampler presets.

    Raises RequestError naming the file, the preset and the field when anything is off.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise RequestError(
            f"the sampler presets in {path} cannot be read: {problem}",
            hint="Restore the file from the repository, or install the package again.",
        ) from problem
    if not isinstance(data, dict) or not data:
        raise RequestError(f"{path} must hold one JSON object with a preset per name")
    return MappingProxyType({name: _preset(path, name, fields) for name, fields in data.items()})


def get_preset(name: str) -> SamplerPreset:
    """Return the preset called `name`; raises RequestError listing the names there are."""
    preset = PRESETS.get(name)
    if preset is None:
        raise RequestError(
            f"there is no sampler preset {str(name)[:40]!r}; choose from {', '.join(PRESETS)}"
        )
    return preset


def _preset(path: Path, name: str, fields: Any) -> SamplerPreset:
    where = f"preset {name!r} in {path}"
    if not isinstance(fields, dict) or set(fields) != set(FIELDS):
        raise RequestError(f"{where} must have exactly the fields {', '.join(FIELDS)}")
    steps = fields["steps"]
    if not isinstance(steps, int) or isinstance(steps, bool) or not 1 <= steps <= MAX_STEPS:
        raise RequestError(f"{where}: steps must be a whole number from 1 to {MAX_STEPS}")
    schedule = _schedule(where, fields["guidance"])
    if len(schedule) != steps:
        raise RequestError(
            f"{where}: guidance covers {len(schedule)} steps, but steps is {steps}",
            hint="The counts in the [steps, weight] pairs must add up to steps.",
        )
    std = _number(where, "std", fields["std"])
    if std <= 0:
        raise RequestError(f"{where}: std is {std:g}; it must be more than 0")
    return SamplerPreset(name, steps, schedule, _number(where, "mu", fields["mu"]), std)


def _schedule(where: str, runs: Any) -> tuple[float, ...]:
    if not isinstance(runs, list) or not all(isinstance(r, list) and len(r) == 2 for r in runs):
        raise RequestError(f"{where}: guidance must be a list of [steps, weight] pairs")
    schedule: list[float] = []
    for count, weight in runs:
        if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MAX_STEPS:
            raise RequestError(f"{where}: a guidance run covers {count!r} steps; use 1 or more")
        schedule += [_number(where, "guidance", weight)] * count
    return tuple(schedule)


def _number(where: str, field: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise RequestError(f"{where}: {field} is {value!r}; it must be a finite number")
    return float(value)


PRESETS: Mapping[str, SamplerPreset] = load_presets()
