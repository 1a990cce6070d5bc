"""A gate that cannot be reached while it burns in its building."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.model import AlarmUpdated, Location, Quality, Record, Suppression
from edge.rules.fires import MOST, NO_FIRES
from edge.rules.gate_in_fire import BUILT_IN, GateInFireOptions
from tests.fakes.rule_life import RuleLife, at, cleared, device, raised, reading
from tests.fakes.site import bare_site

PLACED = {"1-1-5-1": Location(building="b1", floor="3")}
SITE = bare_site(
    devices=dict(
        [
            device("g1", building="b1", link="net-1"),
            device("g2", building="b1", link="net-2"),
            device("g3", building="b2", link="net-2"),
            device("yard", link="net-3"),
            device("fire-1", kind="fire_panel", building="b1"),
            device("fire-2", kind="fire_panel", building="b2", components=PLACED),
            device("fire-0", kind="fire_panel"),
        ]
    )
)


def life() -> RuleLife:
    """All buildings of the site."""
    return RuleLife(lambda: BUILT_IN.build(SITE, GateInFireOptions()))


def lost(name: str, *, back: bool = False) -> Record:
    """A gate or a link is lost, or back."""
    return reading(f"{name}/online", value=back)


FIRE = raised("fire-1/1-1-10-2/fire", "fire.alarm", location=Location(building="b1"))
FIRE_2 = raised("fire-1/1-1-10-3/fire", "fire.confirmed", location=Location(building="b1"))
OVER, OVER_2 = cleared(FIRE.alarm), cleared(FIRE_2.alarm)


def told(*records: Record) -> list[tuple[float, str, str]]:
    """What is said when these come, a second apart."""
    of = life()
    for seconds, record in enumerate(records):
        of.tell(seconds, record)
    of.wait(10_000)
    return of.story


def test_lost_before_or_during_the_fire_is_told_at_once() -> None:
    """The order of the two does not matter; the gate is over with either."""
    assert told(lost("g1"), FIRE, OVER) == [
        (1, "raised", "g1/offline_in_fire"),
        (2, "cleared", "g1/offline_in_fire"),
    ]
    assert told(FIRE, lost("g1"), lost("g1", back=True)) == [
        (1, "raised", "g1/offline_in_fire"),
        (2, "cleared", "g1/offline_in_fire"),
    ]
    assert told(lost("g1"), lost("g1", back=True), FIRE) == []


def test_a_lost_link_is_a_gate_lost() -> None:
    """Of each building the gates behind that link, and no other."""
    assert told(lost("net-2"), FIRE) == [(1, "raised", "g2/offline_in_fire")]
    assert told(FIRE, lost("net-2"), lost("g2"), lost("net-2", back=True)) == [
        (1, "raised", "g2/offline_in_fire")
    ]


def test_the_last_of_several_fires_ends_it() -> None:
    """One detector that is reset is not the end of a fire."""
    assert told(lost("g1"), FIRE, FIRE_2, OVER) == [(1, "raised", "g1/offline_in_fire")]
    assert told(lost("g1"), FIRE, FIRE_2, OVER, OVER_2)[1:] == [
        (4, "cleared", "g1/offline_in_fire")
    ]


@pytest.mark.parametrize(
    ("fire", "gates"),
    [
        (FIRE, ["g1", "yard"]),
        (raised("fire-2/fire", "fire.alarm"), ["g3", "yard"]),
        (raised("fire-0/fire", "fire.alarm"), ["g1", "g3", "yard"]),
        (raised("fire-2/x/fire", "fire.alarm", location=PLACED["1-1-5-1"]), ["g1", "yard"]),
        (raised("fire-1/fault", "fire.fault"), []),
        (raised("fire-1/~fire.alarm", "fire.alarm", rule="flood"), []),
        (raised("g1/forced", "access.forced"), []),
    ],
    ids=[
        "its building",
        "another",
        "unknown place",
        "the detector's place",
        "a fault",
        "counts others",
        "no fire",
    ],
)
def test_whom_a_fire_concerns(fire: Record, gates: list[str]) -> None:
    """Where it burns; where that is unknown, everybody; a gate outside all buildings, always."""
    story = told(lost("g1"), lost("g3"), lost("yard"), fire)
    assert [key.partition("/")[0] for _, _, key in story] == gates


@pytest.mark.parametrize(
    ("why", "real"),
    [
        ("test", True),
        ("maintenance", True),
        ("shelved", True),
        ("flood", True),
        ("out_of_service", False),
    ],
)
def test_what_is_out_of_service_is_no_fire(why: Suppression, *, real: bool) -> None:
    """Anything else may burn: during a test, too, somebody goes and looks at the gate."""
    test = raised(FIRE.alarm, "fire.alarm", location=FIRE.location, suppressed=(why,))
    assert bool(told(lost("g1"), test)) is real


def test_a_detector_that_is_back_in_service_and_still_says_fire() -> None:
    """From then on it is one; what begins later makes none of it unsaid."""
    test = raised(FIRE.alarm, "fire.alarm", location=FIRE.location, suppressed=("out_of_service",))
    ended = AlarmUpdated(alarm=FIRE.alarm, why="unsuppressed", at=at(0))
    again = AlarmUpdated(alarm=FIRE.alarm, why="suppressed", at=at(0))
    assert told(lost("g1"), test, ended, again) == [(2, "raised", "g1/offline_in_fire")]
    assert told(lost("g1"), ended, test, OVER, ended) == []


def test_a_doubtful_word_changes_nothing() -> None:
    """Bad quality neither loses a gate nor brings it back."""
    doubtful = reading("g1/online", None, quality=Quality.BAD)
    assert told(FIRE, doubtful) == []
    assert len(told(FIRE, lost("g1"), doubtful)) == 1


def test_a_restart_in_a_fire() -> None:
    """What is on stays on, is not told again, and ends when it is over."""
    of = life()
    of.tell(0, lost("g1"))
    of.killed(1)
    of.tell(2, FIRE)
    of.killed(3)
    of.tell(4, lost("g2"))
    of.killed(5)
    of.tell(6, OVER)
    assert of.story == [
        (2, "raised", "g1/offline_in_fire"),
        (4, "raised", "g2/offline_in_fire"),
        (6, "cleared", "g1/offline_in_fire"),
        (6, "cleared", "g2/offline_in_fire"),
    ]


def test_it_is_life_safety_and_says_what_to_do() -> None:
    """Ahead of everything but the fire itself, at the gate, with the fire as its reason."""
    of = life()
    of.tell(0, lost("g1"), FIRE)
    [alarm] = of.raised
    assert (alarm.category, alarm.severity, alarm.lane) == (
        "access.gate_offline_in_fire",
        850,
        "life_safety",
    )
    assert (alarm.device, alarm.cause.about) == ("g1", FIRE.alarm)


def test_a_building_full_of_fires_is_bounded() -> None:
    """More detectors than can be remembered: it burns, and ends with the last that is known."""
    fires = NO_FIRES
    for number in range(MOST + 50):
        fires = fires.follow(raised(f"fire-1/{number}/fire", "fire.alarm"), lambda _: True)
    assert len(fires.on) == MOST


words = st.lists(
    st.sampled_from([FIRE, FIRE_2, OVER, OVER_2, *(lost("g1", back=b) for b in (True, False))])
    | st.just("kill"),
    max_size=30,
)


@given(words)
def test_on_exactly_while_it_burns_and_the_gate_is_lost(story: list[Record | str]) -> None:
    """Against the plain truth, whatever the order, with restarts in between."""
    of, burning, away = life(), set[str](), False
    for seconds, word in enumerate(story):
        if isinstance(word, str):
            of.killed(seconds)
            continue
        of.tell(seconds, word)
        if word in {FIRE, FIRE_2}:
            burning.add(word.alarm)
        elif word in {OVER, OVER_2}:
            burning.discard(word.alarm)
        else:
            away = word == lost("g1")
        on = len(of.story) % 2 == 1
        assert on is bool(burning and away)
    words_said = [word for _, word, _ in of.story]
    assert words_said == ["raised", "cleared"] * (len(words_said) // 2) + ["raised"] * (
        len(words_said) % 2
    )
