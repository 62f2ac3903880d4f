"""Captions to start from: presets/captions/, and presets/starts.json with what is said of them.

A caption's file stays a plain caption, for any tool that reads captions and for the command line;
what the studio says about it (title, use, group, the ratio it is laid out for) is a line of
starts.json, which is also the order in which the captions are offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ideogram4.caption import Caption
from ideogram4.errors import Ideogram4Error, RequestError
from ui.presets.files import PRESETS_FOLDER, entries, require, require_words
from ui.service.requests import read_caption

FIRST_CAPTION = "House"
TO_TRY = ("Moonrise", "Four shapes", "Sale sign")  # what an empty gallery offers


@dataclass(frozen=True)
class Start:
    """A caption to start from; `ratio` is the page's width to height that it is laid out for."""

    title: str
    use: str
    group: str
    for_demo: bool
    ratio: tuple[int, int]
    caption: Caption


@lru_cache(maxsize=1)
def load_starts(path: Path = PRESETS_FOLDER / "starts.json") -> tuple[Start, ...]:
    """Read and check a list of groups of captions, which lie in `captions/` beside it.

    Raises RequestError naming the file and the entry.
    """
    starts: dict[str, Start] = {}
    for where, group in entries(path, "group"):
        require(where, group, {"group": str, "for_demo": bool, "starts": list})
        require_words(where, group, "group")
        for n, entry in enumerate(group["starts"], 1):
            here = f"caption {n} of {where}"
            start = _start(here, entry, group, path.parent / "captions")
            if start.title in starts:
                raise RequestError(f"{here}: there is another caption called {start.title}")
            starts[start.title] = start
    if not starts:
        raise RequestError(f"there are no captions in {path}")
    return tuple(starts.values())


def load_captions() -> dict[str, Caption]:
    """Every caption to start from, by its title; raises RequestError."""
    return {start.title: start.caption for start in load_starts()}


def starts_for(is_demo: bool) -> tuple[Start, ...]:
    """Every caption to start from, those for the weights in use before the others."""
    return tuple(sorted(load_starts(), key=lambda start: start.for_demo is not is_demo))


def captions_to_try() -> list[dict[str, str]]:
    """The captions of TO_TRY, as `{title, text}`; raises RequestError when one is missing."""
    captions = load_captions()
    missing = [title for title in TO_TRY if title not in captions]
    if missing:
        raise RequestError(f"there is no caption called {missing[0]} in {PRESETS_FOLDER}")
    return [{"title": title, "text": captions[title].to_json()} for title in TO_TRY]


def _start(where: str, entry: Any, group: dict[str, Any], folder: Path) -> Start:
    names = ("name", "title", "use", "ratio")
    require(where, entry, dict.fromkeys(names, str))
    require_words(where, entry, *names)
    sides = re.fullmatch(r"([1-9]\d?):([1-9]\d?)", entry["ratio"], re.ASCII)
    if not sides:
        raise RequestError(f"{where}: ratio {entry['ratio']!r:.40} is not like 2:3")
    # A plain name, so that a line of the list cannot reach a file elsewhere.
    if not re.fullmatch(r"[a-z0-9-]+", entry["name"]):
        raise RequestError(f"{where}: name must be small letters, digits and hyphens")
    path = folder / f"{entry['name']}.json"
    try:
        caption = read_caption(path.read_bytes())
    except (OSError, Ideogram4Error) as problem:
        raise RequestError(f"{where}: {path} cannot be used: {problem}") from problem
    ratio = (int(sides[1]), int(sides[2]))
    return Start(entry["title"], entry["use"], group["group"], group["for_demo"], ratio, caption)
