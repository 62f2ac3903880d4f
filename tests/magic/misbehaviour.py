"""The ways in which `pretend_services` goes wrong, each with a word of what a person is told.

`WAYS[service][name]` is what to set as `spoil`, and that word. In none of them is there a caption
that anybody should see; where an answer holds a good one, it comes in a way that is not accepted.
"""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable
from typing import Any

from tests.magic.pretend_services import CHAT_KEY, IDEOGRAM_KEY, Handler, Service, caption

Spoil = Callable[[Handler], None]
ECHO = f"canary-reply {IDEOGRAM_KEY} {CHAT_KEY}"
"""What no person may see: the service's own words, and the keys among them."""

IN_TIME = "in time"
"""The word for every way that only a deadline ends."""

FLOOD = 50 << 20


def _body(body: bytes, kind: str = "application/json") -> Spoil:
    return lambda handler: handler.answer(200, body, kind)


def _says(value: Any) -> Spoil:
    return _body(json.dumps(value).encode())


def _writes(written: Any) -> Spoil:
    """The form is right, and what is in it is not."""
    return lambda handler: handler.answer(200, handler.wrapped(written))


def _status(status: int) -> Spoil:
    """With an answer that would do, if anybody read it, and keys where libraries quote from."""
    return lambda handler: handler.answer(status, handler.good(), X_Error_Message=ECHO)


def _hang(handler: Handler) -> None:
    handler.services.leaving.wait()


def _drip_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    _drip(handler, b" ")


def _drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(handler, b"a")


def _drip(handler: Handler, byte: bytes) -> None:
    while not handler.services.leaving.wait(0.02):
        handler.wfile.write(byte)
        handler.wfile.flush()


def _flood(status: int, **headers: str) -> Spoil:
    def flood(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(FLOOD))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        for _ in range(FLOOD >> 20):
            handler.wfile.write(b" " * (1 << 20))

    return flood


