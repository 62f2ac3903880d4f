"""What the live preview shows at one moment, as plain data for the page.

It turns an `Update` of the service into words and picture addresses. It holds no picture of its
own: a step's preview travels inside the message, a finished picture is served as a file.
"""

from __future__ import annotations

import base64
import io
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from ideogram4.caption import parse_caption
from ideogram4.errors import Ideogram4Error
from ui.service.jobs import Update
from ui.serving import address

if TYPE_CHECKING:
    from PIL.Image import Image

    from ui.store import Picture, PictureRecord

PREVIEW_QUALITY = 80
LONGEST_NAME = 40


@dataclass(frozen=True)
class Outline:
    """Where an element was asked for: its box on the caption's grid, y before x, and its name."""

    box: tuple[int, int, int, int]
    name: str


@dataclass(frozen=True)
class Shown:
    """One finished picture: its id, where the page finds it, the name to save it under, how it was
    made in a line, and what was asked for where."""

    id: str
    src: str
    file: str
    facts: str
    boxes: tuple[Outline, ...]


@dataclass(frozen=True)
class PreviewState:
    """`phase` is idle, queued, one of the service's phases, refused or failed, live or live-done.

    `src` is the preview of a step; without one the page keeps what it shows. `cell` of `cells` is
    where a contact sheet is. `message` is one line for people, `hint` what they can do.
    """

    phase: str = "idle"
    src: str = ""
    step: int = 0
    total: int = 0
    seconds_left: float | None = None
    message: str = ""
    hint: str = ""
    pictures: tuple[Shown, ...] = ()
    facts: str = ""
    cell: int = 0
    cells: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As JSON-able data."""
        return asdict(self)

    @classmethod
    def queued(cls) -> PreviewState:
        """Between the click and the first news of the job."""
        return cls("queued", message="Waiting for a turn")

    @classmethod
    def idle(cls, live: bool) -> PreviewState:
        """Before the first picture. `live`: whether the page may draw by itself."""
        by_itself = (
            "The live demo then draws by itself; press Generate for a picture that is stored."
        )
        return cls(
            message="Your picture appears here",
            hint="Draw boxes on the page and say what each one is. "
            + (by_itself if live else "Then press Generate."),
        )

    @classmethod
    def live(cls, facts: str) -> PreviewState:
        """A live redraw that has just begun; `facts` says what it is made with."""
        return cls("live", facts=f"Live, not stored · {facts}")

    def redrawn(self, update: Update) -> PreviewState:
        """A live redraw after the service's news of it. It never says more than its facts."""
        if update.phase == "done" and update.preview:
            src = data_url(update.preview, "PNG")
            return replace(self, phase="live-done", src=src, step=update.total, total=update.total)
        src = data_url(update.preview) if update.preview else self.src
        return replace(self, src=src, step=update.step, total=update.total)

    def broken_off(self) -> PreviewState:
        """A live redraw that was stopped: as far as it got, and calm."""
        return replace(self, phase="live-done")

    @classmethod
    def cancelled(cls, kept: int = 0) -> PreviewState:
        """`kept` pictures of a contact sheet were finished before."""
        stored = "Nothing was stored."
        if kept:
            stored = f"{kept} finished {'picture is' if kept == 1 else 'pictures are'} kept."
        return cls("cancelled", message="Cancelled", hint=f"{stored} Your caption is as it was.")

    @classmethod
    def refused(cls, error: Ideogram4Error) -> PreviewState:
        """Nothing was started: something has to be put right first."""
        return cls("refused", message=error.message, hint=error.hint)

    @classmethod
    def failed(cls, error: Ideogram4Error) -> PreviewState:
        return cls("failed", message=error.message, hint=error.hint)

    @classmethod
    def of_update(cls, update: Update) -> PreviewState:
        """The page's view of the service's news."""
        if update.phase == "cancelled":
            return cls.cancelled(len(update.pictures))
        if update.phase == "done":
            return cls.done(update.pictures, update.withheld)
        return cls(
            # A finished cell is shown while the next one begins.
            "step" if update.phase == "cell" else update.phase,
            src=data_url(update.preview) if update.preview else "",
            step=update.step,
            total=update.total,
            seconds_left=update.seconds_left,
            message=_message(update),
            pictures=_shown(update.pictures),
            cell=update.cell,
            cells=update.cells,
        )

    @classmethod
    def done(cls, pictures: tuple[Picture, ...], withheld: int = 0) -> PreviewState:
        """Finished pictures, with what is needed to make them again; screening withheld others."""
        steps = pictures[0].record.steps
        shown = _shown(pictures)
        if withheld:
            told = f"{withheld} more withheld by screening"
            shown = tuple(replace(one, facts=f"{one.facts} · {told}") for one in shown)
        return cls("done", step=steps, total=steps, pictures=shown, facts=shown[0].facts)


def _shown(pictures: tuple[Picture, ...]) -> tuple[Shown, ...]:
    return tuple(
        Shown(p.id, address(p.path), p.path.name, _facts(p.record), _outlines(p.record.caption))
        for p in pictures
    )


def _facts(record: PictureRecord) -> str:
    return f"seed {record.seed} · {record.size} · {record.preset} · {record.weights}"


def _outlines(text: str) -> tuple[Outline, ...]:
    """The boxes of a picture's caption, as far as the model read them."""
    caption = parse_caption(text).caption
    elements = caption.compositional_deconstruction.elements if caption else ()
    return tuple(
        Outline(element.bbox, _name(element.text or element.desc))
        for element in elements
        if element.bbox and not element.hidden
    )


def _name(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"


def _message(update: Update) -> str:
    if update.phase == "waiting":
        return f"{update.ahead} before you{_about(update.seconds_left)}"
    if update.phase == "screening":
        return "Checking the words"
    return _loading(update.what, update.fraction) if update.phase == "loading" else ""


def _about(seconds: float | None) -> str:
    """The expected wait, as roughly as it is known; nothing where nothing was measured yet."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f", about {max(1, round(seconds))} s"
    return f", about {round(seconds / 60)} min"


def _loading(what: str, fraction: float) -> str:
    """`what` is "model", "download" or the folder of a part, as the loaders say it."""
    share = f", {fraction:.0%}" if fraction else ""
    if what == "download":
        return f"Downloading the weights{share}"
    name = {"vae": "autoencoder"}.get(what, what.replace("_", " "))
    return f"Loading the {name}{share}"


def data_url(image: Image, form: Literal["JPEG", "PNG"] = "JPEG") -> str:
    """A small picture as an address that needs no request; PNG keeps every pixel."""
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, format=form, quality=PREVIEW_QUALITY)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f"data:image/{form.lower()};base64,{data}"
