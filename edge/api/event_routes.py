"""Events: what was kept, and how far each has come."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import Field

from edge.access.roles import Principal
from edge.api.event_documents import EventView, building_of
from edge.api.house import House
from edge.api.paging import Numbered, Page
from edge.api.routes import api_routes
from edge.api.running import Events
from edge.api.security import may
from edge.api.sight import Sight
from edge.model import EventLine, EventQuery, Lane

MOST_LOOKS: Final = 20
"""At the journal for one page; of another building's events a busy night has no more."""


class EventsQuery(Numbered):
    """Which events, the latest first; what is empty leaves none out."""

    after: Annotated[int, Field(ge=0, lt=2**63)] = Field(0, description="Above this number only.")
    kind: Annotated[str, Field(pattern=r"^[a-z_.]{0,64}\*?$")] = Field(
        "", description="Such as alarm.raised; alarm.* is all that begin so."
    )
    lane: Lane | None = None
    subject: Annotated[str, Field(max_length=256)] = Field(
        "", description="A device, or an alarm's key; a device's alarms are its own."
    )
    waiting: bool = Field(default=False, description="Only what a platform has not stored yet.")


def event_routes(house: House) -> APIRouter:
    """The route `/events`."""
    routes = api_routes(tag="events")

    @routes.get("/events")
    async def events(
        who: Annotated[Principal, may("look")], asked: Annotated[EventsQuery, Query()]
    ) -> Page[EventView]:
        """What was kept, the latest first, each with how far it has come on every uplink."""
        query = EventQuery(
            limit=asked.limit,
            before=asked.before,
            after=asked.after,
            kind=asked.kind,
            lane=asked.lane,
            subject=asked.subject,
            waiting=asked.waiting,
        )
        found, following = await seen(house.running.events, query, Sight(house.site, who))
        return Page(items=tuple(EventView.of(each) for each in found), next=following)

    return routes


async def seen(
    events: Events, query: EventQuery, sight: Sight
) -> tuple[tuple[EventLine, ...], str | None]:
    """Return the events that may be seen, as many as were asked for, and where the next begin."""
    found: list[EventLine] = []
    wanted = query.limit + 1
    looking = replace(query, limit=wanted)
    for _ in range(MOST_LOOKS):
        lines = await events.find(looking)
        found += [line for line in lines if sight.whole or sight.place(building_of(line))]
        if len(found) >= wanted:
            found = found[: query.limit]
            return tuple(found), str(found[-1].number)
        if len(lines) < wanted:
            return tuple(found), None
        looking = replace(looking, before=lines[-1].number)
    return tuple(found), str(looking.before)
