"""Drawing where a card is borrowed for each picture: Hugging Face ZeroGPU.

There `spaces.GPU` runs a generator function in a forked worker, which alone has the card. What
survives the fork is the memory: the model, which is therefore built before the server starts. What
does not are threads, so a lock that one of them held stays shut for ever: the line, the store and
the jobs are not touched in the worker. It is given a prompt and numbers, and hands back a `Stroke`
a step, all of them pickled; closing the generator stops it within one step.

Where there is no package called `spaces`, `load` is `ui.service.models.load`, `prepare` does
nothing, and `draw` is not used. What it is not: a service, which takes a `Drawer` for a pipeline.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import math
import re
import threading
import time
from collections.abc import Callable, Generator, Hashable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from ideogram4.errors import DeviceError, Ideogram4Error, OutOfMemoryError, RequestError
from ideogram4.sampling.plan import plan_seeds
from ideogram4.sampling.presets import get_preset
from ideogram4.settings import Settings, has_zero_gpu
from ideogram4.weights.lora import LoraSpec
from ui.service import models
from ui.service.budget import PreviewBudget
from ui.service.worker import apology, without_frames

if TYPE_CHECKING:
    from PIL.Image import Image

    from ideogram4.caption import Caption
    from ideogram4.pipeline import Ideogram4Pipeline

log = logging.getLogger(__name__)

# What is asked of ZeroGPU, in seconds: to put the weights on the card of a new worker, and for a
# step at one megapixel. The full model took 0.34 there on a whole H100 (benchmarks/README.md), and
# five times that at four. What is lent is less than half of such a card; the rest is caution.
MOVING, MOVING_DEMO = 15, 5
STEP, GROWTH = 0.34 * 3.3, 1.16
MOST_WORDS = 300  # of what ZeroGPU says


@dataclass(frozen=True)
class Stroke:
    """A finished step as plain data; a `StepResult` as far as the service uses one.

    `look` is the preview, where the step has one; the last step has the `pictures`.
    """

    index: int
    total: int
    seeds: tuple[int, ...]
    prompts: tuple[str, ...]
    look: Image | None
    pictures: tuple[Image, ...]

    @property
    def seed(self) -> int:
        return self.seeds[0]

    def wait(self) -> None:
        """The worker has waited for its card already."""

    def preview(self, max_side: int = 256) -> Image | None:
        """What the worker could afford, whose size it chose."""
        return self.look

    def images(self) -> list[Image]:
        return list(self.pictures)


HERE = importlib.util.find_spec("spaces") is not None
News = Stroke | Ideogram4Error
Draw = Callable[[str, Mapping[str, Any], int], Iterator[News]]


def lent(draw: Draw) -> Draw:
    """`draw` on a borrowed card where `spaces.GPU` exists; elsewhere `draw` itself."""
    if not HERE:
        return draw
    spaces = importlib.import_module("spaces")  # before torch: it stands in for the card until then
    return cast(Draw, spaces.GPU(duration=lambda prompt, wishes, seconds: seconds)(draw))


_pipeline: Ideogram4Pipeline | None = None  # what a forked worker finds
_key: Hashable = None  # which one that is
_previews = PreviewBudget(time.monotonic)
_building = threading.Lock()  # never taken in a worker


@lent
def draw(prompt: str, wishes: Mapping[str, Any], seconds: int) -> Iterator[News]:
    """Draw with the model that was built before; an error is the last thing it yields.

    It raises nothing, because of what is raised in a worker only the class's name comes back.
    """
    try:
        yield from _strokes(_pipeline, prompt, wishes)
        return
    except Ideogram4Error as error:
        failure = without_frames(error)
    except Exception:
        log.exception("generation failed")
        failure = apology()
    if isinstance(failure, OutOfMemoryError):
        models.release_memory()
    yield failure


def _strokes(
    pipeline: Ideogram4Pipeline | None, prompt: str, wishes: Mapping[str, Any]
) -> Iterator[Stroke]:
    if pipeline is None:
        raise DeviceError("the worker began before there was a model")
    options = dict(wishes)
    pipeline.set_loras(options.pop("loras", ()))
    _previews.begin()
    began = time.monotonic()
    with closing(pipeline.generate(prompt, check="off", **options)) as steps:
        for step in steps:
            step.wait()
            _previews.earn(time.monotonic() - began)
            look = None if step.is_last else _previews.buy(step.preview)
            pictures = tuple(step.images()) if step.is_last else ()
            yield Stroke(step.index, step.total, step.seeds or (), step.prompts, look, pictures)
            began = time.monotonic()


class Drawer:
    """What the service takes for a pipeline: the model's facts, and steps drawn by a worker."""

    def __init__(self, facts: models.ModelFacts) -> None:
        self.name = facts.name
        self.is_demo = facts.is_demo
        self.licence = facts.licence
        self.commit = facts.commit
        self.limits = facts.limits
        self.default_size = facts.default_size
        self.default_preset = facts.default_preset
        self.preset_guidance_limit = facts.preset_guidance_limit
        self._loras: tuple[LoraSpec, ...] = ()

    def set_loras(self, loras: Sequence[LoraSpec]) -> None:
        """For the next pictures. The worker, new or used, is told each time and lays them."""
        self._loras = tuple(loras)

    def generate(
        self, caption: Caption, *, check: str, **wishes: Any
    ) -> Generator[Stroke, None, None]:
        """The steps, as `Ideogram4Pipeline.generate` has them. Raises Ideogram4Error.

        The seed is drawn here: workers are copies of one process, and would draw alike.
        """
        wishes["seed"] = plan_seeds(wishes["seed"], 1, wishes["num_images"])[0]
        wishes["loras"] = self._loras
        strokes = draw(caption.to_prompt(), wishes, seconds_for(wishes, demo=self.is_demo))
        try:
            with closing(cast(Generator[News, None, None], strokes)) as news:
                for stroke in news:
                    if isinstance(stroke, Ideogram4Error):
                        raise stroke
                    yield stroke
        except Exception as error:
            if not is_gradios(error):
                raise
            raise not_lent(error) from None


