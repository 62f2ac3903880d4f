"""Where the Hugging Face cache keeps a model: which files are here, whole or begun, and what room
is left.

The layout (`models--owner--name/` with `blobs/`, `snapshots/COMMIT/` and `refs/`) is the hub
library's own and shared with every other program that uses it. Nothing here writes or asks the hub.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from ideogram4.errors import WeightsError
from ideogram4.weights.layout import needed_in_folder

COMMIT = re.compile(r"[0-9a-f]{40}")
# What the hub calls a file's content by: git's hash, or SHA-256 for large ones. Anything else that
# a server may send as an ETag is no name for a file.
_CONTENT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True)
class HubCache:
    """One repository's place in the cache at `root`."""

    repo: str
    root: Path

    @classmethod
    def of(cls, repo: str, root: str | Path | None = None) -> HubCache:
        """`root` None: where the hub library keeps it (HF_HUB_CACHE, HF_HOME)."""
        from huggingface_hub import constants

        return cls(repo, Path(root or constants.HF_HUB_CACHE))

    @property
    def folder(self) -> Path:
        """What to delete to be rid of the model."""
        return self.root / self._name

    def file(self, name: str, revision: str) -> Path | None:
        """A file that is here whole; a branch or tag is what it was when last asked for."""
        from huggingface_hub import try_to_load_from_cache

        found = try_to_load_from_cache(self.repo, name, cache_dir=self.root, revision=revision)
        return Path(found) if isinstance(found, str) else None

    def snapshot(self, revision: str) -> Path | None:
        """The folder of this revision, whole or not."""
        config = self.file("transformer/config.json", revision)
        return config.parents[1] if config is not None else None

    def whole(self, revision: str) -> Path | None:
        """The folder of this revision, if every file of the model is in it."""
        folder = self.snapshot(revision)
        try:
            if folder is not None:
                needed_in_folder(folder)
        except WeightsError:
            return None
        return folder

    def blob(self, content: str) -> Path | None:
        """Where a file's content lies or will lie; None when `content` is no content's name."""
        return self.folder / "blobs" / content if _CONTENT.fullmatch(content) else None

    def lock(self, content: str) -> Path:
        """The hub library's own lock for a file's content."""
        return self.root / ".locks" / self._name / f"{content}.lock"

    def here(self, name: str, commit: str, content: str, size: int) -> int:
        """How many of a file's `size` bytes are here."""
        if self.file(name, commit) is not None:
            return size
        blob = self.blob(content)
        if blob is None:
            return 0
        return size if blob.exists() else min(size, _size(begun(blob)))

    def free(self) -> int | None:
        """Bytes free on the cache's disk; None where the system does not say."""
        for place in (self.folder, *self.folder.parents):
            try:
                return shutil.disk_usage(place).free
            except FileNotFoundError:
                continue
            except OSError:
                break
        return None

    @property
    def _name(self) -> str:
        return f"models--{self.repo.replace('/', '--')}"


def begun(blob: Path) -> Path:
    """The part of a file that has arrived so far, kept when a download stops."""
    return blob.with_name(f"{blob.name}.incomplete")


def commit_of(folder: Path) -> str:
    """The commit that a folder of the cache is; "" for any other folder."""
    is_snapshot = folder.parent.name == "snapshots" and COMMIT.fullmatch(folder.name)
    return folder.name if is_snapshot else ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
