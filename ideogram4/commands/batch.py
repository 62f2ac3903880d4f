"""Many captions in one go: one a line, pictures named by line, only what is missing is drawn.

A run can be stopped at any moment and started again: a picture has its name only once it is whole,
and a name that is taken is never written over. A picture that was drawn from another caption than
its line now holds is kept and told about, since only its owner can say which of the two is meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ideogram4.commands.console import Console
from ideogram4.commands.drawing import Studio, Wish, make_folder, show_paths
from ideogram4.commands.prompts import Prompt, prepare
from ideogram4.errors import BlockedError, CaptionError, RequestError
from ideogram4.png import read_png_metadata
from ideogram4.safety import Screening
from ideogram4.settings import Settings

LINE_LIMIT = 1 << 20


@dataclass(frozen=True)
class Line:
    """One caption of the file and its number, from 1; empty lines count and have no caption."""

    number: int
    data: bytes

    def path(self, folder: Path, image: int, images: int) -> Path:
        """Where the picture lies: 00007.png, or 00007-2.png when there are several a line."""
        return folder / (
            f"{self.number:05d}.png" if images == 1 else f"{self.number:05d}-{image}.png"
        )


def draw_all(
    source: str,
    folder: Path,
    wish: Wish,
    check: str,
    settings: Settings,
    console: Console,
    screening: Screening,
) -> int:
    """Draw what is missing of the file `source` into `folder`.

    Returns 0 when every line has its pictures, 1 when some line could not be drawn; the others
    are drawn all the same. Errors of the model, the device, the disk or of screening that gives no
    answer end the run; a line that screening blocks does not.
    """
    lines = list(read_lines(source))
    make_folder(folder)
    batch = _Batch(folder, wish, check, settings, console, screening)
    for line in lines:
        batch.draw(line)
    console.say(
        f"{batch.drawn} drawn, {batch.kept} were there, {batch.failed} failed, of {len(lines)}"
    )
    return 1 if batch.failed else 0


def read_lines(source: str) -> Iterator[Line]:
    """Yield the lines of a .jsonl file that are not empty; a JSON string is unwrapped."""
    try:
        with Path(source).open("rb") as file:
            number = 0
            while data := file.readline(LINE_LIMIT + 1):
                number += 1
                if len(data) > LINE_LIMIT:
                    raise RequestError(f"{source}:{number} is longer than {LINE_LIMIT} bytes")
                if data.strip():
                    yield Line(number, _unwrapped(data.strip()))
    except OSError as problem:
        raise RequestError(f"{source} cannot be read: {problem.strerror or problem}") from problem


def _unwrapped(data: bytes) -> bytes:
    if not data.startswith(b'"'):
        return data
    try:
        return str(json.loads(data)).encode("utf-8")
    except ValueError:
        return data


def _first_seed(story: Mapping[str, str]) -> int | None:
    """The seed that a line's first picture had; the others count on from it."""
    seed, image = story.get("seed", ""), story.get("image", "")
    # isdecimal alone would take 5,000 digits, which int() refuses.
    if seed.isdecimal() and image.isdecimal() and len(seed) < 20 and len(image) < 3:
        return int(seed) - int(image) + 1
    return None


class _Batch:
    """The run over one file. The model is loaded at the first picture that is missing."""

    def __init__(
        self,
        folder: Path,
        wish: Wish,
        check: str,
        settings: Settings,
        console: Console,
        screening: Screening,
    ) -> None:
        self.drawn = self.kept = self.failed = 0
        self._folder = folder
        self._wish = wish
        self._check = check
        self._settings = settings
        self._console = console
        self._screening = screening
        self._images: int = wish.sampling.get("num_images") or 1
        self._studio: Studio | None = None

    def draw(self, line: Line) -> None:
        """Draw one line unless it is there; a bad caption is counted and told, not raised."""
        where = f"line {line.number}"
        try:
            prompt = prepare(where, line.data, self._check, self._console)
            seed, complete = self._existing(line, prompt)
            if complete:
                self.kept += 1
                return
            paths = self._model().draw(
                prompt,
                lambda number, total, seed: line.path(self._folder, number, total),
                seed=seed,
                overwrite=False,
            )
        except (CaptionError, RequestError, BlockedError) as problem:
            self._console.say(f"{where}:")
            self._console.error(problem)
            self.failed += 1
            return
        self.drawn += 1
        show_paths(paths, self._console)

    def _existing(self, line: Line, prompt: Prompt) -> tuple[int | None, bool]:
        """Return (seed of the pictures that are there, whether all are there).

        Raises RequestError when a file of that name shows something else.
        """
        paths = [line.path(self._folder, n, self._images) for n in range(1, self._images + 1)]
        there = [path for path in paths if path.exists()]
        seed: int | None = None
        for path in there:
            story = read_png_metadata(path)
            if story.get("prompt") != prompt.text:
                raise RequestError(
                    f"{path} was drawn from another caption and is kept",
                    hint="Move it away to have this line drawn, or use another --output-dir.",
                )
            seed = _first_seed(story)
        return seed, len(there) == len(paths)

    def _model(self) -> Studio:
        if self._studio is None:
            self._studio = Studio(self._wish, self._settings, self._console, self._screening)
        return self._studio
