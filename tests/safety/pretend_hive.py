"""A server on loopback that speaks Hive's exact forms, and misbehaves when it is told to.

Whoever asks in another form is answered 400, so a client that drifts from the forms fails its
tests.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ideogram4.safety import Screening
from ideogram4.safety.hive import Hive

TEXT_KEY, PICTURE_KEY = "canary-text-4c1b", "canary-picture-77ae"
TEXT_PATH = "/api/v3/hive/text-moderation"
PICTURE_PATH = "/api/v3/hive/visual-moderation"
TEXT_CLASSES = [
    "bullying",
    "child_exploitation",
    "child_safety",
    "drugs",
    "hate",
    "self_harm",
    "self_harm_intent",
    "sexual",
    "sexual_description",
    "violence",
    "violent_description",
]
PICTURE_CLASSES = [
    "general_nsfw",
    "general_suggestive",
    "yes_sexual_activity",
    "yes_sexual_intent",
    "yes_realistic_nsfw",
    "very_bloody",
    "yes_animal_abuse",
    "yes_self_harm",
    "yes_confederate",
    "yes_kkk",
    "yes_nazi",
]


def reply(classes: list[str], clean: float = 0, **found: Any) -> dict[str, Any]:
    """A whole answer in which `found` differ from `clean`, with a class that does not count."""
    values = {**dict.fromkeys(classes, clean), "gibberish": clean, **found}
    return {"output": [{"classes": [{"class": n, "value": v} for n, v in values.items()]}]}


class PretendHive:
    """What the server says, and what it was asked.

    `text` and `picture` make the answer (JSON) of what was sent; `spoil` answers instead of them,
    for `spoiled` of the two paths.
    """

    def __init__(self) -> None:
        self.text: Callable[[str], Any] = lambda text: reply(TEXT_CLASSES)
        self.picture: Callable[[bytes], Any] = lambda png: reply(PICTURE_CLASSES, 0.01)
        self.spoil: Callable[[Handler], None] | None = None
        self.spoiled = {TEXT_PATH, PICTURE_PATH}
        self.texts: list[str] = []
        self.pictures: list[bytes] = []
        self.bad: list[str] = []
        self.elsewhere: list[str] = []
        self.url = ""
        self.leaving = threading.Event()

    @property
    def asked(self) -> int:
        return len(self.texts) + len(self.pictures)


class Handler(BaseHTTPRequestHandler):
    hive: PretendHive
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        hive = self.hive
        try:
            told = self._read(data)
        except Exception as problem:
            hive.bad.append(repr(problem))
            self.answer(400, b'{"error": "bad request"}')
            return
        if hive.spoil and self.path in hive.spoiled:
            with suppress(OSError):  # the other side may have had enough
                hive.spoil(self)
            self.close_connection = True
            return
        self.answer(200, json.dumps(told).encode())

    def do_GET(self) -> None:
        self.hive.elsewhere.append(self.path)
        self.answer(200, json.dumps(reply(TEXT_CLASSES)).encode())

    def _read(self, data: bytes) -> Any:
        if self.path == TEXT_PATH:
            assert self.headers["Authorization"] == f"Bearer {TEXT_KEY}"
            assert self.headers["Content-Type"] == "application/json"
            asked = json.loads(data)
            (one,) = asked["input"]
            assert list(asked) == ["input"] and list(one) == ["text"] and one["text"].strip()
            assert len(one["text"]) <= 1024
            self.hive.texts.append(one["text"])
            return self.hive.text(one["text"])
        assert self.path == PICTURE_PATH, self.path
        assert self.headers["Authorization"] == f"Bearer {PICTURE_KEY}"
        kind = self.headers["Content-Type"]
        assert kind.startswith("multipart/form-data")
        head = f"Content-Type: {kind}\r\n\r\n".encode()
        (part,) = message_from_bytes(head + data, policy=HTTP).iter_parts()
        assert re.search(r'\bname="media"', part["Content-Disposition"])
        png = part.get_payload(decode=True)
        assert png.startswith(b"\x89PNG\r\n\x1a\n") and png.endswith(b"IEND\xaeB`\x82")
        self.hive.pictures.append(png)
        return self.hive.picture(png)

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


@contextmanager
def pretend_hive() -> Iterator[PretendHive]:
    """A Hive for as long as it lasts."""
    hive = PretendHive()
    handler = type("Bound", (Handler,), {"hive": hive})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    hive.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hive
    finally:
        hive.leaving.set()
        server.shutdown()
        server.server_close()


def asking(hive: PretendHive, seconds: float = 20.0) -> Screening:
    """Screening of words and pictures by that server, with a deadline."""
    client = Hive(TEXT_KEY, PICTURE_KEY, hive.url, seconds, seconds)
    return Screening(words=(client,), pictures=(client,))


def _says(value: Any) -> Callable[[Handler], None]:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return lambda handler: handler.answer(200, body)


def _status(status: int) -> Callable[[Handler], None]:
    # An answer that would let everything through, if anybody read it.
    body = json.dumps(reply(TEXT_CLASSES + PICTURE_CLASSES)).encode()
    return lambda handler: handler.answer(status, body)


def _silence(handler: Handler) -> None:
    handler.hive.leaving.wait()


def _drip_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    _drip(handler, b" ")


def _drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(handler, b"a")


def _drip(handler: Handler, byte: bytes) -> None:
    while not handler.hive.leaving.wait(0.05):
        handler.wfile.write(byte)
        handler.wfile.flush()


def _flood(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(50 << 20))
    handler.end_headers()
    for _ in range(50):
        handler.wfile.write(b" " * (1 << 20))


def _redirect(handler: Handler) -> None:
    handler.answer(302, b"", Location=f"{handler.hive.url}/elsewhere")


def _packed(handler: Handler) -> None:
    import gzip

    body = gzip.compress(json.dumps(reply(TEXT_CLASSES + PICTURE_CLASSES)).encode())
    handler.answer(200, body, Content_Encoding="gzip")


def _whole(classes: Any) -> dict[str, Any]:
    return {"output": [{"classes": classes}]}


_ALL = [{"class": name, "value": 0} for name in TEXT_CLASSES + PICTURE_CLASSES]

# Each way, and a word of what a person is told. None of it is a yes.
WAYS: dict[str, tuple[Callable[[Handler], None], str]] = {
    "time-out": (_silence, "in time"),
    "slow drip": (_drip_body, "in time"),
    "slow headers": (_drip_headers, "in time"),
    "401": (_status(401), "the key"),
    "403": (_status(403), "the key"),
    "429": (_status(429), "too many"),
    "500": (_status(500), "500"),
    "204": (lambda handler: handler.answer(204, b""), "204"),
    "redirect": (_redirect, "elsewhere"),
    "50 MB": (_flood, "too long"),
    "packed": (_packed, "packed"),
    "HTML": (_says(b"<html><b>Sign in</b> canary-reply</html>"), "not what it should be"),
    "nothing": (_says(b""), "not what it should be"),
    "half": (_says(json.dumps(_whole(_ALL)).encode()[:-4]), "not what it should be"),
    "{}": (_says({}), "not what it should be"),
    "null": (_says(None), "not what it should be"),
    "a list": (_says([_whole(_ALL)]), "not what it should be"),
    "error": (_says({"error": "canary-reply"}), "not what it should be"),
    "error beside output": (_says({"error": "x", **_whole(_ALL)}), "not what it should be"),
    "null output": (_says({"output": None}), "not what it should be"),
    "no output": (_says({"output": []}), "not what it should be"),
    "null part": (_says({"output": [None]}), "not what it should be"),
    "no classes": (_says(_whole([])), "not what it should be"),
    "null classes": (_says(_whole(None)), "not what it should be"),
    "missing class": (_says(_whole([{"value": 0}, *_ALL])), "not what it should be"),
    "missing value": (_says(_whole([{"class": "x"}, *_ALL])), "not what it should be"),
    "null value": (_says(_whole([*_ALL, {"class": "x", "value": None}])), "not what it should be"),
    "a class left out": (_says(_whole(_ALL[1:-1])), "leaves out"),
    "second part empty": (_says({"output": [_whole(_ALL)["output"][0], {}]}), "not what it"),
    "words for numbers": (_says(_whole([{**one, "value": "0"} for one in _ALL])), "no number"),
    "true": (_says(_whole([{**one, "value": True} for one in _ALL])), "no number"),
    "NaN": (
        _says(json.dumps(_whole([{**o, "value": float("nan")} for o in _ALL])).encode()),
        "not",
    ),
    "1e999": (_says(json.dumps(_whole(_ALL)).replace(": 0}", ": 1e999}").encode()), "no number"),
    "not judged": (_says(_whole([{**one, "value": -1} for one in _ALL])), "is none"),
    "nested": (_says(b"[" * 100_000), "not what it should be"),
    "long number": (_says(b'{"output": ' + b"9" * 5000 + b"}"), "not what it should be"),
}
