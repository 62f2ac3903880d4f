"""What a picture will need on the device under each memory plan, before anything is loaded.

Weights are counted from headers (`sizes`), so they are exact. Work is counted from shapes: for each
phase the tensors that are alive at its worst moment, as the code in `ideogram4.model` makes them.
Tests hold it to what torch really allocates; the driver and the libraries' own workspaces come on
top, for which `MARGIN` stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from ideogram4.memory.plans import MemoryPlan, staying
from ideogram4.memory.sizes import ModelSizes, TransformerSizes
from ideogram4.model import strips
from ideogram4.model.config import AutoencoderConfig, TransformerConfig
from ideogram4.sampling.layout import PATCH

MARGIN = 0.08
TEXT_TOKENS = 700  # of a long caption; what an estimate assumes when nobody says
FLOAT = 4


@dataclass(frozen=True)
class PictureShape:
    """What is asked for: pixels, pictures at once, tokens of the caption, steps."""

    width: int
    height: int
    images: int = 1
    text_tokens: int = TEXT_TOKENS
    steps: int = 48


@dataclass(frozen=True)
class Work:
    """Bytes of the tensors that each phase makes, at its worst moment."""

    encoding: int
    preparing: int
    denoising: int
    decoding: int


@dataclass(frozen=True)
class Estimate:
    """Bytes under one plan: on the device at the worst moment, and in host memory for good."""

    plan: MemoryPlan
    weights: int
    peak: int
    host: int
    phase: str


def estimate(sizes: ModelSizes, work: Work, plan: MemoryPlan) -> Estimate:
    """Weights that stay, and the phase that needs most beside them."""
    if plan.kept_blocks is None:
        weights, host = sizes.total, 0
        phases = vars(work)
    else:
        blocks = [block for part in sizes.transformers for block in part.blocks]
        stays = staying(len(blocks), plan.kept_blocks)
        kept = sum(block for block, stay in zip(blocks, stays, strict=True) if stay)
        travelling = [block for block, stay in zip(blocks, stays, strict=True) if not stay]
        slots = 2 * max(travelling, default=0)
        rest = sum(part.rest for part in sizes.transformers)
        weights = sizes.autoencoder + sizes.text_encoder.rest + rest + kept
        text, parts = sizes.text_encoder, sizes.transformers
        host = text.table + sum(text.layers) + sum(travelling)
        host += sum(part.text + part.time for part in parts)
        lent = max(_lent(part, part is sizes.conditional) for part in parts)
        phases = {
            "encoding": 2 * max(text.layers, default=0) + work.encoding,
            "preparing": lent + work.preparing,
            "denoising": slots + work.denoising,
            "decoding": slots + work.decoding,
        }
    phase = max(phases, key=lambda name: phases[name])
    return Estimate(plan, weights, round((weights + phases[phase]) * (1 + MARGIN)), host, phase)


def _lent(part: TransformerSizes, conditional: bool) -> int:
    return part.time + (part.text if conditional else 0)


def work_of(
    shape: PictureShape,
    transformer: TransformerConfig,
    autoencoder: AutoencoderConfig,
    *,
    dtype_bytes: int,
    packed: bool,
) -> Work:
    """Bytes of a picture's tensors. `packed`: weights are decoded, one linear layer at a time."""
    hidden, wide = transformer.hidden_size, transformer.intermediate_size
    side = PATCH * autoencoder.scale_factor
    grid = (shape.width // side) * (shape.height // side)
    rows = shape.text_tokens + grid * shape.images
    decoded = max(3 * hidden, wide) * hidden * dtype_bytes if packed else 0
    # Alive in a block's feed-forward: the residual, its normed copy, and four of the wide ones
    # (two products, the activated, their product); in its attention: eleven of the narrow ones.
    block = rows * max(2 * hidden + 4 * wide, 11 * hidden) * dtype_bytes
    modulation = shape.steps * (4 * transformer.num_layers + 1) * hidden * dtype_bytes
    rotary = (shape.text_tokens + 2 * grid) * transformer.attention_head_dim * 2 * dtype_bytes
    text = shape.text_tokens * hidden * dtype_bytes
    latents = 4 * grid * shape.images * transformer.in_channels * FLOAT
    constant = 2 * modulation + rotary + text + latents
    features = shape.text_tokens * transformer.llm_features_dim * dtype_bytes
    # The feature table is normed in float32 before it is projected.
    preparing = constant + features + features * (FLOAT // dtype_bytes + 1)
    return Work(
        encoding=3 * features,
        preparing=preparing + decoded,
        denoising=constant + block + decoded,
        decoding=constant + _decoding(shape, autoencoder, dtype_bytes),
    )


def _decoding(shape: PictureShape, config: AutoencoderConfig, dtype_bytes: int) -> int:
    """The last level: its input (of the level before, the widest there), two of its own, a norm."""
    widths = config.block_out_channels
    pixels = shape.width * shape.height
    before = widths[1] if len(widths) > 1 else widths[0]
    whole = pixels * (2 * before + 3 * widths[0]) * dtype_bytes
    if pixels * before <= strips.WHOLE:
        return whole
    return pixels * (before + 2 * widths[0]) * dtype_bytes + 3 * strips.STRIP * FLOAT
