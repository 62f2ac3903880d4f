"""One revision of one repository on the hub, and how to ask for it.

Each question is asked once and without retries, so that a refusal is told within seconds and with
the reply's own reason; only the bytes of a large file are asked for again. It chooses no files
(`layout`) and knows no folders that are not of the hub (`hub`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from ideogram4.errors import WeightsError
from ideogram4.weights.cache import COMMIT, HubCache
from ideogram4.weights.download_plan import DownloadPlan, PlannedFile
from ideogram4.weights.hub_errors import Wanted, explain
from ideogram4.weights.layout import likely_shards, listed_shards, needed_files
from ideogram4.weights.progress import Meter, OnProgress, bar_class
from ideogram4.weights.transfer import Content, fetch

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listed:
    """A file as the hub lists it; 0 and "" where it does not say."""

    size: int = 0
    content: str = ""


@dataclass(frozen=True)
class HubRepository:
    """`token` None uses the stored login; `timeout` is for an answer, not for a whole file."""

    repo: str
    revision: str
    cache: HubCache
    endpoint: str | None = None
    token: str | None = field(default=None, repr=False)
    timeout: float = 10.0

    def plan(self) -> DownloadPlan:
        """Say what a download would be. One request."""
        commit, listing = self._list()

        def shards_of(index: str) -> list[str]:
            path = self.cache.file(index, commit)
            if path is None:
                return likely_shards(index, listing)
            return list(listed_shards(path.read_bytes(), path))

        return self._plan(commit, listing, needed_files(listing, shards_of, where=self.repo))

    def download(self, on_progress: OnProgress | None = None) -> Path:
        """Fetch what is missing, and return the folder. Refuses first what the disk cannot hold."""
        commit, listing = self._list()
        unseen = Meter(1, None)

        def shards_of(index: str) -> list[str]:
            path = self._get(index, commit, unseen)
            return list(listed_shards(path.read_bytes(), Path(self.repo, index)))

        names = needed_files(listing, shards_of, where=self.repo)
        plan = self._plan(commit, listing, names)
        plan.check_room()
        meter = Meter(plan.total, on_progress)
        # By commit, so that a push in between cannot mix two versions.
        for name in names:
            path = self._get(name, commit, meter)
            meter.finish_file(listing[name].size)
        if self.revision != commit:
            # Asked for by branch or tag once more, so that the cache remembers where that points:
            # not sooner, because until all is here an older copy may be the one that works.
            self._get(names[0], self.revision, unseen)
        return path.parents[name.count("/")]

    def refusal(self, name: str) -> WeightsError | None:
        """Why this login may not have a file, or None when it may. One request for its headers."""
        from huggingface_hub import get_hf_file_metadata

        try:
            self._in_plain_words(
                name,
                lambda: get_hf_file_metadata(
                    self._url(name, self.revision),
                    token=self.token,
                    timeout=self.timeout,
                    endpoint=self.endpoint,
                ),
            )
        except WeightsError as refused:
            return refused
        return None

    def _plan(self, commit: str, listing: Mapping[str, Listed], names: list[str]) -> DownloadPlan:
        files = tuple(
            PlannedFile(
                name,
                listing[name].size,
                self.cache.here(name, commit, listing[name].content, listing[name].size),
            )
            for name in names
        )
        folder = self.cache.folder
        return DownloadPlan(self.repo, self.revision, commit, files, folder, self.cache.free())

    def _list(self) -> tuple[str, dict[str, Listed]]:
        """Ask the hub for the commit and every file."""
        from huggingface_hub import HfApi

        def ask() -> tuple[str, dict[str, Listed]]:
            info = HfApi(endpoint=self.endpoint, token=self.token).model_info(
                self.repo, revision=self.revision, timeout=self.timeout, files_metadata=True
            )
            if not info.sha or not COMMIT.fullmatch(info.sha):
                raise ValueError("the description has no commit")
            return info.sha, {
                file.rfilename: Listed(
                    int(file.size or 0), (file.lfs.sha256 if file.lfs else file.blob_id) or ""
                )
                for file in info.siblings or ()
            }

        return self._in_plain_words(None, ask)

    def _get(self, name: str, revision: str, meter: Meter) -> Path:
        """One file, from the cache or the hub. Raises in plain words."""
        from huggingface_hub import hf_hub_download

        def ask() -> Path:
            if self.cache.file(name, revision) is None:
                self._bring(name, revision, meter)
            # The rest is the library's: links, references, small files.
            return Path(
                hf_hub_download(
                    self.repo,
                    name,
                    revision=revision,
                    endpoint=self.endpoint,
                    token=self.token,
                    cache_dir=self.cache.root,
                    etag_timeout=self.timeout,
                    tqdm_class=bar_class(meter),
                )
            )

        return self._in_plain_words(name, ask, meter)

    def _bring(self, name: str, revision: str, meter: Meter) -> None:
        """Ask once what the file is, and fetch it if it is a large one.

        Asked first because the library retries a failing or refused question for minutes.
        """
        from huggingface_hub import get_hf_file_metadata
        from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

        url = self._url(name, revision)
        found = get_hf_file_metadata(
            url, token=self.token, timeout=self.timeout, endpoint=self.endpoint
        )
        blob = self.cache.blob(found.etag or "")
        if blob is None or not found.etag or not found.size or not name.endswith(".safetensors"):
            return
        fetch(
            Content(url, found.etag, found.size, f"{name} of {self.repo}"),
            blob,
            self.cache.lock(found.etag),
            headers=build_hf_headers(token=self.token),
            timeout=self.timeout,
            meter=meter,
        )

    def _url(self, name: str, revision: str) -> str:
        from huggingface_hub import hf_hub_url

        return hf_hub_url(self.repo, name, revision=revision, endpoint=self.endpoint)

    def _in_plain_words(
        self, filename: str | None, ask: Callable[[], Answer], meter: Meter | None = None
    ) -> Answer:
        """Call `ask`; raise what goes wrong without the original, which may quote the token."""
        try:
            return ask()
        except Exception as error:
            # Whatever a server or a library can think of; a caller's own error passes through.
            if meter is not None and error is meter.raised:
                raise
            _log.debug("%s: %s", self.repo, type(error).__name__)
            wanted = Wanted(
                self.repo,
                self.revision,
                address(self.endpoint),
                filename,
                has_token(self.token),
            )
            failure = explain(error, wanted)
        raise failure


def has_token(token: str | None) -> bool:
    """Whether a request goes with a token: the one given, or the stored login's."""
    from huggingface_hub import get_token

    return bool(token or get_token())


def address(endpoint: str | None) -> str:
    """The hub's host for messages, without a user name or password someone put into it."""
    from huggingface_hub import constants

    parts = urlsplit(endpoint or constants.ENDPOINT)
    return parts.netloc.rpartition("@")[2] or "the hub"
