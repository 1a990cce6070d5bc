"""Runs the rules that listen to a record; synchronous, deterministic, no I/O."""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from edge.model import Command, Event, GatewayChanged, Reading, Record
from edge.rules.rule import Rule
from edge.rules.template import (
    MOST_COMPONENTS,
    OVERFLOW,
    Template,
    pattern_of_id,
    pattern_of_point,
)

D = TypeVar("D")


class Engine:
    """Holds the rules' states, an index by point and kind, and who wants to be woken when."""

    def __init__(self, rules: Iterable[Rule[Any]], templates: Iterable[Template] = ()) -> None:
        self._rules: dict[str, Rule[Any]] = {}
        self._states: dict[str, Any] = {}
        self._by_point: dict[str, list[Rule[Any]]] = defaultdict(list)
        self._by_kind: dict[str, list[Rule[Any]]] = defaultdict(list)
        self._templates: dict[str, list[Template]] = defaultdict(list)
        self._by_id: dict[str, Template] = {}
        self._components: dict[str, set[str]] = defaultdict(set)
        self._wakes: dict[str, datetime] = {}
        self._queued: dict[str, datetime] = {}
        self._alarm_clock: list[tuple[datetime, str]] = []
        self._changed: set[str] = set()
        self._failed: set[str] = set()
        for rule in rules:
            self._add(rule)
        for template in templates:
            self._templates[template.point].append(template)
            self._by_id[template.id] = template

    def restore(self, states: Mapping[str, bytes]) -> list[str]:
        """Take up the states that were kept; return the ids of those that fit no rule any more.

        Volatile fields begin anew: what they held is as old as the last write.
        """
        unfit: list[str] = []
        for rule_id, body in states.items():
            rule = self._rules.get(rule_id) or self._bind_id(rule_id)
            if rule is None:
                unfit.append(rule_id)
                continue
            start = rule.start()
            try:
                kept = msgspec.json.decode(body, type=type(start))
            except msgspec.MsgspecError:
                unfit.append(rule_id)
            else:
                self._states[rule.id] = _volatile_anew(kept, start)
        return unfit

    def begin(self, now: datetime) -> list[Event | Command]:
        """Step every rule once with nothing, so that it can say when to be woken.

        What came due while nobody ran follows at once, and is fed back like all that follows.
        An instant that lies ahead was kept by a clock that ran before this one: it counts as now.
        """
        for rule_id, state in self._states.items():
            self._replace(rule_id, _each_instant(state, lambda instant: min(instant, now)))
        rules = tuple(self._rules.values())
        return self._cascade([out for rule in rules for out in self._step(rule, None, now)], now)

    def feed(self, record: Record | None, now: datetime) -> list[Event | Command]:
        """Step the rules that are due, then those that listen to the record.

        Events that follow are fed back; commands are not.
        """
        follows = self._cascade(self._wake_due(now), now)
        if record is not None:
            first = [
                out for rule in self._listeners(record) for out in self._step(rule, record, now)
            ]
            follows += self._cascade(first, now)
        return follows

    def wake_at(self) -> datetime | None:
        """When some rule next wants to be fed with nothing."""
        while self._alarm_clock:
            at, rule_id = self._alarm_clock[0]
            wanted = self._wakes.get(rule_id)
            if wanted == at and self._queued.get(rule_id) == at:
                return at
            heapq.heappop(self._alarm_clock)
            if self._queued.get(rule_id) == at:
                del self._queued[rule_id]
                if wanted is not None:
                    self._queue(rule_id, wanted)
        return None

    def take_changed(self) -> dict[str, bytes]:
        """Return the states that have to be written since the last call, ready to be kept."""
        changed = {rule_id: msgspec.json.encode(self._states[rule_id]) for rule_id in self._changed}
        self._changed.clear()
        return changed

    def shift(self, step: timedelta) -> None:
        """Move every remembered instant, because the clock was set by this much."""
        for rule_id, state in self._states.items():
            self._replace(rule_id, _each_instant(state, lambda instant: instant + step))
        self._wakes = {rule_id: at + step for rule_id, at in self._wakes.items()}
        self._queued = dict(self._wakes)
        self._alarm_clock = [(at, rule_id) for rule_id, at in self._wakes.items()]
        heapq.heapify(self._alarm_clock)

    def _add(self, rule: Rule[Any]) -> None:
        self._rules[rule.id] = rule
        self._states[rule.id] = rule.start()
        for point in rule.points:
            self._by_point[point].append(rule)
        for kind in rule.kinds:
            self._by_kind[kind].append(rule)

    def _listeners(self, record: Record) -> tuple[Rule[Any], ...]:
        if isinstance(record, Reading):
            listeners = self._by_point.get(record.point)
            return tuple(listeners) if listeners is not None else self._bind_point(record.point)
        kind, device = record.kind, getattr(record, "device", "")
        return (*self._by_kind.get(kind, ()), *self._by_kind.get(f"{device}/{kind}", ()))

    def _bind_point(self, point: str) -> tuple[Rule[Any], ...]:
        pattern = pattern_of_point(point)
        if pattern is None or pattern[0] not in self._templates:
            return ()
        return tuple(self._bind(t, pattern[1]) for t in self._templates[pattern[0]])

    def _bind_id(self, rule_id: str) -> Rule[Any] | None:
        """Make the rule of a kept state, and with it all others that watch the same point."""
        pattern = pattern_of_id(rule_id)
        template = self._by_id.get(pattern[0]) if pattern else None
        if template is None or pattern is None:
            return None
        for other in self._templates[template.point]:
            self._bind(other, pattern[1])
        return self._rules.get(rule_id)

    def _bind(self, template: Template, component: str) -> Rule[Any]:
        known = self._components[template.id]
        if component not in known and len(known) >= MOST_COMPONENTS:
            component = OVERFLOW
        known.add(component)
        rule = template.make(component)
        if rule.id not in self._rules:
            self._add(rule)
        return self._rules[rule.id]

    def _wake_due(self, now: datetime) -> list[Event | Command]:
        out: list[Event | Command] = []
        while (due := self.wake_at()) is not None and due <= now:
            _, rule_id = heapq.heappop(self._alarm_clock)
            del self._wakes[rule_id], self._queued[rule_id]
            out.extend(self._step(self._rules[rule_id], None, now))
        return out

    def _step(
        self, rule: Rule[Any], record: Record | None, now: datetime
    ) -> tuple[Event | Command, ...]:
        if rule.id in self._failed:
            return ()
        try:
            step = rule.step(self._states[rule.id], record, now)
        except Exception as fault:  # noqa: BLE001 - one rule's fault must not stop the others
            self._failed.add(rule.id)
            self._set_wake(rule.id, None)
            reason = f"rule {rule.id} has failed and rests: {type(fault).__name__}: {fault}"
            return (GatewayChanged(state="degraded", reason=reason, at=now),)
        self._replace(rule.id, step.state)
        self._set_wake(rule.id, step.wake)
        return step.out

    def _replace(self, rule_id: str, state: Any) -> None:
        """Take a new state, and note it when more than its volatile fields have changed."""
        before = self._states[rule_id]
        if state is not before:
            self._states[rule_id] = state
            if state != before:
                self._changed.add(rule_id)

    def _set_wake(self, rule_id: str, wake: datetime | None) -> None:
        if wake is None:
            self._wakes.pop(rule_id, None)
            return
        self._wakes[rule_id] = wake
        queued = self._queued.get(rule_id)
        if queued is None or wake < queued:
            self._queue(rule_id, wake)

    def _queue(self, rule_id: str, at: datetime) -> None:
        """Put a rule into the heap; of several entries only the one noted here counts."""
        self._queued[rule_id] = at
        heapq.heappush(self._alarm_clock, (at, rule_id))

    def _cascade(self, out: Sequence[Event | Command], now: datetime) -> list[Event | Command]:
        """Feed events back to the rules until nothing more follows; return all, in order."""
        follows = list(out)
        pending = deque(follow for follow in out if not isinstance(follow, Command))
        while pending:
            event = pending.popleft()
            for rule in self._listeners(event):
                further = self._step(rule, event, now)
                follows += further
                pending.extend(each for each in further if not isinstance(each, Command))
        return follows


def _each_instant(state: D, change: Callable[[datetime], datetime]) -> D:
    """Return the state with every instant in it changed."""
    if not is_dataclass(state) or isinstance(state, type):
        return state
    changed = {
        f.name: change(part)
        for f in fields(state)
        if isinstance(part := getattr(state, f.name), datetime)
    }
    return replace(state, **changed) if changed else state


def _volatile_anew(kept: D, start: D) -> D:
    """Return the kept state with its volatile fields as a rule begins with them."""
    if not is_dataclass(kept) or isinstance(kept, type):
        return kept
    return replace(kept, **{f.name: getattr(start, f.name) for f in fields(kept) if not f.compare})
