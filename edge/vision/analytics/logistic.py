"""Logistic regression, and how good it is at what it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Table: TypeAlias = npt.NDArray[np.float64]
"""Examples × numbers."""
Row: TypeAlias = npt.NDArray[np.float64]

SHRINKS: Final = 20.0
"""How strongly weights are held small: a few hundred numbers and a few dozen examples would
otherwise be learnt by heart."""
ROUNDS: Final = 50
NEAR: Final = 1e-9
FOLDS: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """What a row of numbers says: each less its `middle`, by its `scale`, times its weight."""

    middle: Row
    scale: Row
    weights: Row
    bias: float

    def chance(self, rows: Table) -> Row:
        """How likely each row is one of the first kind, 0 to 1."""
        level = ((rows - self.middle) / self.scale) @ self.weights + self.bias
        return np.asarray(0.5 * (1 + np.tanh(level / 2)))


def learn(rows: Table, kinds: Row) -> Line:
    """Fit by Newton's method; `kinds` 1 for the first kind, 0 for the other; both weigh the same.

    The bias is not held small.
    """
    middle, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-3
    # Weights lie in the span of the examples: a few dozen directions instead of hundreds.
    left, long, right = np.linalg.svd((rows - middle) / scale, full_matrices=False)
    design = np.hstack([left * long, np.ones((len(rows), 1))])
    first = kinds == 1
    weigh = np.where(first, 0.5 / max(1, first.sum()), 0.5 / max(1, (~first).sum())) * len(rows)
    hold = np.full(design.shape[1], SHRINKS)
    hold[-1] = 1e-6
    terms = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        chance = 0.5 * (1 + np.tanh(design @ terms / 2))
        slope = design.T @ (weigh * (chance - kinds)) + hold * terms
        bend = (design * (weigh * chance * (1 - chance))[:, None]).T @ design + np.diag(hold)
        step = np.linalg.solve(bend, slope)
        terms = terms - step
        if float(np.abs(step).max()) < NEAR:
            break
    return Line(middle, scale, terms[:-1] @ right, float(terms[-1]))


def unseen(rows: Table, kinds: Row) -> Row:
    """The chance of each example from what was learnt without it and its neighbours.

    Pictures taken one after the other are much alike: each fold leaves out a stretch of them, so
    rows have to stand in the order in which they were taken, kind by kind.
    """
    fold = np.zeros(len(rows), int)
    for kind in (0, 1):
        where = np.flatnonzero(kinds == kind)
        fold[where] = np.arange(len(where)) * FOLDS // max(1, len(where))
    chances = np.zeros(len(rows))
    for number in range(FOLDS):
        out = fold == number
        if out.any():
            chances[out] = learn(rows[~out], kinds[~out]).chance(rows[out])
    return chances


def ranking(chances: Row, kinds: Row) -> float:
    """Area under the curve: how often one of the first kind is held for likelier than another."""
    first, other = chances[kinds == 1], chances[kinds == 0]
    if not len(first) or not len(other):
        return 0.5
    above = (first[:, None] > other[None]).mean()
    return float(above + 0.5 * (first[:, None] == other[None]).mean())
