"""The measure itself: exact on made pictures, high on the drawn truth, low on another picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ideogram4.demo.evaluation.cases import Case, Size, draw, held_out, overlap
from ideogram4.demo.evaluation.measure import (
    Scores,
    background_rows,
    box_iou,
    extent,
    in_front,
    inside_of,
    lab_of,
    outlines,
    score,
    without_specks,
)
from ideogram4.demo.pictures.scenes import Element, Scene

RED, BLUE, WHITE = (220, 40, 40), (40, 90, 220), (255, 255, 255)


def mask(*rows: str) -> np.ndarray:
    return np.array([[cell == "#" for cell in row] for row in rows])


def one(box: tuple[int, int, int, int], shape: str = "rectangle") -> Scene:
    return Scene((Element(shape, box, RED),), WHITE)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 2, 2), (0, 0, 2, 2), 1),
        ((0, 0, 2, 2), (0, 1, 2, 3), 1 / 3),
        ((0, 0, 4, 4), (1, 1, 3, 3), 1 / 4),
        ((0, 0, 1, 1), (2, 2, 3, 3), 0),
        ((0, 0, 1, 1), (0, 1, 1, 2), 0),  # they touch
        ((0, 0, 0, 0), (0, 0, 0, 0), 0),  # nothing over nothing
        ((0, 0, 2, 2), (1, 1, 1, 1), 0),
    ],
)
def test_boxes_overlap_as_areas_do(a: tuple[int, ...], b: tuple[int, ...], expected: float) -> None:
    assert box_iou(a, b) == pytest.approx(expected)
    assert box_iou(b, a) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        (mask("....", "....", "...."), None),
        (mask("....", ".#..", "...."), (1, 1, 2, 2)),
        (mask("#...", "....", "...#"), (0, 0, 3, 4)),
        (mask("....", "..##", "..##"), (1, 2, 3, 4)),
    ],
)
def test_the_extent_is_the_tightest_box(
    region: np.ndarray, expected: tuple[float, ...] | None
) -> None:
    assert extent(region) == expected


def test_specks_go_and_bodies_stay() -> None:
    found = without_specks(mask("#.....", "...##.", "..####", "..####", "...##."))
    assert not found[0, 0], "a pixel alone"
    assert (found == mask("......", "...##.", "..####", "..####", "...##.")).all()


def test_a_line_one_pixel_wide_is_a_speck() -> None:
    assert not without_specks(mask("..#..", "..#..", "..#..", "..#..")).any()


def test_pixels_count_by_their_centres() -> None:
    assert inside_of((0.6, 0, 2.5, 1.4), 3, 3).tolist() == mask("...", "#..", "#..").tolist()


def test_a_picture_without_the_element_scores_nothing() -> None:
    [case] = held_out(1)
    blank = Image.new("RGB", (256, 256), case.scene.background)
    found = score(blank, case.scene)
    assert set(found.iou) == {0.0} and all(found.missing)
    assert min(found.colour) > 15, "the colour is looked for in the box"
    assert found.background == pytest.approx(0, abs=1e-6)


def test_an_element_beside_its_box_scores_by_the_overlap() -> None:
    asked, drawn = one((200, 200, 600, 600)), one((200, 400, 600, 800))
    found = score(draw(Case(drawn, "")), asked)
    assert found.iou[0] == pytest.approx(1 / 3, abs=0.02)
    assert found.filled[0] == pytest.approx(1 / 2, abs=0.02)
    assert not found.missing[0]


def test_another_colour_is_told_by_its_difference() -> None:
    asked = one((200, 200, 800, 800))
    drawn = Scene((replace(asked.elements[0], colour=(200, 60, 60)),), (245, 245, 245))
    found = score(draw(Case(drawn, "")), asked)
    assert found.iou[0] > 0.97
    assert 3 < found.colour[0] < 10 and 1 < found.background < 4


def test_a_box_where_only_a_little_is_drawn_counts_as_missing() -> None:
    asked, drawn = one((0, 0, 1000, 1000)), one((400, 400, 600, 600))
    assert score(draw(Case(drawn, "")), asked).missing == (True,)  # 4 % of the box
    wider = one((400, 400, 700, 700))
    assert score(draw(Case(wider, "")), asked).missing == (False,)


def test_the_outline_tells_shapes_of_one_box_apart() -> None:
    box = (200, 200, 800, 800)
    star, block = one(box, "star"), one(box)
    assert score(draw(Case(block, "")), star).iou[0] > 0.95, "the box alone is right"
    drawn = {s: lab_of(draw(Case(s, ""))) for s in (star, block)}
    assert outlines(drawn[star], drawn[star], star) == (1.0,)
    assert outlines(drawn[block], drawn[star], star)[0] < 0.45
    blank = lab_of(Image.new("RGB", (256, 256), WHITE))
    assert outlines(blank, drawn[star], star) == (0.0,)


@pytest.mark.parametrize("size", [(192, 192), (320, 224), (192, 384)])
def test_other_sizes_are_measured_alike(size: Size) -> None:
    """Height and width the wrong way round would put every box elsewhere."""
    scores = [score(draw(case, size), case.scene) for case in held_out(8)]
    assert np.mean([v for s in scores for v in s.iou]) > 0.9
    assert not any(gone for s in scores for gone in s.missing)


def test_what_is_missing_has_a_limit() -> None:
    assert Scores((0.0, 0.0), (1.0, 1.0), 0.0, (0.049, 0.051)).missing == (True, False)


class TestGradient:
    CASES = held_out(10, "gradient")

    def background(self, picture: Image.Image, case: Case) -> float:
        return score(picture, case.scene).background

    def test_the_drawn_fade_is_right(self) -> None:
        assert max(self.background(draw(c), c) for c in self.CASES) < 0.5

    def test_elements_before_it_are_found(self) -> None:
        found = [v for c in self.CASES for v in score(draw(c), c.scene).iou]
        assert np.mean(found) > 0.85

    def test_one_colour_instead_of_a_fade_is_wrong(self) -> None:
        for case in self.CASES:
            start, end = case.scene.background, case.scene.background_to
            assert end is not None
            middle = tuple((a + b) // 2 for a, b in zip(start, end, strict=True))
            plain = Image.new("RGB", (256, 256), middle)
            assert self.background(plain, case) > 4, "the goal would be met by no fade"

    def test_upside_down_is_wrong(self) -> None:
        for case in self.CASES:
            flipped = draw(case).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
            assert self.background(flipped, case) > 8

    def test_rows_go_from_the_first_colour_to_the_second(self) -> None:
        rows = background_rows(Scene((), (0, 0, 0), "", WHITE), 100)
        assert rows[0, 0] < 3 and rows[-1, 0] > 97
        assert (np.diff(rows[:, 0]) >= 0).all()
        assert len({tuple(row) for row in background_rows(Scene((), RED), 9).round(6)}) == 1


class TestOrder:
    CASES = held_out(20, "order")

    def share(self, *pairs: tuple[Case, Case]) -> float:
        """Share in front, each case asked of the other's picture."""
        return float(
            np.mean(
                [in_front(lab_of(draw(d)), a.scene, overlap(a.scene, (256, 256))) for a, d in pairs]
            )
        )

    @staticmethod
    def reversed(case: Case) -> Case:
        return replace(case, scene=replace(case.scene, elements=case.scene.elements[::-1]))

    def test_drawn_in_order_all_are_right(self) -> None:
        assert self.share(*((c, c) for c in self.CASES)) == 1.0

    def test_drawn_the_other_way_round_none_is(self) -> None:
        assert self.share(*((c, self.reversed(c)) for c in self.CASES)) == 0.0

    def test_order_left_to_chance_gets_a_half(self) -> None:
        pairs = [(c, c if n % 2 else self.reversed(c)) for n, c in enumerate(self.CASES)]
        assert self.share(*pairs) == 0.5

    def test_another_scenes_picture_does_not_pass(self) -> None:
        pairs = [(c, self.CASES[n - 1]) for n, c in enumerate(self.CASES)]
        assert self.share(*pairs) < 0.5

    def test_the_overlap_is_where_both_are(self) -> None:
        first, second = one((0, 0, 500, 500)).elements[0], one((250, 250, 750, 750)).elements[0]
        shared = overlap(Scene((first, second), WHITE), (64, 128))
        assert extent(shared) == (16, 32, 32, 64)
