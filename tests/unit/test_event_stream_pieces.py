"""Server-sent events go out in pieces that no connection needs a large buffer for."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from edge.api.event_stream import PIECE, EventStream
from tests.fakes.time import run


def test_a_large_frame_is_sent_whole_in_small_pieces() -> None:
    """What comes out is what went in, never more at once than a record of TLS."""
    large = bytes(range(256)) * 300

    async def frames() -> AsyncGenerator[bytes, None]:
        yield b"event: first\n\n"
        yield large

    sent: list[bytes] = []

    async def take(message: Any) -> None:
        sent.append(message.get("body", b""))

    async def never() -> Any:
        return {"type": "http.request"}

    async def stream() -> None:
        scope = {"type": "http", "asgi": {"spec_version": "2.4"}}
        await EventStream(frames())(scope, never, take)

    run(stream())
    assert b"".join(sent) == b"event: first\n\n" + large
    assert max(map(len, sent)) == PIECE
