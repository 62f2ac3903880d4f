"""What every test lives under: no network beyond this machine, no stored login, few threads.

Works alike in one process and in the workers of pytest-xdist, of which there is one a core.
"""

from __future__ import annotations

import gc
import ipaddress
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before anything imports torch or the hub library, which read these once.
# Two threads that share one busy core wait for each other most of the time.
os.environ.setdefault("OMP_NUM_THREADS", "1" if "PYTEST_XDIST_WORKER" in os.environ else "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # waiting threads leave the core to a browser
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
for _name in tuple(os.environ):
    # What the person who runs the tests has set must neither be used nor change a result.
    if _name.startswith(("IDEOGRAM", "MAGIC_PROMPT_", "HIVE_", "GRADIO_SERVER_")) or _name in (
        "HF_TOKEN",
        "HUGGING_FACE_HUB_TOKEN",
        "HF_ENDPOINT",
    ):
        del os.environ[_name]

# A run in the background is started with Ctrl-C ignored, and so would be all that it starts.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]


class ConnectionBeyondLoopback(AssertionError):
    """A test tried to reach another machine."""


def _is_local(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = str(address[0]).partition("%")[0]
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def pytest_collection_finish() -> None:
    """What is imported by now stays: collecting garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Fail any connection, or look-up of a name, that is not for this machine.

    The attempt is remembered as well, because the code under test may swallow the error.
    """
    attempts: list[object] = []

    def guarded(name: str) -> None:
        original = getattr(socket.socket, name)

        def connect(self: socket.socket, address: object) -> object:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address):
                attempts.append(address)
                raise ConnectionBeyondLoopback(f"a test connects to {address}")
            return original(self, address)

        monkeypatch.setattr(socket.socket, name, connect)

    guarded("connect")
    guarded("connect_ex")
    look_up = socket.getaddrinfo

    def getaddrinfo(host: object, *rest: object, **options: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not _is_local((name,)):
            attempts.append(name)
            raise ConnectionBeyondLoopback(f"a test looks up {name!r}")
        return look_up(host, *rest, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield attempts
    assert not attempts, f"a test tried to reach {attempts}"


@pytest.fixture
def clean_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a Hugging Face login or cache, for this process and those it starts."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("HF_HOME", str(home / "huggingface"))
    return home
