"""What must hold whatever happens to alarms, in any order, with restarts and clocks set between."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cloud_bridge.wire import Narrator
from cloud_bridge.wire.documents import AlarmData, ClearedData, RaisedData
from edge.alarms import Told
from edge.alarms.flood import MARK
from edge.alarms.wakes import SLACK
from edge.model import (
    Alarm,
    AlarmCleared,
    AlarmEscalated,
    AlarmRaised,
    Covers,
    IssueState,
    Kept,
    Lane,
    SuppressionEnded,
)
from edge.site import Policy
from tests.fakes.alarm_life import POLICY, AlarmLife, name_of, site_with

SITE = site_with(
    Policy(alarms="told"),
    Policy(alarms="notice", notice=POLICY.notice),
    POLICY,
)
SIDES: dict[str, dict[str, Any]] = {
    "d/plain": {},
    "d/first": {"group": "d/g"},
    "d/second": {"group": "d/g"},
    "d/severe": {"group": "d/g", "severity": 900},
    "d/fire": {"lane": Lane.LIFE_SAFETY, "category": "fire"},
    "e/latched": {"latch": True},
    "e/again": {"realarm": timedelta(minutes=7)},
    "e/told": {"category": "told"},
    "e/notice": {"category": "notice"},
    "e/fire_notice": {"category": "notice", "lane": Lane.LIFE_SAFETY},
}
MANY = [f"f/{number}" for number in range(14)]
KEYS = st.sampled_from(sorted(SIDES)) | st.sampled_from(MANY)
SIDES |= {key: {"category": "many"} for key in MANY}
MINUTES = st.integers(1, 40).map(lambda minutes: timedelta(minutes=minutes))
WHYS = ("test", "maintenance", "out_of_service")
COVERS = st.sampled_from(
    [Covers(), Covers(device="d"), Covers(category="fire"), Covers(device="e", category="notice")]
)


def quiet(alarm: Alarm) -> bool:
    """Said again here: it calls nobody, or is life safety that a test only marks."""
    others = set(alarm.suppressed) - {"test", "maintenance"}
    return bool(others if alarm.raised.lane is Lane.LIFE_SAFETY else alarm.suppressed)


class AnyLife(RuleBasedStateMachine):
    """One life without a restart, and its twin that is restarted before everything that happens."""

    def __init__(self) -> None:
        super().__init__()
        self.life, self.twin = AlarmLife(SITE), AlarmLife(SITE)
        self.narrator = Narrator(SITE, "1")
        self.on: dict[str, int] = {}
        self.keys: dict[int, str] = {}
        self.turns: dict[int, int] = defaultdict(int)
        self.levels: Counter[tuple[int, int]] = Counter()
        self.notices: set[int] = set()
        self.before: dict[int, Alarm] = {}

    def both(self, story: Callable[[AlarmLife], list[Told]]) -> list[Told]:
        """Let it happen to both; a restart makes no difference, to the last byte."""
        self.before = dict(self.life.alarms.all)
        self.twin.restart()
        told = story(self.life)
        assert story(self.twin) == told
        assert self.twin.disk == self.life.disk
        first = self.life.number - len(told)
        for number, each in enumerate(told, first):
            self.check(number, each)
        self.check_emerged(told)
        return told

    @rule(key=KEYS)
    def raise_(self, key: str) -> None:
        """Told exactly once when it was not active; a second raise is nothing new."""
        was = self.life.alarms.active.get(key)
        told = [name_of(each) for each in self.both(lambda life: life.raised(key, **SIDES[key]))]
        news = "realarmed" if was and was.latched else ""
        assert told[:1] == ([] if was and not news else [news or "raised"])
        assert all(each in {"raised", "more"} for each in told[1:])
        if told[:1] == ["raised"]:
            alarm = self.life.alarms.active[key]
            assert (alarm.issue is not None) is self.has_to_call(alarm)

    @rule(keys=st.permutations(sorted(SIDES)).map(lambda keys: keys[:12]) | st.just(MANY))
    def raise_many(self, keys: list[str]) -> None:
        """One after the other, as when a building loses its power; or a storm."""
        for key in keys:
            self.raise_(key)

    @rule(key=KEYS)
    def clear(self, key: str) -> None:
        """Told exactly once when it was active, unless it is latched."""
        was = self.life.alarms.active.get(key)
        told = self.both(lambda life: life.cleared(key))
        if was is None or was.latched:
            assert told == []
        else:
            assert [name_of(each) for each in told] == [
                "latched" if was.raised.latch else "cleared"
            ]
            assert told[0].alarm
            assert told[0].alarm.number == was.number

    @rule(key=KEYS)
    def acknowledge(self, key: str) -> None:
        """Once for each occurrence that nobody has seen."""
        unseen = [alarm.number for alarm in self.life.of(key) if not alarm.acknowledged]
        told = self.both(lambda life: life.acknowledged(key))
        assert [each.alarm.number for each in told if each.alarm] == unseen

    @rule(key=KEYS)
    def reset(self, key: str) -> None:
        """Ends only what is latched."""
        was = self.life.alarms.active.get(key)
        told = [name_of(each) for each in self.both(lambda life: life.reset(key))]
        assert told == (["reset", "cleared"] if was and was.latched else [])

    @rule(key=KEYS, lasts=MINUTES)
    def shelve(self, key: str, lasts: timedelta) -> None:
        """Never what saves lives."""
        was = self.life.alarms.active.get(key)
        told = self.both(lambda life: life.shelved(key, lasts))
        if was and was.raised.lane is Lane.LIFE_SAFETY:
            assert told == []

    @rule(key=KEYS)
    def unshelve(self, key: str) -> None:
        """Back at a person's word."""
        self.both(lambda life: life.unshelved(key))

    @rule(why=st.sampled_from(WHYS), lasts=st.none() | MINUTES, covers=COVERS)
    def window(self, why: str, lasts: timedelta | None, covers: Covers) -> None:
        """A window begins, or is set anew."""
        self.both(lambda life: life.window(why, lasts, covers))

    @rule(why=st.sampled_from(WHYS))
    def window_ends(self, why: str) -> None:
        """Somebody ends it."""
        self.both(lambda life: life.window_ends(why))

    @rule(
        number=st.integers(1, 60),
        state=st.sampled_from(["accepted", "dispatched", "processing", "resolved", "rejected"]),
        step=st.sampled_from(["", "s-1", "s-2"]),
        turn=st.integers(1, 2),
    )
    def answer(self, number: int, state: IssueState, step: str, turn: int) -> None:
        """The platform's word is told back, once for each step."""
        key = self.keys.get(number, "d/unknown")
        alarm = self.life.alarms.all.get(number)
        followed = alarm and alarm.issue and alarm.issue.turn == turn
        step = step and f"{number}-{turn}-{step}"
        said = self.both(lambda life: life.answered(state, number, key, step=step, turn=turn))
        again = followed and step and alarm and alarm.issue and step in alarm.issue.steps
        assert [name_of(each) for each in said][:1] == ([] if again else ["issue.changed"])

    @rule(lasts=MINUTES)
    def wait(self, lasts: timedelta) -> None:
        """Time passes, instant by instant."""
        until = self.life.now + lasts
        while (wake := self.life.alarms.wake_at()) is not None and wake <= until:
            at = max(wake, self.life.now)
            self.both(lambda life, at=at: life.wait_once(at))  # type: ignore[misc] # bound now
        self.life.now = self.twin.now = until

    @rule(hours=st.sampled_from([-24 * 365 * 40, -3, 3, 24 * 365]))
    def set_clock(self, hours: int) -> None:
        """The clock is set: what waits, waits as long as before."""
        left = self.left()
        self.life.set_clock(timedelta(hours=hours))
        self.twin.set_clock(timedelta(hours=hours))
        assert self.left() == left

    @rule(hours=st.sampled_from([1, 24 * 365 * 40]))
    def restart_in_the_past(self, hours: int) -> None:
        """The clock's battery is empty: the time since the last kept word is waited again."""
        left, now = self.left(), self.life.now
        unknown = max(now - max(self.life.alarms._past(), default=now), timedelta(0))
        for life in (self.life, self.twin):
            life.now -= timedelta(hours=hours)
            life.restart()
            life.keep()
        after = self.left()
        assert (left is None) is (after is None)
        assert left is None or after is None or after <= max(left, timedelta(0)) + unknown

    def has_to_call(self, alarm: Alarm) -> bool:
        """Said again here: it has a policy, is not put aside, and its cause has not called."""
        group = [
            each
            for each in self.before.values()
            if each.active and each.raised.group and each.raised.group == alarm.raised.group
        ]
        assert alarm.first == min((each.number for each in group), default=0)
        called = any(each.issue and each.raised.severity >= alarm.raised.severity for each in group)
        return not quiet(alarm) and not called and alarm.raised.category not in {"told", "notice"}

    def left(self) -> timedelta | None:
        """How long until it has to be looked at again."""
        wake = self.life.alarms.wake_at()
        return wake - self.life.now if wake else None

    def check(self, number: int, told: Told) -> None:
        """Every word about an alarm: its id, its issue, its notice, its escalation."""
        event, alarm = told.event, told.alarm
        if isinstance(event, AlarmRaised):
            assert event.alarm not in self.on, "never twice while active"
            assert number not in self.keys
            self.on[event.alarm], self.keys[number] = number, event.alarm
        if isinstance(event, AlarmCleared):
            assert alarm
            assert self.on.pop(event.alarm) == alarm.number
        if alarm is None:
            return
        assert self.keys[alarm.number] == alarm.key, "the same id to the last word"
        self.check_document(number, told, alarm)
        if isinstance(event, AlarmEscalated):
            assert alarm.issue
            self.levels[alarm.number, alarm.issue.turn] += 1
            assert event.level == self.levels[alarm.number, alarm.issue.turn]
            assert event.to == ("community", "street_office")[event.level - 1]
            assert not alarm.issue.ended
            assert not quiet(alarm), "who is put aside calls nobody"

    def check_document(self, number: int, told: Told, alarm: Alarm) -> None:
        """What the platform is told of issues and notices."""
        kept = Kept(number=number, event=told.event, trusted_clock=True, alarm=alarm)
        said = self.narrator.tell(kept).data
        if isinstance(said, RaisedData | AlarmData) and said.issue:
            assert alarm.issue
            assert not quiet(alarm), "who is put aside calls nobody"
            assert alarm.issue.turn - self.turns[alarm.number] in {0, 1}, "one after the other"
            self.turns[alarm.number] = alarm.issue.turn
        elif alarm.issue:
            assert alarm.issue.turn == self.turns[alarm.number], "opened without a word"
        if isinstance(said, RaisedData | AlarmData) and said.notice:
            assert not quiet(alarm)
            drafted = alarm.suppressed and alarm.number not in self.notices
            assert said.notice.publish == ("draft" if drafted else alarm.notice)
            assert alarm.suppressed or said.notice.publish == "at_once"
            self.notices.add(alarm.number)
        if isinstance(said, ClearedData):
            assert (said.notice is not None) is (alarm.number in self.notices), "as it was given"
            assert (said.issue is not None) is (self.turns[alarm.number] > 0)

    def check_emerged(self, told: list[Told]) -> None:
        """What was put aside and is still active is back exactly once."""
        back = Counter(
            each.alarm.number for each in told if each.alarm and name_of(each) == "unsuppressed"
        )
        ends = sum(isinstance(each.event, SuppressionEnded) for each in told)
        for number, was in self.before.items():
            now = self.life.alarms.all.get(number)
            if was.active and now and now.active and quiet(was) and not quiet(now):
                assert 1 <= back.pop(number) <= max(1, ends)
            elif was.suppressed and (now is None or not now.suppressed or not quiet(now)):
                back.pop(number, None)
        assert not back

    @invariant()
    def nothing_is_lost_or_piled_up(self) -> None:
        """Active is what was raised and not cleared; the disk and the clock hold that, no more."""
        alarms = self.life.alarms
        assert {key: alarm.number for key, alarm in alarms.active.items()} == self.on
        assert not any(alarm.over for alarm in alarms.all.values())
        names = Counter(key.partition(":")[0] for key in self.life.disk)
        assert names["alarm"] == len(alarms.all)
        assert names["shelf"] == len(alarms.suppressions.shelves)
        assert names["window"] == len(alarms.suppressions.windows)
        assert names["storm"] <= len({key.partition("/")[0] for key in SIDES}) * 4
        assert len(alarms._wakes._heap) <= 2 * len(alarms._wakes._wanted) + SLACK
        for key in self.on:
            if MARK in key:
                assert alarms.wake_at() is not None or alarms._all.in_storm(key), "it will end"


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
