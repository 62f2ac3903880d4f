"""How a request reaches a service around the model: one POST, one answer, within one deadline.

A service that screens or writes captions must not be able to hold a person up for ever, fill the
memory, or send us (and the key) elsewhere. `requests` knows only how long a single read may take,
so a server that drips a byte a second is stopped from outside: at the deadline its connection is
closed.

It raises `NoAnswer`, in words for people, and never repeats an address, a key or what came back.
What it is not: a reader of answers, or something to try again with.
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 5.0
MOST_BYTES = 1 << 20  # a real answer has a few thousand
CHUNK = 1 << 16


class NoAnswer(Exception):
    """There is no usable answer; the message says why, for people. `status`: HTTP's, if any."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Body:
    """What is sent: JSON, or files as (name, bytes, type)."""

    json: Any = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None


@dataclass(frozen=True)
class Key:
    """The header that a service knows its customer by; without a value none is sent."""

    header: str
    value: str | None = field(repr=False)

    @classmethod
    def bearer(cls, key: str | None) -> Key:
        """As most services want it."""
        return cls("Authorization", None if key is None else f"Bearer {key}")


class Transport(Protocol):
    def __call__(self, url: str, key: Key, body: Body, seconds: float) -> bytes:
        """POST with the key's header; the answer's body. Raises NoAnswer."""
        ...


def send(url: str, key: Key, body: Body, seconds: float) -> bytes:
    """The transport for real. Waits `seconds` at most, whatever the other side does."""
    attempt = _Attempt(url, key, body, seconds)
    # A thread, because looking a name up has no deadline that could be set.
    threading.Thread(target=attempt.run, name="service", daemon=True).start()
    return attempt.answer()


class _Attempt:
    """One request, made in one thread and waited for in another."""

    def __init__(self, url: str, key: Key, body: Body, seconds: float) -> None:
        self._url, self._key, self._body, self._seconds = url, key, body, seconds
        self._sockets: list[socket.socket] = []
        self._late = False
        self._end: queue.SimpleQueue[bytes | NoAnswer] = queue.SimpleQueue()

    def answer(self) -> bytes:
        try:
            end = self._end.get(timeout=self._seconds)
        except queue.Empty:
            self._late = True
            for opened in self._sockets:
                with suppress(OSError):
                    opened.shutdown(socket.SHUT_RDWR)  # wakes the thread, which then ends
            raise NoAnswer("the service did not answer in time") from None
        if isinstance(end, NoAnswer):
            raise end
        return end

    def run(self) -> None:
        import requests

        end: bytes | NoAnswer
        try:
            end = self._exchange()
        except NoAnswer as problem:
            end = problem
        except requests.Timeout:
            end = NoAnswer("the service did not answer in time")
        except Exception:  # whatever a library says may quote the address or a header
            end = NoAnswer("the service cannot be reached")
        # Made here and raised over there, so that nothing of the library's hangs on it.
        self._end.put(end)

    def _exchange(self) -> bytes:
        with (
            self._session() as session,
            session.post(
                self._url,
                json=self._body.json,
                files=self._body.files,
                auth=self._authorise,
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
                timeout=(min(CONNECT_SECONDS, self._seconds), self._seconds),
                allow_redirects=False,  # the key and the picture go where they were sent
                stream=True,
            ) as reply,
        ):
            return _body_of(reply)

    def _session(self) -> requests.Session:
        import requests

        class Straight(requests.Session):
            def get_redirect_target(self, resp: requests.Response) -> str | None:
                # To find out where a redirect would go requests reads all of its body, unpacked.
                return None

        session = Straight()
        for scheme in ("http://", "https://"):
            session.mount(scheme, self._watched_adapter())
        return session

    def _authorise(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        # As `auth`, because a .netrc would otherwise put its own password in place of the header.
        if self._key.value is not None:
            request.headers[self._key.header] = self._key.value
        return request

    def _watched_adapter(self) -> Any:
        """An adapter that notes its sockets, so that they can be closed at the deadline."""
        from requests.adapters import HTTPAdapter
        from urllib3.connection import HTTPConnection

        attempt = self
        plain: Any = HTTPConnection.response_class

        class Response(plain):  # type: ignore[misc]
            def begin(self) -> None:
                super().begin()
                if self.msg.defects:  # urllib3 would quote such headers in its log
                    raise NoAnswer("the answer is not what it should be")

        class Watched(HTTPAdapter):
            def get_connection_with_tls_context(self, *given: Any, **named: Any) -> Any:
                pool: Any = super().get_connection_with_tls_context(*given, **named)
                usual: Any = pool.ConnectionCls

                class Connection(usual):  # type: ignore[misc]
                    response_class = Response

                    def connect(self) -> None:
                        super().connect()
                        attempt._opened(self.sock)

                pool.ConnectionCls = Connection
                return pool

        return Watched(max_retries=0)

    def _opened(self, opened: socket.socket) -> None:
        self._sockets.append(opened)
        if self._late:
            raise NoAnswer("the service did not answer in time")


def _body_of(reply: requests.Response) -> bytes:
    status = reply.status_code
    if status in (401, 403):
        raise NoAnswer("the service does not accept the key", status)
    if status == 429:
        raise NoAnswer("the service has had too many questions for now", status)
    if 300 <= status < 400:
        raise NoAnswer("the service wants to be asked elsewhere", status)
    if status != 200:
        raise NoAnswer(f"the service is in trouble (status {status})", status)
    if reply.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NoAnswer("the answer is packed, which was not asked for")
    body = bytearray()
    for chunk in reply.iter_content(CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise NoAnswer("the answer is far too long")
    return bytes(body)
