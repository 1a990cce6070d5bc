"""The pieces of the live page, as the browser gets them; instants in seconds since 1970."""

from __future__ import annotations

from msgspec import Struct

from cloud_bridge.wire import Bilingual, Status


class EventLine(Struct, frozen=True):
    """One event of the stream; `gate` is the device where it is one that can be opened."""

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
    gate: str


class Escalation(Struct, frozen=True):
    """The next party was told, because nobody responded or resolved by then."""

    level: int
    to: str
    overdue: str
    at: float


class OrderLine(Struct, frozen=True):
    """A command that was given here; `outcome` is empty until the gateway has said it.

    `observed` is whether it was seen to have happened, empty where nobody could see.
    """

    site: str
    id: str
    device: str
    action: Bilingual
    by: str
    at: float
    outcome: str
    detail: Bilingual
    observed: str
    ended: float | None


class Picture(Struct, frozen=True):
    """A still or a clip that is evidence of an alarm; `there` once its bytes have come."""

    sha256: str
    kind: str
    blurred: str
    at: float
    camera: Bilingual
    there: bool


class IssueCard(Struct, frozen=True):
    """One issue with what may be done next.

    `measured` is what the gateway measured, in seconds to response and to resolution; `told`
    is whether it knows of every step. `suppressed` and `seen_by` are its alarm's. `gate` is the
    device where the alarm's is one that can be opened from here; `orders` what it was told since.
    `pictures` are those of its alarm.
    """

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
    told: bool
    measured: tuple[float | None, float | None]
    escalations: tuple[Escalation, ...]
    suppressed: tuple[str, ...]
    seen_by: str
    gate: str
    orders: tuple[OrderLine, ...]
    pictures: tuple[Picture, ...]


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
    withdrawn: float | None


class ActiveAlarm(Struct, frozen=True):
    """One alarm that is active, where it is and how it stands.

    `followers` is how many active alarms it came before, as the first of their group;
    `follows` whether it is one of those itself. `count` is that of a storm.
    """

    site: str
    id: str
    building: str
    floor: str
    lane: str
    text: Bilingual
    place: Bilingual
    since: float
    seen_by: str
    suppressed: tuple[str, ...]
    latched: bool
    count: int
    behind: int
    follows: bool
    followers: int


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
