"""Train the text encoder with the conditional transformer, or the unconditional one alone.

    python -m ideogram4.demo.train conditional --run runs/demo
    python -m ideogram4.demo.train unconditional --run runs/demo
    python -m ideogram4.demo.train conditional --run runs/demo --anneal 20000

Resumes from the run's own files; stop it whenever you like. `--anneal N` goes on for N samples
while the learning rate falls to zero and the times move from noise to picture: do that last.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from ideogram4.demo import networks
from ideogram4.demo.auxiliary import ElementHead, PlaceHead
from ideogram4.demo.data import Batch, SceneStream, Stage
from ideogram4.demo.latents import LatentBasis
from ideogram4.demo.optimiser import make_optimisers
from ideogram4.demo.scenes import SceneMix
from ideogram4.model.rope import IMAGE_POSITION_OFFSET, rotary_tables, text_positions

SIZES = tuple(
    (16 * h, 16 * w)
    for h in range(12, 25, 2)
    for w in range(12, 25, 2)
    if max(h, w) <= 2 * min(h, w)
)
MIDDLE_SIZES = ((256, 256), (256, 256), (192, 192), (224, 320), (320, 224), (320, 320), (192, 384))
CURRICULUM = (
    (0, Stage(SceneMix(max_elements=2, text=0.0, gradient=0.0, style=0.2))),
    (20_000, Stage(SceneMix(max_elements=3, text=0.06, style=0.3))),
    (50_000, Stage(SceneMix(max_elements=4, text=0.1, style=0.4), sizes=MIDDLE_SIZES)),
    (400_000, Stage(SceneMix(), sizes=SIZES)),
)
FINISH = Stage(SceneMix(text=0.1, style=0.4), tokens=64, sizes=((256, 256),) * 4 + MIDDLE_SIZES)
UNCONDITIONAL_STAGE = Stage(SceneMix(), tokens=0, sizes=MIDDLE_SIZES)
CHANNEL_WEIGHTS = torch.tensor([4.0] * 3 + [2.0] * 6 + [1.0] * 23).repeat(4)
PROBED_BLOCKS = (1, 3)
WARM_UP = 40


@dataclass
class Parts:
    """What is trained, and how far it got."""

    trained: nn.ModuleDict
    helpers: nn.ModuleDict
    samples: int = 0
    losses: dict[str, float] = field(default_factory=dict)

    def blocks(self) -> list[nn.Module]:
        """The layers that repeat, where compiling pays."""
        layers = list(self.trained["transformer"].layers)
        if "text_encoder" in self.trained:
            layers += list(self.trained["text_encoder"].language_model.layers)
        return layers

    def save(self, path: Path, optimisers: list[torch.optim.Optimizer]) -> None:
        from safetensors.torch import save_file

        modules = {"trained": self.trained, "helpers": self.helpers}
        tensors = {
            f"{group}.{name}": tensor.detach().cpu().contiguous()
            for group, module in modules.items()
            for name, tensor in module.state_dict().items()
        }
        for index, optimiser in enumerate(optimisers):
            for key, state in optimiser.state_dict()["state"].items():
                for name, value in state.items():
                    tensors[f"optimiser.{index}.{key}.{name}"] = (
                        torch.as_tensor(value).cpu().contiguous()
                    )
        partial = path.with_suffix(".partial")
        save_file(tensors, partial, {"samples": str(self.samples)})
        partial.replace(path)

    def load(self, path: Path, optimisers: list[torch.optim.Optimizer]) -> None:
        from safetensors import safe_open

        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            self.samples = int(file.metadata()["samples"])
        for group, module in (("trained", self.trained), ("helpers", self.helpers)):
            prefix = f"{group}."
            module.load_state_dict(
                {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
            )
        for index, optimiser in enumerate(optimisers):
            content = optimiser.state_dict()
            for name, value in tensors.items():
                if name.startswith(f"optimiser.{index}."):
                    _, _, key, field_name = name.split(".")
                    content["state"].setdefault(int(key), {})[field_name] = value
            optimiser.load_state_dict(content)


def build(part: str) -> Parts:
    """Fresh networks; the seed is set by the caller."""
    if part == "unconditional":
        model = networks.make_transformer(networks.UNCONDITIONAL)
        return Parts(nn.ModuleDict({"transformer": model}), nn.ModuleDict())
    config = networks.CONDITIONAL
    heads = {f"place{n}": PlaceHead(config.hidden_size) for n in PROBED_BLOCKS}
    return Parts(
        nn.ModuleDict(
            {
                "text_encoder": networks.make_text_encoder(),
                "transformer": networks.make_transformer(config),
            }
        ),
        nn.ModuleDict({"element": ElementHead(networks.TEXT_WIDTH), **heads}),
    )


def sample_times(n: int, mean: float, device: torch.device | str) -> Tensor:
    """(n,) times: logit-normal around sigmoid(mean), 15 % uniform."""
    t = torch.sigmoid(torch.randn(n, device=device) + mean)
    uniform = torch.rand(n, device=device)
    return torch.where(torch.rand(n, device=device) < 0.15, uniform, t)


def positions_of(batch: Batch, text_tokens: int) -> Tensor:
    """(n, T + N, 3) rotary positions of the sampled sequence."""
    n = batch.rows.shape[0]
    image = torch.stack([torch.zeros_like(batch.rows), batch.rows, batch.columns], -1).float()
    text = text_positions(text_tokens, batch.rows.device).expand(n, -1, -1)
    return torch.cat([text, image + IMAGE_POSITION_OFFSET], dim=1)


class Losses(nn.Module):
    """All losses of a batch as one forward, so that its weights can stand in in another dtype."""

    def __init__(self, parts: Parts, basis: LatentBasis) -> None:
        super().__init__()
        self.trained, self.helpers, self.basis = parts.trained, parts.helpers, basis

    def forward(self, batch: Batch, mean: float) -> dict[str, Tensor]:
        return losses_of(self, batch, self.basis, mean)

    def in_bfloat16(self, batch: Batch, mean: float) -> dict[str, Tensor]:
        """Compute in bfloat16; the float32 weights stay the ones that are trained."""
        cast = {name: p.bfloat16() for name, p in self.trained.named_parameters(prefix="trained")}
        losses: dict[str, Tensor] = torch.func.functional_call(self, cast, (batch, mean))
        return losses


def losses_of(parts: Losses, batch: Batch, basis: LatentBasis, mean: float) -> dict[str, Tensor]:
    """Flow-matching loss, and the helpers' losses where there are helpers."""
    clean = batch.latents(basis)
    t = sample_times(len(clean), mean, clean.device)
    noise = torch.randn_like(clean)
    noisy = noise + t[:, None, None] * (clean - noise)
    transformer = parts.trained["transformer"]
    losses: dict[str, Tensor] = {}
    text, mask, text_tokens = None, None, 0
    if "text_encoder" in parts.trained:
        features = parts.trained["text_encoder"](batch.token_ids)
        text = transformer.project_text(features)
        text_tokens = text.shape[1]
        seen = torch.arange(text_tokens, device=clean.device) < batch.lengths[:, None]
        mask = F.pad(seen, (0, clean.shape[1]), value=True)[:, None, None]
        last_tap = features.unflatten(-1, (-1, len(networks.TAPS)))[..., -1]
        losses["element"] = parts.helpers["element"](last_tap, batch)
    rotary = rotary_tables(positions_of(batch, text_tokens), transformer.config, transformer.dtype)
    states: dict[int, Tensor] = {}
    hooks = [
        transformer.layers[n].register_forward_hook(
            lambda _m, _i, out, n=n: states.update({n: out})
        )
        for n in PROBED_BLOCKS
        if parts.helpers
    ]
    velocity = transformer.run(noisy, text, rotary, transformer.modulate(t), mask)
    for hook in hooks:
        hook.remove()
    weights = CHANNEL_WEIGHTS.to(clean.device) / CHANNEL_WEIGHTS.mean()
    losses["picture"] = (weights * (velocity - (clean - noise)) ** 2).mean()
    for n, state in states.items():
        place, inside = parts.helpers[f"place{n}"](state[:, text_tokens:], batch)
        losses[f"place{n}"], losses[f"inside{n}"] = place, inside
    return losses


