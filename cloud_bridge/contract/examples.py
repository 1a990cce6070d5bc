"""One example of every kind of event, told by the narrator itself about a small made-up site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cloud_bridge.wire import Narrator
from edge.model import (
    Access,
    AccessDecision,
    Alarm,
    AlarmCleared,
    AlarmRaised,
    Cause,
    CommandResult,
    DeliveryRefused,
    Device,
    DeviceChanged,
    DeviceReported,
    DeviceReset,
    Event,
    GatewayChanged,
    Kept,
    Lane,
    LinkChanged,
    Location,
    Point,
    RecordsDropped,
    Text,
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


def _gateway_events() -> Iterator[Event]:
    yield LinkChanged(link="lifts", up=True, reason="", at=AT)
    yield LinkChanged(link="lifts", up=False, reason="connection refused", at=AT)
    yield CommandResult(command="c-1", device="gate-1", action="open", outcome="done", at=AT)
    yield GatewayChanged(state="started", reason="", at=AT)
    yield GatewayChanged(state="stopping", reason="signal", at=AT)
    yield GatewayChanged(state="degraded", reason="disk nearly full", at=AT)
    yield RecordsDropped(what="info events", count=12, reason="disk full", at=AT)
    yield DeliveryRefused(uplink="platform", number=FIRST, reason="no such community", at=AT)


def example_events() -> list[Kept]:
    """One event of every kind, numbered in order; the first two are one alarm's life."""
    alarm = Alarm(key=RAISED.alarm, number=FIRST, raised=RAISED)
    cleared = AlarmCleared(alarm=RAISED.alarm, at=AT + timedelta(minutes=12))
    rest = (*_gate_events(), *_device_events(), *_gateway_events())
    return [
        Kept(number=FIRST, event=RAISED, trusted_clock=True, alarm=alarm),
        Kept(number=FIRST + 1, event=cleared, trusted_clock=True, alarm=alarm),
        *(
            Kept(number=number, event=event, trusted_clock=True)
            for number, event in enumerate(rest, FIRST + 2)
        ),
    ]


def narrator() -> Narrator:
    """The narrator of the made-up site."""
    return Narrator(SITE, "1.0.0")
