"""Deadlines, line times and patience, without a line."""

from __future__ import annotations

import pytest

from edge.drivers.modbus.scheduler import Job, Schedule
from edge.drivers.modbus.timing import Line, Patience


def test_earliest_deadline_first() -> None:
    """Among those that are due the one with the nearest deadline goes; cancelled ones never."""
    schedule = Schedule()
    jobs = [Job(every=every) for every in (10.0, 1.0, 5.0, 0.5)]
    for job in jobs:
        schedule.put(job, 0.0)
    jobs[3].cancelled = True
    assert [schedule.take(0.0) for _ in range(4)] == [jobs[1], jobs[2], jobs[0], None]
    schedule.again(jobs[1], 0.3)
    assert schedule.take(0.9) is None
    assert schedule.next_due() == 1.0
    assert schedule.take(1.0) is jobs[1]
    schedule.again(jobs[1], 7.7)
    assert schedule.next_due() == 7.7


def test_the_next_job_is_one_that_is_due_before_one_that_will_be() -> None:
    """However near the deadline of the latter; cancelled ones never, wherever they stand."""
    schedule = Schedule()
    fast, slow, late, gone = (Job(every=every) for every in (1.0, 30.0, 5.0, 0.1))
    for job, due in ((fast, 0.0), (slow, 0.0), (gone, 0.0), (late, 3.0)):
        schedule.put(job, due)
    gone.cancelled = True
    assert schedule.next(0.0) is fast
    schedule.again(fast, 0.1)
    assert schedule.next(0.1) is slow
    schedule.again(slow, 0.2)
    assert schedule.next(0.2) is fast
    fast.cancelled = True
    schedule.again(fast, 0.3)
    assert schedule.next(0.3) is late
    assert schedule.next(0.4) is slow
    assert schedule.next(0.5) is None


def test_line_times() -> None:
    """A lift box's answer takes 70 ms at 9600 8E1; TCP takes no time; fast lines rest 1.75 ms."""
    line = Line(baud=9600, bits_per_character=11)
    assert 0.066 < line.seconds(8 + 51) < 0.069
    assert 0.004 < line.quiet < 0.0041
    assert Line(baud=115200).quiet == 0.00175
    assert (Line().seconds(100), Line().quiet) == (0.0, 0.0)


def test_patience_learns() -> None:
    """Time-outs follow the answers, between their bounds; a stranger is judged by neighbours."""
    everyone = Patience(floor=0.05, ceiling=1.0)
    one = Patience(floor=0.05, ceiling=1.0, neighbours=everyone)
    assert one.within == 1.0
    for _ in range(20):
        one.answered(0.02)
    assert one.within == 0.05
    stranger = Patience(floor=0.05, ceiling=1.0, neighbours=everyone)
    assert stranger.within == pytest.approx(0.2)
    assert stranger.brief == 0.05
    one.missed()
    assert one.within == 0.1
    for _ in range(9):
        one.missed()
    assert one.within == 1.0
    one.answered(0.02)
    assert one.within == 0.05
