"""A clean copy of what git tracks, and `python app.py` started in it as a host starts it.

What is only in somebody's working folder (caches, pictures, files git ignores) is not there, and
neither is the environment of whoever runs the tests.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRETEND = Path(__file__).resolve().parent / "pretend_spaces"
OPEN = "The studio is open at "
# What Hugging Face sets for a Gradio Space, and what keeps a test from leaving this machine.
SPACE = {
    "SYSTEM": "spaces",
    "SPACE_ID": "somebody/studio",
    "SPACE_HOST": "somebody-studio.hf.space",
    "GRADIO_SERVER_NAME": "0.0.0.0",
}
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "OMP_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
}


def tracked() -> list[str]:
    """The files git tracks, as paths below the root."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in told.stdout.decode().split("\0") if (ROOT / name).is_file()]


def clean_copy(target: Path) -> Path:
    """Copy what git tracks, as it is now, to `target`."""
    for name in tracked():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    return target


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


class App:
    """A running `python app.py`: `url`, and `told`, all that it has printed so far."""

    def __init__(self, folder: Path, home: Path, environ: Mapping[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        home.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "GRADIO_SERVER_PORT": str(self.port),
                "GRADIO_TEMP_DIR": str(home / "served"),
                **QUIET,
                **environ,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.told = ""

    def wait(self) -> None:
        """Read until it says that it is open."""
        assert self.process.stdout is not None
        while OPEN not in self.told:
            line = self.process.stdout.readline()
            assert line, f"it ended before it served:\n{self.told}"
            self.told += line

    def ended(self) -> int:
        """Read to the end; the exit code."""
        self.told += self.process.communicate()[0]
        return self.process.returncode

    def stop(self) -> None:
        """End it and its workers, which would keep what it prints open."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


@contextmanager
def started(folder: Path, home: Path, environ: Mapping[str, str]) -> Iterator[App]:
    """The app in `folder`, open."""
    app = App(folder, home, environ)
    try:
        app.wait()
        yield app
    finally:
        app.stop()