def seconds_for(wishes: Mapping[str, Any], *, demo: bool) -> int:
    """For how long a card is asked for. Too long costs a place in ZeroGPU's queue, too short the
    picture."""
    given = len(wishes["guidance_schedule"] or ())
    steps = wishes["num_steps"] or given or get_preset(wishes["preset"]).num_steps
    megapixels = wishes["width"] * wishes["height"] / 2**20
    drawing: float = STEP * megapixels**GROWTH * steps * wishes["num_images"]
    return math.ceil((MOVING_DEMO if demo else MOVING) + drawing)


def is_gradios(error: Exception) -> bool:
    """Whether it is Gradio's error, or one that `spaces` has made of it. (Nothing here imports
    Gradio, because a service has no page.)"""
    return any(kind.__module__.partition(".")[0] == "gradio" for kind in type(error).__mro__)


def not_lent(error: Exception) -> DeviceError:
    """ZeroGPU's refusal (no card, no quota, too long), which is Gradio's error, as one of ours."""
    told = str(getattr(error, "message", error))
    words = re.sub(r"<[^>]*>|\s+", " ", told).strip()[:MOST_WORDS]
    return DeviceError(
        f"The graphics card could not be had, or not for long enough. ZeroGPU says: {words}",
        hint="Nothing is lost. A smaller size or fewer steps need the card for less time.",
    )


def load(model: str, settings: Settings, on_progress: models.OnProgress) -> Ideogram4Pipeline:
    """The service's loader: a `Drawer` where `spaces` exists, else the pipeline itself."""
    if not HERE:
        return models.load(model, settings, on_progress)
    return cast("Ideogram4Pipeline", Drawer(_built(model, settings, on_progress)))


def prepare(model: str, settings: Settings) -> None:
    """Build the model now where `spaces` exists. Call it from the main thread, before serving:
    ZeroGPU lets no other thread speak of a card that is not there yet."""
    if HERE:
        print(f"Loading {model} before the studio opens.", flush=True)
        _built(model, settings, lambda what, fraction: None)


def _built(model: str, settings: Settings, on_progress: models.OnProgress) -> Ideogram4Pipeline:
    """The one model of this process. Another one takes its place, which only a studio on one's own
    machine ever asks for: a Space cannot change its model while it runs."""
    global _pipeline, _key
    wanted = for_the_card(settings)
    key = models.asked_for(model, wanted)
    with _building:
        if _pipeline is None or _key != key:
            _pipeline = None  # two of them may not fit
            _pipeline, _key = models.load(model, wanted, on_progress), key
        return _pipeline


def for_the_card(settings: Settings) -> Settings:
    """The settings with a memory plan that works: with ZeroGPU weights are on the card, all of
    them, and its free memory cannot be asked for. Raises RequestError for any other plan."""
    if not has_zero_gpu():
        return settings
    if settings.memory not in ("auto", "resident"):
        raise RequestError(
            f"IDEOGRAM4_MEMORY is {settings.memory!r}; with ZeroGPU all weights are on the card",
            hint="Unset it.",
        )
    return replace(settings, memory="resident")
