"""A reverse proxy on loopback that serves a studio below a prefix, as nginx or Caddy would.

It strips the prefix, keeps the browser's host, says where it stands (X-Forwarded-*), and passes on
what comes at once, so that streams stream. `seen` are the paths that were asked for outside the
prefix, which a proxy in the world would not have passed on.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PREFIX = "/proxy"
HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade"}


class Proxy(ThreadingHTTPServer):
    """Serve with `serve_forever`; `target` is the studio's port."""

    daemon_threads = True
    target = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.outside: list[str] = []
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.url = f"http://{self.host}{PREFIX}/"


class Passing(BaseHTTPRequestHandler):
    """One request, passed on."""

    server: Proxy

    def pass_on(self) -> None:
        self.close_connection = True
        if not self.path.startswith(PREFIX + "/"):
            self.server.outside.append(self.path)
            self.send_error(404)
            return
        length = int(self.headers.get("content-length") or 0)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
        headers |= {"X-Forwarded-Host": self.server.host, "X-Forwarded-Proto": "http"}
        headers |= {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Prefix": PREFIX}
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=120)
        try:
            path = self.path.removeprefix(PREFIX)
            upstream.request(self.command, path, self.rfile.read(length), headers)
            reply = upstream.getresponse()
            self.send_response_only(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("connection", "close")
            self.end_headers()
            with suppress(OSError, http.client.HTTPException):
                while chunk := reply.read1(65536):
                    self.wfile.write(chunk)
                    self.wfile.flush()
        finally:
            upstream.close()

    do_GET = do_POST = do_HEAD = do_OPTIONS = do_DELETE = pass_on

    def log_message(self, *_: object) -> None:
        """Silence."""


@contextmanager
def proxy() -> Iterator[Proxy]:
    """A proxy whose `target` is still to be set."""
    with Proxy() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
