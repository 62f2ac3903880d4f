"""The process is killed while it stores, stars, deletes and makes thumbnails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from ui.store import PictureStore

KILLS = 50

# One process forks a child for each kill, so that the imports are paid once.
PROGRAM = """
import os, random, signal, sys, time
from pathlib import Path
from PIL import Image
from tests.ui.store.test_pictures import RECORD
from ui.store import PictureStore

folder, kills = Path(sys.argv[1]), int(sys.argv[2])
dice = random.Random(7)

def work():
    store = PictureStore(folder)
    image = Image.effect_noise((700, 90), 90).convert("RGB")  # long enough for a thumbnail
    last = None
    while True:
        made = store.save(image, RECORD)
        os.write(1, f"made {made.id}\\n".encode())
        store.thumbnail(made.id)
        store.favourites.set([made.id], True)
        if last:
            store.delete([last])
            os.write(1, f"gone {last}\\n".encode())
        last = made.id

for _ in range(kills):
    child = os.fork()
    if not child:
        work()
    time.sleep(dice.uniform(0.05, 0.3))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


@pytest.mark.slow
def test_killed_at_any_moment_every_listed_picture_opens_whole(tmp_path: Path) -> None:
    """Reliability 11: kill -9 at random points, 50 times; whatever was told as stored is there,
    every listed picture opens whole, and only temporary debris is left, removed at start."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(KILLS)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    told = [line.split() for line in done.stdout.splitlines() if line.count(" ") == 1]
    made = {name for what, name in told if what == "made"}
    gone = {name for what, name in told if what == "gone"}
    assert len(made) >= KILLS // 2, "the children were killed before they did anything"
    store = PictureStore(tmp_path)
    there = set(store.ids())
    # A deletion may have happened without having been told.
    trash = {path.stem for path in (tmp_path / ".trash").glob("*.png")}
    assert made - gone <= there | trash and gone <= trash
    for picture_id in there:
        picture = store.get(picture_id)
        assert picture.record.seed == 2**63 - 1
        with Image.open(picture.path) as image:
            image.load()
        assert store.thumbnail(picture_id) is not None
    assert store.restore(sorted(gone)) == sorted(gone)
    assert set(store.favourites.ids()) >= set()  # readable, whatever it says
    for path in tmp_path.iterdir():
        assert path.suffix in {".png", ".tmp"} or path.name.startswith("."), path.name
