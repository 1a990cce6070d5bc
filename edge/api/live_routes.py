"""The live stream: what changes, as server-sent events, as long as somebody watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from edge.access.roles import Principal
from edge.api.event_stream import RESPONSES, EventStream
from edge.api.house import House
from edge.api.live import Broadcaster
from edge.api.live_states import STATES
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.viewer import Viewer
from edge.api.words import Document, Language

ASKED_AGAIN_S: Final = 30.0
"""How often is looked whether who watches may still come in."""

Channel = (
    Literal["points", "alarms", "links", "standing"]
    | Annotated[str, Field(pattern=r"^points/[^/]{1,64}$")]
)


class LiveQuery(Document):
    """What to watch, and from where on."""

    channels: Annotated[tuple[Channel, ...], Field(max_length=8)] = Field(
        (), description="All of them without it; `points/DEVICE` are the points of one device."
    )
    since: Annotated[str, Field(max_length=64)] = Field(
        "", description="The id of the last event that was seen; the header Last-Event-ID too."
    )


def live_routes(house: House, broadcaster: Broadcaster) -> APIRouter:
    """The route `/live`."""
    routes = api_routes(tag="live")

    @routes.get("/live", response_class=StreamingResponse, responses=RESPONSES)
    async def live(
        who: Annotated[Principal, may("look")],
        asked: Annotated[LiveQuery, Query()],
        last_event_id: Annotated[str, Header(max_length=64)] = "",
    ) -> EventStream:
        """Stream what is, and then what changes.

        First comes `reset` with a channel's name and all that it shows, or what was missed since
        the event that was named. `points` is {point: [value, quality, ms]}, every five seconds or
        so for a point that stays the same, `alarms` is
        {changed: [alarm], gone: [id]}, `links` is {link: [up, reason, ms]}, `standing` as under
        /standing; `repair` comes while nothing runs.
        """
        names: tuple[str, ...] = asked.channels or tuple(channel.name for channel in STATES)
        return stream(house, broadcaster, who, names, since=last_event_id or asked.since)

    return routes


def stream(  # noqa: PLR0913 - who watches what, and how
    house: House,
    broadcaster: Broadcaster,
    who: Principal,
    names: Sequence[str],
    *,
    language: Language | Literal[""] = "",
    since: str = "",
) -> EventStream:
    """Answer with what these channels tell; pages call it with their language."""
    viewer = broadcaster.join(who, names, language, since)
    return EventStream(_frames(house, who, viewer), lambda: broadcaster.leave(viewer))


async def _frames(house: House, who: Principal, viewer: Viewer) -> AsyncGenerator[bytes, None]:
    """Yield what is to be sent, until the viewer is sent away or may not come in any more."""
    loop = asyncio.get_running_loop()
    ask_at = loop.time() + ASKED_AGAIN_S
    async with aclosing(viewer.frames()) as frames:
        async for frame in frames:
            yield frame
            if loop.time() >= ask_at:
                if not await _may_stay(house, who):
                    return
                ask_at = loop.time() + ASKED_AGAIN_S


async def _may_stay(house: House, who: Principal) -> bool:
    """Whether a session or token is still good; to watch alone keeps no session from its end."""
    if who.door == "session":
        lines = await house.accounts.sessions.all(who.name)
        return any(line.id == who.session for line in lines)
    if who.door == "token":
        now, tokens = house.now(), await house.accounts.tokens.all()
        found = [token for token in tokens if token.id == who.session]
        return any(token.expires_at is None or now < token.expires_at for token in found)
    return True
