"""Time the model at its published size on one card, with random weights, beside diffusers.

    make bench-cuda                                   the whole table (about ten minutes)
    python -m benchmarks.full_size --formats nf4 --plans resident swap --sizes 1024 --no-rival

Each format (plain bfloat16, nf4, fp8) runs under each memory plan at each size. A guided step is
both transformers, guidance and the Euler step; the first of a run is not timed. The floor is the
step's multiplications at the card's own rate, measured by a large matrix product. Final latents are
compared across plans: they must be identical. diffusers runs through its public pipeline with
transformers of the same sizes in bfloat16, after ours have been dropped. The last line is JSON.
What it is not: the gated weights, a comparison of pictures (tests/parity does that in small).
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from benchmarks.published import FORMATS, FULL, TINY, ModelShape, build, weigh
from benchmarks.rival import rival_seconds
from ideogram4.memory.estimate import PictureShape
from ideogram4.memory.residency import Residency
from ideogram4.model.build import Networks
from ideogram4.model.speed import compile_blocks, use_float8_products
from ideogram4.model.transformer import Conditioning
from ideogram4.sampling.denoise import Branch, denoise
from ideogram4.sampling.presets import PRESETS
from ideogram4.sampling.schedule import schedule

PLANS = ("resident", "swap", "stream")
# bfloat16 in host memory is 53 GB and says little that nf4 does not.
USUAL = {"plain": ("resident",), "nf4": PLANS, "fp8": ("resident", "swap")}
TEXT_TOKENS = 500
GUIDANCE = 7.0
GB = 10**9
Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    options = parsed(arguments)
    shape, device = (TINY, "cpu") if options.tiny else (FULL, "cuda")
    if device == "cuda" and not torch.cuda.is_available():
        print("This measures a card, and torch sees none here.", file=sys.stderr)
        return 2
    result: Row = {"benchmark": "full_size", "torch": torch.__version__, "rows": []}
    result["card"] = "cpu" if options.tiny else torch.cuda.get_device_name()
    with torch.inference_mode():
        result["tflops"] = round(matrix_rate(shape, device) / 1e12, 3)
        print(f"{result['card']}, torch {torch.__version__}: {result['tflops']} TFLOP/s")
        print(HEAD)
        for weight_format in options.formats:
            plans = [plan for plan in options.plans or USUAL[weight_format] if plan in PLANS]
            for plan in plans:
                for row in measured(shape, torch.device(device), weight_format, plan, options):
                    row["floor"] = row["tflop"] / result["tflops"]
                    result["rows"].append(row)
                    print(line(row), flush=True)
                forget()
        result["identical"] = same_everywhere(result["rows"])
        if not options.no_rival and not options.tiny:
            result["diffusers"] = rival_seconds(options.sizes, options.steps, TEXT_TOKENS, GUIDANCE)
            print(f"diffusers, seconds a step: {result['diffusers']}")
    told = "not compared" if result["identical"] is None else result["identical"]
    print(f"latents identical across plans: {told}")
    print(json.dumps(result))
    return 1 if result["identical"] is False else 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.full_size")
    add = parser.add_argument
    add("--sizes", type=int, nargs="+", default=[512, 1024, 2048], metavar="SIDE")
    add("--formats", nargs="+", choices=FORMATS, default=list(FORMATS))
    add("--plans", nargs="+", choices=PLANS, help="default: those that make sense for a format")
    add("--steps", type=int, default=6, help="steps a run, the first not timed")
    add("--images", type=int, default=1, help="pictures at once")
    add("--compile", action="store_true", help="compile the blocks")
    add("--fp8-products", action="store_true", help="float8 products with fp8 weights")
    add("--no-rival", action="store_true", help="leave diffusers out")
    add("--tiny", action="store_true", help="a tiny model on the processor, to try the harness")
    return parser.parse_args(arguments)


def matrix_rate(shape: ModelShape, device: str) -> float:
    """Operations a second of a large product in the compute dtype."""
    side = 8192 if device == "cuda" else 512
    a, b = (torch.randn(side, side, device=device, dtype=shape.dtype) for _ in range(2))
    return 2 * side**3 / statistics.median(timed(lambda: a @ b) for _ in range(12))


def timed(work: Callable[[], Any]) -> float:
    """Seconds, the card waited for."""
    synchronise()
    started = time.perf_counter()
    work()
    synchronise()
    return time.perf_counter() - started


def synchronise() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def measured(
    shape: ModelShape,
    device: torch.device,
    weight_format: str,
    plan_name: str,
    options: argparse.Namespace,
) -> Any:
    """A row for each size, one model of one format under one plan."""
    hosted = plan_name != "resident"
    with torch.inference_mode(False):
        home = torch.device("cpu") if hosted else device
        networks = build(shape, weight_format, home, device)
        appraisal = weigh(shape, networks)
        if options.fp8_products and weight_format == "fp8":
            use_float8_products(networks)
        if options.compile:
            compile_blocks(networks)
        residency = Residency(
            appraisal.fixed(plan_name),
            device,
            networks.text_encoder,
            networks.conditional,
            networks.unconditional,
        )
    for side in options.sizes:
        picture = PictureShape(side, side, options.images, TEXT_TOKENS, options.steps)
        told = appraisal.estimate(residency.plan, picture)
        row = one_size(shape, device, networks, residency, side, options)
        yield {
            "format": weight_format,
            "plan": plan_name,
            "side": side,
            **row,
            "estimate_gb": round(told.peak / GB, 2),
            "host_gb": round(residency.host_bytes / GB, 2),
        }


def one_size(
    shape: ModelShape,
    device: torch.device,
    networks: Networks,
    residency: Residency,
    side: int,
    options: argparse.Namespace,
) -> Row:
    config = shape.transformer
    grid = (side // 16, side // 16)
    generator = torch.Generator().manual_seed(side)
    ids = torch.randint(0, 150_000, (1, TEXT_TOKENS), generator=generator).to(device)
    noise = torch.randn(options.images, grid[0] * grid[1], config.in_channels, generator=generator)
    times = schedule(options.steps, side, side, 0.0, 1.5)
    peaks = Peaks()

    def encode() -> Tensor:
        with residency.encoding():
            return networks.text_encoder(ids)[0]

    seconds: Row = {"encode": statistics.median(timed(encode) for _ in range(3))}
    features = encode()
    peaks.next("encode")
    both: list[Branch] = []
    seconds["prepare"] = timed(
        lambda: both.extend(branches(networks, residency, features, grid, times))
    )
    peaks.next("prepare")
    steps = denoise(noise.to(device), *both, times, [GUIDANCE] * options.steps)
    last: list[Any] = []
    each = [timed(lambda: last.append(next(steps))) for _ in range(options.steps)]
    peaks.next("denoise")
    latents = last[-1].latents
    both.clear()
    raw = torch.randn(1, shape.autoencoder.latent_channels, side // 8, side // 8, device=device)
    decode = [timed(lambda: networks.autoencoder.decode(raw.to(shape.dtype))) for _ in range(2)]
    peaks.next("decode")
    seconds |= {"step": statistics.median(each[1:] or each), "decode": decode[-1]}
    whole = seconds["encode"] + seconds["prepare"] + seconds["decode"]
    return {
        **{name: round(value, 4) for name, value in seconds.items()},
        "tflop": operations(shape, grid[0] * grid[1], options.images) / 1e12,
        "peak_gb": peaks.rows,
        "latents": fingerprint(latents),
        "pictures": {
            name: round(whole + preset.num_steps * seconds["step"], 2)
            for name, preset in PRESETS.items()
        },
    }


class Peaks:
    """The most memory of each phase in gigabytes; nothing on a processor."""

    def __init__(self) -> None:
        self.rows: dict[str, float] = {}
        self._reset()

    def next(self, phase: str) -> None:
        if torch.cuda.is_available():
            self.rows[phase] = round(torch.cuda.max_memory_allocated() / GB, 2)
        self._reset()

    @property
    def most(self) -> float:
        return max(self.rows.values(), default=math.nan)

    @staticmethod
    def _reset() -> None:
        if torch.cuda.is_available():
            torch.cuda.reset_peak_memory_stats()


def branches(
    networks: Networks,
    residency: Residency,
    features: Tensor,
    grid: tuple[int, int],
    times: Sequence[float],
) -> list[Branch]:
    def branch(model: Any, given: Tensor | None) -> Branch:
        with residency.preparing(model):
            conditioning: Conditioning = model.prepare(given, grid, times[:-1])
        return Branch(model, (conditioning,))

    return [branch(networks.conditional, features), branch(networks.unconditional, None)]


def operations(shape: ModelShape, tokens: int, images: int) -> float:
    """Multiplications and additions of one guided step that no implementation can leave out."""
    c = shape.transformer
    total = 0.0
    for length in (tokens + TEXT_TOKENS, tokens):
        weights = 4 * c.hidden_size**2 + 3 * c.hidden_size * c.intermediate_size
        layer = 2 * length * weights + 4 * length**2 * c.hidden_size
        total += c.num_layers * layer + 2 * 2 * tokens * c.in_channels * c.hidden_size
    return images * total


def fingerprint(latents: Tensor) -> str:
    """Equal for equal bits, "not finite" where a number is none."""
    if not latents.isfinite().all():
        return "not finite"
    return hashlib.sha256(latents.float().cpu().numpy().tobytes()).hexdigest()[:16]


def same_everywhere(rows: Sequence[Row]) -> bool | None:
    """Whether each format and size ended at the same bits under all its plans; None for one plan.

    Latents that are not finite are never the same.
    """
    ends: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        ends.setdefault((row["format"], row["side"]), []).append(row["latents"])
    if any("not finite" in found for found in ends.values()):
        return False
    compared = [found for found in ends.values() if len(found) > 1]
    return all(len(set(found)) == 1 for found in compared) if compared else None


def forget() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


HEAD = (
    "format  plan       side    step s   floor s   of the card   encode   decode"
    "   peak GB (estimate)   host GB   48 / 20 / 12 steps s"
)


def line(row: Row) -> str:
    peak = max(row["peak_gb"].values(), default=math.nan)
    pictures = " / ".join(f"{seconds:.1f}" for seconds in row["pictures"].values())
    return (
        f"{row['format']:<7} {row['plan']:<9} {row['side']:>5} {row['step']:>9.4f} "
        f"{row['floor']:>9.4f} {row['floor'] / row['step']:>13.0%} {row['encode']:>8.3f} "
        f"{row['decode']:>8.3f} {peak:>10.2f} ({row['estimate_gb']:.2f}) "
        f"{row['host_gb']:>9.2f}   {pictures}"
    )


if __name__ == "__main__":
    sys.exit(main())
