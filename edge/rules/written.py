"""A rule that a site wrote: a tree of conditions, and what follows when it becomes true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import is_

from edge.model import AlarmCleared, AlarmRaised, Cause, Command, Event, Reading, Record, Value
from edge.rules.acting import Acts
from edge.rules.events import is_real
from edge.rules.explain import Explained, Latest
from edge.rules.memory import Fresh, Memory, Past, Verdict
from edge.rules.quiet import ByPoint, Quiet, joined
from edge.rules.rule import Step
from edge.rules.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenState:
    """Where one written rule stands.

    `since` is when the whole condition began to differ from `active`. `tree` says which
    conditions the memories belong to: those of a rule that was rewritten are dropped. What
    follows it begins anew after a restart; `shown` are the values that its text names.
    """

    active: bool = False
    since: datetime | None = None
    cause: Cause | None = None
    memories: tuple[Memory, ...] = ()
    tree: str = ""
    fresh: tuple[Fresh, ...] = field(default=(), compare=False)
    shown: tuple[Value | None, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRule:
    """Raises its alarm while its conditions hold; acts once each time they begin to.

    With an alarm it acts when it hears that alarm told: not in a test, not during work on the
    device, and not again while a latched alarm waits for somebody.
    """

    id: str
    tree: Tree
    acts: Acts
    on_delay: timedelta = timedelta(0)
    off_delay: timedelta = timedelta(0)

    @property
    def points(self) -> tuple[str, ...]:
        """The points that its conditions and its text name."""
        return tuple(dict.fromkeys((*self.tree.points, *self.acts.shown)))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The events that its conditions name, and its own alarm."""
        return tuple(dict.fromkeys((*self.tree.kinds, *self.acts.kinds)))

    def start(self) -> WrittenState:
        """Begin as not active, with conditions of which nothing is known."""
        count = len(self.tree.nodes)
        return WrittenState(
            tree=self.tree.mark,
            memories=(Memory(),) * count,
            fresh=(Fresh(),) * count,
            shown=(None,) * len(self.acts.shown),
        )

    def step(self, state: WrittenState, record: Record | None, now: datetime) -> Step[WrittenState]:
        """Take a record in, look at every condition, and tell what follows."""
        state = self._fitting(state)
        pasts: Sequence[Past] = tuple(zip(state.memories, state.fresh, strict=True))
        if record is not None:
            pasts = self.tree.take(pasts, record, now)
            state = self._show(state, record)
        verdicts = self.tree.judge(pasts, now)
        state = _remember(state, [verdict.past for verdict in verdicts])
        state = self._observe(state, verdicts, record, now)
        out: tuple[Event | Command, ...] = ()
        if verdicts[0].truth is not None:
            state, out = self._settle(state, record, now)
        if isinstance(record, AlarmRaised) and record.alarm == self.id and is_real(record):
            out = (*out, *self.acts.commands(record.at, now))
        return Step(state, out, self._wake(state, verdicts, now))

    def quiet(self, state: WrittenState) -> Quiet | None:
        """Tell which readings leave this state as it is, with nothing to say or do."""
        if state.tree != self.tree.mark or self.acts.shown:
            return None
        same = self.tree.same(tuple(zip(state.memories, state.fresh, strict=True)))
        if same is None:
            return None
        checks = {point: joined(each) for point, each in same.items()}
        if len(self.points) == 1 and checks:
            [only] = checks.values()
            return only
        return ByPoint(checks)

    def explain(self, state: WrittenState, now: datetime, latest: Latest) -> Explained:
        """Say how the alarm stands, and each condition."""
        state = self._fitting(state)
        pasts = tuple(zip(state.memories, state.fresh, strict=True))
        verdicts = self.tree.judge(pasts, now)
        words = self.acts.words
        return Explained(
            words=self.acts.filled(words.text, state.shown) if words else self.acts.named,
            truth=state.active,
            since=state.since,
            until=None if verdicts[0].truth is None else self._due(state),
            parts=(self.tree.explain(verdicts, now, latest),),
        )

    def _fitting(self, state: WrittenState) -> WrittenState:
        """Drop the memories of a rule that was rewritten; whether it is active stays."""
        if state.tree == self.tree.mark and len(state.shown) == len(self.acts.shown):
            return state
        return replace(self.start(), active=state.active, cause=state.cause)

    def _show(self, state: WrittenState, record: Record) -> WrittenState:
        """Remember the value of a point that the text names."""
        if not isinstance(record, Reading) or record.point not in self.acts.shown:
            return state
        at = self.acts.shown.index(record.point)
        return replace(state, shown=(*state.shown[:at], record.value, *state.shown[at + 1 :]))

    def _observe(
        self,
        state: WrittenState,
        verdicts: Sequence[Verdict],
        record: Record | None,
        now: datetime,
    ) -> WrittenState:
        """Note since when the whole differs; where that cannot be told, nothing changes."""
        truth = verdicts[0].truth
        if truth is None:
            return state
        if truth is state.active:
            return replace(state, since=None) if state.since else state
        if state.since:
            return state
        cause = self.tree.cause(verdicts, record, now) if truth else state.cause
        return replace(state, since=now, cause=cause)

    def _settle(
        self, state: WrittenState, record: Record | None, now: datetime
    ) -> tuple[WrittenState, tuple[Event | Command, ...]]:
        """Become active, or no longer, when the delay is over."""
        delay = self._delay(state)
        if state.since is None or now < state.since + delay:
            return state, ()
        at = record.at if isinstance(record, Reading) and not delay else state.since + delay
        words, acts = self.acts.words, self.acts
        if state.active:
            state = replace(state, active=False, since=None, cause=None)
            return state, (AlarmCleared(alarm=self.id, at=at),) if words else ()
        state = replace(state, active=True, since=None)
        if words is None:
            return state, acts.commands(at, now)
        cause = state.cause or Cause(point=acts.device, value=None)
        return state, (acts.raised(words, cause, state.shown, at),)

    def _wake(
        self, state: WrittenState, verdicts: Sequence[Verdict], now: datetime
    ) -> datetime | None:
        """When something changes by itself."""
        wakes = [verdict.wake for verdict in verdicts if verdict.wake]
        if due := self._due(state):
            wakes.append(due)
        return min((wake for wake in wakes if wake > now), default=None)

    def _due(self, state: WrittenState) -> datetime | None:
        """When the delay is over that runs, if none of its conditions is missing then."""
        return state.since + self._delay(state) if state.since else None

    def _delay(self, state: WrittenState) -> timedelta:
        return self.off_delay if state.active else self.on_delay


def _remember(state: WrittenState, pasts: Sequence[Past]) -> WrittenState:
    """Take the pasts over; built by hand, as with a statistic this is done for every reading."""
    memories, fresh = zip(*pasts, strict=True)
    if _are(memories, state.memories) and _are(fresh, state.fresh):
        return state
    return WrittenState(
        active=state.active,
        since=state.since,
        cause=state.cause,
        memories=memories,
        tree=state.tree,
        fresh=fresh,
        shown=state.shown,
    )


def _are(these: Sequence[object], those: Sequence[object]) -> bool:
    return all(map(is_, these, those))
