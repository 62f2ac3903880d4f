"""A server on loopback that is both Ideogram's magic prompt and a chat endpoint, in their forms.

Whoever asks in another form is answered 400 (and noted in `bad`), so a client that drifts from the
forms fails its tests. `misbehaviour` has the ways in which it goes wrong when it is told to.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from ideogram4.magic.chat import Chat
from ideogram4.magic.hosted import Ideogram
from ideogram4.magic.provider import Provider

IDEOGRAM_KEY, CHAT_KEY = "canary-ideogram-9d20", "canary-chat-51fe"
IDEOGRAM_PATH = "/v1/ideogram-v4/magic-prompt"
CHAT_BASE = "/api/v1"
CHAT_PATH = f"{CHAT_BASE}/chat/completions"
RATIOS = (
    *("AUTO", "1x4", "1x3", "1x2", "9x16", "10x16", "2x3", "3x4", "4x5"),
    *("1x1", "5x4", "4x3", "3x2", "16x10", "16x9", "2x1", "3x1", "4x1"),
)
MODEL = "pretend/model-1"
Service = Literal["ideogram", "chat"]
SERVICES: tuple[Service, ...] = ("ideogram", "chat")


def caption(**changes: Any) -> dict[str, Any]:
    """A caption as either service writes one: whole, valid, in the model's own spelling."""
    return {
        "high_level_description": "A ginger cat with a straw hat on a garden wall.",
        "style_description": {
            "aesthetics": "warm, summery",
            "lighting": "low evening sun",
            "photo": "85 mm lens, shallow depth of field",
            "medium": "photograph",
            "color_palette": ["#D98A3A", "#5E7F4E", "#F4E3C1"],
        },
        "compositional_deconstruction": {
            "background": "A blurred garden with roses.",
            "elements": [
                {
                    "type": "obj",
                    "bbox": [300, 250, 900, 700],
                    "desc": "A ginger cat with a straw hat sits on a wall of old bricks.",
                    "color_palette": ["#D98A3A"],
                },
                {
                    "type": "text",
                    "bbox": [60, 200, 180, 800],
                    "text": "SUMMER",
                    "desc": "Wide white capitals at the top.",
                },
            ],
        },
        **changes,
    }


class PretendServices:
    """What the server says, and what it was asked.

    `write` makes the caption, or what stands in its place, of what was sent; `spoil` answers
    instead.
    `chat_key` None: a server of the person's own that wants no key.
    """

    def __init__(self) -> None:
        self.write: Callable[[dict[str, Any]], Any] = lambda asked: caption()
        self.ratio = "1x1"
        self.chat_key: str | None = CHAT_KEY
        self.spoil: Callable[[Handler], None] | None = None
        self.asked: list[dict[str, Any]] = []
        self.pictures: list[bytes] = []
        self.bad: list[str] = []
        self.elsewhere: list[tuple[str, dict[str, str], bytes]] = []
        self.url = ""
        self.leaving = threading.Event()

    def client(self, service: Service, seconds: float = 20.0) -> Provider:
        """The real client of a service, with a deadline."""
        if service == "ideogram":
            return Ideogram(IDEOGRAM_KEY, self.url, seconds)
        return Chat(MODEL, self.chat_key, self.url + CHAT_BASE, seconds)


class Handler(BaseHTTPRequestHandler):
    services: PretendServices
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        services = self.services
        if self.path not in (IDEOGRAM_PATH, CHAT_PATH):
            services.elsewhere.append((self.path, dict(self.headers), data))
            self.answer(200, self.good())
            return
        try:
            asked = self._read(data)
        except Exception as problem:
            services.bad.append(repr(problem))
            self.answer(400, b'{"error": "bad request"}')
            return
        services.asked.append(asked)
        if services.spoil:
            with suppress(OSError):  # the other side may have had enough
                services.spoil(self)
            self.close_connection = True
            return
        self.answer(200, self.wrapped(services.write(asked)))

    def do_GET(self) -> None:
        """Where a redirect leads to that turns a POST into a GET."""
        self.services.elsewhere.append((self.path, dict(self.headers), b""))
        self.answer(200, self.good())

    @property
    def is_chat(self) -> bool:
        return self.path != IDEOGRAM_PATH

    def good(self) -> bytes:
        """The whole answer of a service that is well."""
        return self.wrapped(caption())

    def wrapped(self, written: Any) -> bytes:
        """What was written, in the form of the service that was asked: as it lies, if it is text.

        A chat model writes text, so what is not text becomes JSON first; a list is content parts.
        """
        if not self.is_chat:
            reply = {"json_prompt": written, "aspect_ratio": self.services.ratio}
            return json.dumps(reply).encode()
        content = json.dumps(written) if isinstance(written, dict) else written
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice]}).encode()

    def answer(self, status: int, body: bytes, kind: str = "application/json", **more: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def _read(self, data: bytes) -> dict[str, Any]:
        assert self.headers["Content-Type"] == "application/json"
        asked: dict[str, Any] = json.loads(data)
        if self.is_chat:
            self._check_chat(asked)
        else:
            assert self.headers["Api-Key"] == IDEOGRAM_KEY and "Authorization" not in self.headers
            assert list(asked) == ["text_prompt", "aspect_ratio"], list(asked)
            assert asked["text_prompt"].strip() and len(asked["text_prompt"]) <= 4_000
            assert asked["aspect_ratio"] in RATIOS, asked["aspect_ratio"]
        return asked

    def _check_chat(self, asked: dict[str, Any]) -> None:
        key = self.services.chat_key
        assert self.headers.get("Authorization") == (f"Bearer {key}" if key else None)
        assert "Api-Key" not in self.headers
        assert list(asked) == ["model", "messages", "max_tokens", "temperature"], list(asked)
        assert asked["model"].strip() and type(asked["max_tokens"]) is int
        assert 0 < asked["max_tokens"] <= 32_768 and 0 <= asked["temperature"] <= 2
        system, user = asked["messages"]
        assert list(system) == list(user) == ["role", "content"]
        assert (system["role"], user["role"]) == ("system", "user")
        assert isinstance(system["content"], str) and system["content"].strip()
        if isinstance(user["content"], str):
            assert user["content"].strip()
            return
        for part in user["content"]:
            assert list(part) == ["type", part["type"]], list(part)
            if part["type"] == "image_url":
                kind, _, packed = part["image_url"]["url"].partition(";base64,")
                assert kind in ("data:image/png", "data:image/jpeg"), kind
                self.services.pictures.append(base64.b64decode(packed, validate=True))
            else:
                assert part["type"] == "text" and part["text"].strip()


@contextmanager
def pretend_services() -> Iterator[PretendServices]:
    """Both services for as long as it lasts."""
    services = PretendServices()
    handler = type("Bound", (Handler,), {"services": services})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    services.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield services
    finally:
        services.leaving.set()
        server.shutdown()
        server.server_close()
