"""Real brokers and sessions with them, for stories of a few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing, asynccontextmanager
from typing import Any

from edge.mqtt import Broker, Message, Session
from simulators.broker import Mosquitto, RunningBroker, broker


def at(running: RunningBroker, **more: Any) -> Broker:
    """How the running broker is reached."""
    return Broker.model_validate(
        {"host": "127.0.0.1", "port": running.port, "version": running.version} | more
    )


def play(story: Coroutine[Any, Any, None]) -> None:
    """Run a story that must end within twenty seconds."""

    async def bounded() -> None:
        async with asyncio.timeout(20):
            await story

    asyncio.run(bounded())


@asynccontextmanager
async def started(*settings: str) -> AsyncIterator[Mosquitto]:
    """Mosquitto, typed as such."""
    async with broker(settings=settings) as running:
        assert isinstance(running, Mosquitto)
        yield running


async def take(session: Session, count: int) -> list[Message]:
    """The next messages, in order."""
    taken: list[Message] = []
    async with aclosing(session.messages()) as messages:
        async for message in messages:
            taken.append(message)
            if len(taken) == count:
                break
    return taken
