"""When a picture is worth asking about, when a part of it is, and what exposure does to it."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from edge.vision.analytics.exposure import Exposure
from edge.vision.close_up import CloseUps, cut, merged
from edge.vision.findings import Box
from edge.vision.gate import Gate
from edge.vision.pictures import Detection
from tests.fakes.watches import WHOLE, zone

CORNER: Final = ((0.7, 0.7), (0.95, 0.7), (0.95, 0.95), (0.7, 0.95))
FAR: Final = Box(0.1, 0.1, 0.2, 0.2)
BESIDE: Final = Box(0.6, 0.5, 0.68, 0.9)


def asks(
    gate: Gate, since: float, moving: Box | None = None, *, living: bool = False
) -> list[float]:
    """When it asks in ten seconds at five pictures a second."""
    asked = []
    for number in range(50):
        t = since + number / 5
        if gate.wants(t, [moving] if moving else [], living=living, resting=living):
            gate.asked(t)
            asked.append(t)
    return asked


def test_motion_counts_where_a_zone_is_near() -> None:
    """A tree at the other end of the picture is not asked about more often than nothing at all."""
    gate = Gate([zone("intrusion", area=CORNER)])
    assert len(asks(gate, 0)) == 5
    assert len(asks(gate, 10, FAR)) == 5
    assert len(asks(gate, 20, BESIDE)) == 50


def test_what_stands_is_looked_at_once_a_second() -> None:
    """A parked car all night long costs a fifth of one that drives."""
    assert len(asks(Gate([zone("intrusion")]), 0, living=True)) == 10


def test_a_detector_that_cannot_is_left_alone_for_a_while() -> None:
    """Five seconds, whatever moves."""
    gate = Gate([zone("intrusion")])
    assert gate.wants(0, [], living=False, resting=True)
    gate.refused(0)
    assert not gate.wants(4.9, [BESIDE], living=False, resting=True)
    assert gate.wants(5.1, [BESIDE], living=False, resting=True)


def test_a_lane_is_looked_at_closer_once_a_second() -> None:
    """With road about it; not where it fills the picture, and not for people."""
    closer = CloseUps([zone("lane_occupied", area=CORNER), zone("intrusion", area=CORNER)])
    parts = [part for number in range(50) if (part := closer.due(number / 5)) is not None]
    assert len(parts) == 10
    assert parts[0] == pytest.approx((0.5, 0.5, 1.0, 1.0))
    assert CloseUps([zone("lane_occupied", area=WHOLE)]).due(0) is None


def test_a_closer_look_finds_more_and_finds_nothing_twice() -> None:
    """The better of two looks at one thing counts; what the part cuts off does not."""
    part = Box(0.5, 0.5, 1.0, 1.0)
    faint = Detection(box=Box(0.6, 0.6, 0.8, 0.8), label="truck", score=0.3, sure=False)
    better = Detection(box=Box(0.2, 0.2, 0.6, 0.6), label="car", score=0.8)
    worse = Detection(box=Box(0.2, 0.2, 0.6, 0.6), label="car", score=0.2)
    cut_off = Detection(box=Box(0.0, 0.2, 0.3, 0.6), label="car", score=0.8)
    (found,) = merged([faint], [better, cut_off], part)
    assert found.box == pytest.approx((0.6, 0.6, 0.8, 0.8))
    assert (found.label, found.score) == ("car", 0.8)
    assert merged([faint], [worse], part) == [faint]
    assert len(merged([], [better], part)) == 1
    assert cut(np.zeros((100, 200, 3), np.uint8), part).shape == (50, 100, 3)


def test_exposure_is_no_change_of_the_scene() -> None:
    """A camera that turns everything down to half for a white van: the lane stays as it was."""
    scene = np.random.default_rng(1).integers(60, 200, (90, 160, 3), dtype=np.uint8)
    van = scene.copy()
    van[10:60, 100:150] = 250
    exposure = Exposure()
    for number in range(5):
        usual = exposure.undo(scene, scene[:, :50], number / 5)
    darker = (van * 0.5).astype(np.uint8)
    undone = exposure.undo(darker, darker[:, :50], 1.2)
    assert np.abs(undone.astype(int) - usual).mean() < 6
