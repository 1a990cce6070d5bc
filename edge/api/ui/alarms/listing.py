"""Which alarms a list shows, and those that were: filters and past occurrences; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.api.sight import Sight
from edge.api.ui.alarms.lines import AlarmLine, line_of, most_urgent_first
from edge.api.ui.alarms.past import told_in
from edge.model import Alarm, EventLine, Lane, Text
from edge.site import Site

Standing: TypeAlias = Literal["all", "active", "unseen", "waiting", "aside"]
"""All that are not over; active ones; those nobody has seen; those over but for a word; silent."""

MOST_LINES: Final = 200
"""Of a list; whoever has more of them filters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to see; empty fields do not matter."""

    lane: Lane | None = None
    state: Standing = "all"
    building: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What fits, the most urgent first, at most so many; `more` are not shown."""

    lines: tuple[AlarmLine, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLine:
    """One occurrence in the journal, by its raise."""

    number: int
    key: str
    at: datetime
    lane: Lane
    severity: int
    text: Text
    place: Text
    open: bool


def listed(alarms: Iterable[Alarm], site: Site, wish: Wish, at: datetime) -> Listed:
    """The alarms that are not over and fit."""
    found = most_urgent_first(each for each in alarms if _fits(each, site, wish))
    lines = tuple(line_of(each, site, at) for each in found[:MOST_LINES])
    return Listed(lines=lines, more=len(found) - len(lines))


def past_lines(
    events: Sequence[EventLine], sight: Sight, still_open: Iterable[int]
) -> tuple[PastLine, ...]:
    """Raises as lines, of what may be seen."""
    known = frozenset(still_open)
    return tuple(_past(event, known) for event in events if sight.subject(event.subject))


def _past(event: EventLine, known: frozenset[int]) -> PastLine:
    said = told_in(event.body)
    text = said.data.alarm.text
    return PastLine(
        number=event.number,
        key=said.data.alarm.key or event.subject,
        at=event.at,
        lane=event.lane,
        severity=said.severity,
        text=text.plain() if text else Text(event.kind, event.kind),
        place=said.data.location.text.plain(),
        open=event.number in known,
    )


def _fits(alarm: Alarm, site: Site, wish: Wish) -> bool:
    raised = alarm.raised
    return (
        wish.lane in {None, raised.lane}
        and _stands(alarm, wish.state)
        and wish.device in {"", raised.device}
        and wish.building in {"", site.location_of(raised).building}
    )


def _stands(alarm: Alarm, state: Standing) -> bool:
    match state:
        case "active":
            return alarm.active
        case "unseen":
            return not alarm.acknowledged
        case "waiting":
            return not alarm.active
        case "aside":
            return bool(alarm.suppressed)
        case "all":
            return True
