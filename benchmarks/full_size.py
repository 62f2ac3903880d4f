"""Time the model at its published size on one card, with random weights, beside diffusers.

    python -m benchmarks.full_size [--sizes 1024 2048] [--steps 6] [--no-rival]

Everything is resident in bfloat16: text encoder, both transformers, autoencoder (53 GB). A guided
step is both transformers, guidance and the Euler step; the first of a run is not timed. The floor
is the step's multiplications at the card's own rate, measured by a large matrix product. diffusers
runs through its public pipeline with transformers of the same sizes, after ours have been dropped,
so the two do not take turns; weights do not change how long a product takes. The last line is JSON.
What it is not: the gated weights, a comparison of pictures (tests/parity does that in small).
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from ideogram4.model.autoencoder import Autoencoder
from ideogram4.model.config import FULL_MODEL_TAPS, AutoencoderConfig, TransformerConfig
from ideogram4.model.library import transformers
from ideogram4.model.text_encoder import TextEncoder
from ideogram4.model.transformer import Transformer
from ideogram4.sampling.denoise import Branch, denoise
from ideogram4.sampling.presets import PRESETS
from ideogram4.sampling.schedule import schedule

FULL = TransformerConfig(
    num_layers=34,
    num_attention_heads=18,
    attention_head_dim=256,
    intermediate_size=12288,
    adaln_dim=512,
    llm_features_dim=4096 * len(FULL_MODEL_TAPS),
)
DTYPE = torch.bfloat16
TEXT_TOKENS = 500
PADDING = 2048  # text tokens that diffusers pads to, its default
GUIDANCE = 7.0
GIB = 2**30
Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.full_size")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1024, 2048], metavar="SIDE")
    parser.add_argument("--steps", type=int, default=6, help="steps a run, the first not timed")
    parser.add_argument("--no-rival", action="store_true", help="leave diffusers out")
    options = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print("This measures a card, and torch sees none here.", file=sys.stderr)
        return 2
    torch.manual_seed(0)
    card = torch.cuda.get_device_properties(0)
    result: Row = {"benchmark": "full_size", "card": card.name, "torch": torch.__version__}
    with torch.inference_mode():
        result["tflops"] = round(matrix_rate() / 1e12)
        print(f"{card.name}, torch {torch.__version__}: {result['tflops']} TFLOP/s in bfloat16")
        result |= ours(options)
        if not options.no_rival:
            forget()
            result["diffusers"] = rival(options)
    report(result, options)
    print(json.dumps(result))
    return 0


def matrix_rate() -> float:
    """Operations a second of a large product."""
    a, b = (torch.randn(8192, 8192, device="cuda", dtype=DTYPE) for _ in range(2))
    seconds = statistics.median(timed(lambda: a @ b) for _ in range(12))
    return 2 * 8192**3 / seconds


def timed(work: Callable[[], Any]) -> float:
    """Seconds, the card waited for."""
    torch.cuda.synchronize()
    started = time.perf_counter()
    work()
    torch.cuda.synchronize()
    return time.perf_counter() - started


def ours(options: argparse.Namespace) -> Row:
    encoder = filled(text_encoder)
    encoder.restore_rotary("cuda")
    pair = [filled(lambda: Transformer(FULL)) for _ in range(2)]
    autoencoder = filled(lambda: Autoencoder(AutoencoderConfig()))
    autoencoder.bn.reset("cuda")
    ids = torch.randint(0, 150_000, (1, TEXT_TOKENS), device="cuda")
    for _ in range(3):
        encode = timed(lambda: encoder(ids))
    features = encoder(ids)[0]

    def at(side: int) -> Row:
        grid, tokens = (side // 16, side // 16), (side // 16) ** 2
        torch.cuda.reset_peak_memory_stats()
        times = schedule(options.steps, side, side, 0.0, 1.5)
        prepare = timed(lambda: branches(pair, features, grid, times))
        both = branches(pair, features, grid, times)
        latents = torch.randn(1, tokens, 128, device="cuda")
        steps = denoise(latents, *both, times, [GUIDANCE] * options.steps)
        seconds = [timed(lambda: next(steps)) for _ in range(options.steps)][1:]
        peak = torch.cuda.max_memory_allocated()
        raw = torch.randn(1, 32, side // 8, side // 8, device="cuda")
        for _ in range(2):
            decode = timed(lambda: autoencoder.decode(raw))
        step = statistics.median(seconds)
        return {
            "side": side,
            "step": round(step, 4),
            "tflop": round(operations(tokens) / 1e12, 1),
            "prepare": round(prepare, 4),
            "encode": round(encode, 4),
            "decode": round(decode, 4),
            "peak_gib": round(peak / GIB, 2),
            "decode_peak_gib": round(torch.cuda.max_memory_allocated() / GIB, 2),
            "pictures": {
                name: round(encode + prepare + p.num_steps * step + decode, 2)
                for name, p in PRESETS.items()
            },
        }

    return {"ours": [at(side) for side in options.sizes]}


def text_encoder() -> TextEncoder:
    """The language model of Qwen3-VL-8B."""
    config = transformers().Qwen3VLTextConfig(
        vocab_size=151936,
        hidden_size=4096,
        intermediate_size=12288,
        num_hidden_layers=36,
        num_attention_heads=32,
        num_key_value_heads=8,
        head_dim=128,
        rope_parameters={
            "rope_type": "default",
            "rope_theta": 5_000_000.0,
            "mrope_interleaved": True,
            "mrope_section": [24, 20, 20],
        },
    )
    return TextEncoder(config, FULL_MODEL_TAPS)


def filled(make: Callable[[], Any]) -> Any:
    """A network of random bfloat16 weights that never existed anywhere but on the card."""
    with torch.device("meta"):
        module: nn.Module = make()
    module = module.to(DTYPE).to_empty(device="cuda")
    for parameter in module.parameters():
        if parameter.dim() > 1:
            parameter.normal_(0, parameter[0].numel() ** -0.5)
        else:
            parameter.fill_(0.5)
    return module.eval()


def branches(
    pair: Sequence[Transformer], features: Tensor, grid: tuple[int, int], times: Sequence[float]
) -> tuple[Branch, Branch]:
    conditional = pair[0].prepare(features, grid, times[:-1])
    free = pair[1].prepare(None, grid, times[:-1])
    return Branch(pair[0], (conditional,)), Branch(pair[1], (free,))


def operations(tokens: int) -> float:
    """Multiplications and additions of one guided step that no implementation can leave out."""
    c = FULL
    total = 0.0
    for length in (tokens + TEXT_TOKENS, tokens):
        weights = 4 * c.hidden_size**2 + 3 * c.hidden_size * c.intermediate_size
        layer = 2 * length * weights + 4 * length**2 * c.hidden_size
        total += c.num_layers * layer + 2 * 2 * tokens * c.in_channels * c.hidden_size
    return total


def rival(options: argparse.Namespace) -> Any:
    """Seconds a guided step in diffusers' pipeline, by side; what went wrong, if it did."""
    try:
        pipe = rival_pipeline()
        return {
            str(side): round(statistics.median(rival_steps(pipe, side, options.steps)), 4)
            for side in options.sizes
        }
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def rival_pipeline() -> Any:
    from tests.parity import checkpoints

    size = checkpoints.CheckpointSize(
        heads=18,
        head_dim=256,
        layers=FULL.num_layers,
        unconditional_layers=FULL.num_layers,
        intermediate=FULL.intermediate_size,
        adaln=FULL.adaln_dim,
        mrope_section=FULL.mrope_section,
        text_hidden=4096,
    )
    torch.set_default_dtype(DTYPE)
    try:
        with torch.device("cuda"):
            pipe = checkpoints.build_pipeline(size)
    finally:
        torch.set_default_dtype(torch.float32)
    pipe.to("cuda", DTYPE)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def rival_steps(pipe: Any, side: int, steps: int) -> Iterator[float]:
    times: list[float] = []

    def after(_pipe: Any, _step: int, _t: Any, state: dict[str, Any]) -> dict[str, Any]:
        torch.cuda.synchronize()
        times.append(time.perf_counter())
        return state

    pipe(
        "x " * (TEXT_TOKENS // 2),
        height=side,
        width=side,
        num_inference_steps=steps,
        guidance_scale=GUIDANCE,
        guidance_schedule=None,
        max_sequence_length=PADDING,
        output_type="latent",
        callback_on_step_end=after,
    )
    return (b - a for a, b in pairwise(times))


def forget() -> None:
    gc.collect()
    torch.cuda.empty_cache()


def report(result: Row, options: argparse.Namespace) -> None:
    print(f"one guided step, bfloat16, {TEXT_TOKENS} text tokens, median of {options.steps - 1}")
    print("  side    step s   floor s   share of the card   diffusers s   ratio   peak GiB")
    theirs = result.get("diffusers")
    for row in result["ours"]:
        floor = row["tflop"] / result["tflops"]
        other = theirs.get(str(row["side"]), math.nan) if isinstance(theirs, dict) else math.nan
        print(
            f"{row['side']:>6} {row['step']:>9.4f} {floor:>9.4f} {floor / row['step']:>19.0%} "
            f"{other:>13.4f} {row['step'] / other:>7.3f} {row['peak_gib']:>10.2f}"
        )
    if isinstance(theirs, str):
        print(f"diffusers: {theirs}")


if __name__ == "__main__":
    sys.exit(main())
