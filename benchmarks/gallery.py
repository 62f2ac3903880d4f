"""How long a page of the gallery takes among thousands of pictures, also the first after a start.

    python -m benchmarks.gallery [--pictures 5000] [--repeats 15]

A folder of pictures is made (small ones: pixels are not read for a page; the captions are real and
no two are alike), then the questions of the page are asked as the browser asks them: with the
cards, their titles and thumbnails. "After a start" is a new process's state: with the cache, and
once without. What it is not: a test; figures belong to one machine, and the files are in the
system's memory already.
"""

from __future__ import annotations

import argparse
import colorsys
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from ideogram4.png import save_png
from ui.gallery.answers import GalleryAnswers
from ui.gallery.changes import title_of
from ui.presets import load_captions
from ui.store import PictureRecord, PictureStore
from ui.store.cache import FILE
from ui.store.colours import main_colours
from ui.store.ids import new_id

GOAL_MS = 200
PAGE = 60
RUN = 4  # pictures of one press of Generate


def fill(folder: Path, count: int) -> None:
    """Put `count` pictures into a folder, four to a run, each run with colours of its own."""
    captions = [caption.to_json() for caption in load_captions().values()]
    chance = random.Random(5)
    sync, os.fsync = os.fsync, lambda _: None  # thousands of them would be most of the time
    try:
        for number in range(count):
            image = painted(chance)
            caption = captions[number // RUN % len(captions)]
            # Of its own in every run, as it would be if somebody had worked on it.
            caption = caption.replace('"desc": "', f'"desc": "variant {number // RUN} of ')
            record = PictureRecord(
                caption=caption,
                prompt=json.dumps(json.loads(caption)),
                seed=chance.getrandbits(63),
                width=256,
                height=256,
                preset="V4_TURBO_12",
                steps=12,
                weights="demo",
                licence="Apache-2.0",
                version="0",
                run=f"{number // RUN:016x}",
                parent=f"{number // RUN - 1:016x}" if number >= RUN else "",
                colours=" ".join(main_colours(image)),
            )
            save_png(image, folder / f"{new_id()}.png", record.to_metadata())
    finally:
        os.fsync = sync


def painted(chance: random.Random) -> Image.Image:
    """A small picture of four colours."""
    image = Image.new("RGB", (64, 64))
    for quarter in range(4):
        colour = colorsys.hsv_to_rgb(chance.random(), chance.random(), chance.random())
        rgb = (int(colour[0] * 255), int(colour[1] * 255), int(colour[2] * 255))
        image.paste(rgb, (quarter % 2 * 32, quarter // 2 * 32, quarter % 2 * 32 + 32, 64))
    return image


def milliseconds(ask: Callable[[], Any]) -> float:
    """How long a question takes."""
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def started(folder: Path) -> GalleryAnswers:
    """A studio that has just been started."""
    return GalleryAnswers(PictureStore(folder), own=False)


def first_page(folder: Path) -> float:
    """The start of the store and its first page, in a process that has done nothing else."""
    program = f"from benchmarks.gallery import *; print(first(Path({str(folder)!r})))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def first(folder: Path) -> float:
    """`first_page`, in this process."""
    return milliseconds(lambda: started(folder).pictures({"limit": PAGE}))


def measure(folder: Path, repeats: int) -> dict[str, tuple[float, float]]:
    """Median and worst of every figure, in milliseconds; the cards' copies have been made once."""
    answers = started(folder)
    without = [milliseconds(lambda: answers.pictures({"limit": PAGE}))]
    answers.store.index.settle()
    kept = sorted(answers.store.ids())
    answers.store.favour(kept[::10], True)
    some = kept[: len(kept) // 5]
    title = title_of(answers.store.get(kept[-1]).record.caption).split()[0]
    questions: dict[str, dict[str, Any]] = {
        "a page": {},
        "the last page": {"offset": len(kept) - PAGE},
        "words": {"words": f"variant {title}"},
        "a rare word": {"words": f"{len(kept) // RUN // 2}"},
        "a colour": {"colour": "#2850DC"},
        "favourites": {"favourites": True},
        "a fifth of them, as own": {"scope": some},
        "all at once": {"words": "of", "colour": "#2850DC", "favourites": True},
    }
    times = {"first page, no cache": without}
    times["first page, with cache"] = [first_page(folder) for _ in range(repeats)]
    fresh = [started(folder) for _ in range(3)]
    for one in fresh:
        one.pictures({"limit": PAGE})
    times["first search by colour"] = [
        milliseconds(lambda: one.pictures({"limit": PAGE, "colour": "#DC5028"}))  # noqa: B023
        for one in fresh
    ]
    for name, query in questions.items():
        asked = {"limit": PAGE, **query}
        answers.pictures(asked)
        times[name] = [milliseconds(lambda: answers.pictures(asked)) for _ in range(repeats)]  # noqa: B023
    times["versions, the first time"] = [milliseconds(lambda: answers.versions({}))]
    times["versions"] = [milliseconds(lambda: answers.versions({})) for _ in range(repeats)]
    return {name: (statistics.median(found), max(found)) for name, found in times.items()}


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--repeats", type=int, default=15)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        os.environ["GRADIO_TEMP_DIR"] = str(Path(place) / "served")
        folder = Path(place) / "pictures"
        fill(folder, arguments.pictures)
        figures = measure(folder, arguments.repeats)
        cache = (folder / FILE).stat().st_size / 1e6
    print(f"| {arguments.pictures} pictures, {PAGE} a page | median, ms | worst, ms | goal |")
    print("|---|---|---|---|")
    for name, (median, worst) in figures.items():
        goal = "" if "no cache" in name or "versions" in name else GOAL_MS
        print(f"| {name} | {median:.0f} | {worst:.0f} | {goal} |")
    told = {name: [round(median, 1), round(worst, 1)] for name, (median, worst) in figures.items()}
    facts = {"pictures": arguments.pictures, "page": PAGE, "cache_mb": round(cache, 1)}
    print(json.dumps({"benchmark": "gallery", **facts, "median_and_worst_ms": told}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
