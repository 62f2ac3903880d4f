"""A Hugging Face hub on 127.0.0.1: the part of its protocol that a download speaks, and its faults.

Serves one repository's description, and HEAD and GET of its files with ETag, commit and Range, as
huggingface_hub expects. `faults` make it answer otherwise; `requests` remembers what was asked.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "a" * 40


@dataclass(frozen=True)
class Reply:
    """What the hub says instead of the truth."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]


class LoopbackHub:
    """One repository. Faults are looked up by "api" or by file name; "*" is for everything."""

    def __init__(self, repo: str, files: Mapping[str, bytes]) -> None:
        self.repo = repo
        self.files = dict(files)
        self.revisions = {"main": COMMIT, COMMIT: COMMIT}
        self.faults: dict[str, Reply] = {}
        # How many bytes of a file to send before the line is cut, one number for each attempt.
        self.cuts: dict[str, list[int]] = {}
        self.requests: list[Request] = []
        self.endpoint = ""

    @contextmanager
    def running(self) -> Iterator[LoopbackHub]:
        hub = self

        class Handler(_Handler):
            pass

        Handler.hub = hub
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def downloads(self) -> list[str]:
        """Names of files whose bytes were asked for, in order."""
        return [
            request.path.split("/resolve/")[1].split("/", 1)[1]
            for request in self.requests
            if request.method == "GET" and "/resolve/" in request.path
        ]

    def answer(self, path: str) -> tuple[Reply, str | None]:
        """The reply to a path, and the file it is, if it is one."""
        if path.startswith("/api/models/"):
            return self.faults.get("api") or self.faults.get("*") or self._describe(path), None
        repo, _, rest = path.removeprefix("/").partition("/resolve/")
        revision, _, name = rest.partition("/")
        fault = self.faults.get(name) or self.faults.get("*")
        if fault is not None:
            return fault, None
        if repo != self.repo:
            return Reply(404, {"X-Error-Code": "RepoNotFound"}), None
        if unquote(revision) not in self.revisions:
            return Reply(404, {"X-Error-Code": "RevisionNotFound"}), None
        if name not in self.files:
            return Reply(404, {"X-Error-Code": "EntryNotFound"}), None
        body = self.files[name]
        etag = hashlib.sha256(body).hexdigest()
        headers = {"ETag": f'"{etag}"', "X-Repo-Commit": self.revisions[unquote(revision)]}
        return Reply(200, headers, body), name

    def _describe(self, path: str) -> Reply:
        repo, _, revision = path.removeprefix("/api/models/").partition("/revision/")
        if repo != self.repo:
            return Reply(404, {"X-Error-Code": "RepoNotFound"})
        commit = self.revisions.get(unquote(revision or "main"))
        if commit is None:
            return Reply(404, {"X-Error-Code": "RevisionNotFound"})
        siblings = [
            {"rfilename": name, "size": len(body), "blobId": "0"}
            for name, body in self.files.items()
        ]
        description: dict[str, Any] = {"id": repo, "modelId": repo, "sha": commit}
        return Reply(200, {}, json.dumps({**description, "siblings": siblings}).encode())


class _Handler(BaseHTTPRequestHandler):
    hub: LoopbackHub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._serve(with_body=False)

    def do_GET(self) -> None:
        self._serve(with_body=True)

    def _serve(self, *, with_body: bool) -> None:
        path = urlsplit(self.path).path
        headers = {key.lower(): value for key, value in self.headers.items()}
        self.hub.requests.append(Request(self.command, path, headers))
        reply, name = self.hub.answer(path)
        body, status = reply.body, reply.status
        wanted = headers.get("range", "")
        if status == 200 and wanted.startswith("bytes="):
            body, status = body[int(wanted[6:].split("-")[0]) :], 206
        self.send_response(status)
        for key, value in reply.headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not with_body:
            return
        cuts = self.hub.cuts.get(name or "")
        if cuts:
            self.wfile.write(body[: cuts.pop(0)])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""
