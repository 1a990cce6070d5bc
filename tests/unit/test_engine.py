"""The engine: only those who listen are stepped, wakes are kept, what follows is fed back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from edge.model import (
    Access,
    AlarmRaised,
    Command,
    GatewayChanged,
    Lane,
    Reading,
    Record,
    Text,
)
from edge.rules.alarm import EventAlarm, PointAlarm, StaleAlarm, Words
from edge.rules.door import DoorRule
from edge.rules.engine import Engine
from edge.rules.rule import Step
from edge.rules.tailgating import TailgatingRule, TailgatingState
from edge.rules.template import Template
from tests.fakes.time import EPOCH

DOOR = DoorRule(
    device="gate-1",
    grant_window=timedelta(seconds=10),
    settle=timedelta(seconds=3),
    held_open_after=timedelta(seconds=30),
)
FORCED = EventAlarm(
    id="gate-1/forced",
    device="gate-1",
    name="forced",
    event="access.forced",
    words=Words(
        category="access.forced", severity=700, lane=Lane.SECURITY, text=Text("强行开门", "forced")
    ),
    lasts=timedelta(minutes=1),
)


def at(seconds: float) -> datetime:
    """The instant so many seconds after the beginning."""
    return EPOCH + timedelta(seconds=seconds)


def contact(*, is_open: bool, seconds: float) -> Reading:
    """What the door's contact says."""
    return Reading(point="gate-1/door_open", value=is_open, at=at(seconds))


@dataclass
class Counter:
    """A rule that counts its steps and wants to be woken as it is told."""

    id: str
    points: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    wakes: list[datetime | None] = field(default_factory=list)
    steps: list[Record | None] = field(default_factory=list)

    def start(self) -> None:
        """No state."""

    def step(self, state: None, record: Record | None, now: datetime) -> Step[None]:
        """Count."""
        del now
        self.steps.append(record)
        return Step(state, wake=self.wakes.pop(0) if self.wakes else None)


def test_what_follows_is_fed_back_in_the_same_step() -> None:
    """A rule's event reaches the alarm that listens to it before anything else is processed."""
    engine = Engine([DOOR, FORCED])
    engine.begin(at(-60))
    engine.feed(contact(is_open=True, seconds=0), at(0))
    access, raised = engine.feed(None, at(3))
    assert isinstance(access, Access)
    assert isinstance(raised, AlarmRaised)


def test_what_came_due_while_nobody_ran_is_fed_back_too() -> None:
    """A door forced just before a kill: the verdict falls at the start, and so does its alarm."""
    before = Engine([DOOR, FORCED])
    before.begin(at(-60))
    before.feed(contact(is_open=False, seconds=-1), at(-1))
    before.feed(contact(is_open=True, seconds=0), at(0))
    after = Engine([DOOR, FORCED])
    after.restore(before.take_changed())
    kinds = [each.kind for each in after.begin(at(5)) if not isinstance(each, Command)]
    assert kinds == ["access.forced", "alarm.raised"]


def test_only_listeners_are_stepped() -> None:
    """A thousand rules on other points cost a reading nothing."""
    rules = [Counter(f"r{n}", points=(f"d{n}/x",)) for n in range(1000)]
    engine = Engine(rules)
    engine.feed(Reading(point="d7/x", value=1, at=EPOCH), EPOCH)
    engine.feed(Reading(point="d7/y", value=1, at=EPOCH), EPOCH)
    assert [rule.id for rule in rules if rule.steps] == ["r7"]


def test_kinds_of_one_device_and_of_all() -> None:
    """`kind` hears every device, `device/kind` one."""
    every, own, other = (
        Counter("every", kinds=("access.denied",)),
        Counter("own", kinds=("g1/access.denied",)),
        Counter("other", kinds=("g2/access.denied",)),
    )
    engine = Engine([every, own, other])
    engine.feed(Access(device="g1", decision="denied", at=EPOCH), EPOCH)
    assert (len(every.steps), len(own.steps), len(other.steps)) == (1, 1, 0)


@given(st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(0, 50)))))
def test_the_next_wake_is_always_the_earliest_that_is_wanted(
    wishes: list[tuple[int, int | None]],
) -> None:
    """However often rules change their minds, earlier or later, nothing is missed or doubled."""
    rules = [Counter(f"r{n}", points=(f"d/{n}",)) for n in range(5)]
    engine = Engine(rules)
    wanted: dict[int, int] = {}
    for number, wish in wishes:
        rules[number].wakes = [None if wish is None else at(wish)]
        # Fed before every instant, so that nothing falls due meanwhile.
        engine.feed(Reading(point=f"d/{number}", value=1, at=EPOCH), at(-1))
        wanted.pop(number, None)
        if wish is not None:
            wanted[number] = wish
        assert engine.wake_at() == (at(min(wanted.values())) if wanted else None)
    woken = {rule.id: len(rule.steps) for rule in rules}
    engine.feed(None, at(100))
    for number, rule in enumerate(rules):
        assert len(rule.steps) - woken[rule.id] == (1 if number in wanted else 0)
    assert engine.wake_at() is None


def level_60(seconds: float) -> Reading:
    """A reading of a component's level."""
    return Reading(point="d/c1.level", value=60, at=at(seconds))


def levels() -> Engine:
    """Two alarms on the same point of every component: above 50, and above 80."""
    return Engine([], [_level("high", 50), _level("very_high", 80)])


