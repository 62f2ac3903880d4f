"""Turn the name of a model into a folder on this computer, downloading it where needed.

`resolve_model("demo")` is the checkpoint in this package, a folder is itself, and `owner/name` is
fetched from the Hugging Face hub into its usual cache: only the files the model consists of, in a
pinned commit. Every refusal is one plain error (`hub_errors`), within seconds: the description is
asked for once and without retries before anything is downloaded.

It is not a reader of weights and never runs code from a repository.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from ideogram4.errors import (
    GatedModelError,
    HubUnavailableError,
    MissingFileError,
    UnknownModelError,
    WeightsError,
)
from ideogram4.weights.hub_errors import Wanted, explain, unknown_name, unknown_revision
from ideogram4.weights.layout import needed_files, needed_in_folder
from ideogram4.weights.progress import Meter, OnProgress, bar_class

Answer = TypeVar("Answer")

_DEMO = Path(__file__).resolve().parent.parent / "demo" / "checkpoint"
# The hub's own rule for names, and git's for branches and tags as far as paths are concerned.
_REPO = re.compile(r"(?!.*(--|\.\.))(?=.{3,96}$)\w[\w.-]*(?<![.-])/\w[\w.-]*(?<![.-])", re.ASCII)
_REVISION = re.compile(r"(?!.*\.\.)\w[\w./+-]*", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_log = logging.getLogger(__name__)


def resolve_model(
    model: str | Path,
    *,
    revision: str | None = None,
    token: str | None = None,
    local_files_only: bool = False,
    on_progress: OnProgress | None = None,
    endpoint: str | None = None,
    cache_dir: str | Path | None = None,
    timeout: float = 10.0,
) -> Path:
    """Return a folder in the published layout.

    model: "demo", a folder, or "owner/name" on the hub. revision (branch, tag or commit) applies
    to the hub only. token: None uses the stored login. local_files_only: use the cache, make no
    request. on_progress("download", fraction) counts bytes. endpoint, cache_dir: None for the
    hub's own settings. timeout: seconds to wait for an answer, not for a whole download.

    A hub that cannot be reached or is in trouble is no error where the cache holds the model.
    Raises `UnknownModelError`, `UnknownRevisionError`, `GatedModelError`, `MissingFileError`,
    `HubUnavailableError`, or `WeightsError` for anything else (a full disk).
    """
    if model == "demo":
        return _demo_folder()
    name = os.path.expanduser(model)
    if os.path.isdir(name):
        return Path(name)
    if os.path.isfile(name):
        raise UnknownModelError(
            f"{name} is a file, and a model is a folder",
            hint="Give the folder that holds transformer/, text_encoder/, vae/ and tokenizer/.",
        )
    if isinstance(model, Path) or not _REPO.fullmatch(model):
        raise unknown_name(str(model))
    revision = revision or "main"
    if not _REVISION.fullmatch(revision):
        raise unknown_revision(model, revision)
    source = _HubModel(
        model, revision, endpoint, checked_token(token), cache_dir, timeout, on_progress
    )
    return source.from_cache_only() if local_files_only else source.fetch()


def checked_token(token: str | None) -> str | None:
    """Return the token to use, None for the stored login. The error never shows the token.

    Checked here because an HTTP library that meets a line break in a header quotes the header.
    """
    from huggingface_hub import get_token

    token = (token or "").strip() or None
    used = token or get_token()
    if used is not None and not re.fullmatch(r"[\x21-\x7e]+", used):
        raise GatedModelError(
            "the Hugging Face token holds a space, a line break or a character that no token has",
            hint="Copy it again from https://huggingface.co/settings/tokens.",
        )
    return token


def _demo_folder() -> Path:
    if not (_DEMO / "transformer").is_dir():
        raise MissingFileError(
            f"{_DEMO}: the demo model is not in this installation",
            hint="Install from a full copy of the repository.",
        )
    return _DEMO


def _address(endpoint: str | None) -> str:
    """The hub's host for messages, without a user name or password someone put into it."""
    from huggingface_hub import constants

    parts = urlsplit(endpoint or constants.ENDPOINT)
    return parts.netloc.rpartition("@")[2] or "the hub"


