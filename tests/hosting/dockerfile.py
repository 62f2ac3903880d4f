"""A Dockerfile read as data, and which files its build would be given.

Enough of the language for ours: continued lines, comments, JSON arrays, `KEY=value`. What it is
not: a builder; there is no Docker where the tests run, so each step is looked at or run by itself.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """One instruction, its continued lines joined."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """A JSON array's words, or a shell's, without options of the instruction (`--from=...`)."""
        if self.text.lstrip().startswith("["):
            return [str(word) for word in json.loads(self.text)]
        return [word for word in shlex.split(self.text) if not word.startswith("--")]

    @property
    def pairs(self) -> dict[str, str]:
        return dict(word.partition("=")[::2] for word in shlex.split(self.text))


def read(path: Path) -> list[Step]:
    """The steps of a Dockerfile, in order."""
    lines = [x for x in path.read_text().splitlines() if x.strip() and not x.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Step(*line.split(maxsplit=1)) for line in joined.splitlines()]


def is_sent(name: str, ignore: Path) -> bool:
    """Whether a file is given to the build: the last line of .dockerignore that fits decides."""
    sent = True
    parts = name.split("/")
    for line in ignore.read_text().splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        takes_back, pattern = pattern.startswith("!"), pattern.removeprefix("!")
        if pattern.startswith("**/"):
            fits = any(fnmatch(part, pattern[3:]) for part in parts)
        else:
            fits = fnmatch(parts[0], pattern)
        if fits:
            sent = takes_back
    return sent
