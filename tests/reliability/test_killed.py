"""The process is killed in the middle of a contact sheet."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.reliability.parts import CAPTION
from ui.store import PictureStore

CELLS = 8

PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path
from ideogram4.settings import Settings
from ui.service import GenerationService

service = GenerationService(Settings(model="demo", output_dir=Path(sys.argv[1])))
cell = service.request(sys.argv[2], width=192, height=192, preset="V4_TURBO_12", num_steps=2)
for update in service.run_sheet([replace(cell, seed=n) for n in range(int(sys.argv[3]))]):
    if update.phase == "cell":
        print(update.pictures[0].id, flush=True)
"""


@pytest.mark.parametrize("told", [1, 4])
def test_no_picture_that_was_told_is_lost(tmp_path: Path, told: int) -> None:
    """Reliability 11, for a sheet: kill -9 in the middle; every cell that was told done opens
    whole, and only temporary debris is left of the others."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path), CAPTION, str(CELLS)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert process.stdout is not None
    heard = [process.stdout.readline().strip() for _ in range(told)]
    process.send_signal(signal.SIGKILL)
    heard += process.stdout.read().split()
    process.wait(30)
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL, "it was over before it was killed"
    assert len(heard) >= told
    store = PictureStore(tmp_path)
    assert set(heard) <= set(store.ids())
    for picture_id in store.ids():
        picture = store.get(picture_id)
        assert picture.record.caption and picture.record.seed in range(CELLS)
        with Image.open(picture.path) as image:
            image.load()
    assert {p.suffix for p in tmp_path.iterdir()} <= {".png", ".tmp"}
