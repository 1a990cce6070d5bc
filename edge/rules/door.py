"""When an open door is wrong: forced, held open, and closed again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from edge.duration import format_duration
from edge.model import Access, Quality, Reading, Record, Text
from edge.rules.explain import Explained, Latest
from edge.rules.rule import Step

DOOR_EVENTS: Final = ("access.forced", "access.held_open")
"""What is told of a door; alarms follow from that."""

BY_CONTACT: Final = "door_contact"
"""The method of what is told of a door: nobody but these rules tells so."""

Finding: TypeAlias = Literal["forced", "held_open", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorState:
    """One door between its closings; `judged` once it is known whether it might open.

    `open` is none while the contact is unknown. `listening` is since when it is listened to.
    """

    open: bool | None = None
    since: datetime | None = None
    granted: datetime | None = None
    judged: bool = True
    forced: bool = False
    held: bool = False
    listening: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRule:
    """Tells of a door that opens without anybody's leave, or stays open for too long.

    `device/door_open` is the contact; each true `device/may_open` lets somebody pass, also
    just after the opening. All instants are those at which the rule was told.
    """

    device: str
    grant_window: timedelta
    settle: timedelta
    held_open_after: timedelta

    @property
    def id(self) -> str:
        """The device's one door."""
        return door_of(self.device)

    @property
    def points(self) -> tuple[str, ...]:
        """The contact, and what lets somebody pass."""
        return (f"{self.device}/door_open", f"{self.device}/may_open")

    @property
    def kinds(self) -> tuple[str, ...]:
        """No event matters."""
        return ()

    @property
    def raises(self) -> tuple[str, ...]:
        """No alarm: those of profiles follow what it tells."""
        return ()

    def start(self) -> DoorState:
        """Begin with a door of which nothing is known."""
        return DoorState()

    def step(self, state: DoorState, record: Record | None, now: datetime) -> Step[DoorState]:
        """Follow the contact, a grant, or the time at which a verdict is due."""
        state = _in_the_past(state, now)
        ended: tuple[Finding, ...] = ()
        if isinstance(record, Reading):
            known = record.quality is not Quality.BAD and record.value is not None
            if record.point == f"{self.device}/may_open":
                if known and record.value is True:
                    state = replace(state, granted=now, judged=True)
            elif not known:
                state = _unknown(state, now)
            elif record.value is True:
                state = self._opened(state, now)
            elif record.value is False:
                state, ended = _closed(state)
        state, due = self._judged(state, now)
        return Step(state, self._told((*ended, *due), now), wake=self._wake(state))

    def explain(self, state: DoorState, now: datetime, latest: Latest) -> Explained:
        """Say how the door stands, whether it may, and until when."""
        del now, latest
        since, granted, settle = state.since, state.granted, self.settle
        contact = Explained(
            words=Text(f"{self.device}/door_open 为开", f"{self.device}/door_open says open"),
            truth=state.open,
            since=since,
        )
        window = format_duration(self.grant_window)
        leave = Explained(
            words=Text(f"开门前 {window} 内没有放行", f"nobody was let in within {window} before"),
            truth=state.forced,
            since=granted,
            until=since + settle if since and not state.judged else None,
        )
        held = Explained(
            words=Text(
                f"已开超过 {format_duration(self.held_open_after)}",
                f"it is open for more than {format_duration(self.held_open_after)}",
            ),
            truth=state.held,
            until=since + self.held_open_after if since and not state.held else None,
        )
        return Explained(
            words=Text("门未经放行打开，或未关", "The door opened without leave, or stays open"),
            truth=state.forced or state.held,
            parts=(contact, leave, held),
        )

    def _opened(self, state: DoorState, now: datetime) -> DoorState:
        """A door first seen open just after listening began may have opened before."""
        if state.open:
            return state
        judged = state.granted is not None and now - state.granted <= self.grant_window
        if state.open is None and state.listening is not None:
            judged = judged or state.forced or now - state.listening <= self.grant_window
        return replace(state, open=True, since=now, judged=judged)

    def _judged(self, state: DoorState, now: datetime) -> tuple[DoorState, tuple[Finding, ...]]:
        """Find what is due by now."""
        findings: tuple[Finding, ...] = ()
        since = state.since
        if since is None:
            return state, findings
        if not state.judged and now >= since + self.settle:
            state = replace(state, judged=True, forced=True)
            findings = ("forced",)
        if not state.held and now >= since + self.held_open_after:
            state = replace(state, held=True)
            findings = (*findings, "held_open")
        return state, findings

    def _wake(self, state: DoorState) -> datetime | None:
        """When the next verdict is due."""
        if state.since is None:
            return None
        if not state.judged:
            return state.since + self.settle
        return None if state.held else state.since + self.held_open_after

    def _told(self, findings: tuple[Finding, ...], now: datetime) -> tuple[Access, ...]:
        return tuple(
            Access(device=self.device, decision=finding, at=now, method=BY_CONTACT)
            for finding in findings
        )


def door_of(device: str) -> str:
    """The id of the rule of a device's door."""
    return f"{device}/.door"


def _in_the_past(state: DoorState, now: datetime) -> DoorState:
    """Put right what lies ahead: a clock set back while nobody ran must not grant for hours."""
    return replace(
        state,
        since=state.since and min(state.since, now),
        granted=state.granted and min(state.granted, now),
        listening=min(state.listening or now, now),
    )


def _unknown(state: DoorState, now: datetime) -> DoorState:
    """The contact cannot be trusted; what was told of the door still has to end one day."""
    return replace(state, open=None, since=None, judged=True, listening=now)


def _closed(state: DoorState) -> tuple[DoorState, tuple[Finding, ...]]:
    """An opening too short to be judged was a forced one."""
    findings: tuple[Finding, ...] = ()
    if state.open and not state.judged:
        findings = ("forced", "closed")
    elif state.forced or state.held:
        findings = ("closed",)
    shut = DoorState(open=False, granted=state.granted, listening=state.listening)
    return shut, findings
