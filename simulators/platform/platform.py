"""Puts the simulated platform together: store, ear at the broker, web."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import apsw

from cloud_bridge.offering import Parcel
from cloud_bridge.wire.topics import EVERY_EVENT, EVERY_EVIDENCE, EVERY_STATUS, EVERY_TELEMETRY
from edge.api.server import serve
from edge.driver import Now
from edge.model import Value
from edge.mqtt import Broker, connect
from simulators.platform import web
from simulators.platform.consumer import Consumer, Session
from simulators.platform.desk import Desk
from simulators.platform.dispatch import COMMAND, Dispatch
from simulators.platform.door import Door
from simulators.platform.orders import OrderDesk
from simulators.platform.person import Person
from simulators.platform.readings import Readings
from simulators.platform.shelf import Shelf
from simulators.platform.shown_pictures import add_pictures

T = TypeVar("T")

HOST = "127.0.0.1"
CLIENT_ID = "platform"


def utc_now() -> datetime:
    """The instant."""
    return datetime.now(UTC)


class Platform:
    """A property platform in one process; `run` it, then open `url`.

    Events come over its broker, and through the `door` where it has one.
    """

    def __init__(  # noqa: PLR0913 - what a platform has
        self,
        store_path: Path,
        broker: Broker,
        http_port: int = 0,
        *,
        host: str = HOST,
        door: Door | None = None,
        now: Now = utc_now,
    ) -> None:
        self._broker = broker
        self._host = host
        self._http_port = http_port
        self._desk = Desk(store_path, now)
        self._shelf = Shelf(store_path.with_name(f"{store_path.stem}-pictures"))
        self.readings = Readings(store_path.with_name(f"{store_path.stem}-readings.db"))
        self._consumer = Consumer(self._connect, self._desk, self._shelf, self.readings)
        self._person = Person(self._desk, self._consumer.tell_issues)
        self._orders = OrderDesk(self._consumer.publish, now)
        self._dispatch = Dispatch(self._desk, self._orders, now)
        self._door = door
        self._port = 0
        self.ready = asyncio.Event()

    @property
    def url(self) -> str:
        """Where the page is, once `ready` is set."""
        return f"http://{self._host}:{self._port}/"

    @property
    def connected(self) -> asyncio.Event:
        """Set while there is a session with the broker."""
        return self._consumer.connected

    async def ask(self, query: Callable[[apsw.Connection], T]) -> T:
        """Run one of the queries in `simulators.platform.report`, once `ready` is set."""
        return await self._desk.ask(query)

    async def act(self, verb: str, args: Mapping[str, Value]) -> None:
        """Let a person do something, once `ready` is set; see `Person` and `Dispatch`."""
        if verb == COMMAND:
            await self._dispatch.act(args)
        else:
            await self._person.act(verb, args)

    def leave_key(self, folder: Path) -> None:
        """Put the public half of the key that orders are signed with beside a site file."""
        self._orders.leave_key(folder)

    async def offer(self, parcel: Parcel) -> None:
        """Offer a gateway a release that lies in a `Depot`; `LinkDown` without a broker."""
        await self._orders.send(self._orders.offer(parcel))

    async def run(self) -> None:
        """Live until cancelled; a broker that goes away is waited for."""
        await self._desk.open()
        await self.readings.open()
        try:
            page = await asyncio.to_thread(web.load_page)
            app = web.application(self._desk, page, self._consumer.tell_issues, self._dispatch)
            add_pictures(app, self._desk, self._shelf)
            listening = socket.create_server((self._host, self._http_port), backlog=128)
            self._port = int(listening.getsockname()[1])
            async with self._open_door(), asyncio.TaskGroup() as tasks:
                self.ready.set()
                tasks.create_task(
                    serve(app, listening, "platform-http", self._desk.end_watching),
                    name="platform-web",
                )
                tasks.create_task(self._consumer.run(), name="platform-consumer")
        finally:
            self.ready.clear()
            await self.readings.close()
            await self._desk.close()

    def _open_door(self) -> AbstractAsyncContextManager[None]:
        if self._door is None:
            return nullcontext()
        return self._door.opened(self._desk, self._consumer.tell_issues)

    def _connect(self) -> AbstractAsyncContextManager[Session]:
        return connect(
            self._broker,
            client_id=CLIENT_ID,
            subscriptions=(EVERY_EVENT, EVERY_TELEMETRY, EVERY_STATUS, EVERY_EVIDENCE),
        )
