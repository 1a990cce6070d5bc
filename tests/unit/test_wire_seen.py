"""What the platform gets of what cameras saw and of the pictures that were kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cloud_bridge.contract.examples import SITE, narrator
from edge.alarms import Alarms
from edge.model import (
    AlarmRaised,
    Cause,
    Event,
    EvidenceKept,
    Kept,
    Lane,
    Text,
    VisionChanged,
)

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)

SEEN = VisionChanged(
    device="camera-1",
    phase="begin",
    what="loitering",
    zone="door",
    object="7",
    since=AT,
    at=AT + timedelta(seconds=31),
    dwell_s=31.04,
    basis="model",
    confidence=1.0000001,
    box=(0.1, 0.2, 0.3, 0.4),
)
STILL = EvidenceKept(
    device="camera-1",
    alarm="gate-1/forced",
    what="still",
    media_type="image/jpeg",
    sha256="a" * 64,
    size=10,
    blurred="whole",
    began=AT,
    ended=AT,
    at=AT,
)
FORCED = AlarmRaised(
    alarm="gate-1/forced",
    device="gate-1",
    rule="forced",
    category="access.forced",
    severity=700,
    lane=Lane.SECURITY,
    text=Text("强行开门", "Door forced"),
    cause=Cause(point="gate-1/door_open", value=True),
    at=AT,
)


def told(alarms: Alarms, number: int, event: Event) -> dict[str, object]:
    """An event as the platform gets it."""
    [each] = alarms.follow(number, event, event.at)
    kept = Kept(number=number, event=each.event, trusted_clock=True, alarm=each.alarm)
    said: dict[str, object] = json.loads(narrator().encode(kept))
    return said


def test_a_finding_says_since_when_how_sure_and_on_what_ground() -> None:
    """Dwell is in seconds, confidence never above one; it hurries nobody."""
    said = told(Alarms(SITE), 1, SEEN)
    assert (said["type"], said["lane"], said["subject"]) == (
        "community.vision.begin.v1",
        "info",
        "camera-1",
    )
    seen = said["data"]["vision"]  # type: ignore[index]
    assert (seen["dwell_seconds"], seen["confidence"], seen["basis"]) == (31.0, 1, "model")
    assert (seen["zone"], seen["box"]) == ("door", [0.1, 0.2, 0.3, 0.4])


def test_evidence_comes_behind_its_alarm_in_the_same_lane() -> None:
    """It names the alarm's occurrence; its device and subject are the camera."""
    alarms = Alarms(SITE)
    raised = told(alarms, 1, FORCED)
    said = told(alarms, 2, STILL)
    assert said["lane"] == raised["lane"] == "security"
    data = said["data"]
    assert data["alarm"]["id"] == raised["data"]["alarm"]["id"]  # type: ignore[index]
    assert (said["subject"], data["device"]["id"]) == ("camera-1", "camera-1")  # type: ignore[index]
    [picture] = data["evidence"]  # type: ignore[index]
    assert (picture["sha256"], picture["bytes"], picture["blurred"]) == ("a" * 64, 10, "whole")


def test_evidence_of_no_alarm_is_information() -> None:
    """A person asked for it, or the alarm is long forgotten."""
    for key in ("", "gate-1/forgotten"):
        said = told(Alarms(SITE), 1, replace(STILL, alarm=key))
        assert said["lane"] == "info"
        assert "alarm" not in said["data"]  # type: ignore[operator]
