"""Whether a card draws what a processor draws, with the demo checkpoint.

    python -m benchmarks.card_agreement

Same captions, same seeds, plain, nf4 and fp8: float32 on both, then bfloat16 on the card under each
memory plan, whose pictures must be identical. Also: a card that runs out of
memory says so in our words and draws the next picture. Exit status 1 if something disagrees.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ideogram4 import Ideogram4Pipeline
from ideogram4.demo.evaluation.cases import held_out
from ideogram4.errors import OutOfMemoryError
from ideogram4.weights import resolve_model
from ideogram4.weights.quantize import quantize_folder

CAPTIONS = 6
# Levels of 255: sums in another order, then eight bits of mantissa.
EXACT, ROUNDED = 1.0, 6.0


def main() -> int:
    if not torch.cuda.is_available():
        print("This compares a card with the processor, and torch sees no card.", file=sys.stderr)
        return 2
    prompts = [case.caption for case in held_out(CAPTIONS)]
    result: dict[str, Any] = {
        "benchmark": "card_agreement",
        "card": torch.cuda.get_device_name(),
        "torch": torch.__version__,
    }
    agrees = True
    with tempfile.TemporaryDirectory() as scratch:
        for weight_format, model in models(Path(scratch)).items():
            told = compare(model, prompts)
            result[weight_format] = told
            exact, rounded = told["float32_mean_levels"], told["bfloat16_mean_levels"]
            agrees &= exact < EXACT and rounded < ROUNDED and told["same_under_every_plan"]
    pipe = Ideogram4Pipeline.from_pretrained("demo", device="cuda")
    seconds = [timed(pipe, prompts[0]) for _ in range(5)]
    result["seconds_a_picture_bfloat16"] = round(statistics.median(seconds), 3)
    result["memory_error"] = out_of_memory(pipe, prompts[0])
    result["agrees"] = agrees and result["memory_error"] == "told, and the next picture drawn"
    print(json.dumps(result))
    return 0 if result["agrees"] else 1


def models(scratch: Path) -> dict[str, str]:
    """The demo as it is and packed."""
    found = {"plain": "demo"}
    for weight_format in ("nf4", "fp8"):
        folder = scratch / weight_format
        quantize_folder(resolve_model("demo"), folder, weight_format)
        found[weight_format] = str(folder)
    return found


def compare(model: str, prompts: list[str]) -> dict[str, Any]:
    """One model on both, then on the card under each memory plan."""
    processor = pictures(Ideogram4Pipeline.from_pretrained(model, device="cpu"), prompts)
    exact = pictures(
        Ideogram4Pipeline.from_pretrained(model, device="cuda", dtype=torch.float32), prompts
    )
    plans = [
        pictures(Ideogram4Pipeline.from_pretrained(model, device="cuda", memory=plan), prompts)
        for plan in ("resident", "swap", "stream")
    ]
    return {
        "float32_mean_levels": apart(processor, exact),
        "bfloat16_mean_levels": apart(processor, plans[0]),
        "same_under_every_plan": all(apart(plans[0], other) == 0 for other in plans[1:]),
    }


def pictures(pipe: Ideogram4Pipeline, prompts: list[str]) -> list[np.ndarray[Any, Any]]:
    return [np.asarray(pipe(p, seed=n, check="off")[0], float) for n, p in enumerate(prompts)]


def apart(a: list[np.ndarray[Any, Any]], b: list[np.ndarray[Any, Any]]) -> float:
    """The largest of the pictures' mean absolute differences, in levels of 255."""
    return round(max(float(abs(x - y).mean()) for x, y in zip(a, b, strict=True)), 4)


def timed(pipe: Ideogram4Pipeline, prompt: str) -> float:
    started = time.perf_counter()
    pipe(prompt, seed=0, check="off")
    return time.perf_counter() - started


def out_of_memory(pipe: Ideogram4Pipeline, prompt: str) -> str:
    """Ask for more pictures than there is room for, then, with room, for one."""
    torch.cuda.empty_cache()
    room = torch.cuda.memory_reserved() + 2**24
    torch.cuda.set_per_process_memory_fraction(room / torch.cuda.mem_get_info()[1])
    try:
        pipe(prompt, seed=0, num_images=8, width=384, height=384, num_steps=1, check="off")
        said = "no error"
    except OutOfMemoryError as error:
        said = str(error)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    picture = pipe(prompt, seed=0, check="off")[0]
    told = "memory" in said and picture.size == pipe.default_size
    return "told, and the next picture drawn" if told else said


if __name__ == "__main__":
    sys.exit(main())
