"""Pictures on their way to who looks: the newest wins, and little waits."""

from __future__ import annotations

import numpy as np
import pytest

from edge.vision.camera.newest import MOST_BYTES, OLDEST_S, Newest
from edge.vision.pictures import Frame
from tests.fakes.time import EPOCH


def _frame(t: float, size: int = 10) -> Frame:
    return Frame(np.zeros((size, size, 3), np.uint8), t, EPOCH)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that it is."""
    at = [10.0]
    monkeypatch.setattr("edge.vision.camera.newest.time.monotonic", lambda: at[0])
    return at


def test_what_waits_is_taken_in_order(now: list[float]) -> None:
    """All of a short row, so that a fall is seen whole."""
    row = Newest()
    for step in range(5):
        row.put(_frame(10.0 + step / 25), broken=step == 2)
    now[0] = 10.2
    shown = row.take(0)
    assert [each.frame.t for each in shown] == [10.0 + step / 25 for step in range(5)]
    assert [each.broken for each in shown] == [False, False, True, False, False]
    assert row.take(0) == ()
    assert row.passed_over == 0


def test_what_is_old_is_passed_over_but_the_newest_never(now: list[float]) -> None:
    """After a long answer of the detector only what counts still is looked at."""
    row = Newest()
    for step in range(5):
        row.put(_frame(10.0 + step / 10), broken=False)
    now[0] = 10.4 + OLDEST_S - 0.15
    assert [each.frame.t for each in row.take(0)] == pytest.approx([10.3, 10.4])
    row.put(_frame(11.0), broken=False)
    now[0] = 99.0
    assert [each.frame.t for each in row.take(0)] == [11.0]
    assert row.passed_over == 3


def test_a_row_of_large_pictures_is_short(now: list[float]) -> None:
    """Bounded in bytes, whatever their size; one there is always room for."""
    row = Newest()
    side = int((MOST_BYTES / 3 / 3) ** 0.5)
    for step in range(10):
        row.put(_frame(10.0 + step / 100, side), broken=False)
    now[0] = 10.1
    assert len(row.take(0)) == 3
    row.put(_frame(10.1, side * 2), broken=False)
    assert len(row.take(0)) == 1
