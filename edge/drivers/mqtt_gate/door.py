"""When an open door is wrong: forced, held open, and closed again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from edge.drivers.mqtt_gate.profile import Door as Timing

Finding: TypeAlias = Literal["forced", "held_open", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One door between its closings; `judged` once it is known whether it might open."""

    open: bool | None = None
    since: datetime | None = None
    granted: datetime | None = None
    judged: bool = True
    forced: bool = False
    held: bool = False


def allow(door: Door, now: datetime) -> Door:
    """Someone may pass: a grant, an exit request, a command; also just after the opening."""
    return replace(door, granted=now, judged=True)


def opened(door: Door, timing: Timing, now: datetime) -> Door:
    """The contact says open; a door first seen open is given the benefit of the doubt."""
    if door.open:
        return door
    permitted = False
    if door.granted is not None:
        permitted = now - door.granted <= timing.grant_window
    return replace(door, open=True, since=now, judged=door.open is None or permitted)


def closed(door: Door) -> tuple[Door, tuple[Finding, ...]]:
    """The contact says closed; an opening too short to be judged was a forced one."""
    findings: tuple[Finding, ...] = ()
    if door.open and not door.judged:
        findings = ("forced", "closed")
    elif door.forced or door.held:
        findings = ("closed",)
    return Door(open=False, granted=door.granted), findings


def wait(door: Door, timing: Timing, now: datetime) -> tuple[Door, tuple[Finding, ...]]:
    """Time passes; to be asked about once a second."""
    since = door.since
    if not door.open or since is None:
        return door, ()
    findings: list[Finding] = []
    if not door.judged and now - since >= timing.settle:
        door = replace(door, judged=True, forced=True)
        findings.append("forced")
    if not door.held and now - since >= timing.held_open_after:
        door = replace(door, held=True)
        findings.append("held_open")
    return door, tuple(findings)
