"""More people pass than were let in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from pydantic import Field

from edge.model import AlarmRaised, Cause, Lane, Quality, Reading, Record, Text
from edge.rules.explain import Explained, Latest
from edge.rules.lasting import earliest, ends
from edge.rules.rule import BuiltIn, Step
from edge.schema import Duration, Strict
from edge.site import Site

MOST: Final = 8
"""Grants and passages that wait for one another; a gate lets no larger group in at once."""

BOUNCE: Final = timedelta(seconds=1)
"""A door that falls shut and opens again within this time has only bounced off its latch."""

_TEXT: Final = Text("一次放行，多次通过", "One was let in and more passed")


class TailgatingOptions(Strict):
    """What one grant is good for."""

    enabled: bool = True
    grant_window: Duration = Field(
        timedelta(seconds=10), description="How long after a grant somebody may pass."
    )
    settle: Duration = Field(
        timedelta(seconds=3), description="How much later than the passage its grant may be told."
    )
    clear_for: Duration = Field(
        timedelta(minutes=1), description="Without a further one it is over after this time."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Somebody passed and no grant was left; `shared`: one that was used up was in reach."""

    since: datetime
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TailgatingState:
    """Grants nobody has used yet, passages that wait for a late grant, and the door.

    `used` is when the grant was given that was used last, `last` when the alarm that is on was
    last told of, `counted` the counter's last reading, which begins anew after a restart.
    """

    grants: tuple[datetime, ...] = ()
    owed: tuple[Passage, ...] = ()
    used: datetime | None = None
    open: bool | None = None
    shut: datetime | None = None
    last: datetime | None = None
    counted: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TailgatingRule:
    """Each true `may_open` is good for one passage; more than that is tailgating.

    With a point `passages`, a number that grows with each passage, this is known. With a contact
    alone it is not known how many pass while the door is open: that it stays open is told as held
    open, and only a door that shuts and opens again on the same grant is told here. Whoever walks
    close behind somebody is not seen by a contact. A door that opens with no grant at all is
    forced, not this.
    """

    device: str
    counter: bool
    grant_window: timedelta
    settle: timedelta
    clear_for: timedelta

    @property
    def id(self) -> str:
        """One of each gate."""
        return f"{self.device}/.tailgating"

    @property
    def points(self) -> tuple[str, ...]:
        """Grants, the contact, and the counter where there is one."""
        counter = (self._counter,) if self.counter else ()
        return (f"{self.device}/may_open", f"{self.device}/door_open", *counter)

    @property
    def kinds(self) -> tuple[str, ...]:
        """No event matters."""
        return ()

    @property
    def raises(self) -> tuple[str, ...]:
        """The gate's one."""
        return (self._key,)

    def explain(self, state: TailgatingState, now: datetime, latest: Latest) -> Explained:
        """Say which grants are left, and which passage still waits for its own."""
        del latest
        state = self._in_reach(state, now)
        until = state.last + self.clear_for if state.last else None
        grants = Explained(
            words=Text("没有未用的放行", "no grant is left that nobody has used"),
            truth=not state.grants,
            value=len(state.grants),
        )
        used = Explained(
            words=Text("前一次放行已被用过", "the grant before has been used"),
            truth=state.used is not None,
            since=state.used,
        )
        oldest = state.owed[0].since if state.owed else None
        owed = Explained(
            words=Text("有人通过而没有放行", "somebody passed for whom no grant was told"),
            truth=oldest is not None,
            value=len(state.owed),
            since=oldest,
            until=oldest + self.settle if oldest else None,
        )
        parts = (grants, used, owed)
        return Explained(words=_TEXT, truth=state.last is not None, until=until, parts=parts)

    def start(self) -> TailgatingState:
        """Begin with a gate of which nothing is known."""
        return TailgatingState()

    def step(
        self, state: TailgatingState, record: Record | None, now: datetime
    ) -> Step[TailgatingState]:
        """Follow a grant, the contact, the counter, or the time at which a verdict is due."""
        cleared = ends(state.last, self.clear_for, self._key, now)
        if cleared:
            state = replace(state, last=None)
        state, found = self._judged(state, now)
        state = self._in_reach(state, now)
        if isinstance(record, Reading):
            state = self._heard(state, record, now)
        raised = self._raised(found, now) if found and state.last is None else None
        state = replace(state, last=now) if found else state
        return Step(
            state,
            tuple(each for each in (cleared, raised) if each is not None),
            earliest(
                state.owed[0].since + self.settle if state.owed else None,
                state.last + self.clear_for if state.last else None,
            ),
        )

    @property
    def _key(self) -> str:
        return f"{self.device}/tailgating"

    @property
    def _counter(self) -> str:
        return f"{self.device}/passages"

    def _in_reach(self, state: TailgatingState, now: datetime) -> TailgatingState:
        """Forget grants that are too old; while the door is open they stay good."""
        if state.open:
            return state
        oldest = now - self.grant_window
        grants = tuple(grant for grant in state.grants if grant >= oldest)
        used = state.used if state.used and state.used >= oldest else None
        if grants == state.grants and used == state.used:
            return state
        return replace(state, grants=grants, used=used)

    def _judged(self, state: TailgatingState, now: datetime) -> tuple[TailgatingState, int]:
        """Count the passages for which no grant came, of those that had one in reach."""
        due = tuple(passage for passage in state.owed if now >= passage.since + self.settle)
        if not due:
            return state, 0
        owed = state.owed[len(due) :]
        return replace(state, owed=owed), sum(passage.shared for passage in due)

    def _heard(self, state: TailgatingState, reading: Reading, now: datetime) -> TailgatingState:
        value = None if reading.quality is Quality.BAD else reading.value
        if reading.point == f"{self.device}/may_open":
            return _granted(state, now) if value is True else state
        if reading.point == self._counter:
            return self._counted(state, value if type(value) is int else None, now)
        if not isinstance(value, bool):
            return replace(state, open=None, owed=())
        if value is state.open:
            return state
        if not value:
            return replace(state, open=False, shut=now)
        bounced = state.shut is not None and now - state.shut <= BOUNCE
        if state.open is False and not bounced and not self.counter:
            state = _passed(state, now)
        return replace(state, open=True)

    def _counted(self, state: TailgatingState, count: int | None, now: datetime) -> TailgatingState:
        before = state.counted
        if count is not None and before is not None:
            for _ in range(min(max(count - before, 0), MOST)):
                state = _passed(state, now)
        return replace(state, counted=count)

    def _raised(self, found: int, now: datetime) -> AlarmRaised:
        point = self._counter if self.counter else f"{self.device}/door_open"
        return AlarmRaised(
            alarm=self._key,
            device=self.device,
            rule="tailgating",
            category="access.tailgating",
            severity=350,
            lane=Lane.SECURITY,
            text=_TEXT,
            cause=Cause(point=point, value=found if self.counter else True),
            at=now,
        )


def _granted(state: TailgatingState, now: datetime) -> TailgatingState:
    """A grant that is told late settles the oldest passage that waits for one."""
    if state.owed:
        return replace(state, owed=state.owed[1:], used=now)
    return replace(state, grants=(*state.grants, now)[-MOST:])


def _passed(state: TailgatingState, now: datetime) -> TailgatingState:
    if state.grants:
        return replace(state, grants=state.grants[1:], used=state.grants[0])
    passage = Passage(since=now, shared=state.used is not None)
    return replace(state, owed=(*state.owed, passage)[-MOST:])


def _build(site: Site, options: TailgatingOptions) -> Iterable[TailgatingRule]:
    for device in site.devices.values():
        seen = {"door_open", "passages"} & device.points.keys()
        if options.enabled and seen and "may_open" in device.points:
            yield TailgatingRule(
                device=device.id,
                counter="passages" in seen,
                grant_window=options.grant_window,
                settle=options.settle,
                clear_for=options.clear_for,
            )


BUILT_IN: Final = BuiltIn("tailgating", TailgatingOptions, _build)
