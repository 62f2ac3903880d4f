"""Five hundred pictures one after another: memory does not grow with them."""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.parts import CAPTION

PICTURES = 500
EVERY = 20
WARM = 100  # by then every buffer and cache has the size it keeps
MEGABYTES_PER_100 = 1.0

# In a process of its own, so that what other tests have left neither grows nor shrinks meanwhile.
PROGRAM = """
import resource, sys
from pathlib import Path
from ideogram4.settings import Settings
from ui.service import GenerationService

folder, caption = Path(sys.argv[1]), sys.argv[2]
pictures, every = int(sys.argv[3]), int(sys.argv[4])
service = GenerationService(Settings(model="demo", output_dir=folder))


def megabytes():
    now = Path("/proc/self/statm")
    if now.exists():
        return int(now.read_text().split()[1]) * resource.getpagesize() / 2**20
    # A Mac only says what the most was, which grows as well when memory leaks.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


for number in range(1, pictures + 1):
    request = service.request(
        caption, width=192, height=192, preset="V4_TURBO_12", seed=number, num_steps=1
    )
    *_, last = service.run(request)
    assert last.phase == "done", last
    service.store.path(last.pictures[0].id).unlink()
    if number % every == 0:
        print(number, megabytes(), flush=True)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_pictures(tmp_path: Path) -> None:
    """Reliability 10: 500 demo generations, memory slope below 1 MB per 100."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), CAPTION, str(PICTURES), str(EVERY)],
        capture_output=True,
        text=True,
        timeout=280,
        env={**os.environ, "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},
    )
    assert done.returncode == 0, done.stderr
    seen = [tuple(map(float, line.split())) for line in done.stdout.splitlines()]
    assert len(seen) == PICTURES // EVERY
    slope = slope_of([(number, memory) for number, memory in seen if number >= WARM])
    assert slope * 100 < MEGABYTES_PER_100, seen


def slope_of(points: list[tuple[float, float]]) -> float:
    """How steep most pairs of points are: a leak is steep everywhere, a step up once is not."""
    pairs = itertools.combinations(points, 2)
    return statistics.median((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in pairs)


def test_a_leak_would_be_seen() -> None:
    """A rule that nothing can break proves nothing."""
    leaking = [(n, 300 + 0.02 * n + n % 3) for n in range(100, 500, 20)]
    assert slope_of(leaking) * 100 > MEGABYTES_PER_100
    stepping = [(n, 300 if n < 360 else 304) for n in range(100, 500, 20)]
    assert slope_of(stepping) == 0
