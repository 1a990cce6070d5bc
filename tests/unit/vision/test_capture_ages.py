"""When a camera counts as lost, how fast it is, how far behind it is read."""

from __future__ import annotations

import pytest

from edge.vision.camera.rate import Rate
from edge.vision.camera.watchdog import FIRST_WITHIN_S, KEYFRAME_WITHIN_S, Watchdog
from edge.vision.sources.lag import JUMP_S, Lag


def test_a_camera_that_stops_is_lost_after_its_time() -> None:
    """Not earlier, not later, and the word says how long nothing came."""
    watchdog = Watchdog(3.0, began=100.0)
    assert watchdog.lost(112.9, heard=110.0, decoded=110.0) == ""
    assert watchdog.lost(113.1, heard=110.0, decoded=110.0) == "stalled: no picture for 3.1 s"


def test_the_first_picture_has_longer() -> None:
    """To connect, log in and wait for a keyframe takes more than the next picture does."""
    watchdog = Watchdog(1.0, began=100.0)
    assert watchdog.lost(100.0 + FIRST_WITHIN_S - 0.1, heard=None, decoded=None) == ""
    assert "no picture" in watchdog.lost(100.1 + FIRST_WITHIN_S, heard=None, decoded=None)
    patient = Watchdog(30.0, began=100.0)
    assert patient.lost(134.0, heard=None, decoded=None) == ""
    assert patient.lost(136.0, heard=None, decoded=None) != ""


def test_packets_without_a_keyframe_are_no_pictures() -> None:
    """A stream that cannot be decoded is told as what it is, with what to do."""
    watchdog = Watchdog(3.0, began=100.0)
    late = 101.0 + KEYFRAME_WITHIN_S
    assert watchdog.lost(late - 2.0, heard=late - 2.0, decoded=None) == ""
    assert "keyframes" in watchdog.lost(late, heard=late, decoded=None)
    assert "keyframes" in watchdog.lost(late + 50.0, heard=late + 50.0, decoded=late)
    assert watchdog.lost(late + 10.0, heard=late + 10.0, decoded=late) == ""


def test_a_picture_an_hour_is_no_stream_without_keyframes() -> None:
    """Snapshots may be far apart; the stalled time says how far."""
    watchdog = Watchdog(3603.0, began=100.0)
    assert watchdog.lost(3700.0, heard=110.0, decoded=110.0) == ""


def test_the_rate_is_that_of_the_last_seconds() -> None:
    """25 a second, then 5, then none."""
    rate = Rate()
    assert rate.per_second(0.0) == 0.0
    for step in range(250):
        rate.note(step / 25)
    assert rate.per_second(10.0) == pytest.approx(25, rel=0.02)
    for step in range(40):
        rate.note(10 + step / 5)
    assert rate.per_second(18.0) == pytest.approx(5, rel=0.05)
    assert rate.per_second(28.0) < 2.0
    assert rate.per_second(1000.0) < 0.1


def test_a_slow_camera_has_a_rate_too() -> None:
    """A snapshot every 20 s: there are never two in five seconds."""
    rate = Rate()
    for step in range(4):
        rate.note(step * 20.0)
    assert rate.per_second(61.0) == pytest.approx(0.05)


def test_a_stream_that_is_read_late_is_seen_to_be() -> None:
    """On time at first, then each packet a little later, then caught up."""
    lag = Lag()
    for step in range(25):
        assert lag.behind(step / 25, 1000 + step / 25) == pytest.approx(0, abs=0.01)
    assert lag.behind(1.0, 1003.0) == pytest.approx(2.0, abs=0.02)
    assert lag.behind(3.0, 1003.1) == pytest.approx(0.1, abs=0.02)


def test_a_camera_whose_clock_is_wrong_is_not_late() -> None:
    """A tenth of a per cent slow for a day, and a jump when it asks the time."""
    lag = Lag()
    for step in range(0, 86400, 10):
        assert lag.behind(step * 0.999, float(step)) < 0.05
    assert lag.behind(86400 * 0.999 - JUMP_S * 2, 86400.0) == 0.0
