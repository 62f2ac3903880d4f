"""The contact sheet: every size in its place, frames that can be seen, always the same bytes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ideogram4.demo.evaluation.cases import Case, draw, held_out
from ideogram4.demo.evaluation.sheet import GAP, LABEL_HEIGHT, contact_sheet, with_boxes
from ideogram4.demo.pictures.colours import RGB
from ideogram4.demo.pictures.scenes import Element, Scene

WHOLE = (0, 0, 1000, 1000)


def case(box: tuple[int, int, int, int], colour: RGB = (0, 0, 0)) -> Case:
    return Case(Scene((Element("rectangle", box, colour),), (255, 255, 255)), "")


def test_pictures_of_all_sizes_stand_whole_in_one_grid() -> None:
    sizes = [(192, 192), (320, 224), (192, 384), (256, 256)]
    cases = held_out(len(sizes))
    pictures = [draw(c, size) for c, size in zip(cases, sizes, strict=True)]
    sheet = contact_sheet(cases, pictures, columns=3)
    assert sheet.size == (3 * (384 + GAP), 2 * (320 + GAP))
    for n, (one, picture) in enumerate(zip(cases, pictures, strict=True)):
        left, top = n % 3 * (384 + GAP), n // 3 * (320 + GAP)
        place = sheet.crop((left, top, left + picture.width, top + picture.height))
        assert place.tobytes() == with_boxes(one, picture).tobytes()
        beside = sheet.crop((left, top, left + 384 + GAP, top + 320 + GAP)).getpixel((387, 323))
        assert beside == (255, 255, 255)


def test_few_pictures_make_a_narrow_sheet() -> None:
    assert contact_sheet(held_out(2), [draw(c, 192) for c in held_out(2)]).width == 2 * 196


@pytest.mark.parametrize("ground", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (250, 0, 250)])
def test_frames_can_be_seen_on_any_ground(ground: RGB) -> None:
    plain = Image.new("RGB", (64, 48), ground)
    marked = np.asarray(with_boxes(case((250, 250, 750, 750)), plain)).astype(int)
    changed = np.abs(marked - np.array(ground)).sum(-1) > 150
    expected = np.zeros((48, 64), dtype=bool)
    expected[12:36, 16:48] = True
    expected[13:35, 17:47] = False
    assert (changed == expected).all(), "one pixel wide, height and width not confused"


def test_a_frame_at_the_edge_is_inside_the_picture() -> None:
    marked = np.asarray(with_boxes(case(WHOLE), Image.new("RGB", (32, 32), (255, 255, 255))))
    assert (marked[[0, -1]] != 255).any(-1).all() and (marked[:, [0, -1]] != 255).any(-1).all()


def test_half_dark_half_light_ground_gets_a_pen_for_both() -> None:
    picture = Image.new("RGB", (64, 64), (255, 255, 255))
    picture.paste((0, 0, 0), (0, 0, 32, 64))
    marked = np.asarray(with_boxes(case(WHOLE), picture)).astype(int)
    change = np.abs(marked - np.asarray(picture).astype(int)).sum(-1)
    assert (change[0] > 150).all()


def test_labels_stand_below_and_all_is_the_same_every_time() -> None:
    cases = held_out(3)
    pictures = [draw(c, 192) for c in cases]
    labels = ["0  IoU 0.12", "1  IoU 0.50", "2  IoU 0.99"]
    sheet = contact_sheet(cases, pictures, labels=labels)
    assert sheet.height == 192 + GAP + LABEL_HEIGHT
    for n in range(3):
        strip = np.asarray(sheet.crop((n * 196, 192, n * 196 + 192, 192 + LABEL_HEIGHT)))
        assert (strip < 150).any(), "something is written"
    assert sheet.tobytes() == contact_sheet(cases, pictures, labels=labels).tobytes()


def test_pictures_are_not_changed() -> None:
    picture = draw(held_out(1)[0], 192)
    before = picture.tobytes()
    with_boxes(held_out(1)[0], picture)
    assert picture.tobytes() == before
