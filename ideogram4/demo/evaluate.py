"""How well the demo obeys captions it was never trained on: draws them, measures, prints tables.

    ideogram4 demo-eval --set shapes text --sizes 256x256 320x224 --guidance preset 1 3 7
    python -m ideogram4.demo.evaluate ...          the same

One run is one set of held-out captions at one size, preset and guidance. Beside the model stand the
measure's ceiling (the drawn scenes themselves) and its floor (another scene's picture). Captions
are drawn one at a time: four at once saved 3 % of the time on a processor. Ctrl-C ends early and
shows what there is. The last line is JSON.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ideogram4.colour.cielab import ciede2000, to_lab
from ideogram4.commands.console import Console, Progress
from ideogram4.demo.evaluation.cases import Case, Size, draw, held_out, overlap, size_of
from ideogram4.demo.evaluation.facts import facts_of
from ideogram4.demo.evaluation.figures import Judged, figures
from ideogram4.demo.evaluation.legibility import is_read
from ideogram4.demo.evaluation.measure import (
    box_iou,
    extent,
    in_front,
    lab_of,
    outlines,
    score,
    score_lab,
    without_specks,
)
from ideogram4.demo.evaluation.report import report
from ideogram4.demo.evaluation.roundtrip import RoundTrip, find_round_trip
from ideogram4.demo.evaluation.runs import Run, Setting
from ideogram4.demo.evaluation.sheet import contact_sheet, label_of
from ideogram4.demo.pictures.scenes import TEXT_SHAPE
from ideogram4.disclosure import ASSEMBLED, disclosure
from ideogram4.pipeline import Ideogram4Pipeline
from ideogram4.png import save_png

__all__ = [
    "Case",
    "box_iou",
    "ciede2000",
    "contact_sheet",
    "draw",
    "evaluate",
    "extent",
    "held_out",
    "judge",
    "main",
    "run",
    "score",
    "to_lab",
    "without_specks",
]

STOPPED = 130
ON_A_SHEET = 32
Make = Callable[[Case, int], Image.Image]


def evaluate(cases: Sequence[Case], make: Make) -> dict[str, float]:
    """Mean figures over the cases; `make(case, index)` gives the picture to judge."""
    found = figures([judge(make(case, n), case) for n, case in enumerate(cases)])
    result = {name: value for name, value in found.items() if not isinstance(value, dict)}
    for count, values in found["by_count"].items():
        result[f"iou_{count}"] = values["iou"]
    for name, values in (found["by_shape"] | found["by_area"]).items():
        result[f"iou {name}"] = values["iou"]
    return result


def judge(picture: Image.Image, case: Case, name: str = "shapes") -> Judged:
    """Everything the set `name` asks of one picture."""
    scene, lab = case.scene, lab_of(picture)
    words = [n for n, element in enumerate(scene.elements) if element.shape == TEXT_SHAPE]
    read = tuple(is_read(lab, scene, n) for n in words)
    size = picture.height, picture.width
    front = in_front(lab, scene, overlap(scene, size)) if name == "order" else None
    outline = outlines(lab, lab_of(draw(case, size)), scene)
    return Judged(case, score_lab(lab, scene), outline, read, front)


@dataclass(frozen=True)
class Bench:
    """The loaded model and what all runs share."""

    pipe: Ideogram4Pipeline
    console: Console
    progress: Progress
    captions: int | None
    seed: int
    steps: int | None

    def cases(self, name: str) -> list[Case]:
        count = size_of(name) if self.captions is None else min(self.captions, size_of(name))
        return held_out(count, name)

    def run(self, setting: Setting, pictures: list[Image.Image]) -> Run:
        """Draw and judge; the first pictures are put into `pictures`. Ctrl-C keeps what is done."""
        cases = self.cases(setting.name)
        judged, seconds = [], []
        try:
            for n, case in enumerate(cases):
                self.progress.show(setting.title, n / len(cases))
                began = time.perf_counter()
                picture = self.draw(setting, case, n)
                seconds.append(time.perf_counter() - began)
                judged.append(judge(picture, case, setting.name))
                if n < ON_A_SHEET:
                    pictures.append(picture)
        except KeyboardInterrupt:
            return Run("model", setting, tuple(judged), tuple(seconds), complete=False)
        return Run("model", setting, tuple(judged), tuple(seconds))

    def draw(self, setting: Setting, case: Case, number: int) -> Image.Image:
        height, width = setting.size
        picture: Image.Image = self.pipe(
            case.caption,
            height=height,
            width=width,
            preset=setting.preset,
            num_steps=setting.steps,
            guidance_scale=setting.guidance,
            seed=self.seed + number,
            check="off",
        )[0]
        return picture

    def bound(self, what: str, name: str, size: Size, make: Make) -> Run:
        """The measure on pictures that no transformer made."""
        cases = self.cases(name)
        judged = []
        setting = Setting(name, size)
        for n, case in enumerate(cases):
            self.progress.show(f"{name} {setting.size_text} {what}", n / len(cases))
            judged.append(judge(make(case, n), case, name))
        return Run(what, setting, tuple(judged))


def run(arguments: argparse.Namespace, console: Console) -> int:
    """The command: its options are those of ideogram4/commands/demo_eval.py."""
    _check_captions(arguments)
    pipe, first_load = timed_load(arguments)
    # The first load imports libraries, which takes longer than the demo's weights.
    load = timed_load(arguments)[1] if pipe.is_demo else first_load
    for height, width in arguments.sizes:
        pipe.limits.check(width, height)
    progress = Progress(console)
    bench = Bench(pipe, console, progress, arguments.captions, arguments.seed, arguments.steps)
    runs: list[Run] = []
    try:
        measure_all(bench, arguments, runs)
        complete = all(done.complete for done in runs)
    except KeyboardInterrupt:
        complete = False
    progress.close()
    facts = facts_of(pipe, arguments.model, arguments.seed, (first_load, load), complete)
    report([done for done in runs if done.judged], facts, console)
    return 0 if complete else STOPPED


def timed_load(arguments: argparse.Namespace) -> tuple[Ideogram4Pipeline, float]:
    """The pipeline, and the seconds it took."""
    began = time.perf_counter()
    pipe = Ideogram4Pipeline.from_pretrained(arguments.model, device=arguments.device)
    return pipe, time.perf_counter() - began


def measure_all(bench: Bench, arguments: argparse.Namespace, runs: list[Run]) -> None:
    """Add run by run to `runs`, bounds of a set and size first; ends at one that was stopped."""
    presets = arguments.presets or [bench.pipe.default_preset]
    settings = list(itertools.product(presets, arguments.guidance))
    count = len(arguments.sets) * len(arguments.sizes) * len(settings)
    trip = None if arguments.no_bounds else find_round_trip(bench.pipe, arguments.latents)
    if trip is None and not arguments.no_bounds:
        bench.console.say("no way into this model's latents: the autoencoder alone is not measured")
    for name, size in itertools.product(arguments.sets, arguments.sizes):
        if not arguments.no_bounds:
            runs.extend(bounds(bench, name, size, trip))
        for preset, guidance in settings:
            pictures: list[Image.Image] = []
            setting = Setting(name, size, preset, guidance, bench.steps)
            done = bench.run(setting, pictures)
            runs.append(done)
            if arguments.sheet and pictures:
                path = arguments.sheet
                path = path if count == 1 else path.with_stem(f"{path.stem}-{setting.slug}")
                bench.progress.close()
                save_sheet(path, done.judged[: len(pictures)], pictures, bench)
            if not done.complete:
                return


def bounds(bench: Bench, name: str, size: Size, trip: RoundTrip | None) -> Iterator[Run]:
    """Ceiling, the autoencoder's ceiling where there is one, and floor."""
    yield bench.bound("ceiling", name, size, lambda case, n: draw(case, size))
    if trip is not None:
        yield bench.bound("autoencoder", name, size, lambda case, n: trip(draw(case, size)))
    # Of the whole set, so that another scene is another one even when one caption is asked.
    others = held_out(None, name)[1:] + held_out(1, name)
    yield bench.bound("floor", name, size, lambda case, n: draw(others[n], size))


def save_sheet(
    path: Path, judged: Sequence[Judged], pictures: Sequence[Image.Image], bench: Bench
) -> None:
    labels = [label_of(n, one) for n, one in enumerate(judged)]
    sheet = contact_sheet([one.case for one in judged], pictures, labels=labels)
    pipe = bench.pipe
    save_png(
        sheet,
        path,
        disclosure(weights=pipe.name, licence=pipe.licence, source_type=ASSEMBLED),
    )
    bench.console.say(f"contact sheet: {path}")


def _check_captions(arguments: argparse.Namespace) -> None:
    """Raise `RequestError` for a set that is not there, or more captions than any set has."""
    for name in arguments.sets:
        held_out(1, name)
    if arguments.captions is not None:
        largest = max(arguments.sets, key=size_of)
        held_out(arguments.captions, largest)


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m ideogram4.demo.evaluate`."""
    from ideogram4.cli import main as command

    given = list(sys.argv[1:] if arguments is None else arguments)
    return command(["demo-eval", *given])


if __name__ == "__main__":
    sys.exit(main())
