"""A Hugging Face hub on 127.0.0.1: the part of its protocol that a download speaks, and its faults.

Serves one repository's description, and HEAD and GET of its files with ETag, commit and Range, as
huggingface_hub expects. `faults` make it answer otherwise, `gate` closes the files as a licence
does; `requests` remembers what was asked.
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
# What the hub answers whom: (status, X-Error-Message). The description of a gated model is public.
STRANGER = (
    401,
    "Access to model {repo} is restricted. You must have access to it and be authenticated to "
    "access it. Please log in.",
)
WRONG_TOKEN = (401, "Invalid credentials in Authorization header")
GATE = {
    "licence": (
        403,
        "Access to model {repo} is restricted and you are not in the authorized list. Visit "
        "https://huggingface.co/{repo} to ask for access.",
    ),
    "pending": (
        403,
        "Your request to access model {repo} is awaiting a review from the repo authors.",
    ),
    "rejected": (
        403,
        "Your request to access model {repo} has been rejected by the repo's authors.",
    ),
    "scope": (
        403,
        "Please enable access to public gated repositories in your fine-grained token settings to "
        "view this repository.",
    ),
}
BLOCK = 64 * 1024


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
    """One repository. Faults are looked up by "api" or by file name; "*" is for everything.

    gate: None, or what each token may do: "accepted" or a key of GATE. slow: a file that waits
    after each block until `pace` is released. deaf: ranges are not understood.
    """

    def __init__(self, repo: str, files: Mapping[str, bytes]) -> None:
        self.repo = repo
        self.files = dict(files)
        self.revisions = {"main": COMMIT, COMMIT: COMMIT}
        self.faults: dict[str, Reply] = {}
        # How many bytes of a file to send before the line is cut, one number for each attempt.
        self.cuts: dict[str, list[int]] = {}
        self.gate: dict[str, str] | None = None
        self.slow = ""
        self.pace = threading.Semaphore(0)
        self.deaf = False
        self.moved_to = ""  # the address of another hub, to which large files are redirected
        self.damaged = ""  # a file whose bytes arrive otherwise than they left
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
            self.slow = ""
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

    def ranges(self, name: str) -> list[str | None]:
        """The ranges of a file that were asked for, in order."""
        return [
            request.headers.get("range")
            for request in self.requests
            if request.method == "GET" and request.path.endswith(f"/{name}")
        ]

    def answer(self, path: str, authorization: str = "") -> tuple[Reply, str | None]:
        """The reply to a path, and the file it is, if it is one."""
        token = authorization.removeprefix("Bearer ")
        if self.gate is not None and token and token not in self.gate:
            return self._closed(*WRONG_TOKEN, code=""), None
        if path.startswith("/api/models/"):
            return self.faults.get("api") or self.faults.get("*") or self._describe(path), None
        repo, _, rest = path.removeprefix("/").partition("/resolve/")
        revision, _, name = rest.partition("/")
        fault = self.faults.get(name) or self.faults.get("*")
        if fault is not None:
            return fault, None
        if repo != self.repo:
            return Reply(404, {"X-Error-Code": "RepoNotFound"}), None
        if self.gate is not None:
            state = self.gate.get(token)
            if state != "accepted":
                return self._closed(*(GATE[state] if state else STRANGER), code="GatedRepo"), None
        if unquote(revision) not in self.revisions:
            return Reply(404, {"X-Error-Code": "RevisionNotFound"}), None
        if name not in self.files:
            return Reply(404, {"X-Error-Code": "EntryNotFound"}), None
        body = self.files[name]
        headers = {
            "ETag": f'"{hashlib.sha256(body).hexdigest()}"',
            "X-Repo-Commit": self.revisions[unquote(revision)],
        }
        if self.moved_to and name.endswith(".safetensors"):
            headers |= {
                "Location": f"{self.moved_to}{path}",
                "X-Linked-Size": str(len(body)),
                "X-Linked-ETag": headers["ETag"],
            }
            return Reply(302, headers), None
        if name == self.damaged:
            body = bytes(len(body))
        return Reply(200, headers, body), name

    def _closed(self, status: int, sentence: str, *, code: str) -> Reply:
        headers = {"X-Error-Code": code, "X-Error-Message": sentence.format(repo=self.repo)}
        return Reply(status, {key: value for key, value in headers.items() if value})

    def _describe(self, path: str) -> Reply:
        repo, _, revision = path.removeprefix("/api/models/").partition("/revision/")
        if repo != self.repo:
            return Reply(404, {"X-Error-Code": "RepoNotFound"})
        commit = self.revisions.get(unquote(revision or "main"))
        if commit is None:
            return Reply(404, {"X-Error-Code": "RevisionNotFound"})
        siblings = [self._listed(name, body) for name, body in self.files.items()]
        description: dict[str, Any] = {"id": repo, "modelId": repo, "sha": commit}
        return Reply(200, {}, json.dumps({**description, "siblings": siblings}).encode())

    def _listed(self, name: str, body: bytes) -> dict[str, Any]:
        content = hashlib.sha256(body).hexdigest()
        lfs = {"sha256": content, "size": len(body), "pointerSize": 134}
        return {"rfilename": name, "size": len(body), "blobId": content[:40], "lfs": lfs}


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
        reply, name = self.hub.answer(path, headers.get("authorization", ""))
        body, status = reply.body, reply.status
        wanted = headers.get("range", "")
        if status == 200 and wanted.startswith("bytes=") and not self.hub.deaf:
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
            self._write(body, slowly=name is not None and name == self.hub.slow)

    def _write(self, body: bytes, *, slowly: bool) -> None:
        try:
            for start in range(0, len(body), BLOCK) if slowly else ():
                self.wfile.write(body[start : start + BLOCK])
                while self.hub.slow and not self.hub.pace.acquire(timeout=0.05):
                    pass
            if not slowly:
                self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # who asked has hung up

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""