def _flood_of_one_chunk_size(handler: Handler) -> None:
    """The line that says how long a chunk is never ends."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(FLOOD >> 20):
        handler.wfile.write(b"0" * (1 << 20))


def _redirect(status: int) -> Spoil:
    """To the same port under another name, which is another host."""

    def redirect(handler: Handler) -> None:
        elsewhere = handler.services.url.replace("127.0.0.1", "localhost")
        handler.answer(status, handler.good(), Location=f"{elsewhere}/elsewhere")

    return redirect


def _cut(handler: Handler) -> None:
    """Fewer bytes than were promised, and what there is would do."""
    body = handler.good()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body) + 9))
    handler.end_headers()
    handler.wfile.write(body)


def _odd_headers(handler: Handler) -> None:
    """A line among the headers that is none, which libraries quote in their logs."""
    body = handler.good()
    handler.wfile.write(f"HTTP/1.1 200 OK\r\nX-A: 1\r\n{ECHO}\r\nX-B: 2\r\n\r\n".encode())
    handler.wfile.write(body)


def _hang_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def _bomb(size: int) -> bytes:
    return gzip.compress(b" " * size, 9)


_BOMB = _bomb(FLOOD)


def _packed(handler: Handler) -> None:
    handler.answer(200, _BOMB, Content_Encoding="gzip")


def _redirect_with_a_bomb(handler: Handler) -> None:
    """Libraries read, and unpack, the body of a redirect that they do not follow."""
    handler.answer(302, _BOMB, Content_Encoding="gzip", Location="/elsewhere")


_GOOD = json.dumps(caption())
_SHAPE = "not what it should be"
ANYWHERE: dict[str, tuple[Spoil, str]] = {
    "hang before headers": (_hang, IN_TIME),
    "slow drip": (_drip_body, IN_TIME),
    "slow headers": (_drip_headers, IN_TIME),
    "400": (_status(400), "does not take these words or this model"),
    "401": (_status(401), "does not accept the key"),
    "402": (_status(402), "out of credit"),
    "403": (_status(403), "does not accept the key"),
    "404": (_status(404), "no such model or address"),
    "413": (_status(413), "too long for it"),
    "418": (_status(418), "in trouble (status 418)"),
    "429": (_status(429), "too many"),
    "500": (_status(500), "in trouble (status 500)"),
    "204": (lambda handler: handler.answer(204, b""), "in trouble (status 204)"),
    "redirect 302": (_redirect(302), "asked elsewhere"),
    "redirect 307": (_redirect(307), "asked elsewhere"),
    "redirect of 50 MB": (_flood(307, Location="/elsewhere"), "asked elsewhere"),
    "redirect with a bomb": (_redirect_with_a_bomb, "asked elsewhere"),
    "50 MB": (_flood(200), "far too long"),
    "50 MB of an error": (_flood(500), "in trouble (status 500)"),
    "50 MB of a chunk's size": (_flood_of_one_chunk_size, "cannot be reached"),
    "gzip bomb": (_packed, "packed"),
    "gzip bomb untold": (_body(_BOMB), _SHAPE),
    "closed connection": (_hang_up, "cannot be reached"),
    "cut off": (_cut, "cannot be reached"),
    "odd headers": (_odd_headers, _SHAPE),
    "no HTTP": (lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n\r\n"), "cannot be reached"),
    "nothing": (_body(b""), _SHAPE),
    "HTML": (_body(f"<html><b>Sign in</b> {ECHO}</html>".encode(), "text/html"), _SHAPE),
    "prose": (_body(f"I am sorry, {ECHO}".encode(), "text/plain"), _SHAPE),
    "half": (lambda handler: handler.answer(200, handler.good()[:-4]), _SHAPE),
    "deep": (_body(b"[" * 100_000), _SHAPE),
    "deep objects": (_body(b'{"json_prompt":' * 50_000), _SHAPE),
    "deep and whole": (_body(b'{"json_prompt":' + b'{"a":' * 1500 + b"1" + b"}" * 1501), "wrote"),
    "deeper and whole": (_body(b'{"json_prompt":' + b"[" * 9000 + b"]" * 9000 + b"}"), "wrote"),
    "long number": (_body(b'{"json_prompt": ' + b"9" * 5000 + b"}"), _SHAPE),
    "NaN": (_body(b'{"json_prompt": NaN, "choices": NaN}'), _SHAPE),
    "no text": (_body(b'{"json_prompt": "\xff\xfe"}'), _SHAPE),
    "null": (_says(None), _SHAPE),
    "a list": (_says([caption()]), _SHAPE),
    "a number": (_says(5), _SHAPE),
    "written: prose": (_writes(f"I am sorry, I cannot do that. {ECHO}"), "nothing that is a"),
    "written: HTML": (_writes(f"<html><body>{ECHO}</body></html>"), "nothing that is a"),
    "written: key": (_writes(IDEOGRAM_KEY + CHAT_KEY), "nothing that is a"),
    "written: a word of a caption": (_writes('{"background": "grey"}'), "nothing that is a"),
    "written: other data": (_writes(f'{{"error": "{ECHO}"}}'), "nothing that is a"),
    "written: other data in an object": (_writes({"error": ECHO}), "nothing that is a"),
    "written: NaN": (_writes('{"high_level_description": NaN}'), "wrote"),
    "written: nested": (_writes("[" * 5_000), "nothing that is a"),
    "written: numbers": (
        _writes({"compositional_deconstruction": {"background": 5, "elements": 7}}),
        "that says nothing",
    ),
    "written: nulls": (
        _writes({"high_level_description": None, "compositional_deconstruction": None}),
        "that says nothing",
    ),
    "written: empty texts": (
        _writes(
            {
                "high_level_description": " ",
                "compositional_deconstruction": {
                    "background": "",
                    "elements": [{"type": "obj", "desc": ""}],
                },
            }
        ),
        "that says nothing",
    ),
}
_NO_CAPTION, _EMPTY = "holds no caption", "is empty"
OWN: dict[Service, dict[str, tuple[Spoil, str]]] = {
    "ideogram": {
        "{}": (_says({}), _NO_CAPTION),
        "error": (_says({"error": ECHO}), _NO_CAPTION),
        "null caption": (_says({"json_prompt": None, "aspect_ratio": "1x1"}), _NO_CAPTION),
        "empty caption": (_says({"json_prompt": {}}), _NO_CAPTION),
        "empty text": (_says({"json_prompt": "  \n"}), _NO_CAPTION),
        "a list for a caption": (_says({"json_prompt": [caption()]}), _NO_CAPTION),
        "true": (_says({"json_prompt": True}), _NO_CAPTION),
        "other field": (_says({"prompt": caption()}), _NO_CAPTION),
    },
    "chat": {
        "{}": (_says({}), _EMPTY),
        "error": (_says({"error": {"message": ECHO, "code": 500}}), _EMPTY),
        "null choices": (_says({"choices": None}), _EMPTY),
        "no choices": (_says({"choices": []}), _EMPTY),
        "choices of nulls": (_says({"choices": [None]}), _EMPTY),
        "choices an object": (_says({"choices": {"0": {}}}), _EMPTY),
        "null message": (_says({"choices": [{"message": None}]}), _EMPTY),
        "null content": (_writes(None), _EMPTY),
        "empty content": (_writes(""), _EMPTY),
        "blank content": (_writes(" \n\t"), _EMPTY),
        "content a number": (_writes(5), _EMPTY),
        "no parts": (_writes([]), _EMPTY),
        "odd parts": (_writes([None, 5, {"type": "text", "text": None}]), _EMPTY),
        "refusal": (
            _says({"choices": [{"message": {"content": None, "refusal": ECHO}}]}),
            "is empty",
        ),
    },
}
WAYS: dict[Service, dict[str, tuple[Spoil, str]]] = {
    service: {**ANYWHERE, **own} for service, own in OWN.items()
}
EVERY_WAY = [(service, way) for service, ways in WAYS.items() for way in ways]
"""For `pytest.mark.parametrize("service, way", EVERY_WAY)`."""
