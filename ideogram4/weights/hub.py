"""Turn the name of a model into a folder on this computer, downloading it where needed.

`resolve_model("demo")` is the checkpoint in this package, a folder is itself, and `owner/name`, or
`owner/name@revision`, is fetched from the Hugging Face hub into its usual cache: only the files the
model consists of, in a pinned commit. Every refusal is one plain error (`hub_errors`), within
seconds. `plan_download` says beforehand what that would be.

It is not a reader of weights and never runs code from a repository.
"""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

from ideogram4.errors import (
    GatedModelError,
    HubUnavailableError,
    MissingFileError,
    UnknownModelError,
    UnknownRevisionError,
)
from ideogram4.weights.cache import COMMIT, HubCache
from ideogram4.weights.download_plan import DownloadPlan
from ideogram4.weights.hub_errors import unknown_name, unknown_revision
from ideogram4.weights.layout import needed_in_folder
from ideogram4.weights.progress import OnProgress
from ideogram4.weights.repository import HubRepository

_DEMO = Path(__file__).resolve().parent.parent / "demo" / "checkpoint"
# The hub's own rule for names, and git's for branches and tags as far as paths are concerned.
_REPO = re.compile(r"(?!.*(--|\.\.))(?=.{3,96}$)\w[\w.-]*(?<![.-])/\w[\w.-]*(?<![.-])", re.ASCII)
_REVISION = re.compile(r"(?!.*\.\.)\w[\w./+-]*", re.ASCII)
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

    model: "demo", a folder, "owner/name" on the hub, or "owner/name@revision". revision: a branch,
    tag or commit, for the hub only. token: None uses the stored login. local_files_only: use the
    cache, make no request. on_progress("download", fraction) counts bytes. endpoint, cache_dir:
    None for the hub's own settings. timeout: seconds to wait for an answer, not for a whole file.

    A hub that cannot be reached or is in trouble is no error where the cache holds the model.
    Raises `UnknownModelError`, `UnknownRevisionError`, `GatedModelError`, `MissingFileError`,
    `HubUnavailableError`, or `WeightsError` for anything else (a full disk).
    """
    folder = _on_this_computer(model, revision)
    if folder is not None:
        return folder
    source = on_the_hub(
        str(model), revision, token=token, endpoint=endpoint, cache_dir=cache_dir, timeout=timeout
    )
    return _from_cache_only(source) if local_files_only else _fetch(source, on_progress)


def plan_download(
    model: str,
    *,
    revision: str | None = None,
    token: str | None = None,
    endpoint: str | None = None,
    cache_dir: str | Path | None = None,
    timeout: float = 10.0,
) -> DownloadPlan | None:
    """Say what `resolve_model` would download, with one request; None for a model that is no hub's.

    Arguments and errors as of `resolve_model`; an incomplete repository is a `MissingFileError`.
    """
    if _on_this_computer(model, revision) is not None:
        return None
    source = on_the_hub(
        model, revision, token=token, endpoint=endpoint, cache_dir=cache_dir, timeout=timeout
    )
    return source.plan()


def on_the_hub(
    model: str,
    revision: str | None = None,
    *,
    token: str | None = None,
    endpoint: str | None = None,
    cache_dir: str | Path | None = None,
    timeout: float = 10.0,
) -> HubRepository:
    """The repository that a name means. Raises for names and revisions that cannot be any."""
    repo, pinned = split_revision(model)
    if not _REPO.fullmatch(repo):
        raise unknown_name(model)
    if pinned and revision and pinned != revision:
        raise UnknownRevisionError(
            f"{model[:200]} names one revision and {revision[:200]!r} is another",
            hint="Give the revision once.",
        )
    revision = revision or pinned or "main"
    if not _REVISION.fullmatch(revision):
        raise unknown_revision(repo, revision)
    cache = HubCache.of(repo, cache_dir)
    return HubRepository(repo, revision, cache, endpoint, checked_token(token), timeout)


def with_revision(model: str, revision: str | None) -> str:
    """`model`, pinned to a revision if there is one."""
    return f"{model}@{revision}" if revision else model


def split_revision(model: str) -> tuple[str, str | None]:
    """("owner/name", "revision") of "owner/name@revision"; no revision is None."""
    name, _, revision = model.partition("@")
    return name, revision or None


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
            step="refused",
        )
    return token


def _on_this_computer(model: str | Path, revision: str | None) -> Path | None:
    """The folder of a model that is not the hub's; None for what may be a name there."""
    name = os.path.expanduser(model)
    if isinstance(model, str) and not os.path.exists(name):
        name, pinned = split_revision(name)
        revision = pinned or revision
    if os.path.isfile(name):
        raise UnknownModelError(
            f"{name} is a file, and a model is a folder",
            hint="Give the folder that holds transformer/, text_encoder/, vae/ and tokenizer/.",
        )
    if name != "demo" and not os.path.isdir(name):
        if isinstance(model, Path):
            raise unknown_name(str(model))
        return None
    if revision:
        raise UnknownRevisionError(
            f"{name} is on this computer and has no revision {revision[:200]!r}, or any other",
            hint="Leave the revision out, or name a model of the hub.",
        )
    return _demo_folder() if name == "demo" else Path(name)


def _demo_folder() -> Path:
    if not (_DEMO / "transformer").is_dir():
        raise MissingFileError(
            f"{_DEMO}: the demo model is not in this installation",
            hint="Install from a full copy of the repository.",
        )
    return _DEMO


def _fetch(source: HubRepository, on_progress: OnProgress | None) -> Path:
    """Download what is missing; fall back to a whole cached copy when the hub is in trouble."""
    if COMMIT.fullmatch(source.revision):
        # A commit never changes: when it is all here, there is nothing to ask.
        cached = source.cache.whole(source.revision)
        if cached is not None:
            return cached
    try:
        return source.download(on_progress)
    except HubUnavailableError as trouble:
        cached = source.cache.whole(source.revision)
        if cached is None:
            raise
        _log.warning("%s. Using the copy in the cache: %s", trouble.message, cached)
        return cached


def _from_cache_only(source: HubRepository) -> Path:
    """The cached copy, or an error that says what of it is missing."""
    folder = source.cache.snapshot(source.revision)
    if folder is None:
        raise MissingFileError(
            f"{source.repo} (revision {source.revision}) has not been downloaded to this computer, "
            "and going online was not allowed",
            hint=f"With the network on, run: ideogram4 download {source.repo}",
        )
    try:
        needed_in_folder(folder)
    except MissingFileError as lack:
        raise MissingFileError(
            f"{source.repo} is only partly downloaded, and going online was not allowed\n"
            f"{lack.message}",
            hint=f"With the network on, run: ideogram4 download {source.repo}\n"
            "It goes on from what has arrived.",
        ) from lack
    return folder
