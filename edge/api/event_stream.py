"""Server-sent events that come to a clean end, however the connection ends."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any, Final

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

MEDIA_TYPE: Final = "text/event-stream"

PIECE: Final = 16_384
"""Bytes that are encrypted at once, a record of TLS.

A connection keeps, as long as it lives, a buffer as large as the largest piece that it was given.
"""

RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events, until one side has enough.",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string"},
                        "event": {"type": "string"},
                        "data": {"type": "string"},
                    },
                    "required": ["event", "data"],
                }
            }
        },
    }
}
"""How a route that streams is described."""


class EventStream(StreamingResponse):
    """Sends the frames; whoever made them is told when nobody takes any more, be it at once."""

    def __init__(
        self, frames: AsyncGenerator[bytes, None], over: Callable[[], object] = lambda: None
    ) -> None:
        headers = {"x-accel-buffering": "no"}
        super().__init__(_pieces(frames), media_type=MEDIA_TYPE, headers=headers)
        self._frames = frames
        self._over = over

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until one side has enough."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._over()
            await self._frames.aclose()


async def _pieces(frames: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Yield the same, and never more at once than `PIECE`."""
    async for frame in frames:
        for begin in range(0, len(frame), PIECE):
            yield frame[begin : begin + PIECE]
