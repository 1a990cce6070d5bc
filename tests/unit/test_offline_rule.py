"""What lies behind a loss is told once, before what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.alarms import Alarms
from edge.model import Alarm, Text
from edge.rules.offline import BUILT_IN, OfflineOptions
from edge.site import IssuePolicy, Policy
from tests.fakes.rule_life import RuleLife, at, device, reading
from tests.fakes.site import bare_site

DEVICES = dict(
    [
        *(device(f"lift-{n}", kind="lift", link="bus") for n in range(1, 6)),
        *(device(f"gate-{n}", link="broker") for n in (1, 2)),
        device("fire-1", kind="fire_panel", link="port"),
        device("call-1", kind="call_button", link="radio"),
    ]
)
SITE = bare_site(devices=DEVICES)
NETWORK: Mapping[str, tuple[str, ...]] = {"switch-1": ("broker", "port", "radio")}


def life(behind: Mapping[str, tuple[str, ...]] | None = None) -> RuleLife:
    """All rules of the site about what is lost."""
    options = OfflineOptions(behind=behind or {})
    return RuleLife(lambda: BUILT_IN.build(SITE, options))


def lose(of: RuleLife, seconds: float, *names: str) -> None:
    """Nobody hears these any more."""
    of.tell(seconds, *(reading(f"{name}/online", value=False) for name in names))


def find(of: RuleLife, seconds: float, *names: str) -> None:
    """These are heard."""
    of.tell(seconds, *(reading(f"{name}/online", value=True) for name in names))


def test_a_lost_link_names_the_devices_behind_it() -> None:
    """After a minute, once, whatever they are; and clears when it is back."""
    of = life()
    lose(of, 10, "bus")
    of.wait(500)
    find(of, 500, "bus")
    assert of.story == [(70, "raised", "bus/offline"), (500, "cleared", "bus/offline")]
    assert of.raised[0].behind == tuple(f"lift-{n}" for n in range(1, 6))
    assert of.raised[0].group == "offline@bus"


def test_a_dead_bus_behind_a_living_server_is_one_alarm() -> None:
    """Twenty seconds after the last of them was lost: before their own minute is over."""
    of = life()
    for second, number in enumerate((1, 2, 3, 4, 5)):
        lose(of, 10 + second, f"lift-{number}")
    of.wait(300)
    find(of, 300, "lift-1", "lift-2")
    assert of.story == [(33, "raised", "bus/silent"), (300, "cleared", "bus/silent")]
    [told] = of.raised
    assert (told.category, told.device, told.group) == ("link.silent", "bus", "offline@bus")
    assert told.behind == tuple(f"lift-{n}" for n in range(1, 6))


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (((0, "lift-1"),), False),
        (((0, "lift-1"), (1, "lift-2"), (2, "lift-3")), False),
        (((0, "lift-1"), (1, "lift-2"), (2, "lift-3"), (3, "lift-4")), True),
        (((0, "lift-1"), (1, "lift-2"), (2, "lift-3"), (122.5, "lift-4")), False),
        (((0, "lift-1"), (500, "lift-2"), (501, "lift-3"), (502, "lift-4")), False),
        (((0, "lift-1"), (500, "lift-2"), (501, "lift-3"), (502, "lift-4"), (503, "lift-5")), True),
        (((0, "bus"), (1, "lift-1"), (1, "lift-2"), (2, "lift-3"), (3, "lift-4")), False),
        (((0, "gate-1"),), False),
        (((0, "gate-1"), (300, "gate-2")), False),
        (((0, "gate-1"), (100, "gate-2")), True),
        (((0, "fire-1"), (0, "call-1")), False),
    ],
)
def test_how_many_at_once_are_one_cause(lost: tuple[tuple[float, str], ...], *, told: bool) -> None:
    """Four of five within two minutes; what was lost long before neither counts nor hinders."""
    of = life()
    for second, name in lost:
        lose(of, second, name)
    of.wait(lost[-1][0] + 59)
    assert [key for _, _, key in of.story if key.endswith("/silent")] == [
        f"{SITE.devices[lost[-1][1]].link}/silent"
    ] * told


def test_who_is_back_in_time_was_not_lost() -> None:
    """A bus that is quiet for nineteen seconds needs nobody."""
    of = life()
    lose(of, 0, "gate-1", "gate-2")
    find(of, 19, "gate-2")
    lose(of, 30, "gate-2")
    of.wait(100)
    assert of.story == [(50, "raised", "broker/silent")]


def test_a_link_that_goes_down_takes_over_from_its_silent_bus() -> None:
    """The server died as well: that is the cause now, and has its own alarm."""
    of = life()
    lose(of, 0, "gate-1", "gate-2")
    lose(of, 30, "broker")
    of.wait(100)
    assert of.story == [
        (20, "raised", "broker/silent"),
        (30, "cleared", "broker/silent"),
        (90, "raised", "broker/offline"),
    ]


def test_all_links_behind_one_thing_are_one_alarm_before_theirs() -> None:
    """A link that only listens counts as lost when all behind it are."""
    of = life(NETWORK)
    lose(of, 0, "broker")
    lose(of, 5, "fire-1")
    lose(of, 9, "radio")
    of.wait(200)
    find(of, 200, "radio")
    assert of.story == [
        (29, "raised", "switch-1/offline"),
        (60, "raised", "broker/offline"),
        (69, "raised", "radio/offline"),
        (200, "cleared", "radio/offline"),
        (200, "cleared", "switch-1/offline"),
    ]
    cause, *links = of.raised
    assert cause.category == "network.offline"
    assert cause.behind == ("broker", "gate-1", "gate-2", "port", "fire-1", "radio", "call-1")
    assert {each.group for each in of.raised} == {"offline@switch-1"}
    assert all(each.severity < cause.severity for each in links)


def test_one_link_of_several_is_not_their_switch() -> None:
    """And a link lost an hour ago is not lost with the others now."""
    of = life(NETWORK)
    lose(of, 0, "broker")
    lose(of, 5, "fire-1")
    of.wait(400)
    assert [key for _, _, key in of.story] == ["broker/offline"]


def test_a_restart_in_the_middle_changes_nothing() -> None:
    """Killed each second: the alarm comes when it would have come, once, and clears once."""
    of = life(NETWORK)
    lose(of, 0, "broker", "radio")
    lose(of, 5, "fire-1")
    for second in range(6, 100):
        of.wait(second)
        of.killed(second)
    find(of, 100, "broker", "radio", "fire-1")
    assert [(s, word) for s, word, key in of.story if key == "switch-1/offline"] == [
        (25, "raised"),
        (100, "cleared"),
    ]


def test_a_device_that_left_the_site_file_is_missed_no_more() -> None:
    """Its link's bus is judged by those that are left."""
    of = life()
    lose(of, 0, "lift-1", "lift-2", "lift-3", "lift-4", "lift-5")
    of.wait(30)
    fewer = {name: each for name, each in DEVICES.items() if name not in {"lift-1", "lift-2"}}
    other = RuleLife(lambda: BUILT_IN.build(bare_site(devices=fewer), OfflineOptions()))
    other.disk = of.disk
    other.killed(40)
    assert other.story == [(40, "cleared", "bus/silent")]


