"""What the narrator says about events."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge.contract.examples import AT, FIRST, RAISED, SITE, example_events, narrator
from cloud_bridge.wire import (
    TYPES,
    Narrator,
    encode_batch,
    lane_of,
    read_event,
    severity_of,
    split,
    type_of,
)
from cloud_bridge.wire.documents import ClearedData, RaisedData, ReportData
from edge import model
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
from edge.site import NoticePolicy, Policy, Site

ALARM = Alarm(key=RAISED.alarm, number=FIRST, raised=RAISED)


def told(event: model.Event, alarm: Alarm | None = None, site: Site = SITE) -> dict[str, Any]:
    """The event as a stranger reads it: plain JSON."""
    kept = Kept(number=FIRST, event=event, trusted_clock=True, alarm=alarm)
    document: dict[str, Any] = json.loads(Narrator(site, "1.0.0").encode(kept))
    return document


def test_envelope_is_a_cloudevent() -> None:
    """All attributes of the envelope, the way CloudEvents and the contract spell them."""
    document = told(RAISED)
    assert {key: value for key, value in document.items() if key != "data"} == {
        "specversion": "1.0",
        "id": f"gw-1/{FIRST}",
        "source": "/sites/riverside/gateways/gw-1",
        "type": "community.alarm.raised.v1",
        "subject": "lift-1/trapped",
        "time": "2026-03-01T08:30:15.250000Z",
        "lane": "life_safety",
        "severity": 900,
        "clock": "trusted",
        "sequence": f"{FIRST:016d}",
        "datacontenttype": "application/json",
    }


def test_time_is_utc_whatever_the_source_said() -> None:
    """A local time is told as the same instant with Z."""
    local = datetime(2026, 3, 1, 16, 30, 15, 1, tzinfo=timezone(timedelta(hours=8)))
    assert told(dataclasses.replace(RAISED, at=local))["time"] == "2026-03-01T08:30:15.000001Z"


def test_raised_alarm_says_where_what_and_why() -> None:
    """Alarm, device, location and cause carry what a person needs, in both languages."""
    data = told(RAISED)["data"]
    assert data["alarm"]["id"] == f"gw-1/{FIRST}"
    assert data["alarm"]["state"] == "active"
    assert data["device"]["name"] == {"zh": "1号梯", "en": "Lift 1"}
    assert data["location"]["text"] == {"zh": "1号楼2单元", "en": "Building 1, Unit 2"}
    assert data["location"]["community"] == "riverside"
    assert data["cause"]["text"] == {"zh": "轿厢困人", "en": "Person in the car"}


def test_issue_has_its_limits_counted_from_the_raise() -> None:
    """Deadlines are the raise plus what the policy says, and titles are filled in."""
    issue = told(RAISED)["data"]["issue"]
    assert issue["id"] == f"gw-1/{FIRST}/issue"
    assert issue["title"] == {"zh": "1号楼1号梯困人", "en": "Person trapped in Lift 1, Building 1"}
    assert issue["respond_by"] == "2026-03-01T08:35:15.250000Z"
    assert issue["resolve_by"] == "2026-03-01T09:30:15.250000Z"
    assert issue["object"] == {
        "type": "unit",
        "id": "b1/u2",
        "name": {"zh": "1号楼2单元", "en": "Building 1, Unit 2"},
    }
    assert issue["parties"] == ["property", "community"]


def test_notice_ends_after_what_the_policy_says() -> None:
    """A notice has its audience and its end."""
    notice = told(RAISED)["data"]["notice"]
    assert notice["audience"]["type"] == "unit"
    assert notice["end"] == "2026-03-01T12:30:15.250000Z"
    assert notice["publish"] == "at_once"
    assert notice["text"]["zh"] == "1号楼1号梯正在救援，请走楼梯。"


def test_cleared_alarm_keeps_the_ids_of_its_raise() -> None:
    """Raise and clear meet at the platform by alarm, issue and notice id."""
    document = told(AlarmCleared(alarm=RAISED.alarm, at=AT), ALARM)
    data = document["data"]
    assert document["lane"] == "life_safety"
    assert document["severity"] == 900
    assert data["alarm"]["id"] == f"gw-1/{FIRST}"
    assert data["alarm"]["state"] == "cleared"
    assert data["issue"] == {"id": f"gw-1/{FIRST}/issue", "state": "alarm_cleared"}
    assert data["notice"] == {"id": f"gw-1/{FIRST}/notice", "state": "withdrawn"}


def test_cleared_alarm_of_unknown_raise_is_still_told() -> None:
    """Without its alarm a clear has at least its key, and no issue to end."""
    data = read_event(
        narrator().encode(
            Kept(
                number=7,
                event=AlarmCleared(alarm="lift-1/entrapment", at=AT),
                trusted_clock=False,
            )
        )
    ).data
    assert isinstance(data, ClearedData)
    assert data.alarm.key == "lift-1/entrapment"
    assert data.issue is None


def test_first_fitting_policy_counts_and_none_is_no_issue() -> None:
    """Order in the site file decides; a category without policy is an alarm alone."""
    [policy] = SITE.policies
    other = Policy(alarms="lift.*", notice=policy.notice)
    both = told(RAISED, site=dataclasses.replace(SITE, policies=(other, policy)))["data"]
    assert "issue" not in both
    assert "notice" in both
    unknown = told(dataclasses.replace(RAISED, category="water.leak"))["data"]
    assert "issue" not in unknown
    assert "notice" not in unknown


def test_unknown_placeholder_stays_as_it_stands() -> None:
    """A wrong template spoils a title and never an alarm."""
    notice = NoticePolicy(
        title=Text("{nix}{place}", "{nix} {0} {device.id}"),
        text=Text("{", "}"),
        audience="community",
        publish="draft",
        lasts=timedelta(hours=1),
    )
    site = dataclasses.replace(SITE, policies=(Policy(alarms="*", notice=notice),))
    said = told(RAISED, site=site)["data"]["notice"]
    assert said["title"] == {"zh": "{nix}1号楼2单元", "en": "{nix} {0} {device.id}"}
    assert said["audience"]["id"] == "riverside"


def test_cause_shows_value_unit_and_limit() -> None:
    """A number is told with its unit and what it was compared with."""
    cause = Cause(point="bin-1/fill_percent", value=91.26, unit="%", limit=85)
    text = told(dataclasses.replace(RAISED, device="bin-1", cause=cause))["data"]["cause"]["text"]
    assert text == {
        "zh": "fill_percent：91.26 %（限值 85 %）",
        "en": "fill_percent: 91.26 % (limit 85 %)",
    }


def test_component_is_told_where_it_stands() -> None:
    """The detector's place counts, not the panel's."""
    cause = Cause(point="fire-1/1-10.fire", value=True, about="3层走廊感烟")
    data = told(dataclasses.replace(RAISED, device="fire-1", cause=cause))["data"]
    assert data["location"]["floor"] == "3"
    assert data["location"]["text"]["zh"] == "1号楼3层走廊"
    assert data["cause"]["text"]["zh"] == "fire；3层走廊感烟"


def test_device_that_left_the_site_file_is_told_by_its_id() -> None:
    """An event of a device that is configured no more still goes out."""
    document = told(DeviceChanged(device="old-1", state="offline", reason="gone", at=AT))
    assert document["data"]["device"] == {"id": "old-1"}
    assert document["data"]["location"]["text"]["zh"] == "望江花园"


def test_every_kind_of_event_has_a_type_and_an_example() -> None:
    """A new event in the model needs its document before it can be told."""
    leaves = set(get_args(model.Event))
    examples = example_events()
    assert {type(kept.event) for kept in examples} == leaves
    assert {type_of(kept.event) for kept in examples} == set(TYPES)


@pytest.mark.parametrize("kept", example_events(), ids=lambda kept: type_of(kept.event))
def test_what_is_told_is_taken(kept: Kept) -> None:
    """Every example comes through the platform's strict reader with its data."""
    event = read_event(narrator().encode(kept))
    assert event == narrator().tell(kept)
    assert isinstance(event.data, TYPES[event.type])


def test_same_event_same_bytes() -> None:
    """A delivery sent again is the same to the last byte."""
    assert [narrator().encode(kept) for kept in example_events()] == [
        narrator().encode(kept) for kept in example_events()
    ]


def test_batch_is_taken_apart_again() -> None:
    """A batch is a JSON array of the very events."""
    bodies = [narrator().encode(kept) for kept in example_events()]
    assert split(encode_batch(bodies)) == bodies


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
    (AlarmCleared(alarm="d/a", at=AT), Lane.FAULT),
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
    body = narrator().encode(Kept(number=1, event=event, trusted_clock=True))
    assert isinstance(read_event(body).data, RaisedData)


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


def test_narrator_knows_lanes_for_the_journal() -> None:
    """A clear is queued in the lane of its raise."""
    cleared = AlarmCleared(alarm=RAISED.alarm, at=datetime.now(UTC))
    kept = Kept(number=2, event=cleared, trusted_clock=True, alarm=ALARM)
    assert narrator().lane_of(kept) is Lane.LIFE_SAFETY
