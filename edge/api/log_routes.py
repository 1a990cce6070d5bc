"""The log's last lines, and those that come, for an admin."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from edge.access.roles import Principal
from edge.api.event_stream import RESPONSES, EventStream
from edge.api.house import House
from edge.api.live import Broadcaster
from edge.api.live_routes import stream
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.words import Document
from edge.logs import LogLine


class LogQuery(Document):
    """Which lines."""

    after: Annotated[int, Field(ge=0, lt=2**63)] = Field(0, description="Above this number only.")
    limit: Annotated[int, Field(ge=1, le=500)] = 200


class LogView(Document):
    """Lines of the log, oldest first; `next` is what to ask `after` for those that follow."""

    items: tuple[LogLine, ...]
    next: int


def log_routes(house: House, broadcaster: Broadcaster) -> APIRouter:
    """The routes under `/log`."""
    routes = api_routes("/log", tag="gateway")

    @routes.get("")
    async def log(
        _: Annotated[Principal, may("configure")], asked: Annotated[LogQuery, Query()]
    ) -> LogView:
        """Return the last lines, or those after one."""
        lines = house.log.lines(asked.after)
        cut = lines[: asked.limit] if asked.after else lines[-asked.limit :]
        return LogView(items=tuple(cut), next=cut[-1].number if cut else asked.after)

    @routes.get("/live", response_class=StreamingResponse, responses=RESPONSES)
    async def live(
        who: Annotated[Principal, may("configure")],
        last_event_id: Annotated[str, Header(max_length=64)] = "",
    ) -> EventStream:
        """Stream the lines that are kept, then each as it is written, as events `log`."""
        return stream(house, broadcaster, who, ("log",), since=last_event_id)

    return routes