def test_what_follows_from_the_cause_opens_no_issue_of_its_own() -> None:
    """The life of alarms sees one issue for the switch, none for the links behind it."""
    issue = IssuePolicy(
        category="equipment",
        title=Text("", ""),
        respond_within=timedelta(minutes=10),
        resolve_within=timedelta(hours=1),
        parties=("property",),
    )
    policy = Policy(alarms="*.offline", issue=issue)
    alarms = Alarms(bare_site(policy, devices=DEVICES))
    of = life(NETWORK)
    lose(of, 0, "broker", "radio", "fire-1")
    of.wait(100)
    opened: list[Alarm] = []
    for number, told in enumerate(of.raised, 1):
        opened += [each.alarm for each in alarms.follow(number, told, told.at) if each.alarm]
    assert [(each.key, each.issue is not None, each.first) for each in opened] == [
        ("switch-1/offline", True, 0),
        ("broker/offline", False, 1),
        ("radio/offline", False, 1),
    ]


NAMES = ("broker", "radio", "gate-1", "gate-2", "fire-1", "lift-1", "lift-2", "lift-3", "lift-4")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.booleans(),
            st.sampled_from([0.0, 1.0, 19.0, 21.0, 130.0]),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_whatever_comes_and_goes(deeds: list[tuple[str, bool, float, bool]]) -> None:
    """Raised and cleared in turn, restarts or not; nothing is told while all are well."""
    of, now, well = life(NETWORK), 0.0, set(NAMES)
    for name, is_heard, pause, dies in deeds:
        now += pause
        of.tell(now, reading(f"{name}/online", value=is_heard))
        well = well | {name} if is_heard else well - {name}
        if dies:
            of.killed(now)
    active: set[str] = set()
    for _, word, key in of.story:
        assert (key in active) is (word == "cleared")
        active ^= {key}
    find(of, now + 1, *NAMES)
    for key in active:
        assert (now + 1, "cleared", key) in of.story


def test_its_delay_is_shorter_than_every_consequence() -> None:
    """The cause is told before the minute of links and devices."""
    of = life()
    lose(of, 0, "gate-1", "gate-2")
    of.wait(59)
    assert [each.at for each in of.raised] == [at(20)]
