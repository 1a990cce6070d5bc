"""When an event is due for the second way: pure arithmetic of what was handed over, and when."""

from __future__ import annotations

from math import inf

import pytest

from cloud_bridge.handed import ANSWERED_WITHIN_S, DOWN_FOR_S, UNTRIED_S, Handed
from cloud_bridge.journal_look import Stored
from edge.model import Lane

FIRE, INFO = Lane.LIFE_SAFETY, Lane.INFO


def some(*numbers: int, kind: str = "alarm.raised") -> list[Stored]:
    """Events as they are on disk."""
    return [Stored(number, kind, b"{}") for number in numbers]


def test_a_fire_waits_three_seconds_and_all_else_ten() -> None:
    """From when it was first handed over, however often it was since."""
    handed = Handed()
    handed.up()
    for lane, number in ((FIRE, 1), (INFO, 2)):
        handed.over(lane, some(number), 100.0)
        handed.over(lane, some(number), 102.0)
        assert handed.due_at(lane) == 100.0 + ANSWERED_WITHIN_S[lane]
    assert [*handed.late(FIRE, 102.9)] == []
    assert [*handed.late(FIRE, 103.0)] == [1]
    assert [*handed.late(INFO, 109.9)] == []
    assert [*handed.late(INFO, 110.0)] == [2]


def test_what_is_answered_is_due_no_more() -> None:
    """It is known once what it was of; the next one's time counts."""
    handed = Handed()
    handed.up()
    handed.over(FIRE, some(1), 0.0)
    handed.over(FIRE, some(2, kind="delivery.refused"), 1.0)
    assert handed.ended(1) == "event"
    assert handed.ended(1) == "unknown"
    assert not handed.waits(FIRE, 1)
    assert handed.due_at(FIRE) == 4.0
    assert handed.ended(2) == "refusal"
    assert handed.due_at(FIRE) == inf


@pytest.mark.parametrize("lane", Lane)
def test_a_lane_leaves_a_way_that_is_gone(lane: Lane) -> None:
    """From the first loss on, though the way is tried and lost again and again."""
    handed = Handed()
    assert handed.due_at(lane) == inf
    handed.up()
    handed.down(50.0)
    handed.down(51.0)
    assert handed.due_at(lane) == 50.0 + DOWN_FOR_S[lane]
    assert handed.gone(lane, 50.0 + DOWN_FOR_S[lane])
    assert handed.gone(lane, 50.0) == (lane is FIRE)
    handed.up()
    assert not handed.gone(lane, 1000.0)


def test_a_way_that_nobody_has_tried_gets_a_moment() -> None:
    """A gateway that begins does not send its backlog twice; a loss ends the moment."""
    handed = Handed()
    handed.begin(10.0)
    assert handed.due_at(FIRE) == 10.0 + UNTRIED_S
    handed.down(11.0)
    assert handed.due_at(FIRE) == 11.0
    handed.up()
    handed.begin(12.0)
    assert handed.due_at(FIRE) == inf


def test_whoever_waits_is_woken() -> None:
    """By the first event of a lane, and when the first way comes or goes."""
    handed = Handed()
    handed.over(INFO, some(1), 0.0)
    assert handed.moved[INFO].is_set()
    assert not handed.moved[FIRE].is_set()
    handed.moved[INFO].clear()
    handed.over(INFO, some(2), 0.0)
    assert not handed.moved[INFO].is_set(), "its time is not the first that counts"
    handed.down(1.0)
    assert all(each.is_set() for each in handed.moved.values())
