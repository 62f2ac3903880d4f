"""What a download will be, before it begins: which files, how large, what is here, is there room.

A plan comes from one answer of the hub and a look at the cache. It downloads nothing; `hub` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ideogram4.errors import WeightsError
from ideogram4.weights.gate import licence_page


@dataclass(frozen=True)
class PlannedFile:
    """One file of the model: its size as the hub says it, and the bytes of it that are here."""

    name: str
    size: int
    here: int = 0

    @property
    def left(self) -> int:
        return self.size - self.here


@dataclass(frozen=True)
class DownloadPlan:
    """One revision of one repository. `cache` is what to delete to be rid of it.

    free: bytes on the cache's disk; None where the system does not say. Files of a model whose
    index of shards is not here yet are listed by their names alone.
    """

    repo: str
    revision: str
    commit: str
    files: tuple[PlannedFile, ...]
    cache: Path
    free: int | None

    @property
    def total(self) -> int:
        """Bytes of the whole model."""
        return sum(file.size for file in self.files)

    @property
    def here(self) -> int:
        """Bytes of it that are here already."""
        return sum(file.here for file in self.files)

    @property
    def left(self) -> int:
        """Bytes still to come."""
        return self.total - self.here

    @property
    def fits(self) -> bool:
        """Whether what is left has room; yes where nobody knows."""
        return self.free is None or self.left <= self.free

    @property
    def licence_page(self) -> str:
        return licence_page(self.repo)

    def check_room(self) -> None:
        """Raise WeightsError, with both numbers, when the disk has no room for what is left."""
        if self.free is not None and not self.fits:
            raise WeightsError(
                f"{self.repo} needs {size_text(self.left)} more, and the disk of {self.cache} has "
                f"{size_text(self.free)} free",
                hint="Free some space, or set HF_HOME to a folder on a larger disk.",
            )

    def to_dict(self) -> dict[str, Any]:
        """For programs: every number in bytes."""
        return {
            "repo": self.repo,
            "revision": self.revision,
            "commit": self.commit,
            "licence_page": self.licence_page,
            "cache": str(self.cache),
            "total": self.total,
            "here": self.here,
            "left": self.left,
            "free": self.free,
            "fits": self.fits,
            "files": [
                {"name": file.name, "size": file.size, "here": file.here} for file in self.files
            ],
        }


def size_text(count: int) -> str:
    """Bytes as people say them: 16.1 GB, 480 MB, 12 kB."""
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
