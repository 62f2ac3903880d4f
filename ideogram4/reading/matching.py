"""Who belongs to whom: the pairing of two groups that makes the sum of the pairs' scores greatest.

The assignment problem, solved exactly with shortest augmenting paths (the Hungarian method), one
row at a time. What it is not: a judge of a single pair; whoever calls brings the scores.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def best_pairs(scores: NDArray[np.float64]) -> list[tuple[int, int]]:
    """(row, column) pairs, each row and column once at most; scores (rows, columns).

    A score of 0 or less is no pair. 200 x 200 takes a fraction of a second.
    """
    if scores.size == 0:
        return []
    if scores.shape[0] > scores.shape[1]:
        return sorted((row, column) for column, row in best_pairs(scores.T))
    costs = -np.maximum(scores, 0.0)
    row_of = _assigned(costs)
    pairs = [(int(row), column) for column, row in enumerate(row_of) if row >= 0]
    return sorted(pair for pair in pairs if scores[pair] > 0)


def _assigned(costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """The row that each column gets, or -1; no more rows than columns."""
    rows, columns = costs.shape
    row_of = np.full(columns, -1, dtype=np.int64)
    # Prices: what a row pays and a column asks, so that every assigned pair costs exactly their sum
    # and no pair costs less.
    pays, asks = np.zeros(rows), np.zeros(columns)
    for start in range(rows):
        far = np.full(columns, np.inf)  # of the shortest path to each column
        before = np.full(columns, -1, dtype=np.int64)
        reached = np.zeros(columns, dtype=bool)
        row, column, so_far = start, -1, 0.0
        while True:
            through = so_far + costs[row] - pays[row] - asks
            better = ~reached & (through < far)
            far[better] = through[better]
            before[better] = column
            column = int(np.argmin(np.where(reached, np.inf, far)))
            so_far = float(far[column])
            reached[column] = True
            if row_of[column] < 0:
                break
            row = int(row_of[column])
        # Everything on the way is nearer than the end by so much; prices take it up.
        ahead = np.where(reached, so_far - far, 0.0)
        taken = reached & (row_of >= 0)
        pays[row_of[taken]] += ahead[taken]
        pays[start] += so_far
        asks[reached] -= ahead[reached]
        while before[column] >= 0:
            row_of[column] = row_of[before[column]]
            column = int(before[column])
        row_of[column] = start
    return row_of
