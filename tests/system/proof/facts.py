"""What the ledgers and the schedule say, as the checker takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as its device knows it; `acknowledged_at` is none while it waits."""

    key: str
    sent_at: float
    acknowledged_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One copy of an event as the platform has stored it."""

    id: str
    digest: str
    key: str
    part: str
    lane: str
    at: float

    @property
    def number(self) -> int:
        """Its number in the journal."""
        return int(self.id.rpartition("/")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What was done to whom, and when.

    `cuts`: alarms may be held up meanwhile. `forgets`: what was acknowledged before and was
    not sent may be gone. `renames`: an event that is sent again may get another id.
    """

    kind: str
    began: float
    ended: float
    cuts: bool = True
    forgets: bool = False
    renames: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that happened in one run; `deaths` are ends of the gateway that nobody meant."""

    told: Sequence[Told]
    received: Sequence[Received]
    faults: Sequence[Fault] = ()
    deaths: Sequence[str] = ()


def told_of(lines: Iterable[Mapping[str, Any]]) -> list[Told]:
    """Return the events in a ledger of devices, in the order in which they were sent."""
    events: dict[str, Told] = {}
    for line in lines:
        events[line["key"]] = Told(
            key=line["key"],
            sent_at=line["sent_at"],
            acknowledged_at=line.get("acknowledged_at"),
        )
    return list(events.values())


def received_of(lines: Iterable[Mapping[str, Any]]) -> list[Received]:
    """Return the copies in a ledger of a platform, in the order in which they came."""
    return [
        Received(**{name: line[name] for name in ("id", "digest", "key", "part", "lane", "at")})
        for line in lines
    ]
