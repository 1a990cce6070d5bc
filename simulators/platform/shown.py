"""The pieces of the live page, as the browser gets them; instants in seconds since 1970."""

from __future__ import annotations

from msgspec import Struct

from cloud_bridge.wire import Bilingual, Status


class EventLine(Struct, frozen=True):
    """One event of the stream."""

    site: str
    id: str
    type: str
    lane: str
    at: float
    took: float
    subject: str
    name: Bilingual
    text: Bilingual
    place: Bilingual


class IssueCard(Struct, frozen=True):
    """One issue with what may be done next."""

    site: str
    id: str
    lane: str
    state: str
    next: tuple[str, ...]
    title: Bilingual
    place: Bilingual
    category: str
    parties: tuple[str, ...]
    raised: float
    respond_by: float
    resolve_by: float
    responded: float | None
    closed: float | None
    cleared: float | None
    by: str


class NoticeCard(Struct, frozen=True):
    """One notice."""

    site: str
    id: str
    state: str
    title: Bilingual
    text: Bilingual
    audience: Bilingual
    start: float
    end: float


class ActiveAlarm(Struct, frozen=True):
    """One alarm that is active, where it is."""

    site: str
    building: str
    floor: str
    lane: str
    text: Bilingual
    place: Bilingual
    since: float


class Floors(Struct, frozen=True):
    """A building with the floors that have been heard of."""

    site: str
    id: str
    name: Bilingual
    floors: tuple[str, ...]


class Figures(Struct, frozen=True):
    """The key figures; latencies in milliseconds from the source to the platform's disk."""

    events: int
    readings: int
    redelivered: int
    refused: int
    active: int
    open_issues: int
    overdue: int
    published: int
    median: float | None
    p99: float | None


class View(Struct, frozen=True):
    """The whole page."""

    at: float
    sites: tuple[tuple[str, Bilingual], ...]
    gateways: tuple[Status, ...]
    figures: Figures
    issues: tuple[IssueCard, ...]
    notices: tuple[NoticeCard, ...]
    buildings: tuple[Floors, ...]
    alarms: tuple[ActiveAlarm, ...]
    events: tuple[EventLine, ...]