def helper_weight(samples: int, finishing: bool) -> float:
    """0.5 at the start, fading as pictures come to need less of it."""
    return 0.05 if finishing else max(0.1, 0.5 - 0.4 * samples / 200_000)


def stage_at(part: str, samples: int, finishing: bool) -> Stage:
    if part == "unconditional":
        return UNCONDITIONAL_STAGE
    if finishing:
        return FINISH
    return [stage for start, stage in CURRICULUM if samples >= start][-1]


def batches(stage: Stage, args: argparse.Namespace, samples: int) -> Iterator[Batch]:
    stream = SceneStream(stage, args.batch_size, args.seed + samples)
    return iter(DataLoader(stream, batch_size=None, num_workers=args.workers))


def train(args: argparse.Namespace) -> None:
    """The loop: one line of losses every so often, a checkpoint every few minutes."""
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    args.run.mkdir(parents=True, exist_ok=True)
    basis = ensure_basis(args.run).to(args.device)
    parts = build(args.part)
    parts.trained.to(args.device)
    parts.helpers.to(args.device)
    if args.compile:
        for block in parts.blocks():
            block.compile(dynamic=True)
    optimisers = make_optimisers([parts.trained, parts.helpers], args.lr)
    path = args.run / f"{args.part}.safetensors"
    if path.exists():
        parts.load(path, optimisers)
        print(f"going on from {parts.samples} samples", flush=True)
    torch.manual_seed(args.seed + parts.samples)
    start, finishing = parts.samples, args.anneal > 0
    stop = start + args.anneal if finishing else args.samples
    target = path.with_stem(f"{args.part}-final") if finishing else path
    stage, source = None, iter(())
    began = saved = shown = time.monotonic()
    shown_at, step = start, 0
    while parts.samples < stop and time.monotonic() - began < args.minutes * 60:
        if stage_at(args.part, parts.samples, finishing) != stage:
            stage = stage_at(args.part, parts.samples, finishing)
            source = batches(stage, args, parts.samples)
        progress = (parts.samples - start) / args.anneal if finishing else 0.0
        set_rate(optimisers, args.lr * (1 - progress) * min(1, (step + 1) / WARM_UP))
        mean = -1.2 + 0.9 * progress
        one_step(parts, optimisers, next(source).to(args.device), basis, mean, finishing)
        parts.samples += args.batch_size
        step += 1
        if time.monotonic() - shown > args.show_every:
            now = time.monotonic()
            report(args, parts, (parts.samples - shown_at) / (now - shown))
            shown, shown_at = now, parts.samples
        if time.monotonic() - saved > args.save_every:
            parts.save(target, optimisers)
            saved = time.monotonic()
    parts.save(target, optimisers)