@dataclass(frozen=True)
class _HubModel:
    """One revision of one repository, and how to ask for it."""

    repo: str
    revision: str
    endpoint: str | None
    token: str | None = field(repr=False)
    cache_dir: str | Path | None
    timeout: float
    on_progress: OnProgress | None

    def fetch(self) -> Path:
        """Download what is missing; fall back to a whole cached copy when the hub is in trouble."""
        if _COMMIT.fullmatch(self.revision):
            # A commit never changes: when it is all here, there is nothing to ask.
            cached = self._cached_copy()
            if cached is not None:
                return cached
        try:
            commit, sizes = self._describe()
        except HubUnavailableError as trouble:
            cached = self._cached_copy()
            if cached is None:
                raise
            _log.warning("%s Using the copy in the cache: %s", trouble.message, cached)
            return cached
        return self._download(commit, sizes)

    def from_cache_only(self) -> Path:
        """The cached copy, or an error that says what of it is missing."""
        folder = self._snapshot()
        if folder is None:
            raise MissingFileError(
                f"{self.repo} (revision {self.revision}) has not been downloaded to this computer, "
                "and going online was not allowed",
                hint="Load it once with the network on.",
            )
        try:
            needed_in_folder(folder)
        except MissingFileError as lack:
            raise MissingFileError(
                f"{self.repo} is only partly downloaded, and going online was not allowed\n"
                f"{lack.message}",
                hint="Load it once with the network on; files that came whole are kept.",
            ) from lack
        return folder

    def _describe(self) -> tuple[str, dict[str, int]]:
        """Ask the hub for the commit, and for the size of every file (0 where it does not say)."""
        from huggingface_hub import HfApi

        def ask() -> tuple[str, dict[str, int]]:
            info = HfApi(endpoint=self.endpoint, token=self.token).model_info(
                self.repo, revision=self.revision, timeout=self.timeout, files_metadata=True
            )
            if not info.sha or not _COMMIT.fullmatch(info.sha):
                raise ValueError("the description has no commit")
            return info.sha, {file.rfilename: int(file.size or 0) for file in info.siblings or ()}

        return self._in_plain_words(None, ask)

    def _download(self, commit: str, sizes: dict[str, int]) -> Path:
        unseen = Meter(1, None)
        names = needed_files(
            sizes, lambda name: self._get(name, commit, unseen).read_bytes(), where=self.repo
        )
        meter = Meter(sum(sizes[name] for name in names), self.on_progress)
        # The first file is asked for by branch or tag, so that the cache remembers where that
        # points; the rest by commit, so that a push in between cannot mix two versions.
        for name in names:
            revision = self.revision if name == names[0] else commit
            path = self._get(name, revision, meter)
            meter.finish_file(sizes[name])
        return path.parents[name.count("/")]

    def _get(self, name: str, revision: str, meter: Meter) -> Path:
        """One file, from the cache or the hub. Raises in plain words."""
        from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

        def ask() -> Path:
            if self._cached_path(name, revision) is None:
                # The library retries a failing or refused HEAD for minutes. Asking once before it
                # tells within seconds, and tells the reply's own reason.
                url = hf_hub_url(self.repo, name, revision=revision, endpoint=self.endpoint)
                get_hf_file_metadata(
                    url, token=self.token, timeout=self.timeout, endpoint=self.endpoint
                )
            return Path(
                hf_hub_download(
                    self.repo,
                    name,
                    revision=revision,
                    endpoint=self.endpoint,
                    token=self.token,
                    cache_dir=self.cache_dir,
                    etag_timeout=self.timeout,
                    tqdm_class=bar_class(meter),
                )
            )

        return self._in_plain_words(name, ask, meter)

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
            wanted = Wanted(self.repo, self.revision, _address(self.endpoint), filename)
            failure = explain(error, wanted)
        raise failure

    def _cached_path(self, name: str, revision: str) -> Path | None:
        from huggingface_hub import try_to_load_from_cache

        found = try_to_load_from_cache(self.repo, name, cache_dir=self.cache_dir, revision=revision)
        return Path(found) if isinstance(found, str) else None

    def _snapshot(self) -> Path | None:
        """The cached folder of this revision, whole or not."""
        config = self._cached_path("transformer/config.json", self.revision)
        return config.parents[1] if config is not None else None

    def _cached_copy(self) -> Path | None:
        """The cached folder, if every file of the model is in it."""
        folder = self._snapshot()
        try:
            if folder is not None:
                needed_in_folder(folder)
        except WeightsError:
            return None
        return folder
