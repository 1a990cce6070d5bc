"""Why the built-in alarms of gates are on or not, as a person reads it."""

from __future__ import annotations

from datetime import timedelta

from edge.model import (
    Access,
    AccessDecision,
    Action,
    CommandResult,
    Location,
    Observation,
    Record,
    Text,
)
from edge.rules import barrier, denials, gate_in_fire, nobody_passed, passback, tailgating
from edge.rules.alarm import EventAlarm
from edge.rules.build import build
from edge.rules.door import DoorRule
from edge.schema import AlarmSpec
from tests.fakes.accounts import why
from tests.fakes.rule_life import RuleLife, at, device, raised, reading
from tests.fakes.site import bare_site

HOUR = 3600.0
WORDS = Text("开", "Open")
SEEN = Observation(point="in-1/door_open", equals=True, within_s=10)
OPENS, CLOSES = (
    Action(text=WORDS, effect="opens", observe=SEEN),
    Action(text=WORDS, effect="closes"),
)
UNITS = {"may_open": "", "door_open": ""}
SITE = bare_site(
    devices=dict(
        [
            device(
                "in-1",
                building="b1",
                direction="in",
                link="net-1",
                units=UNITS,
                actions={"open": OPENS, "close": CLOSES},
            ),
            device("out-1", building="b1", direction="out", link="net-1"),
            device("call-1", kind="call_button", building="b1"),
        ]
    )
)
FIRE = raised("fire-1/1-1-5-1/fire", "fire.alarm", location=Location(building="b1"))


def passes(seconds: float, decision: AccessDecision = "granted") -> Access:
    """Somebody at the gate that leads in."""
    return Access(device="in-1", decision=decision, at=at(seconds), person="7")


def heard(name: str, *, up: bool) -> Record:
    """A gate or a link is lost or back."""
    return reading(f"{name}/online", value=up)


def test_refused_again_and_again() -> None:
    """How many of how many, since when; once it is on, when it is over."""
    of = RuleLife(lambda: denials.BUILT_IN.build(SITE, denials.DenialsOptions()))
    key = "in-1/repeated_denials"
    for second in range(3):
        of.tell(second, passes(second, "denied"))
    whole, count = why(of.engine, key, 3)
    assert whole == "Refused at the gate again and again: is not active"
    assert count == "  ✗ at least 5 were refused within 2min  [now 3]  (since 00:00:00)"
    for second in (3, 4):
        of.tell(second, passes(second, "denied"))
    assert why(of.engine, key, 200) == [
        "Refused at the gate again and again: is active  (changes at 00:05:04)",
        "  ✗ at least 5 were refused within 2min  [now 0]",
        "  ✓ somebody was refused in the last 5min  (since 00:00:04, changes at 00:05:04)",
    ]


def test_told_to_open_and_did_not() -> None:
    """What it was told, what its contact shows, and whether others look after it in a fire."""
    of = RuleLife(lambda: barrier.BUILT_IN.build(SITE, barrier.BarrierOptions()))
    key = "in-1/barrier_stuck"
    assert why(of.engine, key, 0) == [
        "Was told to open and did not: is not active",
        "  ✗ it was told to open and not seen to open",
        "  ✓ in-1/door_open does not say open",
        "  ✓ no fire alarm concerns this place: then others look after gates",
    ]
    no = CommandResult(
        command="c", device="in-1", action="open", outcome="done", at=at(1), observed="no"
    )
    of.tell(1, no, FIRE)
    assert why(of.engine, key, 2, {"in-1/door_open": False}) == [
        "Was told to open and did not: is active",
        "  ✓ it was told to open and not seen to open",
        "  ✓ in-1/door_open does not say open  [now no]",
        "  ✗ no fire alarm concerns this place: then others look after gates",
        "    ✓ the alarm fire-1/1-1-5-1/fire",
    ]


def test_more_passed_than_were_let_in() -> None:
    """The grant that is used up, the passage that still waits for one, and its verdict."""
    options = tailgating.TailgatingOptions()
    of = RuleLife(lambda: tailgating.BUILT_IN.build(SITE, options), -100)
    of.tell(-50, reading("in-1/door_open", value=False))
    of.tell(0, reading("in-1/may_open", value=True))
    assert why(of.engine, "in-1/tailgating", 1)[1:3] == [
        "  ✗ no grant is left that nobody has used  [now 1]",
        "  ✗ the grant before has been used",
    ]
    for second, is_open in ((1, True), (3, False), (5, True)):
        of.tell(second, reading("in-1/door_open", value=is_open))
    waits = "somebody passed for whom no grant was told"
    assert why(of.engine, "in-1/tailgating", 6) == [
        "One was let in and more passed: is not active",
        "  ✓ no grant is left that nobody has used  [now 0]",
        "  ✓ the grant before has been used  (since 00:00:00)",
        f"  ✓ {waits}  [now 1]  (since 00:00:05, changes at 00:00:08)",
    ]
    of.wait(9)
    whole, *_, last = why(of.engine, "in-1/tailgating", 9)
    assert whole == "One was let in and more passed: is active  (changes at 00:01:08)"
    assert last == f"  ✗ {waits}  [now 0]"


