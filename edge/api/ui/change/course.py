"""How a change on trial goes, as a person watches it; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from edge.api.ui.change.mistakes import NO_WORDS
from edge.api.ui.device.reasons import link_reason
from edge.model import Device, LinkChanged, Point, Quality, Reading, Text
from edge.versions import Version
from edge.versions.applying import WATCH, Trial

MOST_VALUES: Final = 12
"""Of the device that is looked at; all of them are on its own page."""

How: TypeAlias = Literal["applying", "watching", "applied", "rolled_back", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One value of the device that is looked at."""

    point: Point
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The device that is looked at: none of these is known before it was heard."""

    device: Device
    link_up: bool | None
    link_reason: str
    online: bool | None
    values: tuple[Seen, ...]

    @property
    def answers(self) -> bool:
        """Whether it has said anything that can be used."""
        return bool(self.values) and self.online is not False


@dataclass(frozen=True, slots=True, kw_only=True)
class Amiss:
    """What is not in order, and what to do about it, where that is known."""

    what: Text
    remedy: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How far it is: `left` until it is taken back, of `most`; `reasons` is what is amiss."""

    how: How
    version: int
    by: str = ""
    note: str = ""
    left: timedelta | None = None
    most: timedelta = WATCH
    reasons: tuple[Amiss, ...] = ()
    watched: Watched | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.how in {"applied", "rolled_back", "unknown"}


def course(
    number: int, trial: Trial, version: Version | None, now: datetime, watched: Watched | None
) -> Course:
    """What is known of one change: from its trial, or from the history once that has ended."""
    note = version.note if version else ""
    if trial.version == number and trial.state != "idle":
        left = max(trial.until - now, timedelta(0)) if trial.until else None
        return Course(
            how=trial.state,
            version=number,
            by=trial.by,
            note=note,
            left=left,
            reasons=tuple(map(amiss, trial.reasons)),
            watched=watched,
        )
    if version is None:
        return Course(how="unknown", version=number)
    how = _PAST.get(version.state, "unknown")
    reasons = (amiss(version.reason),) if version.reason.en else ()
    return Course(
        how=how, version=number, by=version.by, note=note, reasons=reasons, watched=watched
    )


def amiss(reason: Text) -> Amiss:
    """What is amiss, with what a driver says of it in words that a technician knows."""
    found = _LINK.fullmatch(reason.en)
    if found is None:
        return Amiss(what=reason, remedy=NO_WORDS)
    link, said = found["link"], link_reason(found["said"])
    what = Text(
        f"链路 {link} 没有连上：{said.what.zh}", f"the link {link} is not up: {said.what.en}"
    )
    return Amiss(what=what, remedy=said.remedy)


def watched(
    device: Device, links: Mapping[str, LinkChanged], readings: Mapping[str, Reading]
) -> Watched:
    """How a device is now, as far as it was heard."""
    link = links.get(device.link)
    online = readings.get(f"{device.id}/online")
    known = (
        Seen(point=point, reading=reading)
        for name, point in device.points.items()
        if name != "online" and (reading := readings.get(f"{device.id}/{name}")) is not None
    )
    values = sorted(
        (each for each in known if each.reading.quality is not Quality.BAD),
        key=lambda each: isinstance(each.reading.value, bool),  # numbers say more
    )
    return Watched(
        device=device,
        link_up=link.up if link else None,
        link_reason=link.reason if link else "",
        online=online.value is True if online else None,
        values=tuple(values[:MOST_VALUES]),
    )


_LINK: Final = re.compile(r"the link (?P<link>\S+) is not up: (?P<said>.+)", re.DOTALL)

_PAST: Final[Mapping[str, How]] = {
    "applied": "applied",
    "rolled_back": "rolled_back",
    "trying": "applying",
    "found": "applied",
}
