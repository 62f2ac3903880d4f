"""How well pictures obey their captions: boxes found by colour, and colours measured.

    python -m ideogram4.demo.evaluate --captions 200 --guidance 1 3 7

Held-out scenes come from seeds that training never uses. An element's extent is where the picture
is nearer to its colour than to any other colour of the scene, specks removed. The same measure on
the drawn scenes themselves is its ceiling, and on another scene's picture its floor.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ideogram4.demo.colours import RGB, difference
from ideogram4.demo.drawing import draw_pictures, pack
from ideogram4.demo.scenes import Scene, SceneMix, caption_of, make_scene

HELD_OUT_SEED = 987_654_321
Pixels = NDArray[np.float64]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Case:
    """A held-out scene with its caption."""

    scene: Scene
    caption: str


@dataclass(frozen=True)
class Scores:
    """One picture against its scene: per element IoU and CIEDE2000, and the background's."""

    iou: tuple[float, ...]
    colour: tuple[float, ...]
    background: float


def held_out(count: int, mix: SceneMix | None = None, seed: int = HELD_OUT_SEED) -> list[Case]:
    """`count` scenes whose colours can all be told apart, so that the measure means something."""
    rng, mix = random.Random(seed), mix or SceneMix(text=0.0, gradient=0.0)
    cases: list[Case] = []
    while len(cases) < count:
        scene = make_scene(rng, mix)
        colours = [scene.background, *(e.colour for e in scene.elements)]
        pairs = [(a, b) for i, a in enumerate(colours) for b in colours[:i]]
        if all(difference(a, b) >= 100 for a, b in pairs):
            cases.append(Case(scene, caption_of(scene, rng, mix)))
    return cases


