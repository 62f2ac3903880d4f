"""The held-out captions: frozen in `held_out.json`, so that figures of all versions compare.

A case is a scene and the caption that describes it, byte for byte what the model is given. The file
was written once by `python -m ideogram4.demo.evaluation.freeze`; nothing here depends on how many
shapes there are or on how scenes are invented today. Four sets:

    shapes      1 to 4 elements on a plain background; the set of the goals
    text        at least one word, its letters large enough to be read
    gradient    a background that fades from top to bottom
    order       two elements that overlap, the second in front
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ideogram4.demo.pictures.colours import RGB, hex_colour
from ideogram4.demo.pictures.drawing import draw_pictures, draw_points, pack
from ideogram4.demo.pictures.scenes import Element, Scene
from ideogram4.errors import RequestError

FILE = Path(__file__).with_name("held_out.json")
SETS = ("shapes", "text", "gradient", "order")
Size = tuple[int, int]  # height, width in pixels, as every size here
Window = tuple[int, int, int, int]  # top, left, bottom, right in pixels
SIZE: Size = (256, 256)
WHOLLY = 0.99  # coverage of a pixel that an element hides


@dataclass(frozen=True)
class Case:
    """A held-out scene with its caption."""

    scene: Scene
    caption: str


def held_out(count: int | None = None, name: str = "shapes") -> list[Case]:
    """The first `count` cases of a set (all when None). Raises `RequestError` for too many."""
    cases = _frozen().get(name)
    if cases is None:
        raise RequestError(f"there is no held-out set {name!r:.40}; choose from {', '.join(SETS)}")
    if count is not None and not 1 <= count <= len(cases):
        raise RequestError(f"{count} captions of the set {name}: it has 1 to {len(cases)}")
    return list(cases[:count])


def size_of(name: str) -> int:
    """How many cases a set has."""
    return len(_frozen()[name])


@cache
def _frozen() -> dict[str, tuple[Case, ...]]:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: tuple(map(from_record, records)) for name, records in data["sets"].items()}


def draw(case: Case, size: int | Size = SIZE) -> Image.Image:
    """The scene as it should look."""
    height, width = (size, size) if isinstance(size, int) else size
    pixels = draw_pictures(pack([case.scene]), height, width)[0]
    array = ((pixels.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    return Image.fromarray(array)


def coverage(
    elements: Sequence[Element], size: Size, window: Window | None = None
) -> NDArray[np.float64]:
    """How far each element, drawn alone, covers each pixel of a window (all when None), 0 to 1.

    (n, window's height, window's width)
    """
    top, left, bottom, right = window or (0, 0, *size)
    white = [replace(element, colour=(255, 255, 255)) for element in elements]
    scenes = pack([Scene((element,), (0, 0, 0)) for element in white])
    rows, columns = torch.arange(top, bottom) + 0.5, torch.arange(left, right) + 0.5
    y, x = torch.meshgrid(rows, columns, indexing="ij")
    points = (p.reshape(1, -1).expand(len(elements), -1) for p in (x, y))
    sizes = torch.tensor([size], dtype=torch.float32).expand(len(elements), 2)
    drawn = draw_points(scenes, *points, sizes)[..., 0].unflatten(1, y.shape)
    return np.asarray(((drawn + 1) / 2).double().numpy())


def overlap(scene: Scene, size: Size) -> NDArray[np.bool_]:
    """Pixels (height, width) that both of the first two elements cover wholly."""
    covered: NDArray[np.bool_] = coverage(scene.elements[:2], size) > WHOLLY
    return covered.all(0)


def to_record(case: Case) -> dict[str, Any]:
    """What the file keeps of a case: the caption, and of the scene what the caption leaves out."""
    scene = case.scene
    record: dict[str, Any] = {
        "shapes": [[e.shape, *_named(e.colour, e.colour_name)] for e in scene.elements],
        "background": _named(scene.background, scene.background_name),
    }
    if scene.background_to is not None:
        record["fades_to"] = hex_colour(scene.background_to)
    # As JSON inside JSON the caption needs no escapes; compact dumping gives its bytes back.
    return record | {"caption": json.loads(case.caption)}


def from_record(record: dict[str, Any]) -> Case:
    """The case of a record; boxes and words come from the caption."""
    caption = record["caption"]
    described = caption["compositional_deconstruction"]["elements"]
    elements = tuple(
        Element(shape, tuple(words["bbox"]), *_colour(*named), text=words.get("text", ""))
        for (shape, *named), words in zip(record["shapes"], described, strict=True)
    )
    fades_to = record.get("fades_to")
    scene = Scene(
        elements, *_colour(*record["background"]), _colour(fades_to)[0] if fades_to else None
    )
    return Case(scene, compact(caption))


def compact(value: object) -> str:
    """JSON as the captions have it: no spaces, letters as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _named(colour: RGB, name: str) -> list[str]:
    return [hex_colour(colour), name] if name else [hex_colour(colour)]


def _colour(code: str, name: str = "") -> tuple[RGB, str]:
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return (red, green, blue), name
