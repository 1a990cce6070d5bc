"""Runs the rules that listen to a record; synchronous, deterministic, no I/O."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import msgspec

from edge.instants import reckonable
from edge.model import AlarmRaised, Block, Command, Event, GatewayChanged, Reading, Record
from edge.rules.alarm_clock import AlarmClock
from edge.rules.explain import is_raising
from edge.rules.hush import Hush
from edge.rules.instants import each_instant, volatile_anew
from edge.rules.rule import Rule
from edge.rules.template import Template, Templates
from edge.salvage import plain, readable

Through: TypeAlias = Callable[[Event, datetime], Sequence[Event]]
"""Turns what a rule says into what is told."""


class Engine:
    """Holds the rules' states, an index by point and kind, and who wants to be woken when.

    What rules say goes `through` the life of alarms before others hear it.
    `is_quiet` says whether feeding a reading would change nothing, and nothing would follow.
    """

    def __init__(
        self,
        rules: Iterable[Rule[Any]],
        templates: Iterable[Template] = (),
        through: Through = lambda event, _: (event,),
    ) -> None:
        self._through = through
        self._rules: dict[str, Rule[Any]] = {}
        self._states: dict[str, Any] = {}
        self._by_point: dict[str, list[Rule[Any]]] = defaultdict(list)
        self._by_kind: dict[str, list[Rule[Any]]] = defaultdict(list)
        self._templates = Templates(templates)
        self._wakes = AlarmClock()
        self._changed: set[str] = set()
        self._failed: set[str] = set()
        self.misread: list[str] = []
        self._raised_by: dict[str, str] = {}  # by alarm, of rules that are not named like it
        self._points: dict[str, tuple[str, ...]] = {}
        self._hush = Hush(self._by_point, self._states.__getitem__, self._templates.watch)
        self.is_quiet: Callable[[Reading], bool] = self._hush.is_quiet
        for rule in rules:
            self._add(rule)
        for point in tuple(self._by_point):  # a rule on one component leaves no alarm of it out
            self._bind_point(point)

    def restore(self, states: Mapping[str, bytes]) -> list[str]:
        """Take up the states that were kept; return the ids of those that fit no rule any more.

        Volatile fields begin anew: what they held is as old as the last write. Of a state that a
        release with another shape has kept the fields are taken that this one can read; `misread`
        names its rule.
        """
        unfit: list[str] = []
        for rule_id, body in states.items():
            rule = self._rules.get(rule_id) or self._bind_id(rule_id)
            if rule is None:
                unfit.append(rule_id)
                continue
            start = rule.start()
            try:
                kept = _read(body, type(start))
            except (msgspec.MsgspecError, UnicodeDecodeError):
                self.misread.append(rule_id)
                fit = readable(plain(body), type(start))
                if not fit:
                    unfit.append(rule_id)
                    continue
                kept = replace(start, **fit)
            self._states[rule.id] = volatile_anew(kept, start)
            self._forget_quiet(rule.id)
        return unfit

    def adopt(self, other: Engine) -> list[str]:
        """Take up the states of the engine that ran before; return the ids that fit no rule here.

        Unlike `restore` nothing is lost, volatile fields neither: the same rules go on.
        """
        unfit: list[str] = []
        for rule_id, state in other._states.items():
            rule = self._rules.get(rule_id) or self._bind_id(rule_id)
            if rule is None or type(state) is not type(rule.start()):
                unfit.append(rule_id)
            else:
                self._states[rule.id] = state
                self._forget_quiet(rule.id)
        return unfit

    @property
    def rules(self) -> Mapping[str, Rule[Any]]:
        """Every rule by its id, those included that were made for a component as it spoke."""
        return self._rules

    def begin(self, now: datetime) -> list[Event | Command]:
        """Step every rule once with nothing, so that it can say when to be woken.

        What came due while nobody ran follows at once, and is fed back like all that follows.
        An instant that lies ahead was kept by a clock that ran before this one: it counts as now.
        """
        for rule_id, state in self._states.items():
            self._replace(rule_id, each_instant(state, lambda instant: min(instant, now)))
        rules = tuple(self._rules.values())
        return self._cascade([out for rule in rules for out in self._step(rule, None, now)], now)

    def feed(self, record: Record | None, now: datetime) -> list[Event | Command]:
        """Step the rules that are due, then those that listen to the record.

        Events that follow are fed back; commands are not.
        """
        follows = self._cascade(self._wake_due(now), now)
        if record is not None:
            first: list[Event | Command] = []
            for rule in self._concerned(record):
                first += self._step(rule, record, now)
            follows += self._cascade(first, now)
        return follows

    def loud(self, block: Block) -> Iterator[Reading]:
        """Give the readings of a whole block that tell some rule something, one after the other.

        Whoever feeds one before taking the next has done all that feeding every reading would do.
        """
        for place in self._hush.heard(block):
            reading = block.reading(place)
            if not self.is_quiet(reading):
                yield reading

    def wake_at(self) -> datetime | None:
        """When some rule next wants to be fed with nothing."""
        return self._wakes.next()

    def take_changed(self) -> dict[str, bytes]:
        """Return the states that have to be written since the last call, ready to be kept.

        What may be lost is not written: it would only wear the disk.
        """
        changed = {
            each: msgspec.json.encode(volatile_anew(self._states[each], self._rules[each].start()))
            for each in self._changed
        }
        self._changed.clear()
        return changed

    def look(self, name: str) -> tuple[Rule[Any], Any] | None:
        """Return the rule with this id, or that raises this alarm, and its state.

        To ask makes no rule: that of a component which never spoke is shown as it would begin.
        """
        rule = self._rules.get(name) or self._rules.get(self._raised_by.get(name, ""))
        rule = rule or self._templates.shown(name)
        return None if rule is None else (rule, self._states.get(rule.id, rule.start()))

    def shift(self, step: timedelta) -> None:
        """Move every remembered instant, because the clock was set by this much."""
        for rule_id, state in self._states.items():
            self._replace(rule_id, each_instant(state, lambda instant: instant + step))
        self._wakes.shift(step)

    def _add(self, rule: Rule[Any]) -> None:
        name = rule.id
        self._rules[name] = rule
        self._states[name] = rule.start()
        self._points[name] = rule.points
        if is_raising(rule):
            self._raised_by |= dict.fromkeys(rule.raises, name)
        for point in rule.points:
            self._by_point[point].append(rule)
        self._hush.add(rule, rule.points)
        kinds = set(rule.kinds)
        for kind in kinds:
            if "/" not in kind or kind.partition("/")[2] not in kinds:  # no event comes twice
                self._by_kind[kind].append(rule)

    def _listeners(self, record: Event) -> tuple[Rule[Any], ...]:
        kind, device = record.kind, getattr(record, "device", "")
        return (*self._by_kind.get(kind, ()), *self._by_kind.get(f"{device}/{kind}", ()))

    def _concerned(self, record: Record) -> Sequence[Rule[Any]]:
        """Those who listen, less those to whom a reading is nothing new."""
        if not isinstance(record, Reading):
            return self._listeners(record)
        if self.is_quiet(record):
            return ()
        listeners = self._by_point.get(record.point)
        if listeners is None:
            return self._bind_point(record.point)
        try:
            return [rule for rule in listeners if not self._hush.passes_over(rule, record)]
        except Exception:  # noqa: BLE001 - whose fault it is, that rule's step will tell
            return tuple(listeners)

    def _bind_point(self, point: str) -> tuple[Rule[Any], ...]:
        return tuple(self._bound(rule) for rule in self._templates.of_point(point))

    def _bind_id(self, rule_id: str) -> Rule[Any] | None:
        """Make the rule of a kept state, and with it all others that watch the same point."""
        for rule in self._templates.of_id(rule_id):
            self._bound(rule)
        return self._rules.get(rule_id)

    def _bound(self, rule: Rule[Any]) -> Rule[Any]:
        if rule.id not in self._rules:
            self._add(rule)
        return self._rules[rule.id]

    def _wake_due(self, now: datetime) -> list[Event | Command]:
        out: list[Event | Command] = []
        while (rule_id := self._wakes.take(now)) is not None:
            out.extend(self._step(self._rules[rule_id], None, now))
        return out

    def _step(
        self, rule: Rule[Any], record: Record | None, now: datetime
    ) -> tuple[Event | Command, ...]:
        try:
            step = rule.step(self._states[rule.id], record, now)
        except Exception as fault:  # noqa: BLE001 - one rule's fault must not stop the others
            return self._failing(rule, record, fault, now)
        self._replace(rule.id, step.state)
        self._wakes.set(rule.id, step.wake)
        return tuple(_signed(each, rule.id) for each in step.out) if step.out else ()

    def _failing(
        self, rule: Rule[Any], record: Record | None, fault: Exception, now: datetime
    ) -> tuple[Event, ...]:
        """Let the rule go on as if it had not been asked, and tell that once."""
        if record is None:
            self._wakes.set(rule.id, None)
        if rule.id in self._failed:
            return ()
        self._failed.add(rule.id)
        what = "the time" if record is None else record.kind
        reason = f"rule {rule.id} failed at {what} and goes on: {type(fault).__name__}: {fault}"
        return (GatewayChanged(state="degraded", reason=reason, at=now),)

    def _replace(self, rule_id: str, state: Any) -> None:
        """Take a new state, and note it when more than its volatile fields have changed."""
        before = self._states[rule_id]
        if state is not before:
            self._states[rule_id] = state
            self._forget_quiet(rule_id)
            if state != before:
                self._changed.add(rule_id)

    def _forget_quiet(self, rule_id: str) -> None:
        self._hush.forget(rule_id, self._points[rule_id])

    def _cascade(self, out: Sequence[Event | Command], now: datetime) -> list[Event | Command]:
        """Feed events back to the rules until nothing more follows; return all, in order."""
        if not out:
            return []
        follows = self._told(out, now)
        pending = deque(follows)
        while pending:
            event = pending.popleft()
            if isinstance(event, Command):
                continue
            for rule in self._listeners(event):
                further = self._told(self._step(rule, event, now), now)
                follows += further
                pending += further
        return follows

    def _told(self, out: Iterable[Event | Command], now: datetime) -> list[Event | Command]:
        told: list[Event | Command] = []
        for each in out:
            told += (each,) if isinstance(each, Command) else self._through(each, now)
        return told


def _read(body: bytes, kind: type[Any]) -> Any:
    """Read a state; an error of msgspec for another shape, or instants that cannot be."""
    found = msgspec.json.decode(body, type=kind)
    if not reckonable(found):
        raise msgspec.ValidationError("an instant that cannot be")
    return found


def _signed(out: Event | Command, rule: str) -> Event | Command:
    """Write into an alarm which rule will clear it."""
    return replace(out, watched_by=rule) if isinstance(out, AlarmRaised) else out
