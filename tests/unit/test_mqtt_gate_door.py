"""When an open door is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from edge.drivers.mqtt_gate import door as doors
from edge.drivers.mqtt_gate.door import Door, Finding
from edge.drivers.mqtt_gate.profile import Door as Timing

TIMING = Timing(operators=("D",), status=("s",), open=("1",), closed=("0",))
T0 = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """An instant of the story."""
    return T0 + timedelta(seconds=seconds)


def play(*deeds: tuple[float, str]) -> list[tuple[float, Finding]]:
    """Let things happen to a closed door, asking once a second in between."""
    door, _ = doors.closed(Door())
    found: list[tuple[float, Finding]] = []
    for second in range(60):
        for when, deed in deeds:
            if not second <= when < second + 1:
                continue
            findings: tuple[Finding, ...] = ()
            match deed:
                case "allow":
                    door = doors.allow(door, at(when))
                case "open":
                    door = doors.opened(door, TIMING, at(when))
                case _:
                    door, findings = doors.closed(door)
            found += [(when, each) for each in findings]
        door, findings = doors.wait(door, TIMING, at(second + 1))
        found += [(second + 1, each) for each in findings]
    return found


@pytest.mark.parametrize("grant", [0.5, 4.0, 10.0])
def test_a_door_that_opens_after_a_grant_is_in_order(grant: float) -> None:
    """Ten seconds lie between grant and opening at most."""
    assert play((0.5, "allow"), (grant + 0.4, "open"), (20, "close")) == []


def test_a_grant_that_is_too_old_permits_nothing() -> None:
    """The window is closed after ten seconds; the finding comes after the settling time."""
    assert play((0, "allow"), (11, "open"), (20, "close")) == [(14, "forced"), (20, "closed")]


def test_a_record_that_comes_just_after_the_opening_counts() -> None:
    """Contacts are quicker than records with pictures."""
    assert play((5, "open"), (7, "allow"), (20, "close")) == []


def test_a_forced_door_that_closes_at_once_is_forced_all_the_same() -> None:
    """An opening too short to be judged is told at its end."""
    assert play((5, "open"), (6, "close")) == [(6, "forced"), (6, "closed")]


def test_a_door_held_open_is_told_once_and_its_end_too() -> None:
    """Thirty seconds are too long, grant or not."""
    assert play((0, "allow"), (1, "open"), (50, "close")) == [(31, "held_open"), (50, "closed")]


def test_a_forced_door_that_stays_open_is_both() -> None:
    """Forced at three seconds, held open at thirty."""
    assert play((0, "open")) == [(3, "forced"), (30, "held_open")]


def test_a_repeated_contact_changes_nothing() -> None:
    """Gates repeat the state of their contact."""
    assert play((5, "open"), (7, "open"), (9, "open"))[:1] == [(8, "forced")]


def test_a_door_first_seen_open_is_not_accused() -> None:
    """What happened before we listened is unknown; too long is too long."""
    door = doors.opened(Door(), TIMING, at(0))
    door, findings = doors.wait(door, TIMING, at(29))
    assert findings == ()
    assert doors.wait(door, TIMING, at(30))[1] == ("held_open",)
