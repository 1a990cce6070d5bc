"""What the narrator says about events."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta, timezone
from typing import Any, get_args

import pytest

from cloud_bridge.contract.examples import AT, FIRST, RAISED, SITE, example_events, narrator
from cloud_bridge.wire import (
    TYPES,
    Narrator,
    encode_batch,
    read_event,
    split,
    type_of,
)
from edge import model
from edge.alarms import Alarms
from edge.model import (
    AlarmCleared,
    Cause,
    DeviceChanged,
    Kept,
    Location,
    Text,
)
from edge.site import NoticePolicy, Policy, Site

NOBODY = dataclasses.replace(SITE, policies=())


def told(*events: model.Event, site: Site = SITE) -> dict[str, Any]:
    """The last of some events as a stranger reads it: plain JSON."""
    alarms = Alarms(site)
    *_, last = (each for event in events for each in alarms.follow(FIRST, event, event.at))
    kept = Kept(number=FIRST, event=last.event, trusted_clock=True, alarm=last.alarm)
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
    document = told(RAISED, AlarmCleared(alarm=RAISED.alarm, at=AT))
    data = document["data"]
    assert document["lane"] == "life_safety"
    assert document["severity"] == 900
    assert data["alarm"]["id"] == f"gw-1/{FIRST}"
    assert data["alarm"]["state"] == "cleared"
    assert data["issue"] == {"id": f"gw-1/{FIRST}/issue", "state": "alarm_cleared"}
    assert data["notice"] == {"id": f"gw-1/{FIRST}/notice", "state": "withdrawn"}


def test_a_clear_that_nobody_heard_raised_is_not_told() -> None:
    """A clear without its raise would be a stranger to the platform; there is no issue to end."""
    unheard = AlarmCleared(alarm="lift-1/entrapment", at=AT)
    assert list(Alarms(SITE).follow(7, unheard, AT)) == []
    with pytest.raises(ValueError, match="without its alarm"):
        narrator().encode(Kept(number=7, event=unheard, trusted_clock=False))


def test_a_clear_ends_only_what_the_alarm_called() -> None:
    """No issue is ended that was never opened, no notice withdrawn that was never given."""
    data = told(RAISED, AlarmCleared(alarm=RAISED.alarm, at=AT), site=NOBODY)["data"]
    assert "issue" not in data
    assert "notice" not in data


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


@pytest.mark.parametrize(
    ("location", "zh", "en"),
    [
        (Location(), "望江花园", "Riverside Gardens"),
        (Location(building="b1", floor="B1"), "1号楼B1层", "Building 1, floor B1"),
        (Location(building="b1", floor="屋顶"), "1号楼屋顶", "Building 1, 屋顶"),
        (
            Location(building="b1", unit="u2", floor="5", room="502"),
            "1号楼2单元5层502室",
            "Building 1, Unit 2, floor 5, room 502",
        ),
        (Location(building="b9", unit="u1"), "b9u1", "b9, u1"),
        (Location(text="南门"), "南门", "南门"),
    ],
)
def test_place_in_words(location: Location, zh: str, en: str) -> None:
    """A place reads from large to small in either language; what is not known is left out."""
    device = dataclasses.replace(SITE.devices["gate-1"], location=location)
    site = dataclasses.replace(SITE, devices={"gate-1": device})
    said = told(DeviceChanged(device="gate-1", state="offline", reason="", at=AT), site=site)
    assert said["data"]["location"]["text"] == {"zh": zh, "en": en}


def test_room_is_the_object_where_it_is_known() -> None:
    """An issue concerns the smallest part of the community that the site file names."""
    lift = SITE.devices["lift-1"]
    home = Location(building="b1", unit="u2", floor="5", room="502")
    site = dataclasses.replace(SITE, devices={"lift-1": dataclasses.replace(lift, location=home)})
    issue = told(RAISED, site=site)["data"]["issue"]
    assert issue["object"]["type"] == "room"
    assert issue["object"]["id"] == "b1/u2/502"


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
