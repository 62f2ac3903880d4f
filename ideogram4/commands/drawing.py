"""From a checked prompt to PNG files: load a pipeline once, run it with progress, save whole files.

Shared by the single, the batch and the product document's form of `generate`. It reads no
arguments; it is handed a `Wish`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ideogram4 import __version__
from ideogram4.choice import DEMO, choose_model
from ideogram4.commands.console import Console, Progress
from ideogram4.commands.prompts import Prompt
from ideogram4.disclosure import disclosure
from ideogram4.errors import BlockedError, Ideogram4Error, ServiceError, WeightsError
from ideogram4.png import save_png
from ideogram4.safety import Screening
from ideogram4.sampling.presets import get_preset
from ideogram4.settings import Settings
from ideogram4.weights.lora import LoraSpec

if TYPE_CHECKING:
    from PIL.Image import Image

    from ideogram4.pipeline import Ideogram4Pipeline, StepResult

# Besides these a picture records preset, steps, size and seed, which are always known.
OVERRIDES = ("guidance_scale", "guidance_schedule", "mu", "std")
NO_SCREENING = Screening()
Place = Callable[[int, int, int], Path]  # (number from 1, how many, seed) -> where it is saved


@dataclass(frozen=True)
class Wish:
    """What to draw with and how. `sampling` are keyword arguments of `Ideogram4Pipeline.generate`.

    A side of None means the model's usual one.
    """

    model: str | None = None
    revision: str | None = None
    device: str | None = None
    dtype: str | None = None
    memory: str | None = None
    loras: tuple[LoraSpec, ...] = ()
    fp8_products: bool = False
    compile: bool = False
    width: int | None = None
    height: int | None = None
    seed: int | None = None
    sampling: Mapping[str, Any] = field(default_factory=dict)


class Studio:
    """One pipeline, loaded at the first prompt that can be drawn, and the way it is used here."""

    def __init__(
        self,
        wish: Wish,
        settings: Settings,
        console: Console,
        screening: Screening = NO_SCREENING,
    ) -> None:
        """Choose the model, saying which and why.

        Raises RequestError for a size it cannot draw, when its files are on this computer.
        """
        self._wish = wish
        self._settings = settings
        self._console = console
        self._screening = screening
        self._progress = Progress(console)
        choice = choose_model(settings, wish.model, wish.revision)
        console.say(f"model: {choice.model} ({choice.reason})")
        if settings.offline and choice.model != DEMO:
            console.say("offline: the hub is not asked, and the copy on this computer is used")
        self._model = choice.model
        _check_size_early(choice.model, wish)
        self._pipe: Ideogram4Pipeline | None = None

    def draw(
        self, prompt: Prompt, place: Place, *, seed: int | None = None, overwrite: bool = True
    ) -> list[Path]:
        """Draw one prompt and save its pictures; returns their paths in order.

        With `overwrite=False` a picture that is already there is kept and only the others saved.
        Raises WeightsError, DeviceError, or RequestError for a prompt of too many tokens, which
        is told before the model is loaded when its files are on this computer. Raises ServiceError
        before anything is drawn for words that screening does not let pass, and in the end for a
        picture: that one is not written, the others are.
        """
        if self._pipe is None:
            _check_length_early(self._model, prompt)
        self._screening.check_prompt(prompt.caption)
        pipe = self.pipeline
        started = time.monotonic()
        last = self._denoise(pipe, prompt, self._wish.seed if seed is None else seed)
        paths: list[Path] = []
        stopped: list[ServiceError] = []
        images = last.images()
        for number, (image, own_seed) in enumerate(zip(images, last.seeds or (), strict=True), 1):
            path = place(number, len(images), own_seed)
            if overwrite or not path.exists():
                try:
                    self._screening.check_picture(image)
                except ServiceError as problem:
                    stopped.append(problem)
                    continue
                counted = {"seed": own_seed, "image": number, "images": len(images)}
                story = self._story(pipe, prompt, last) | counted
                save_png(image, path, story, overwrite=overwrite)
            paths.append(path)
        width, height = _size_of(self._wish, pipe.default_size)
        self._console.say(
            f"seed {last.seed}, {last.total} steps, {width} × {height}, "
            f"{time.monotonic() - started:.1f} s"
        )
        if stopped:
            show_paths(paths, self._console)
            raise _told_of_all(stopped, len(images))
        return paths

    def write(self, instruction: str, request: str, boxes: bool) -> Iterator[str]:
        """The model writing a caption, piece by piece; the wish's seed is its seed."""
        yield from self.pipeline.write_caption(
            instruction, request, boxes=boxes, seed=self._wish.seed or 0
        )

    def look(self, image: Image, boxes: bool) -> Iterator[str]:
        """The model reading a picture into a caption; the wish's seed is its seed."""
        yield from self.pipeline.describe(image, boxes=boxes, seed=self._wish.seed or 0)

    def _denoise(self, pipe: Ideogram4Pipeline, prompt: Prompt, seed: int | None) -> StepResult:
        """Run every step with progress; return the last one."""
        width, height = _size_of(self._wish, pipe.default_size)
        steps = pipe.generate(
            prompt.text,
            width=width,
            height=height,
            seed=seed,
            check="off",  # the prompt has been checked and told about
            **self._wish.sampling,
        )
        try:
            for step in steps:
                self._progress.show(
                    "drawing", step.index / step.total, f"step {step.index}/{step.total}"
                )
        finally:
            self._progress.close()
        return step

    @property
    def pipeline(self) -> Ideogram4Pipeline:
        """The pipeline, loaded now if it was not before."""
        if self._pipe is None:
            self._pipe = self._load()
            if self._pipe.is_demo:
                self._console.say("The demo draws flat shapes. It shows how captions work, not")
                self._console.say("what the real model can do.")
        return self._pipe

    def _load(self) -> Ideogram4Pipeline:
        import torch

        from ideogram4.pipeline import Ideogram4Pipeline, Numerics

        try:
            pipe = Ideogram4Pipeline.from_pretrained(
                self._model,
                device=self._wish.device,
                dtype=getattr(torch, self._wish.dtype) if self._wish.dtype else None,
                memory=self._wish.memory or self._settings.memory,
                compile=self._wish.compile,
                numerics=Numerics(fp8_products=self._wish.fp8_products),
                loras=self._wish.loras,
                token=self._settings.hf_token,
                endpoint=self._settings.hf_endpoint,
                local_files_only=self._settings.offline,
                on_progress=self._progress.show,
            )
        finally:
            self._progress.close()
        if pipe.commit:
            self._console.say(f"commit: {pipe.commit}")
        for report in pipe.loras:
            self._console.say(f"LoRA {report.describe()}")
        return pipe

    def _story(
        self, pipe: Ideogram4Pipeline, prompt: Prompt, step: StepResult
    ) -> dict[str, object]:
        """What a picture says about itself: the studio's field names, and what else was set."""
        given = {key: value for key, value in self._wish.sampling.items() if value is not None}
        preset = get_preset(given.pop("preset", None) or pipe.default_preset)
        width, height = _size_of(self._wish, pipe.default_size)
        return {
            "Software": f"ideogram4 {__version__}",
            "caption": prompt.caption,
            "prompt": prompt.text,
            "width": width,
            "height": height,
            "preset": preset.name,
            "steps": step.total,
            "weights": pipe.name,
            **({"commit": pipe.commit} if pipe.commit else {}),
            "licence": pipe.licence,
            "version": __version__,
            **({"loras": [report.record() for report in pipe.loras]} if pipe.loras else {}),
            **{name: given[name] for name in OVERRIDES if name in given},
            **disclosure(weights=pipe.name, licence=pipe.licence),
        }


