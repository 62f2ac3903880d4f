"""Time a page of the gallery with many pictures in the folder, as the server answers the browser.

    python -m benchmarks.gallery [--pictures 5000] [--repeats 5]

A page is sixty pictures with their thumbnails' addresses (`GalleryAnswers.pictures`): first after a
restart, without and with the index on disk, then again, by words, by a colour, and the versions.
The pictures are small ones with real captions. What it is not: a measurement of the browser, or of
a folder on a network. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from ui.gallery.answers import GalleryAnswers
from ui.presets import load_captions
from ui.store import PictureRecord, PictureStore
from ui.store.index import CACHE

GOAL_MS = 200
PAGE = {"offset": 0, "limit": 60}


def fill(folder: Path, count: int) -> None:
    """Store so many pictures, in runs of two, each the parent of the next."""
    store = PictureStore(folder)
    captions = [caption.to_json() for caption in load_captions().values()]
    image = Image.effect_noise((96, 96), 60).convert("RGB")
    for number in range(count):
        run = number // 2
        record = PictureRecord(
            caption=captions[run % len(captions)],
            prompt=captions[run % len(captions)],
            seed=number,
            width=96,
            height=96,
            preset="V4_TURBO_12",
            steps=12,
            weights="demo",
            licence="Apache-2.0",
            version="0",
            run=f"{run:016x}",
            parent=f"{run - 1:016x}" if run else "",
        )
        store.save(image, record)


def timed(ask: Callable[[], Any], repeats: int) -> float:
    """Milliseconds, the median."""
    spent = []
    for _ in range(repeats):
        began = time.perf_counter()
        ask()
        spent.append(time.perf_counter() - began)
    return 1000 * statistics.median(spent)


def measure(folder: Path, repeats: int) -> dict[str, float]:
    """Milliseconds of each way to ask."""

    def restarted() -> GalleryAnswers:
        return GalleryAnswers(PictureStore(folder), own=False)

    def without_index() -> None:
        (folder / CACHE).unlink(missing_ok=True)
        restarted().pictures(PAGE)

    rows = {"after a restart, no index": timed(without_index, 1)}
    rows["after a restart"] = timed(lambda: restarted().pictures(PAGE), repeats)
    warm = restarted()
    warm.pictures(PAGE)
    rows["again"] = timed(lambda: warm.pictures(PAGE), repeats)
    rows["the last page"] = timed(lambda: warm.pictures({**PAGE, "offset": 4900}), repeats)
    rows["by words"] = timed(lambda: warm.pictures({**PAGE, "words": "coffee 42"}), repeats)
    rows["by a colour"] = timed(lambda: warm.pictures({**PAGE, "colour": "#DC2828"}), repeats)
    own = [entry.id for entry in warm.store.index.entries()][:2000]
    rows["one's own 2,000"] = timed(lambda: warm.pictures({**PAGE, "scope": own}), repeats)
    rows["versions"] = timed(lambda: warm.versions({}), repeats)
    return rows


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=5000)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), arguments.pictures)
        rows = measure(Path(folder), arguments.repeats)
    print(f"| a page of 60 of {arguments.pictures} | ms |")
    print("|---|---|")
    for name, spent in rows.items():
        print(f"| {name} | {spent:.0f}{'' if spent <= GOAL_MS else ', over the goal'} |")
    rounded = {name: round(spent, 1) for name, spent in rows.items()}
    told = {"benchmark": "gallery", "pictures": arguments.pictures, "goal_ms": GOAL_MS, **rounded}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
