"""How urgent events are, and that no device can make one that is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge.contract.examples import AT, FIRST, RAISED, SITE, example_events, narrator
from cloud_bridge.wire import (
    Narrator,
    lane_of,
    read_event,
    severity_of,
)
from cloud_bridge.wire.documents import RaisedData, ReportData
from edge import model
from edge.alarms import Alarms
from edge.model import (
    Access,
    Alarm,
    AlarmCleared,
    AlarmRaised,
    Cause,
    DeviceChanged,
    DeviceReported,
    Kept,
    Lane,
    LinkChanged,
    Text,
)
from edge.site import Site

ALARM = Alarm(key=RAISED.alarm, number=FIRST, raised=RAISED, since=RAISED.at)


def told(event: model.Event, alarm: Alarm | None = None, site: Site = SITE) -> dict[str, Any]:
    """The event as a stranger reads it: plain JSON."""
    kept = Kept(number=FIRST, event=event, trusted_clock=True, alarm=alarm)
    document: dict[str, Any] = json.loads(Narrator(site, "1.0.0").encode(kept))
    return document


LANES: list[tuple[model.Event, Lane]] = [
    (RAISED, Lane.LIFE_SAFETY),
    (Access(device="gate-1", decision="duress", at=AT), Lane.SECURITY),
    (Access(device="gate-1", decision="forced", at=AT), Lane.SECURITY),
    (Access(device="gate-1", decision="granted", at=AT), Lane.INFO),
    (LinkChanged(link="l", up=False, reason="", at=AT), Lane.FAULT),
    (LinkChanged(link="l", up=True, reason="", at=AT), Lane.FAULT),
    (DeviceChanged(device="d", state="offline", reason="", at=AT), Lane.FAULT),
    (DeviceChanged(device="d", state="online", reason="", at=AT), Lane.FAULT),
    (
        DeviceReported(device="d", what="w", frame="", at=AT, lane=Lane.LIFE_SAFETY),
        Lane.LIFE_SAFETY,
    ),
    (model.GatewayChanged(state="started", reason="", at=AT), Lane.INFO),
    (model.GatewayChanged(state="updated", reason="", at=AT), Lane.INFO),
    (model.GatewayChanged(state="update_failed", reason="", at=AT), Lane.FAULT),
    (model.RecordsDropped(what="w", count=1, reason="", at=AT), Lane.FAULT),
    (model.AlarmShelved(alarm="d/a", until=AT, by="", reason="", at=AT), Lane.INFO),
    (model.SuppressionEnded(id="w", by="", at=AT), Lane.INFO),
]


@pytest.mark.parametrize(("event", "lane"), LANES, ids=lambda value: str(value)[:40])
def test_lane(event: model.Event, lane: Lane) -> None:
    """Each kind travels in its lane; the way back of a fault shares the fault's lane."""
    assert lane_of(event) is lane


def test_severity_of_every_kind_is_within_bounds() -> None:
    """1 to 1000, as the contract says."""
    assert all(1 <= severity_of(kept.event, kept.alarm) <= 1000 for kept in example_events())


scalars = st.one_of(st.booleans(), st.integers(), st.floats(), st.text())


@given(words=st.text(max_size=3000), value=st.one_of(st.none(), scalars))
def test_no_alarm_is_ever_refused_for_what_a_device_says(
    words: str, value: model.Value | None
) -> None:
    """Whatever a device calls itself, the event is encoded and the platform takes it."""
    event = AlarmRaised(
        alarm=f"x/{words}",
        device=words,
        rule=words,
        category=words,
        severity=1,
        lane=Lane.INFO,
        text=Text(words, words),
        cause=Cause(point=words, value=value, unit=words, limit=value, about=words),
        at=AT,
    )
    [raised] = Alarms(SITE).follow(1, event, AT)
    kept = Kept(number=1, event=raised.event, trusted_clock=True, alarm=raised.alarm)
    assert isinstance(read_event(narrator().encode(kept)).data, RaisedData)


@given(words=st.text(max_size=3000), fields=st.dictionaries(st.text(), scalars, max_size=80))
def test_no_report_is_ever_refused_for_what_a_device_says(
    words: str, fields: dict[str, model.Value]
) -> None:
    """The same for reports with their free fields."""
    event = DeviceReported(
        device="x", what=words, frame="00" * 5000, origin=words, at=AT, fields=fields
    )
    body = narrator().encode(Kept(number=1, event=event, trusted_clock=True))
    assert isinstance(read_event(body).data, ReportData)


def test_lone_surrogates_are_replaced() -> None:
    """Broken text from a device becomes valid Unicode."""
    event = DeviceChanged(device="d", state="degraded", reason="bad \udcff byte", at=AT)
    assert told(event)["data"]["change"]["reason"] == "bad ? byte"


def test_a_clear_is_queued_in_the_lane_of_its_raise() -> None:
    """What the journal asks for each event that it keeps."""
    cleared = AlarmCleared(alarm=RAISED.alarm, at=datetime.now(UTC))
    assert lane_of(cleared, ALARM) is Lane.LIFE_SAFETY