def _told_of_all(stopped: Sequence[ServiceError], images: int) -> ServiceError:
    """One error for the pictures of a prompt that were not written; an unanswered one goes first,
    because the next would not be answered either."""
    first = next((p for p in stopped if not isinstance(p, BlockedError)), stopped[0])
    if images > 1:
        first.message = f"{len(stopped)} of {images} pictures not written: {first.message}"
    return first


def numbered(path: Path) -> Place:
    """A place for one picture at `path`, for several at name-1.png, name-2.png and so on."""

    def place(number: int, total: int, seed: int) -> Path:
        return path if total == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")

    return place


def dated(folder: Path) -> Place:
    """A place under `folder` named by the moment and the seed, so that nothing is written over."""
    moment = time.strftime("%Y%m%d-%H%M%S")

    def place(number: int, total: int, seed: int) -> Path:
        return numbered(folder / f"{moment}-seed{seed}.png")(number, total, seed)

    return place


def make_folder(folder: Path) -> None:
    """Make the folder now, so that a wrong path is told before a picture is drawn, not after."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Ideogram4Error(
            f"pictures cannot be kept in {folder}: {problem.strerror or problem}",
            hint="Choose another place with --output or IDEOGRAM4_OUTPUT_DIR.",
        ) from problem


def show_paths(paths: Sequence[Path], console: Console) -> None:
    """Print where the pictures are, one a line, for people and scripts."""
    for path in paths:
        console.result(str(path))


def _check_size_early(model: str, wish: Wish) -> None:
    """Refuse a size from the model's own limits before gigabytes are loaded. Downloads nothing."""
    from ideogram4.model.config import CheckpointInfo
    from ideogram4.weights import resolve_model

    try:
        folder = resolve_model(model, local_files_only=True)
        info = CheckpointInfo.from_folder(folder, model)
    except WeightsError:
        return  # not here yet, or broken; loading will say
    info.limits.check(*_size_of(wish, info.default_size))


def _check_length_early(model: str, prompt: Prompt) -> None:
    """Refuse more tokens than the model reads before gigabytes are loaded. Downloads nothing."""
    from ideogram4.model.tokenizer import CaptionTokenizer
    from ideogram4.weights import resolve_model

    try:
        folder = resolve_model(model, local_files_only=True)
        tokenizer = CaptionTokenizer.from_folder(folder / "tokenizer")
    except WeightsError:
        return  # not here yet, or broken; loading will say
    tokenizer.encode_checked(prompt.text)


def _size_of(wish: Wish, usual: tuple[int, int]) -> tuple[int, int]:
    return (
        usual[0] if wish.width is None else wish.width,
        usual[1] if wish.height is None else wish.height,
    )
