"""How soon alarms came and went after what caused them, and what cameras kept of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import apsw
import msgspec

from simulators.demo.scenario import Step
from simulators.platform.instants import instant


class Noticed(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds from a step to the alarm that it raised, or whose cause it ended."""

    alarm: str
    after_s: float | None
    within_s: float
    what: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One picture or clip that is kept about an alarm; `blurred`: faces, or the whole picture.

    `arrived`: the platform has it, and its hash is right.
    """

    alarm: str
    camera: str
    kind: str
    blurred: str
    sha256: str
    bytes: int
    arrived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """A step, and when it was done."""

    step: Step
    at: datetime


@dataclass(frozen=True, slots=True)
class _Life:
    raised: datetime | None
    cleared: datetime | None


def noticed(db: apsw.Connection, acted: Iterable[Acted]) -> list[Noticed]:
    """Every alarm that has a time to come or to go within."""
    found: list[Noticed] = []
    for each in acted:
        for one in each.step.expect:
            if one.within is not None:
                lives = [life.raised for life in _lives(db, one.alarm)]
                found.append(_noticed(one.alarm, one.within, each.at, lives, "raised"))
        for gone in each.step.clears:
            lives = [life.cleared for life in _lives(db, gone.alarm)]
            found.append(_noticed(gone.alarm, gone.within, each.at, lives, "cleared"))
    return found


def too_late(noticed: Sequence[Noticed]) -> Iterator[str]:
    """A line for each that did not come in time."""
    for each in noticed:
        if each.after_s is None:
            yield f"alarm {each.alarm} was not {each.what}"
        elif each.after_s > each.within_s:
            yield (
                f"alarm {each.alarm} was {each.what} after {each.after_s} s,"
                f" not within {each.within_s} s"
            )


def shown(db: apsw.Connection) -> list[Shown]:
    """Everything that the gateway has told it has kept, about each alarm, oldest first."""
    rows = db.execute(
        "SELECT body FROM events WHERE type = 'community.evidence.kept.v1' ORDER BY arrival"
    )
    bodies = [json.loads(str(body)) for (body,) in rows]
    come = {str(sha256) for (sha256,) in db.execute("SELECT sha256 FROM pictures_come")}
    return [shot for body in bodies for shot in _shots(body, come)]


def not_shown(acted: Iterable[Acted], shown: Sequence[Shown]) -> list[str]:
    """A line for each kind of evidence that the platform should have of an alarm and has not."""
    return [
        f"{kind} of {one.alarm}"
        for each in acted
        for one in each.step.expect
        for kind in one.shows
        if not any(shot.arrived and (shot.alarm, shot.kind) == (one.alarm, kind) for shot in shown)
    ]


def _lives(db: apsw.Connection, key: str) -> list[_Life]:
    rows = db.execute("SELECT raised_at, cleared_at FROM alarms WHERE key = ?", (key,))
    return [_Life(*(None if at is None else instant(int(at)) for at in row)) for row in rows]


def _noticed(
    alarm: str, within: timedelta, at: datetime, lives: Sequence[datetime | None], what: str
) -> Noticed:
    waits = [(when - at).total_seconds() for when in lives if when is not None and when >= at]
    return Noticed(
        alarm=alarm,
        after_s=round(min(waits), 2) if waits else None,
        within_s=within.total_seconds(),
        what=what,
    )


def _shots(body: Mapping[str, object], come: Collection[str]) -> Iterator[Shown]:
    told = msgspec.convert(body["data"], _Told)
    for each in told.evidence:
        yield Shown(
            alarm=told.alarm.key if told.alarm else "",
            camera=told.device.id,
            kind=each.kind,
            blurred=each.blurred,
            sha256=each.sha256,
            bytes=each.bytes,
            arrived=each.sha256 in come,
        )


class _Named(msgspec.Struct):
    id: str = ""
    key: str = ""


class _Piece(msgspec.Struct):
    kind: str
    blurred: str
    sha256: str
    bytes: int


class _Told(msgspec.Struct):
    evidence: tuple[_Piece, ...]
    device: _Named
    alarm: _Named | None = None