def test_let_in_twice() -> None:
    """Whether it happened, who is known to be inside, and why nobody is followed."""
    of = RuleLife(lambda: passback.BUILT_IN.build(SITE, passback.PassbackOptions()))
    key = "in-1/passback"
    of.tell(1, passes(1))
    of.tell(30, passes(30))
    times = "(since 00:00:30, changes at 00:01:30)"
    assert why(of.engine, key, 31) == [
        "Let in again without having gone out: is active  (changes at 00:01:30)",
        f"  ✓ somebody was let in here without having gone out  {times}",
        "  ✓ somebody is known to be inside  [now 1]",
        "  ✓ every gate here is heard, or nobody is followed",
    ]
    of.tell(100, heard("out-1", up=False))
    assert why(of.engine, key, 101)[1:] == [
        "  ✗ somebody was let in here without having gone out",
        "  ✗ somebody is known to be inside  [now 0]",
        "  ✗ every gate here is heard, or nobody is followed",
        "    ✓ out-1 cannot be reached",
    ]


def test_a_resident_without_a_sign() -> None:
    """How long, until when, and which gates could have told."""
    resident = {
        "id": "7",
        "gates": ("in-1", "out-1"),
        "after": "3d",
        "agreed": "2026-05-01 signed",
        "device": "call-1",
    }
    options = nobody_passed.NobodyPassedOptions.model_validate({"residents": (resident,)})
    of = RuleLife(lambda: nobody_passed.BUILT_IN.build(SITE, options))
    key, quiet = "call-1/7/nobody_passed", "no sign for 3d, while a gate could have told"
    assert why(of.engine, key, HOUR)[1:3] == [
        f"  ✗ {quiet}  [now 0 h]",
        "  ✗ it counts now: a gate at least is heard",
    ]
    of.tell(0, heard("in-1", up=True))
    assert why(of.engine, key, 10.5 * HOUR)[1:] == [
        f"  ✗ {quiet}  [now 10.5 h]  (changes at 2026-01-04 00:00:00)",
        "  ✓ it counts now: a gate at least is heard",
        "    ✓ in-1 is heard",
        "    ✗ out-1 is heard",
    ]
    of.wait(73 * HOUR)
    whole, silence, *_ = why(of.engine, key, 73 * HOUR)
    assert whole.endswith("for 3 days: pay a visit: is active")
    assert silence == f"  ✓ {quiet}  [now 73 h]"


def test_a_gate_that_is_lost_in_a_fire() -> None:
    """It takes both: that it burns there, and that the gate or its link is lost."""
    of = RuleLife(lambda: gate_in_fire.BUILT_IN.build(SITE, gate_in_fire.GateInFireOptions()))
    key = "in-1/offline_in_fire"
    of.tell(1, FIRE)
    whole, *lines = why(of.engine, key, 2, {"in-1/online": True})
    assert whole.endswith(": is not active")
    assert lines == [
        "  ✓ a fire alarm concerns this place",
        "    ✓ the alarm fire-1/1-1-5-1/fire",
        "  ✗ the gate or its link cannot be reached",
        "    ✗ in-1 cannot be reached",
        "    ✗ net-1 cannot be reached",
    ]
    of.tell(3, heard("net-1", up=False))
    whole, *lines = why(of.engine, key, 4, {"net-1/online": False})
    assert whole.endswith(": is active")
    assert lines[-1] == "    ✓ net-1 cannot be reached  (since 00:00:04)"


def forced_alarm() -> EventAlarm:
    """The alarm of a profile on a door that is forced open."""
    spec = AlarmSpec.model_validate_json(
        '{"when": {"event": "access.forced"}, "category": "access.forced", "severity": 500,'
        ' "lane": "security", "text": {"zh": "门被强开", "en": "Forced"}}'
    )
    alarm = build(SITE.devices["in-1"], "forced", spec)
    assert isinstance(alarm, EventAlarm)
    return alarm


def test_the_alarm_on_a_door_tells_how_its_door_stands() -> None:
    """The rule that tells of doors raises no alarm; that of the profile shows what it knows."""
    rule = DoorRule(
        device="in-1",
        grant_window=timedelta(seconds=10),
        settle=timedelta(seconds=3),
        held_open_after=timedelta(seconds=30),
    )
    of = RuleLife(lambda: (forced_alarm(),), -100)
    assert len(why(of.engine, "in-1/forced", 0)) == 2
    both = RuleLife(lambda: (forced_alarm(),), -100)
    both.engine._add(rule)
    both.engine.begin(at(-100))
    for seconds, is_open in ((-50, False), (5, True)):
        both.engine.feed(reading("in-1/door_open", value=is_open), at(seconds))
    assert why(both.engine, "in-1/forced", 6)[2:] == [
        "  ✗ The door opened without leave, or stays open",
        "    ✓ in-1/door_open says open  (since 00:00:05)",
        "    ✗ nobody was let in within 10s before  (changes at 00:00:08)",
        "    ✗ it is open for more than 30s  (changes at 00:00:35)",
    ]
    both.engine.feed(None, at(8))
    assert why(both.engine, "in-1/.door", 9)[0] == (
        "The door opened without leave, or stays open: is active"
    )
    assert why(both.engine, "in-1/forced", 9)[0].startswith("Forced: is active")