def one_step(
    parts: Parts,
    optimisers: list[torch.optim.Optimizer],
    batch: Batch,
    basis: LatentBasis,
    mean: float,
    finishing: bool,
) -> None:
    losses = Losses(parts, basis).in_bfloat16(batch, mean)
    weight = helper_weight(parts.samples, finishing)
    loss = losses["picture"] + weight * sum(v for k, v in losses.items() if k != "picture")
    loss.backward()
    every = [p for o in optimisers for g in o.param_groups for p in g["params"]]
    nn.utils.clip_grad_norm_(every, 1.0)
    for optimiser in optimisers:
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    for name, value in losses.items():
        value = value.detach()
        before = parts.losses.get(name, float(value))
        parts.losses[name] = 0.98 * before + 0.02 * float(value)


def set_rate(optimisers: list[torch.optim.Optimizer], lr: float) -> None:
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = lr


def report(args: argparse.Namespace, parts: Parts, rate: float) -> None:
    losses = {name: round(value, 4) for name, value in parts.losses.items()}
    line = {"samples": parts.samples, "per_second": round(rate, 1), **losses}
    print(json.dumps(line), flush=True)
    with (args.run / f"{args.part}.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


def ensure_basis(run: Path) -> LatentBasis:
    """The run's latent space, made on first use."""
    path = run / "latents.safetensors"
    if not path.exists():
        LatentBasis.fit().save(path)
    return LatentBasis.load(path)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=["conditional", "unconditional"])
    parser.add_argument("--run", type=Path, default=Path("runs/demo"))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--samples", type=int, default=100_000_000, help="stop after this many")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after this long")
    parser.add_argument("--anneal", type=int, default=0, help="finish over this many samples")
    parser.add_argument("--batch-size", type=int, default=48)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--compile", action="store_true", help="compile the layers")
    parser.add_argument("--show-every", type=float, default=30, help="seconds")
    parser.add_argument("--save-every", type=float, default=240, help="seconds")
    train(parser.parse_args(arguments))


if __name__ == "__main__":
    main()
