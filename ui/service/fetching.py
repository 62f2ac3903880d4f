"""The one download of the real weights: in a thread of its own, whoever looks or leaves.

It goes on when the page that started it is closed, and what has arrived stays when it is stopped.
It decides nothing about who may start it, and shows nothing; `ui.weights` does.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace

from ideogram4.errors import WeightsError
from ideogram4.settings import Settings
from ideogram4.weights import plan_download, resolve_model
from ideogram4.weights.progress import Rate

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """How far it is. phase: idle, running, stopping, stopped, failed or done; bytes and seconds."""

    phase: str = "idle"
    done: int = 0
    total: int = 0
    per_second: float | None = None
    seconds_left: float | None = None
    problem: str = ""

    @property
    def is_under_way(self) -> bool:
        return self.phase in ("running", "stopping")


class Download:
    """Of the model that `model` names; at most one at a time."""

    def __init__(self, model: str, settings: Settings) -> None:
        self._model = model
        self._settings = settings
        self._lock = threading.Lock()
        self._standing = Standing()
        self._thread: threading.Thread | None = None

    @property
    def standing(self) -> Standing:
        return self._standing

    def start(self) -> None:
        """Begin, or go on from what is here. Does nothing while it is under way."""
        with self._lock:
            if self._standing.is_under_way:
                return
            self._standing = Standing("running")
            # A daemon: whoever closes the studio does not wait for gigabytes; they go on next time.
            self._thread = threading.Thread(target=self._run, name="download", daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Stop; it is over once the piece that is under way has arrived."""
        with self._lock:
            if self._standing.phase == "running":
                self._standing = replace(self._standing, phase="stopping")

    def wait(self, seconds: float) -> Standing:
        """How it ended, for whoever has nothing else to do."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._standing

    def _run(self) -> None:
        try:
            self._fetch()
            self._end("done", whole=True)
        except _Stopped:
            self._end("stopped")
        except WeightsError as problem:
            log.warning("download refused: %s", problem.message)
            self._end("failed", problem.sentence)
        except Exception as problem:
            # Its words may quote a header; the type is enough to look for.
            log.error("the download failed: %s", type(problem).__name__)
            self._end("failed", "The download failed in a way that nobody foresaw. Try it again.")

    def _fetch(self) -> None:
        token, endpoint = self._settings.hf_token, self._settings.hf_endpoint
        plan = plan_download(self._model, token=token, endpoint=endpoint)
        total = plan.total if plan else 0
        rate = Rate(total)

        def on_progress(_: str, fraction: float) -> None:
            done = round(fraction * total)
            rate.note(done)
            self._tell(done, total, rate)

        if plan:
            on_progress("download", plan.here / max(total, 1))
        resolve_model(self._model, token=token, endpoint=endpoint, on_progress=on_progress)

    def _tell(self, done: int, total: int, rate: Rate) -> None:
        with self._lock:
            if self._standing.phase == "stopping":
                raise _Stopped
            self._standing = Standing("running", done, total, rate.per_second, rate.seconds_left)

    def _end(self, phase: str, problem: str = "", *, whole: bool = False) -> None:
        with self._lock:
            total = self._standing.total
            done = total if whole else self._standing.done
            self._standing = Standing(phase, done, total, problem=problem)


class _Stopped(Exception):
    """A person has stopped it."""
