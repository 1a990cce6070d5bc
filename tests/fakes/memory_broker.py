"""An MQTT broker in memory: passes messages on, keeps what is retained, can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

from edge.errors import LinkDown
from edge.mqtt import Message, Published, Will


class MemorySession:
    """One client's session, as `edge.mqtt` has it; clean: what came meanwhile is not for it."""

    def __init__(self, broker: MemoryBroker, subscriptions: Sequence[str]) -> None:
        self._broker = broker
        self._filters = [each.split("/") for each in subscriptions]
        self._inbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self.lost = False

    async def publish(
        self, topic: str, body: bytes, *, retain: bool = False, content_type: str = ""
    ) -> Published:
        """Pass it on; say whether anybody listens."""
        del content_type
        await asyncio.sleep(0)
        if self.lost:
            raise LinkDown("cut")
        return Published(no_subscriber=not self._broker.spread(topic, body, retain=retain))

    async def messages(self) -> AsyncGenerator[Message, None]:
        """Yield until the session is lost."""
        while (message := await self._inbox.get()) is not None:
            yield message
        raise LinkDown("cut")

    def wants(self, topic: str) -> bool:
        """Whether a subscription fits."""
        parts = topic.split("/")
        return any(
            len(wanted) == len(parts)
            and all(one in {"+", part} for one, part in zip(wanted, parts, strict=True))
            for wanted in self._filters
        )

    def deliver(self, topic: str, body: bytes, *, retained: bool) -> None:
        """Put a message into the inbox; the broker does not care for its acknowledgement."""
        self._inbox.put_nowait(Message(topic, body, retained, lambda: None))

    def lose(self) -> None:
        """End it."""
        self.lost = True
        self._inbox.put_nowait(None)


class MemoryBroker:
    """Where gateway and platform meet."""

    def __init__(self) -> None:
        self.up = True
        self.losing = ""
        self._sessions: set[MemorySession] = set()
        self._retained: dict[str, bytes] = {}

    @asynccontextmanager
    async def connect(
        self, subscriptions: Sequence[str], will: Will | None = None
    ) -> AsyncIterator[MemorySession]:
        """Open a session; its will is told when it does not end by itself."""
        if not self.up:
            raise LinkDown("refused")
        session = MemorySession(self, subscriptions)
        self._sessions.add(session)
        for topic, body in self._retained.items():
            if session.wants(topic):
                session.deliver(topic, body, retained=True)
        try:
            yield session
        except BaseException:
            if will is not None and self.up:
                self.spread(will.topic, will.body, retain=will.retain)
            raise
        finally:
            self._sessions.discard(session)

    def spread(self, topic: str, body: bytes, *, retain: bool) -> bool:
        """Pass a message to whoever wants it, unless it gets lost; return whether anybody did."""
        if self.losing and self.losing in topic:
            return False
        if retain:
            self._retained[topic] = body
        wanting = [session for session in self._sessions if session.wants(topic)]
        for session in wanting:
            session.deliver(topic, body, retained=False)
        return bool(wanting)

    def cut(self) -> None:
        """The broker dies, and with it every session."""
        self.up = False
        for session in tuple(self._sessions):
            session.lose()

    def mend(self) -> None:
        """It is there again, and passes everything on."""
        self.up = True
        self.losing = ""

    def lose_events(self) -> None:
        """From now on no event reaches the platform, while all that it says arrives."""
        self.losing = "/events/"
