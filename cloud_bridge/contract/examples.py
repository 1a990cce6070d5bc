"""One example of every kind of event, told by the narrator itself about a small made-up site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from cloud_bridge.contract.examples_care import care_events
from cloud_bridge.wire import Narrator
from edge.alarms import Alarms
from edge.model import (
    Access,
    AccessDecision,
    AlarmAcknowledged,
    AlarmCleared,
    AlarmEscalated,
    AlarmRaised,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    Cause,
    CommandResult,
    Covers,
    DeliveryRefused,
    Device,
    DeviceChanged,
    DeviceReported,
    DeviceReset,
    Event,
    EvidenceKept,
    GatewayChanged,
    IssueChanged,
    Kept,
    Lane,
    LinkChanged,
    Location,
    Point,
    RecordsDropped,
    SuppressionBegan,
    SuppressionEnded,
    Text,
    VisionChanged,
)
from edge.site import Building, IssuePolicy, NoticePolicy, Policy, Site

AT = datetime(2026, 3, 1, 8, 30, 15, 250_000, tzinfo=UTC)
FIRST = 1_772_353_815_001

_LIFT = Device(
    id="lift-1",
    kind="lift",
    name=Text("1号梯", "Lift 1"),
    link="lifts",
    profile="example",
    make="Example",
    model="E-1",
    location=Location(building="b1", unit="u2"),
    points={
        "trapped": Point(name="trapped", type="bool", text=Text("轿厢困人", "Person in the car"))
    },
)
_GATE = Device(
    id="gate-1",
    kind="gate",
    name=Text("南门", "South gate"),
    link="gates",
    profile="example",
    make="Example",
    model="G-1",
    location=Location(text="南门"),
    points={},
)
_PANEL = Device(
    id="fire-1",
    kind="fire_panel",
    name=Text("消防主机", "Fire panel"),
    link="fire",
    profile="example",
    make="Example",
    model="F-1",
    location=Location(building="b1", floor="1"),
    points={},
    components={"1-10": Location(building="b1", floor="3", text="走廊")},
)
_TRAPPED = Policy(
    alarms="lift.entrapment",
    issue=IssuePolicy(
        category="lift.rescue",
        title=Text("{building}{device}困人", "Person trapped in {device}, {building}"),
        respond_within=timedelta(minutes=5),
        resolve_within=timedelta(hours=1),
        parties=("property", "community"),
    ),
    notice=NoticePolicy(
        title=Text("{device}停运", "{device} out of service"),
        text=Text(
            "{building}{device}正在救援，请走楼梯。",
            "{device} in {building} is out of service; please use the stairs.",
        ),
        audience="unit",
        publish="at_once",
        lasts=timedelta(hours=4),
    ),
)
SITE = Site(
    id="riverside",
    name=Text("望江花园", "Riverside Gardens"),
    gateway="gw-1",
    timezone=ZoneInfo("Asia/Shanghai"),
    language="zh",
    reporter="gateway",
    buildings={
        "b1": Building(
            id="b1", name=Text("1号楼", "Building 1"), units={"u2": Text("2单元", "Unit 2")}
        )
    },
    devices={device.id: device for device in (_LIFT, _GATE, _PANEL)},
    policies=(_TRAPPED,),
)
RAISED = AlarmRaised(
    alarm="lift-1/entrapment",
    device="lift-1",
    rule="lift-1/entrapment",
    category="lift.entrapment",
    severity=900,
    lane=Lane.LIFE_SAFETY,
    text=Text("电梯困人", "Person trapped in a lift"),
    cause=Cause(point="lift-1/trapped", value=True, limit=True),
    at=AT,
)
_DECISIONS: tuple[AccessDecision, ...] = (
    "granted",
    "denied",
    "duress",
    "forced",
    "held_open",
    "closed",
)


def _gate_events() -> Iterator[Event]:
    for decision in _DECISIONS:
        personal = decision in {"granted", "denied", "duress"}
        yield Access(
            device="gate-1",
            decision=decision,
            at=AT,
            person="1024" if personal else "",
            method="face" if personal else "",
            reason="not_registered" if decision == "denied" else "",
            origin=f"gate-1/rec/{decision}/2026-03-01T08:30:15" if personal else "",
        )


def _device_events() -> Iterator[Event]:
    yield DeviceChanged(device="lift-1", state="online", reason="", at=AT)
    yield DeviceChanged(device="lift-1", state="offline", reason="no answer", at=AT)
    yield DeviceChanged(device="lift-1", state="degraded", reason="3 of 12 points bad", at=AT)
    yield DeviceReported(
        device="fire-1",
        what="component_state",
        frame="40400100",
        at=AT,
        origin="fire-1/1/2026-03-01T08:30:15",
        device_time="2026-03-01T16:30:15",
        lane=Lane.LIFE_SAFETY,
        fields={"component": "1-10", "fire": True},
    )
    yield DeviceReset(device="fire-1", component="", at=AT)


def _camera_events() -> Iterator[Event]:
    """Somebody stays too long before a door, and what was kept of it."""
    later = AT + timedelta(seconds=45)
    seen = VisionChanged(
        device="camera-1",
        phase="begin",
        what="loitering",
        zone="door",
        object="1-loitering-7",
        since=AT,
        at=AT + timedelta(seconds=30),
        dwell_s=30.0,
        basis="model",
        confidence=0.87,
        label="person",
        box=(0.41, 0.2, 0.53, 0.82),
        model="yolox_nano",
        model_sha256="695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14",
    )
    yield seen
    yield replace(seen, phase="update", at=later, dwell_s=45.0)
    yield replace(seen, phase="end", at=later, dwell_s=45.0)
    yield EvidenceKept(
        device="camera-1",
        alarm="lift-1/door",
        what="still",
        media_type="image/jpeg",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        size=48_213,
        blurred="faces",
        began=AT,
        ended=AT,
        at=later,
    )


def _gateway_events() -> Iterator[Event]:
    yield LinkChanged(link="lifts", up=True, reason="", at=AT)
    yield LinkChanged(link="lifts", up=False, reason="connection refused", at=AT)
    yield CommandResult(command="c-1", device="gate-1", action="open", outcome="done", at=AT)
    yield GatewayChanged(state="started", reason="", at=AT)
    yield GatewayChanged(state="stopping", reason="signal", at=AT)
    yield GatewayChanged(state="degraded", reason="disk nearly full", at=AT)
    yield GatewayChanged(state="updated", reason="", at=AT, release="0.2.0")
    yield GatewayChanged(state="update_failed", reason="not ready", at=AT, release="0.2.0")
    yield RecordsDropped(what="info events", count=12, reason="disk full", at=AT)
    yield DeliveryRefused(uplink="platform", number=FIRST, reason="no such community", at=AT)


def _rescue_events() -> Iterator[Event]:
    """The life of an alarm of life safety, from the call to the end of the issue."""
    late, later = AT + timedelta(minutes=3), AT + timedelta(minutes=4)
    yield RAISED
    key = RAISED.alarm
    yield AlarmEscalated(
        alarm=key, number=FIRST, level=1, to="street_office", overdue="respond", due=late, at=late
    )
    accepted = IssueChanged(
        alarm=key,
        number=FIRST,
        state="accepted",
        by="王师傅",
        party="property",
        step="17",
        at=later,
    )
    yield accepted
    test = SuppressionBegan(
        id="monthly",
        why="test",
        covers=Covers(building="b1"),
        by="technician",
        reason="monthly test",
        until=AT + timedelta(hours=1),
        at=later,
    )
    yield test
    yield SuppressionEnded(id=test.id, by="", at=AT + timedelta(minutes=5))
    yield replace(accepted, state="resolved", step="18", at=AT + timedelta(minutes=6))
    yield AlarmCleared(alarm=key, at=AT + timedelta(minutes=12))


def _door_events() -> Iterator[Event]:
    """The life of an alarm that somebody has to reset."""
    later = AT + timedelta(minutes=4)
    door = replace(
        RAISED,
        alarm="lift-1/door",
        rule="door",
        category="lift.door",
        severity=550,
        lane=Lane.FAULT,
        latch=True,
    )
    until = AT + timedelta(hours=2)
    yield door
    yield AlarmAcknowledged(alarm=door.alarm, by="technician", comment="on my way", at=AT)
    yield AlarmShelved(alarm=door.alarm, until=until, by="technician", reason="part ordered", at=AT)
    yield AlarmUnshelved(alarm=door.alarm, by="technician", at=later)
    yield AlarmCleared(alarm=door.alarm, at=later)
    yield AlarmReset(alarm=door.alarm, by="technician", at=later)


def example_events() -> list[Kept]:
    """Events of every kind, numbered in order; the first are two alarms' lives."""
    alarms = Alarms(SITE)
    kept: list[Kept] = []
    events = (
        _rescue_events,
        _door_events,
        _gate_events,
        _device_events,
        _gateway_events,
        _camera_events,
        partial(care_events, AT),
    )
    for event in (event for some in events for event in some()):
        for told in alarms.follow(FIRST + len(kept), event, event.at):
            number = FIRST + len(kept)
            kept.append(Kept(number=number, event=told.event, trusted_clock=True, alarm=told.alarm))
    return kept


def narrator() -> Narrator:
    """The narrator of the made-up site."""
    return Narrator(SITE, "1.0.0")
