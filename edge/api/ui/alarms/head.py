"""What an alarm is, whether it is still on or long over: the head of its page; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from edge.alarms.suppression import covers
from edge.api.documents import AlarmDetail
from edge.api.ui.alarms.lines import WHY
from edge.api.ui.alarms.past import Cause as Said
from edge.api.ui.alarms.past import told
from edge.model import Alarm, Cause, Lane, SuppressionBegan, Text
from edge.places import place_name
from edge.rules.wording import name_of, point_of, spoken
from edge.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseLine:
    """What its rule saw: the point, its value then, what it was compared with."""

    point: str
    name: Text
    value: Text
    limit: Text | None
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLine:
    """Why it calls nobody: by whom, until when."""

    why: Text
    by: str
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One alarm; `first` is the number of the alarm that it follows from, 0 for none."""

    number: int
    key: str
    device: str
    lane: Lane
    severity: int
    category: str
    text: Text
    place: Text
    since: datetime
    cause: CauseLine | None
    first: int = 0
    behind: tuple[str, ...] = ()


def head_of(alarm: Alarm, site: Site) -> Head:
    """Of one that is not over."""
    raised = alarm.raised
    return Head(
        number=alarm.number,
        key=alarm.key,
        device=raised.device if raised.device in site.devices else "",
        lane=raised.lane,
        severity=raised.severity,
        category=raised.category,
        text=raised.text,
        place=place_name(site, site.location_of(raised)),
        since=alarm.since,
        cause=_cause(site, raised.cause),
        first=alarm.first,
        behind=raised.behind,
    )


def head_of_past(past: AlarmDetail, site: Site) -> Head | None:
    """Of one that is over, from its raise; none where that is kept no more."""
    raised = next((each for each in past.timeline if each.kind == "alarm.raised"), None)
    if raised is None:
        return None
    said = told(raised.event)
    data = said.data
    device = data.device.id or past.key.partition("/")[0]
    return Head(
        number=past.id,
        key=past.key,
        device=device if device in site.devices else "",
        lane=raised.lane,
        severity=said.severity,
        category=data.alarm.category,
        text=data.alarm.text.plain() if data.alarm.text else Text(past.key, past.key),
        place=data.location.text.plain(),
        since=raised.at,
        cause=_cause(site, data.cause) if data.cause else None,
    )


def windows_of(
    alarm: Alarm, site: Site, windows: Iterable[SuppressionBegan]
) -> tuple[WindowLine, ...]:
    """The windows that cover it now."""
    place = site.location_of(alarm.raised)
    return tuple(
        WindowLine(why=WHY[w.why], by=w.by, reason=w.reason, until=w.until)
        for w in windows
        if covers(w.covers, alarm.raised, place)
    )


def _cause(site: Site, cause: Cause | Said) -> CauseLine | None:
    if not cause.point:
        return None
    known = point_of(site.devices, cause.point)
    point = replace(known, unit=cause.unit) if cause.unit else known
    return CauseLine(
        point=cause.point,
        name=name_of(site.devices, cause.point) if "/" in cause.point else _name(site, cause.point),
        value=spoken(cause.value, point),
        limit=spoken(cause.limit, point) if _is_figure(cause.limit) else None,
        about=cause.about,
    )


def _name(site: Site, device: str) -> Text:
    """What a device is called whose word, not whose value, was the cause."""
    known = site.devices.get(device)
    return known.name if known else Text(device, device)


def _is_figure(limit: object) -> bool:
    return isinstance(limit, int | float) and not isinstance(limit, bool)
