"""A fire is confirmed exactly when the definition holds, whatever happens in whatever order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.fire import CONFIRMED, HAND, SITE, FireLife, alarm, over, reset, result
from tests.fakes.rule_life import reading

PLACES = ("1-1-5-1", "1-1-5-2", "1-1-6-1")
HANDS = ("1-1-6-2",)


class Definition:
    """The definition in other words: every pair of what counts is looked at anew each time."""

    def __init__(self) -> None:
        self.on: dict[str, float] = {}
        self.memory: dict[str, float] = {}
        self.confirmed = False

    def follow(self, what: str, who: str, now: float) -> None:
        """Take one word."""
        new = what == "fire" and who not in self.on
        if what == "fire" and new:
            self.on[who] = now
            self.memory.pop(who, None)
        elif what == "clear" and who in self.on:
            self.memory[who] = self.on.pop(who)
        elif what == "reset":
            self.on, self.memory = {}, {}
        heard = [*self.on, *(each for each, since in self.memory.items() if now < since + 300)]
        if new and any(
            other != who and ({other, who} & set(HANDS) or other[:5] == who[:5]) for other in heard
        ):
            self.confirmed = True
        self.confirmed = self.confirmed and bool(self.on)


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["fire", "fire", "clear", "reset", "kill", "back", "answer"]),
        st.sampled_from((*PLACES, *HANDS)),
        st.sampled_from([0.0, 1.0, 11.0, 150.0, 299.0]),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(DEEDS)
def test_confirmed_exactly_when_the_definition_holds(deeds: list[tuple[str, str, float]]) -> None:
    """Whatever comes in whatever order, with restarts in between; and a gate is never shut."""
    life, definition, now = FireLife(SITE), Definition(), 0.0
    for what, who, pause in deeds:
        now += pause
        before = definition.confirmed
        happen(life, what, who, now, on=who in definition.on)
        definition.follow(what, who, now)
        active = sum(1 if e.startswith("+") else -1 for _, e in life.story if CONFIRMED in e)
        assert active == int(definition.confirmed), (what, who, now)
        if definition.confirmed and not before:
            fresh = {name for s, name, _ in life.asked if s == now}
            assert {"gate-3", "gate-4", "gate-9"} <= fresh
    actions = {(name, what) for _, name, what in life.asked}
    assert actions <= {
        ("gate-3", "release"),
        ("gate-4", "open"),
        ("gate-9", "release"),
    }
    assert len({each.id for _, each in life.commands}) == len(life.commands)
    open_alarms: set[str] = set()
    for _, each in life.story:
        sign, key = each.split()
        assert (key in open_alarms) is (sign == "-"), "raised twice, or cleared while not on"
        open_alarms ^= {key}
    assert definition.confirmed or not open_alarms


def happen(life: FireLife, what: str, who: str, now: float, *, on: bool) -> None:
    """Let one thing happen; the life of alarms sees to it that none is raised while it is on."""
    about = HAND if who in HANDS else ""
    life.wait(now)
    match what:
        case "fire" if not on:
            life.tell(now, alarm(who, now, about=about))
        case "clear" if on:
            life.tell(now, over(who, now))
        case "reset":
            life.tell(now, reset("", now), *(over(each) for each in (*PLACES, *HANDS)))
        case "kill":
            life.killed(now)
        case "back":
            life.tell(
                now, reading("gate-3/online", value=True), reading("gate-3/door_open", value=True)
            )
        case "answer" if life.commands:
            life.tell(now, result(life.commands[-1][1], now, outcome="failed"))
