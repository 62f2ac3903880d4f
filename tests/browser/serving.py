"""How tests serve an application: at an address they have had before, with files worth keeping.

The page is some hundred small files. Served from one address, and said not to change, they are
fetched once a run and not once a test. What it is not: the studio's own way of serving.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.components import static_base

HOST = "127.0.0.1"


class Lasting:
    """Says of files with a hash in their path, Gradio's and ours, that they stay as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lasts = scope["type"] == "http" and scope["path"].startswith(("/assets/", static_base()))

        async def told(message: Message) -> None:
            if lasts and message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)["cache-control"] = "max-age=86400, immutable"
            await send(message)

        await self.app(scope, receive, told)


class Ports:
    """Free ports, the same ones again as soon as they are free again."""

    def __init__(self) -> None:
        self._known: list[int] = []

    def free(self) -> int:
        for port in self._known:
            if _is_free(port):
                return port
        self._known.append(_bound(0))
        return self._known[-1]


def _is_free(port: int) -> bool:
    try:
        return _bound(port) == port
    except OSError:
        return False


def _bound(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return int(probe.getsockname()[1])


@contextmanager
def launched(ports: Ports) -> Iterator[Callable[..., str]]:
    """Launch applications, whose addresses it gives; all are closed in the end."""
    running: list[gr.Blocks] = []

    def launch(demo: gr.Blocks, **settings: Any) -> str:
        running.append(demo)
        _, url, _ = demo.launch(
            **{
                "server_name": HOST,
                "server_port": ports.free(),
                "prevent_thread_lock": True,
                "ssr_mode": False,
                "quiet": True,
                "app_kwargs": {"middleware": [Middleware(Lasting)]},
                **settings,
            }
        )
        return url

    try:
        yield launch
    finally:
        for demo in running:
            demo.close(verbose=False)