def draw(case: Case, size: int = 256) -> Image.Image:
    """The scene as it should look."""
    pixels = draw_pictures(pack([case.scene]), size, size)[0]
    array = ((pixels.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    return Image.fromarray(array)


def score(picture: Image.Image, scene: Scene) -> Scores:
    """Measure one picture."""
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float64)
    colours = [scene.background, *(e.colour for e in scene.elements)]
    lab = to_lab(pixels)
    gaps = np.stack([np.linalg.norm(lab - to_lab(rgb), axis=-1) for rgb in colours])
    nearest = gaps.argmin(0)
    height, width = nearest.shape
    overlaps, differences = [], []
    for index, element in enumerate(scene.elements, start=1):
        region = without_specks(nearest == index)
        wanted = tuple(v / 1000 * s for v, s in zip(element.box, (height, width) * 2, strict=True))
        found = extent(region)
        overlaps.append(box_iou(found, wanted) if found else 0.0)
        inner = lab[region] if region.any() else lab[_inside(wanted, height, width)]
        differences.append(float(ciede2000(np.median(inner, axis=0), to_lab(element.colour))))
    ground = nearest == 0
    rest = lab[ground] if ground.any() else lab.reshape(-1, 3)
    background = float(ciede2000(np.median(rest, axis=0), to_lab(scene.background)))
    return Scores(tuple(overlaps), tuple(differences), background)


def _inside(box: Sequence[float], height: int, width: int) -> NDArray[np.bool_]:
    y, x = np.mgrid[0:height, 0:width] + 0.5
    return (y >= box[0]) & (y <= box[2]) & (x >= box[1]) & (x <= box[3])


def without_specks(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep pixels that have at least 5 of the 9 around them in the region, themselves counted."""
    padded = np.pad(region, 1).astype(np.int8)
    height, width = region.shape
    count = sum(padded[i : i + height, j : j + width] for i in range(3) for j in range(3))
    kept: NDArray[np.bool_] = region & (count >= 5)
    return kept


def extent(region: NDArray[np.bool_]) -> Box | None:
    """The region's bounding box (top, left, bottom, right) in pixels; None when empty."""
    rows, columns = np.flatnonzero(region.any(1)), np.flatnonzero(region.any(0))
    if not len(rows):
        return None
    return float(rows[0]), float(columns[0]), float(rows[-1] + 1), float(columns[-1] + 1)


def box_iou(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes (top, left, bottom, right)."""
    high = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    wide = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    both = high * wide
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return both / (areas - both)


def to_lab(rgb: Pixels | RGB) -> Pixels:
    """sRGB 0..255 (..., 3) to CIELAB under D65."""
    c = np.asarray(rgb, dtype=np.float64) / 255
    c = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    matrix = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = c @ matrix.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def ciede2000(a: Pixels, b: Pixels) -> Pixels:
    """CIEDE2000 colour difference of two CIELAB colours (..., 3); Sharma, Wu and Dalal, 2005."""
    l1, a1, b1 = np.moveaxis(np.asarray(a, dtype=np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(b, dtype=np.float64), -1, 0)
    chroma7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(chroma7 / (chroma7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180
    grey = c1 * c2 == 0
    turn = np.where(grey, 0.0, turn)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    dl, dc = l2 - l1, c2 - c1
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    # The mean hue lies half a turn away from the plain mean where the two straddle 0.
    hue = np.where(np.abs(h1 - h2) > 180, (h1 + h2 + 360) / 2, (h1 + h2) / 2)
    hue = np.where(grey, h1 + h2, hue)
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    swing = 30 * np.exp(-(((hue - 275) / 25) ** 2))
    rc = 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    rt = -np.sin(np.radians(2 * swing)) * rc
    parts = (dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh)
    return np.asarray(np.sqrt(np.maximum(parts, 0)))


def evaluate(cases: Sequence[Case], make: Callable[[Case, int], Image.Image]) -> dict[str, float]:
    """Mean figures over the cases; `make(case, index)` gives the picture to judge."""
    scores = [score(make(case, n), case.scene) for n, case in enumerate(cases)]
    flat = [(len(s.iou), v) for s in scores for v in s.iou]
    result = {
        "iou": mean(v for _, v in flat),
        "colour": mean(v for s in scores for v in s.colour),
        "background": mean(s.background for s in scores),
    }
    for count in sorted({n for n, _ in flat}):
        result[f"iou_{count}"] = mean(v for n, v in flat if n == count)
    shapes: dict[str, list[float]] = {}
    for case, found in zip(cases, scores, strict=True):
        for element, v in zip(case.scene.elements, found.iou, strict=True):
            shapes.setdefault(element.shape, []).append(v)
    result |= {f"iou {shape}": mean(values) for shape, values in sorted(shapes.items())}
    return result


def contact_sheet(
    cases: Sequence[Case], pictures: Sequence[Image.Image], columns: int = 8
) -> Image.Image:
    """Pictures in a grid with the asked boxes drawn over them."""
    side = pictures[0].width
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (side + 4), rows * (side + 4)), "white")
    for n, (case, picture) in enumerate(zip(cases, pictures, strict=True)):
        marked = picture.convert("RGB")
        pen = ImageDraw.Draw(marked)
        for element in case.scene.elements:
            top, left, bottom, right = (v / 1000 * side for v in element.box)
            pen.rectangle((left, top, right, bottom), outline=(0, 0, 0))
            pen.rectangle((left + 1, top + 1, right - 1, bottom - 1), outline=(255, 255, 255))
        sheet.paste(marked, (n % columns * (side + 4), n // columns * (side + 4)))
    return sheet


def main(arguments: list[str] | None = None) -> None:
    from ideogram4.pipeline import Ideogram4Pipeline

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="demo")
    parser.add_argument("--captions", type=int, default=200)
    parser.add_argument("--guidance", type=float, nargs="*", default=[1.0, 3.0, 7.0])
    parser.add_argument("--preset", default="V4_TURBO_12")
    parser.add_argument("--text", type=float, default=0.0, help="share of text elements")
    parser.add_argument("--sheet", type=Path, help="write a contact sheet here")
    args = parser.parse_args(arguments)
    cases = held_out(args.captions, SceneMix(text=args.text, gradient=0.0))
    pipe = Ideogram4Pipeline.from_pretrained(args.model)
    shuffled = cases[1:] + cases[:1]
    report("drawn (ceiling)", evaluate(cases, lambda case, n: draw(case)))
    report("shuffled (floor)", evaluate(cases, lambda case, n: draw(shuffled[n])))
    for weight in args.guidance:
        began = time.perf_counter()
        pictures = [
            pipe(c.caption, preset=args.preset, guidance_scale=weight, seed=n, check="off")[0]
            for n, c in enumerate(cases)
        ]
        seconds = (time.perf_counter() - began) / len(cases)
        figures = evaluate(cases, lambda case, n, made=pictures: made[n])
        report(f"{args.preset}, guidance {weight:g}", figures | {"seconds": seconds})
        if args.sheet:
            path = args.sheet.with_stem(f"{args.sheet.stem}-{weight:g}")
            contact_sheet(cases[:32], pictures[:32]).save(path)


def report(name: str, figures: dict[str, float]) -> None:
    print(json.dumps({"what": name} | {k: round(v, 3) for k, v in figures.items()}), flush=True)


if __name__ == "__main__":
    main()
