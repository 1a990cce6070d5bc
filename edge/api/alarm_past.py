"""What happened to an alarm since it was raised, and what people wrote about it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import Request

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.documents import AlarmDetail, CommentView, view
from edge.api.event_documents import EventView, alarm_of, building_of
from edge.api.house import House
from edge.api.problems import problem
from edge.api.sight import Sight
from edge.model import Alarm, EventLine, EventQuery

COMMENTED: Final = "alarm.commented"

MOST_COMMENTS: Final = 500
"""That are looked through, the latest ones; a site has a few a day."""


async def past_of(house: House, who: Principal, number: int) -> AlarmDetail:
    """An alarm, over or not, with all that happened to it; a problem where there is none."""
    sight, alarm = Sight(house.site, who), house.running.alarms.all.get(number)
    if alarm is not None and not sight.alarm(alarm):
        alarm = None
    raised = None if alarm else await _raised(house, sight, number)
    if alarm is None and raised is None:
        raise problem(HTTPStatus.NOT_FOUND, "没有这条报警", "no such alarm")
    key = alarm.key if alarm else alarm_of(raised) if raised else ""
    timeline = await house.running.events.of_alarm(key, number)
    return AlarmDetail(
        id=number,
        key=key,
        alarm=view(alarm, house.site, house.now()) if alarm else None,
        timeline=tuple(EventView.of(line) for line in timeline),
        comments=await _comments(house, number),
    )


async def comment(
    house: House, request: Request, who: Principal, alarm: Alarm, words: str
) -> CommentView:
    """Leave a word about an alarm for whoever looks at it next; it stands in the audit log."""
    at, detail = house.now(), {"number": str(alarm.number), "comment": words}
    await note(request, who, COMMENTED, alarm.key, detail=detail)
    return CommentView(at=at, by=who.name, comment=words)


async def _raised(house: House, sight: Sight, number: int) -> EventLine | None:
    """The event with which an alarm began; none where it is kept no more, or not to be seen."""
    query = EventQuery(limit=1, before=number + 1, after=number - 1, kind="alarm.raised")
    for line in await house.running.events.find(query):
        if line.number == number and sight.place(building_of(line)):
            return line
    return None


async def _comments(house: House, number: int) -> tuple[CommentView, ...]:
    lines = await house.audit.read(MOST_COMMENTS, what=COMMENTED)
    return tuple(
        CommentView(at=line.at, by=line.who, comment=line.detail.get("comment", ""))
        for line in reversed(lines)
        if line.detail.get("number") == str(number)
    )
