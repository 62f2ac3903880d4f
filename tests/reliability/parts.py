"""A service over a pipeline of no weight, and a reader of one job, as most of these tests need."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ideogram4.errors import Ideogram4Error
from ideogram4.safety import Screening
from ideogram4.settings import Settings
from tests.ui.pretend import PretendLoader, PretendPipeline
from ui.service import GenerationService
from ui.service.jobs import Job, Update
from ui.service.requests import GenerateRequest
from ui.store import PictureStore

PATIENCE = 30.0  # seconds until a test says that something never came

CAPTION = json.dumps(
    {
        "compositional_deconstruction": {
            "background": "plain",
            "elements": [{"type": "obj", "bbox": [100, 100, 900, 900], "desc": "a red circle"}],
        }
    }
)


def make(
    folder: Path,
    pipeline: PretendPipeline,
    *failures: Exception,
    store: PictureStore | None = None,
    screening: Screening | None = None,
) -> GenerationService:
    """A service that stores below `folder`; its first loads fail with `failures`."""
    settings = Settings(model="demo", output_dir=folder)
    loader = PretendLoader(pipeline, *failures)
    return GenerationService(settings, loader=loader, store=store, screening=screening)


def wish(**changes: object) -> GenerateRequest:
    """A checked request of four steps."""
    asked = {"width": 256, "height": 256, "preset": "V4_TURBO_12", "seed": 7, "num_steps": 4}
    return GenerateRequest.checked(CAPTION, limits=PretendPipeline.limits, **{**asked, **changes})


def wait_until(reached: Callable[[], bool]) -> None:
    """Look again and again, for states that nobody announces."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, "that never came"
        time.sleep(0.005)


class Reader(threading.Thread):
    """Reads one job's updates in a thread, as the page does; a list of requests is a sheet."""

    def __init__(
        self,
        service: GenerationService,
        request: GenerateRequest | Sequence[GenerateRequest] | None = None,
        **changes: object,
    ) -> None:
        super().__init__(daemon=True)
        self.job = Job()
        self.updates: list[Update] = []
        self.error: Ideogram4Error | None = None
        self.told = threading.Condition()
        asked = wish(**changes) if request is None else request
        run = service.run if isinstance(asked, GenerateRequest) else service.run_sheet
        self._run = run(asked, self.job)  # type: ignore[operator]
        self.start()

    def run(self) -> None:
        try:
            for update in self._run:
                with self.told:
                    self.updates.append(update)
                    self.told.notify_all()
        except Ideogram4Error as error:
            self.error = error

    def wait_for(self, phase: str) -> Update:
        """The first update of that phase."""
        self.wait_until(lambda: phase in self.phases)
        return next(update for update in self.updates if update.phase == phase)

    def wait_until(self, reached: Callable[[], bool]) -> None:
        with self.told:
            assert self.told.wait_for(reached, timeout=PATIENCE), self.updates

    def end(self) -> Update:
        """The last update."""
        self.join(timeout=PATIENCE)
        assert not self.is_alive(), self.phases
        return self.updates[-1]

    @property
    def phases(self) -> list[str]:
        return [update.phase for update in self.updates]
