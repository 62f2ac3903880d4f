"""A studio on loopback and programs that speak HTTP to it, as a browser's page and a script do."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from ideogram4.safety import Screening
from tests.reliability.parts import CAPTION, PATIENCE, make
from tests.ui.pretend import PretendPipeline
from ui import studio
from ui.actions import StudioActions
from ui.live.actions import LiveActions

HEARTBEAT = "data: ALIVE"


class Served:
    """The whole studio over a pretend pipeline, launched as it is for people."""

    def __init__(
        self, folder: Path, pipeline: PretendPipeline, screening: Screening | None = None
    ) -> None:
        self.pipeline = pipeline
        self.service = make(folder, pipeline, screening=screening)
        self.demo = studio.build(self.service.settings, self.service)
        self.handlers = {
            fn.fn.__qualname__: index
            for index, fn in self.demo.fns.items()
            if hasattr(fn.fn, "__qualname__")
        }
        self.actions: StudioActions = self._of("StudioActions.generate")
        self.url = ""

    @property
    def live(self) -> LiveActions:
        """What the live switch does, on a page that has one."""
        found: LiveActions = self._of("LiveActions.draw")
        return found

    def _of(self, handler: str) -> Any:
        return getattr(self.demo.fns[self.handlers[handler]].fn, "__self__")  # noqa: B009

    def api(self, path: str) -> str:
        return f"{self.url}gradio_api/{path}"


@contextmanager
def serving(
    folder: Path, pipeline: PretendPipeline | None = None, screening: Screening | None = None
) -> Iterator[Served]:
    """A studio for as long as it lasts."""
    served = Served(folder, pipeline or PretendPipeline(), screening)
    _, served.url, _ = served.demo.launch(
        **studio.looks(), **studio.LAUNCH, server_name="127.0.0.1", prevent_thread_lock=True
    )
    try:
        yield served
    finally:
        served.pipeline.release.set()
        served.service.close()
        served.demo.close(verbose=False)


class Tab:
    """What a page sends: a heartbeat for as long as it is open, a click, and the news of it."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.session = uuid.uuid4().hex[:11]
        self.client = httpx.Client(timeout=PATIENCE)
        self._open = ExitStack()
        self._lines: list[Iterator[str]] = []
        self._news: Iterator[str] | None = None
        self.told: list[dict[str, Any]] = []

    def __enter__(self) -> Tab:
        beat = self._stream(f"heartbeat/{self.session}")
        assert next(beat) == HEARTBEAT
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """As a browser closes a tab: every connection ends, and nothing is said."""
        self._open.close()
        self.client.close()

    def ask(self, handler: str, *data: object) -> httpx.Response:
        """Send an event to the queue."""
        body = {
            "data": list(data),
            "fn_index": self.served.handlers[handler],
            "session_hash": self.session,
        }
        return self.client.post(self.served.api("queue/join"), json=body)

    def generate(self, seed: int = 7) -> None:
        """The event that a ticket starts."""
        wish = (CAPTION, "256 × 256", "V4_TURBO_12", str(seed), 1)
        reply = self.ask("StudioActions.generate", *wish, {}, {})
        assert reply.status_code == 200, reply.text

    def news(self) -> Iterator[dict[str, Any]]:
        """The queue's messages until all that was asked for has ended; reads on where it was."""
        if self._news is None:
            self._news = self._stream(f"queue/data?session_hash={self.session}")
        for line in self._news:
            if line.startswith("data: "):
                self.told.append(json.loads(line.removeprefix("data: ")))
                yield self.told[-1]
                if self.told[-1]["msg"] == "close_stream":
                    self._news = None
                    return

    def words(self) -> str:
        """Everything that was told, to look for words in."""
        return json.dumps(self.told, ensure_ascii=False)

    def _stream(self, path: str) -> Iterator[str]:
        reply = self._open.enter_context(self.client.stream("GET", self.served.api(path)))
        # Kept, because a reader of lines that nobody holds closes its connection.
        self._lines.append(reply.iter_lines())
        return self._lines[-1]


class Program(threading.Thread):
    """A script that calls /generate and reads the stream to its end."""

    def __init__(self, served: Served, seed: int = 7, **more: object) -> None:
        super().__init__(daemon=True)
        self.seed = seed
        self.text = ""
        self._url = served.api("call/generate")
        self._data = [CAPTION, 256, 256, "V4_TURBO_12", seed, 1, 4]
        self.start()

    def run(self) -> None:
        with httpx.Client(timeout=PATIENCE) as client:
            begun = client.post(self._url, json={"data": self._data})
            begun.raise_for_status()
            with client.stream("GET", f"{self._url}/{begun.json()['event_id']}") as reply:
                for line in reply.iter_lines():
                    self.text += line + "\n"
