"""Who may knock, and what for: no page of another site, and nobody to have an address fetched.

A browser lets any page post to any address, this machine's own included, and only hides the answer.
Gradio hides the answer too, and still queues the event and keeps the upload. So whatever changes
something must come from our own page, or from a program, which names no origin. And where Gradio
takes a file it also takes an address, which it would fetch for anybody. It is not a login.

`Studio` is what `ui.studio.build` makes, so `app.py`, `ideogram4 serve`, a Space and a test that
launches it all have the same doors. On a Space the page lies in a frame of another site; what it
sends is still its own, and the browser says so.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
from gradio.components.api_component import Api
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ideogram4.settings import for_this_machine_only

ADDRESS = re.compile(r"\s*https?:", re.IGNORECASE)
FETCHING = re.compile(rf"/(file[=/]{ADDRESS.pattern}|proxy=)", re.IGNORECASE)
HARMLESS = frozenset({"GET", "HEAD"})
MOST_UPLOADED = "20mb"
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
PORTS = {"http": 80, "https": 443}


class Studio(gr.Blocks):
    """Blocks that are only ever served behind these doors."""

    async def preprocess_data(self, block_fn: Any, inputs: Any, *rest: Any, **more: Any) -> Any:
        """What an event brings; raises gr.Error when that is a file on another server."""
        if names_an_address(inputs):
            raise gr.Error(
                "A file has to be uploaded; addresses are not fetched.", print_exception=False
            )
        return await super().preprocess_data(block_fn, inputs, *rest, **more)

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        """A program may leave out the last arguments of an endpoint, as in any call."""
        for missing in block_fn.inputs[len(inputs) :]:
            if not isinstance(missing, Api):
                break  # an event of the page, which leaves out nothing
            inputs.append(missing.value)
        super().validate_inputs(block_fn, inputs)

    def launch(self, *positional: Any, **options: Any) -> Any:
        """`Blocks.launch`, with a limit on uploads and only for our own page and for programs."""
        options.setdefault("max_file_size", MOST_UPLOADED)
        app = dict(options.pop("app_kwargs", None) or {})
        app["middleware"] = [Middleware(OwnPage), *app.get("middleware", ())]
        return super().launch(*positional, app_kwargs=app, **options)


class OwnPage:
    """Refuses (403) what another site's page sends, and what asks to have an address fetched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        words = ""
        if scope["type"] == "http":
            if FETCHING.search(scope["path"]):
                words = "Nothing is fetched from other servers."
            elif is_foreign(scope["method"], Headers(scope=scope)):
                words = "Only the studio's own page may do that."
        app = JSONResponse({"detail": words}, 403) if words else self.app
        await app(scope, receive, send)


def from_this_machine(request: gr.Request) -> bool:
    """Whether a request comes straight from a browser or program on this machine.

    A tunnel or a proxy here connects from this machine too, for somebody elsewhere; it says so in a
    header, or asks for the host by its public name.
    """
    headers = request.headers
    if any(name in headers for name in FORWARDED) or request.client is None:
        return False
    try:
        name = urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:
        return False
    return all(
        bool(host) and for_this_machine_only(host, {}) for host in (name, request.client.host)
    )


def is_foreign(method: str, headers: Headers) -> bool:
    """Whether a page of another site sends this. Asking for leave (OPTIONS) counts as sending.

    What the browser says itself (Sec-Fetch-Site, which no page can set) decides, because behind a
    proxy the host of the request need not be the one that the browser knows. Over plain http, and
    from older browsers, there is only the origin to compare.
    """
    origin = headers.get("origin")
    if method in HARMLESS:
        return False
    if origin == "null":
        return True
    if "sec-fetch-site" in headers:
        return headers["sec-fetch-site"] not in ("same-origin", "none")
    return origin is not None and not _is_at(origin, headers.get("host", ""))


def names_an_address(data: object) -> bool:
    """Whether something in an event's data is a file that lies on another server."""
    left = [data]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            path = value.get("path")
            if isinstance(path, str) and ADDRESS.match(path):
                return True
            left.extend(value.values())
        elif isinstance(value, (list, tuple)):
            left.extend(value)
    return False


def _is_at(origin: str, host: str) -> bool:
    """Whether `origin` ("https://name:port", or "null") is the site called `host` ("name:port")."""
    try:
        site, own = urlsplit(origin), urlsplit(f"//{host}")
        usual = PORTS.get(site.scheme)
        same_port = (site.port or usual) == (own.port or usual)
    except ValueError:
        return False
    return usual is not None and site.hostname == own.hostname is not None and same_port
