"""The pairing that is best on the whole, against trying every one."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from ideogram4.reading.matching import best_pairs


def total(scores: np.ndarray, pairs: list[tuple[int, int]]) -> float:
    return float(sum(scores[pair] for pair in pairs))


def best_total(scores: np.ndarray) -> float:
    """Of every way there is; a score below 0 is left out."""
    if scores.shape[0] > scores.shape[1]:
        scores = scores.T
    rows, columns = scores.shape
    kept = np.maximum(scores, 0)
    return max(
        float(sum(kept[row, column] for row, column in enumerate(way)))
        for way in permutations(range(columns), rows)
    )


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (4, 4), (5, 2), (3, 6), (6, 6)])
def test_nothing_is_better(shape: tuple[int, int]) -> None:
    generator = np.random.default_rng(shape[0] * 10 + shape[1])
    for _ in range(30):
        # Coarse, so that many sums are equal, and partly forbidden.
        scores = generator.integers(-3, 6, shape) / 5
        pairs = best_pairs(scores)
        assert total(scores, pairs) == pytest.approx(best_total(scores))
        assert len({row for row, _ in pairs}) == len({c for _, c in pairs}) == len(pairs)
        assert all(scores[pair] > 0 for pair in pairs)


def test_the_greedy_way_would_be_worse() -> None:
    scores = np.array([[0.9, 0.8], [0.8, 0.0]])
    assert best_pairs(scores) == [(0, 1), (1, 0)]


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_no_one_to_pair(shape: tuple[int, int]) -> None:
    assert best_pairs(np.zeros(shape)) == []


def test_all_the_elements_two_captions_can_have() -> None:
    scores = np.random.default_rng(2).random((200, 200))
    shuffled = np.arange(200)[::-1]
    scores[np.arange(200), shuffled] += 1
    assert best_pairs(scores) == [(row, 199 - row) for row in range(200)]
