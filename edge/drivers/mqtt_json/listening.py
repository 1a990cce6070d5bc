"""Listening to all of a broker for a while, to find what could be a device of the site."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from edge.broker import BrokerSection
from edge.mqtt import Message, connect

LONGEST_S: Final = 600.0
"""Battery sensors speak every few minutes; whoever wants more listens again."""
MOST_MESSAGES: Final = 2_000
MOST_BYTES: Final = 4 * 1024 * 1024
"""What a broker of a few hundred sensors says in ten minutes; with pictures on it, in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What came of it; `enough` messages or bytes end it before the time is up."""

    messages: int
    size: int
    ended: Literal["time", "enough", "busy"]


async def listen(
    section: BrokerSection, seconds: float, hear: Callable[[Message], None]
) -> Listened:
    """Hear everything that the broker lets us hear; `LinkDown` when it refuses.

    In a session of its own that leaves nothing behind, so that the link's own session, for which
    the broker keeps messages, never has a wider subscription than its devices need.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + min(seconds, LONGEST_S)
    count = size = 0
    async with connect(
        section.broker,
        client_id=f"{section.name_at_broker}-listen",
        subscriptions=("#",),
        clean=True,
    ) as session:
        while (left := end - loop.time()) > 0:
            message = await session.receive(left)
            if message is None:
                break
            message.ack()
            count, size = count + 1, size + len(message.body)
            hear(message)
            if count >= MOST_MESSAGES or size >= MOST_BYTES:
                return Listened(messages=count, size=size, ended="enough")
    return Listened(messages=count, size=size, ended="time")
