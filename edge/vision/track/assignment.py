"""Who goes with whom at the least cost (the Hungarian method)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Costs = npt.NDArray[np.float64]


def assign(costs: Costs, limit: float) -> list[tuple[int, int]]:
    """Pairs of row and column, each used once at most, none that costs more than `limit`.

    As many as the limit allows count before the least sum of costs: a pair that is allowed is
    never left out to make another one cheaper by less than the limit.
    """
    allowed = costs <= limit
    rows = np.flatnonzero(allowed.any(axis=1))
    columns = np.flatnonzero(allowed.any(axis=0))
    if not len(rows) or not len(columns):
        return []
    part = np.where(allowed, costs, limit * 2 + 1)[np.ix_(rows, columns)]
    if len(rows) > len(columns):
        pairs = [(row, column) for column, row in _least(part.T)]
    else:
        pairs = _least(part)
    found = ((int(rows[row]), int(columns[column])) for row, column in pairs)
    return sorted(pair for pair in found if allowed[pair])


def _least(costs: Costs) -> list[tuple[int, int]]:
    """Give each row a column of its own at the least sum; no more rows than columns.

    By shortest augmenting paths with potentials; cubic in the number of rows.
    """
    count, width = costs.shape
    of_row, of_column = np.zeros(count + 1), np.zeros(width + 1)
    taken = np.zeros(width + 1, dtype=int)
    for row in range(1, count + 1):
        taken[0] = row
        at = 0
        least = np.full(width + 1, np.inf)
        came = np.zeros(width + 1, dtype=int)
        done = np.zeros(width + 1, dtype=bool)
        while taken[at]:
            done[at] = True
            reduced = costs[taken[at] - 1] - of_row[taken[at]] - of_column[1:]
            better = ~done[1:] & (reduced < least[1:])
            least[1:][better] = reduced[better]
            came[1:][better] = at
            following = int(np.argmin(np.where(done[1:], np.inf, least[1:]))) + 1
            step = least[following]
            of_row[taken[done]] += step
            of_column[done] -= step
            least[1:][~done[1:]] -= step
            at = following
        while at:
            taken[at] = taken[came[at]]
            at = int(came[at])
    return [(int(taken[column]) - 1, column - 1) for column in range(1, width + 1) if taken[column]]
