"""The whole way from a caption to a picture, behind one object.

    pipe = Ideogram4Pipeline.from_pretrained("demo")
    pipe(caption, width=256, height=256, seed=7)[0].save("out.png")

`generate` is the generator underneath: a step a time, with a preview that costs nothing unless
asked for. Closing it stops the work. What it is not: a queue, a cache or a store; those are the
caller's.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ideogram4.device import choose_device, choose_dtype, translate_memory_errors
from ideogram4.errors import RequestError
from ideogram4.loading import OUT_OF_MEMORY, LoadedModel, Numerics, OnProgress, load_model
from ideogram4.magic.answer_schema import AnswerLimits
from ideogram4.magic.local import CaptionWriter, WriterParts
from ideogram4.memory.plans import check_plan
from ideogram4.memory.residency import Residency
from ideogram4.model.writer import Sampling
from ideogram4.prompts import Prompt, prompt_texts
from ideogram4.reading import instruction as reading
from ideogram4.result import PictureDecoder, StepResult
from ideogram4.sampling.denoise import Branch, DenoisingStep, denoise
from ideogram4.sampling.layout import PATCH, LatentScale
from ideogram4.sampling.plan import SamplingPlan, plan_sampling, plan_seeds
from ideogram4.weights import resolve_model
from ideogram4.weights.lora import LoraReport, LoraSpec
from ideogram4.weights.lora.manager import LoraManager

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Ideogram4Pipeline", "Numerics", "StepResult"]

# Noise is always drawn here, so that a seed gives the same picture on a card and on a processor.
NOISE_DEVICE = "cpu"
OUTPUTS = ("pil", "latents")
NO_ROOM = (
    "Choose a smaller size or fewer pictures at once, or load the model with a memory plan that "
    "keeps less on the device (--memory swap, IDEOGRAM4_MEMORY)."
)


@dataclass(frozen=True)
class Request:
    """One generation, checked and complete. `seeds` is empty when noise was given."""

    prompts: tuple[str, ...]
    token_ids: tuple[tuple[int, ...], ...]
    height: int
    width: int
    num_images: int
    sampling: SamplingPlan
    seeds: tuple[int, ...]
    noise: Tensor | None

    @property
    def images_total(self) -> int:
        return len(self.prompts) * self.num_images


class Ideogram4Pipeline:
    """A loaded model. Make one with `from_pretrained` and keep it: loading is the slow part.

    Attributes: name, is_demo, licence, commit (on the hub, or ""), limits, default_size (width,
    height), default_preset, preset_guidance_limit (None, or the most guidance a preset gives with
    this checkpoint), device, dtype, memory_plan, quantisation, latent_statistics (where the
    latents' scale came from).
    """

    def __init__(self, model: LoadedModel) -> None:
        networks, info = model.networks, model.info
        bn = networks.autoencoder.bn
        eps = networks.autoencoder.config.batch_norm_eps
        pair = networks.conditional, networks.unconditional
        self._networks = networks
        self._tokenizer = model.tokenizer
        self._numerics = model.numerics
        scale = LatentScale.of_checkpoint(bn.running_mean, bn.running_var, eps)
        self._decoder = PictureDecoder(networks.autoencoder, scale)
        self._residency = Residency(model.plan, model.device, networks.text_encoder, *pair)
        self._loras = LoraManager(*pair, model.device, model.dtype)
        self._writer = CaptionWriter(
            WriterParts(
                model.folder,
                networks.text_encoder,
                model.tokenizer,
                model.device,
                model.dtype,
                self._residency.encoding,
                model.plan.hosted,
            )
        )
        self.name = info.name
        self.is_demo = info.is_demo
        self.licence = info.licence
        self.commit = info.commit
        self.limits = info.limits
        self.default_size = info.default_size
        self.default_preset = info.default_preset
        self.preset_guidance_limit = info.preset_guidance_limit
        self.device = str(model.device)
        self.dtype = model.dtype
        self.memory_plan = model.plan
        self.quantisation = networks.weight_format
        self.latent_statistics = scale.source

    @classmethod
    def from_pretrained(
        cls,
        model: str | Path = "demo",
        *,
        device: str | None = None,
        dtype: torch.dtype | None = None,
        revision: str | None = None,
        memory: str = "auto",
        compile: bool = False,
        loras: Sequence[LoraSpec] = (),
        token: str | None = None,
        local_files_only: bool = False,
        endpoint: str | None = None,
        on_progress: OnProgress | None = None,
        numerics: Numerics | None = None,
    ) -> Ideogram4Pipeline:
        """Load "demo", a folder, or a repository of the hub ("owner/name", "owner/name@revision").

        device: "cuda", "mps", "cpu" or None for the best there is. dtype: the compute dtype; None
        is bfloat16 on a card and float32 on a processor. memory: where weights wait,
        "resident" (on the device), "swap" or "stream" (in host memory, see
        `ideogram4.memory.plans`); "auto" keeps as much on a card as its free memory has room for.
        Pictures are identical under every plan. compile: let torch compile the transformers'
        blocks, which pays on a card after a slow first picture. loras: see `set_loras`.
        on_progress(what, fraction 0..1) is called while downloading and loading.
        Raises `WeightsError` and its kin, and `DeviceError`.
        """
        check_plan(memory)
        choose_dtype(dtype, choose_device(device))  # told before anything is downloaded
        folder = resolve_model(
            model,
            revision=revision,
            token=token,
            local_files_only=local_files_only,
            endpoint=endpoint,
            on_progress=on_progress,
        )
        loaded = load_model(
            folder,
            str(model),
            device=device,
            dtype=dtype,
            memory=memory,
            compile=compile,
            loras=loras,
            numerics=numerics or Numerics(),
            on_progress=on_progress,
        )
        # A caller's inference mode would make weights that cannot be moved later.
        with translate_memory_errors(OUT_OF_MEMORY), torch.inference_mode(False), torch.no_grad():
            pipe = cls(loaded)
            pipe.set_loras(loras)
        return pipe

    def __repr__(self) -> str:
        return f"Ideogram4Pipeline({self.name!r}, device={self.device!r}, dtype={self.dtype})"

    def __call__(self, prompts: Prompt | Sequence[Prompt], **options: Any) -> Any:
        """Pictures for one or several prompts: a list of PIL images, prompt by prompt.

        Takes what `generate` takes, and `output`: "pil", or "latents" for the final float32 latents
        (images, tokens, channels) before the autoencoder.
        """
        output = options.pop("output", "pil")
        if output not in OUTPUTS:
            raise RequestError(f"output is {output!r:.40}; choose from {', '.join(OUTPUTS)}")
        last: StepResult | None = None
        for step in self.generate(prompts, **options):
            last = step
        if last is None:
            raise RequestError("num_steps is 0; give at least one step")
        return last.latents.clone() if output == "latents" else last.images()

    def generate(
        self,
        prompts: Prompt | Sequence[Prompt],
        *,
        height: int | None = None,
        width: int | None = None,
        preset: str | None = None,
        num_steps: int | None = None,
        guidance_scale: float | None = None,
        guidance_schedule: Sequence[float] | None = None,
        mu: float | None = None,
        std: float | None = None,
        seed: int | None = None,
        num_images: int = 1,
        noise: Tensor | None = None,
        check: str = "warn",
    ) -> Generator[StepResult, None, None]:
        """Denoise step by step. Arguments are checked now, work starts with the first `next()`.

        height, width: pixels (default: the model's own). preset: a name in PRESETS, overridden by
        num_steps, guidance_scale (one weight) or guidance_schedule (a weight a step, first step
        first), mu and std. seed: of the first picture, the others count on; None draws a fresh one.
        num_images: per prompt. noise: float32 (images, tokens, channels), replaces the seed.
        check: "raise", "warn" or "off" for captions outside the trained format.
        Raises `RequestError`, `CaptionError`; while running, `OutOfMemoryError`.
        """
        width = self.default_size[0] if width is None else width
        height = self.default_size[1] if height is None else height
        self.limits.check(width, height)
        plan = plan_sampling(
            height=height,
            width=width,
            preset=preset or self.default_preset,
            num_steps=num_steps,
            guidance_scale=guidance_scale,
            guidance_schedule=guidance_schedule,
            mu=mu,
            std=std,
            preset_guidance_limit=self.preset_guidance_limit,
        )
        self._check_guidance(plan)
        texts = tuple(prompt_texts(prompts, check))
        ids = tuple(tuple(self._tokenizer.encode_checked(text)) for text in texts)
        seeds = plan_seeds(seed, len(texts), num_images)
        request = Request(texts, ids, height, width, num_images, plan, seeds, noise)
        if noise is not None:
            self._check_noise(request, noise)
        return self._run(request)

    def set_loras(
        self, loras: Sequence[LoraSpec], *, strict: bool = True
    ) -> tuple[LoraReport, ...]:
        """Let exactly these LoRAs be in force from the next picture on; none at all takes all out.

        Several add up, each with its weight. The model is not loaded again, and a file that has
        been read is not read again. strict: refuse a file with keys that no layer answers to;
        otherwise they are told in the report. Raises `WeightsError` and its kin and `RequestError`,
        and then nothing has changed, and `OutOfMemoryError`, after which no LoRA is in force. Not
        while a picture is being made.
        """
        with translate_memory_errors("Use fewer LoRAs, or ones of a smaller rank."):
            return self._loras.set(loras, strict=strict)

    @property
    def loras(self) -> tuple[LoraReport, ...]:
        """The LoRAs in force, in their order."""
        return self._loras.reports

    def count_tokens(self, prompt: str) -> int:
        """How many tokens the model reads for this string, chat template included."""
        return len(self._tokenizer.encode(prompt))

    @torch.inference_mode()
    def encode_text(self, prompt: str) -> Tensor:
        """Features of one prompt string, (tokens, features), in the compute dtype."""
        return self._features(tuple(self._tokenizer.encode_checked(prompt)))

    def write_caption(
        self,
        instruction: str,
        request: str,
        *,
        limits: AnswerLimits | None = None,
        boxes: bool = True,
        temperature: float = 0.7,
        top_p: float = 0.9,
        seed: int = 0,
    ) -> Generator[str, None, None]:
        """Let the text encoder write a caption as JSON text, piece by piece as it is written.

        instruction: what the model is told to do; request: the person's words. The answer is kept
        to the caption's schema, so it is always a caption, however little the model knows. limits
        bound its length; boxes=False writes none. Needs the model's `lm_head`. The second time is
        quicker. Raises `WeightsError` and its kin where the model cannot write.
        """
        sampling = Sampling(temperature, top_p, seed)
        with translate_memory_errors("Draw first, or use a memory plan that keeps less."):
            yield from self._writer.write(
                instruction, request, limits or AnswerLimits(), boxes, sampling
            )

    def describe(
        self,
        image: Image,
        *,
        instruction: str | None = None,
        request: str = reading.REQUEST,
        limits: AnswerLimits | None = None,
        boxes: bool = True,
        temperature: float = 0.2,
        top_p: float = 0.9,
        seed: int = 0,
    ) -> Generator[str, None, None]:
        """Let the model look at a picture and write its caption, piece by piece.

        As `write_caption`, with the vision tower's help, and without colours: those are measured
        (`ideogram4.reading`). Larger pictures are reduced to a million pixels. Needs the
        tower (`visual.*` in text_encoder/) and the `lm_head`; neither is read before. Raises
        `WeightsError` and its kin where the model cannot see or write, and `RequestError`.
        """
        sampling = Sampling(temperature, top_p, seed)
        words = instruction or reading.instruction(boxes=boxes), request
        with translate_memory_errors("Draw first, or use a memory plan that keeps less."):
            yield from self._writer.describe(
                image, *words, limits or AnswerLimits(), boxes, sampling
            )

    def decode_latents(self, latents: Tensor, *, height: int, width: int) -> list[Image]:
        """Pictures of latents as `output="latents"` gives them: (images, tokens, channels)."""
        tokens = latents.to(self.device, torch.float32)
        return self._decoder.decode(tokens, self._grid(height, width))

    def _features(self, token_ids: tuple[int, ...]) -> Tensor:
        ids = torch.tensor([token_ids], device=self.device)
        with self._residency.encoding():
            features: Tensor = self._networks.text_encoder(ids)[0]
        return features

    def _run(self, request: Request) -> Generator[StepResult, None, None]:
        grid = self._grid(request.height, request.width)
        seeds = None if request.noise is not None else request.seeds
        steps = self._steps(request, grid)
        while True:
            # Inference mode is entered for each step alone: a generator that stays suspended inside
            # it would leave the caller's thread in it.
            with (
                torch.inference_mode(),
                translate_memory_errors(NO_ROOM),
            ):
                step = next(steps, None)
            if step is None:
                return
            yield StepResult(
                step.index,
                step.total,
                step.t,
                seeds,
                request.images_total,
                request.prompts,
                step,
                self._decoder,
                grid,
            )

    def _steps(self, request: Request, grid: tuple[int, int]) -> Iterator[DenoisingStep]:
        plan, networks = request.sampling, self._networks
        options = {
            "grid": grid,
            "times": plan.times[:-1],
            "round_time": self._numerics.round_time,
            "inv_freq_dtype": self._numerics.rope_inv_freq,
        }
        # Captions that are the same share one conditioning, and so do all their pictures.
        features = {ids: self._features(ids) for ids in dict.fromkeys(request.token_ids)}
        with self._residency.preparing(networks.conditional):
            prepared = {
                ids: networks.conditional.prepare(f, **options) for ids, f in features.items()
            }
        del features
        conditional = Branch(
            networks.conditional, tuple(prepared[ids] for ids in request.token_ids)
        )
        unconditional = None
        if networks.unconditional is not None and any(g != 1 for g in plan.guidance):
            with self._residency.preparing(networks.unconditional):
                shared = networks.unconditional.prepare(None, **options)
            unconditional = Branch(networks.unconditional, (shared,))
        latents = self._initial_latents(request, grid)
        yield from denoise(latents, conditional, unconditional, plan.times, plan.guidance)

    def _initial_latents(self, request: Request, grid: tuple[int, int]) -> Tensor:
        if request.noise is not None:
            return request.noise.to(self.device, torch.float32)
        shape = (grid[0] * grid[1], self._networks.conditional.config.in_channels)
        generator = torch.Generator(NOISE_DEVICE)
        drawn = [torch.randn(shape, generator=generator.manual_seed(s)) for s in request.seeds]
        return torch.stack(drawn).to(self.device)

    def _grid(self, height: int, width: int) -> tuple[int, int]:
        pixels = PATCH * self._networks.autoencoder.config.scale_factor
        return height // pixels, width // pixels

    def _check_guidance(self, plan: SamplingPlan) -> None:
        if self._networks.unconditional is None and any(g != 1 for g in plan.guidance):
            raise RequestError(
                f"{self.name} has no unconditional transformer, so it runs without guidance only",
                hint="Pass guidance_scale=1.",
            )

    def _check_noise(self, request: Request, noise: Tensor) -> None:
        grid_h, grid_w = self._grid(request.height, request.width)
        channels = self._networks.conditional.config.in_channels
        expected = (request.images_total, grid_h * grid_w, channels)
        if not isinstance(noise, Tensor):
            raise RequestError(f"noise must be a tensor, not {type(noise).__name__}")
        if tuple(noise.shape) != expected or noise.dtype != torch.float32:
            raise RequestError(
                f"noise is {noise.dtype} of shape {tuple(noise.shape)}; "
                f"expected torch.float32 of shape {expected} (images, tokens, channels)"
            )
