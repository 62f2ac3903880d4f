"""A stand-in for Hugging Face's `spaces` on ZeroGPU: put this folder on PYTHONPATH.

`GPU` runs a generator function in a forked worker, as ZeroGPU does: the worker is kept and used
again, arguments and everything that is yielded are pickled (and anything of torch's among them is
refused, because a tensor on a card cannot leave its process), what is raised comes back as a
`gr.Error` with the class's name, and closing the generator stops the work after its next step.
What it is not: a card. What happened is written to PRETEND_SPACES_LOG, a JSON object a line.
"""

from __future__ import annotations

import inspect
import io
import json
import multiprocessing
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

FORK = multiprocessing.get_context("fork")


class Plain(pickle.Pickler):
    """Refuses whatever is torch's."""

    def reducer_override(self, thing: Any) -> Any:
        if (type(thing).__module__ or "").split(".")[0] == "torch":
            raise pickle.PicklingError(f"{type(thing)} cannot leave its process")
        return NotImplemented


def pickled(thing: Any) -> bytes:
    kept = io.BytesIO()
    Plain(kept).dump(thing)
    return kept.getvalue()


def note(what: str, **more: Any) -> None:
    with open(os.environ["PRETEND_SPACES_LOG"], "a", encoding="utf-8") as log:
        log.write(json.dumps({"what": what, "pid": os.getpid(), **more}) + "\n")


def GPU(task: Callable[..., Any] | None = None, *, duration: Any = 60) -> Any:
    if task is None:
        return lambda given: GPU(given, duration=duration)
    if not inspect.isgeneratorfunction(task):
        raise TypeError("the studio's GPU function has to be a generator function")
    note("applied", name=task.__qualname__, torch="torch" in sys.modules)
    return Lent(task, duration).call


def gradio_auto_wrap(task: Any) -> Any:
    """Gradio hands every event's function here; without a setting of the owner's it stays so."""
    return task


class Lent:
    """One decorated function and its worker."""

    def __init__(self, task: Callable[..., Iterator[Any]], duration: Any) -> None:
        self.task = task
        self.duration = duration
        self.worker: Any = None

    def call(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        import gradio as gr
        from gradio.context import LocalContext

        seconds = self.duration(*args, **kwargs) if callable(self.duration) else self.duration
        visitor = LocalContext.request.get(None)
        note("called", seconds=seconds, token=visitor and visitor.headers.get("x-ip-token"))
        if self.worker is None or not self.worker.is_alive():
            self.asked, self.told, self.stop = FORK.SimpleQueue(), FORK.SimpleQueue(), FORK.Event()
            self.worker = FORK.Process(target=self.serve, daemon=True)
            self.worker.start()
        self.stop.clear()
        self.asked.put(pickled((args, kwargs)))
        try:
            while True:
                kind, data = self.told.get()
                if kind == "end":
                    return
                if kind == "raised":
                    raise gr.Error(data, print_exception=False)
                yield pickle.loads(data)  # noqa: S301  # what our own worker has pickled
        except GeneratorExit:
            self.stop.set()
            while self.told.get()[0] != "end":
                pass
            raise

    def serve(self) -> None:
        """The worker: one call after the other, each in a thread of its own."""
        while True:
            args, kwargs = pickle.loads(self.asked.get())  # noqa: S301  # as above
            thread = threading.Thread(target=self.run, args=(args, kwargs))
            thread.start()
            thread.join()
            self.told.put(("end", None))

    def run(self, args: Any, kwargs: Any) -> None:
        try:
            steps = self.task(*args, **kwargs)
            for number, step in enumerate(steps, 1):
                if self.stop.is_set():
                    steps.close()
                    note("stopped", step=number)
                    return
                self.told.put(("step", pickled(step)))
            note("finished", steps=number)
        except Exception as error:
            note("raised", error=f"{type(error).__name__}: {error}")
            self.told.put(("raised", type(error).__name__))
