"""`ideogram4 serve` and `python app.py`: the studio answers on loopback and ends on Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ideogram4.cli import main

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@contextmanager
def serving(command: list[str], port: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a command that serves, and yield it once it says where."""
    environ = {**os.environ, "GRADIO_SERVER_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    environ |= {"IDEOGRAM4_MODEL": "demo", "IDEOGRAM4_OUTPUT_DIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    told = ""
    try:
        while f"http://127.0.0.1:{port}" not in told:
            line = process.stdout.readline()
            assert line, f"it ended before it served:\n{told}"
            told += line
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("command", [["-m", "ideogram4", "serve", "--no-browser"], ["app.py"]])
def test_the_page_is_served(command: list[str], free_port: int, tmp_path: Path) -> None:
    with (
        serving(command, free_port, tmp_path),
        urllib.request.urlopen(f"http://127.0.0.1:{free_port}/") as page,
    ):
        assert "Ideogram 4 Studio" in page.read().decode()


def test_control_c_ends_it_without_a_traceback(free_port: int, tmp_path: Path) -> None:
    command = ["-m", "ideogram4", "serve", "--no-browser"]
    with serving(command, free_port, tmp_path) as process:
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate()
        assert process.returncode in (0, 130)
        assert "Traceback" not in told


def test_a_port_that_is_taken_is_told_in_our_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDEOGRAM4_MODEL", "demo")
    monkeypatch.setenv("IDEOGRAM4_OUTPUT_DIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert main(["serve", "--no-browser", "--port", str(port)]) == 2
    told = capsys.readouterr().err
    assert f"cannot listen on 127.0.0.1 port {port}" in told
    assert "Traceback" not in told