def _level(name: str, limit: float) -> Template:
    def make(component: str) -> PointAlarm:
        return PointAlarm(
            id=f"d/{component}/{name}",
            device="d",
            name=name,
            component=component,
            point=f"d/{component}.level",
            words=FORCED.words,
            holds=lambda value, _: isinstance(value, int) and value > limit,
        )

    return Template(device="d", name=name, suffix="level", make=make)


def test_after_a_restart_every_alarm_of_a_component_watches_again() -> None:
    """Only one of two had a state that was kept; the other must not be forgotten for that."""
    before = levels()
    before.begin(at(0))
    assert len(before.feed(level_60(0), at(0))) == 1
    after = levels()
    after.restore(before.take_changed())
    after.begin(at(1))
    [raised] = after.feed(Reading(point="d/c1.level", value=90, at=at(2)), at(2))
    assert isinstance(raised, AlarmRaised)
    assert raised.alarm == "d/c1/very_high"


def test_a_clock_that_is_slow_at_the_start_freezes_no_delay() -> None:
    """Kept by a right clock, taken up by one in 1970, which is then set: the delay still ends."""
    rule = PointAlarm(
        id="d/a",
        device="d",
        name="a",
        point="d/x",
        words=FORCED.words,
        holds=lambda value, _: value is True,
        on_delay=timedelta(seconds=60),
    )
    before = Engine([rule])
    before.begin(at(0))
    before.feed(Reading(point="d/x", value=True, at=at(0)), at(0))
    boot = datetime(1970, 1, 1, tzinfo=EPOCH.tzinfo)
    after = Engine([rule])
    after.restore(before.take_changed())
    after.begin(boot)
    step = at(30) - boot - timedelta(seconds=10)
    after.shift(step)
    assert after.wake_at() == boot + step + timedelta(seconds=60)
    assert len(after.feed(None, boot + step + timedelta(seconds=60))) == 1


def test_a_stale_alarm_is_not_raised_for_the_time_nobody_ran() -> None:
    """What is volatile begins anew: hours without a gateway are no silence of the device."""
    rule = StaleAlarm(
        id="d/s",
        device="d",
        name="s",
        point="d/x",
        words=FORCED.words,
        after=timedelta(seconds=60),
    )
    before = Engine([rule])
    before.begin(at(0))
    assert len(before.feed(None, at(60))) == 1
    before.feed(Reading(point="d/x", value=1, at=at(61)), at(61))
    after = Engine([rule])
    after.restore(before.take_changed())
    assert after.begin(at(36_000)) == []
    assert after.wake_at() == at(36_060)


def test_what_may_be_lost_is_not_written() -> None:
    """The disk gets what has to outlive a restart, and no more."""
    rule = TailgatingRule(
        device="d",
        counter=True,
        grant_window=timedelta(seconds=10),
        settle=timedelta(seconds=3),
        clear_for=timedelta(seconds=60),
    )
    engine = Engine([rule])
    engine.begin(at(0))
    engine.feed(Reading(point="d/passages", value=7, at=at(0)), at(0))
    engine.feed(Reading(point="d/door_open", value=False, at=at(1)), at(1))
    [body] = engine.take_changed().values()
    kept = msgspec.json.decode(body, type=TailgatingState)
    assert (kept.open, kept.counted) == (False, None)


def test_a_rule_that_fails_goes_on_and_so_do_the_others() -> None:
    """One odd record must not silence it in the next fire; it is told once."""

    class Fragile(Counter):
        def step(self, state: None, record: Record | None, now: datetime) -> Step[None]:
            if isinstance(record, Reading) and record.value == 0:
                raise ZeroDivisionError(now)
            return super().step(state, record, now)

    fragile, sound = Fragile("fragile", points=("d/x",)), Counter("sound", points=("d/x",))
    engine = Engine([fragile, sound])
    engine.begin(at(0))
    [told] = engine.feed(Reading(point="d/x", value=0, at=at(1)), at(1))
    assert isinstance(told, GatewayChanged)
    assert "rule fragile failed at reading" in told.reason
    assert engine.feed(Reading(point="d/x", value=0, at=at(2)), at(2)) == []
    assert engine.feed(Reading(point="d/x", value=1, at=at(3)), at(3)) == []
    assert (len(fragile.steps), len(sound.steps)) == (2, 4)


def test_a_rule_that_fails_at_its_time_is_not_asked_for_ever() -> None:
    """It is asked again with the next record."""

    class Late(Counter):
        def step(self, state: None, record: Record | None, now: datetime) -> Step[None]:
            if record is None and now > at(0):
                raise KeyError(now)
            return Step(super().step(state, record, now).state, wake=at(5))

    engine = Engine([Late("late", points=("d/x",))])
    engine.begin(at(0))
    assert engine.wake_at() == at(5)
    assert len(engine.feed(None, at(5))) == 1
    assert engine.wake_at() is None
    engine.feed(Reading(point="d/x", value=1, at=at(6)), at(6))
    assert engine.wake_at() == at(5)


def test_states_that_fit_no_rule_are_named() -> None:
    """A rule that is gone from the site file, or whose state has another shape."""
    engine = Engine([DOOR])
    assert engine.restore({"gone/x": b"{}", DOOR.id: b"[1]"}) == ["gone/x", DOOR.id]
