"""What may be asked of the sampler, and whether a refusal says what would be right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideogram4.errors import RequestError
from ideogram4.sampling.limits import SizeLimits, check_num_images, check_seed, check_steps

LIMITS = SizeLimits()


@pytest.mark.parametrize("size", [(256, 256), (2048, 2048), (1536, 256), (1920, 1088)])
def test_legal_sizes_pass(size: tuple[int, int]) -> None:
    LIMITS.check(*size)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((1024, 1000), "height 1000 is not a multiple of 16; nearest are 992 and 1008"),
        ((240, 512), "width 240 is outside 256 to 2048; nearest is 256"),
        ((4096, 512), "width 4096 is outside 256 to 2048; nearest is 2048"),
        ((2048, 256), "2048 × 256 is a ratio of 8:1; the limit is 6:1"),
        ((10**6000, 512), "more than 38 digits is outside 256 to 2048"),
        ((-16, 512), "width -16 is outside"),
        ((True, 512), "width must be a whole number, not True"),
        ((512.0, 512), "width must be a whole number, not 512.0"),
        (("512", 512), "width must be a whole number, not '512'"),
    ],
)
def test_a_refused_size_says_what_would_be_right(size: tuple[int, int], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        LIMITS.check(*size)


def test_the_hint_for_a_ratio_is_itself_legal() -> None:
    with pytest.raises(RequestError) as caught:
        LIMITS.check(2048, 256)
    shortest = int(caught.value.hint.rpartition(" ")[2].rstrip("."))
    LIMITS.check(2048, shortest)
    with pytest.raises(RequestError):
        LIMITS.check(2048, shortest - 16)


def test_a_checkpoint_can_be_narrower() -> None:
    demo = SizeLimits(minimum=192, maximum=384, max_ratio=2.0)
    demo.check(192, 384)
    with pytest.raises(RequestError, match="width 400 is outside 192 to 384; nearest is 384"):
        demo.check(400, 256)


@given(st.integers(16, 512), st.integers(1, 2048), st.floats(-1e6, 1e6))
def test_nearest_is_always_legal(minimum: int, span: int, value: float) -> None:
    limits = SizeLimits(minimum=minimum, maximum=minimum + 16 + span)
    side = limits.nearest(value)
    limits.check(side, side)


def test_seed_steps_and_number_of_pictures() -> None:
    for good in (0, 2**63 - 1):
        check_seed(good)
    for good in (1, 200):
        check_steps(good)
    for good in (1, 8):
        check_num_images(good)


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        (check_seed, -1, "seed -1 is outside 0 to 9223372036854775807"),
        (check_seed, 2**80, "seed 1208925819614629174706176 is outside"),
        (check_seed, 1.5, "seed must be a whole number, not 1.5"),
        (check_steps, 0, "num_steps 0 is outside 1 to 200"),
        (check_steps, 10**9, "num_steps 1000000000 is outside"),
        (check_num_images, 9, "num_images 9 is outside 1 to 8"),
        (check_num_images, None, "num_images must be a whole number, not None"),
    ],
)
def test_numbers_out_of_range_are_named(rule, value, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RequestError, match=words):
        rule(value)
