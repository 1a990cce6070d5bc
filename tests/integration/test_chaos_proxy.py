"""The bad network: what goes through it, what does not, and who is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from simulators.chaos_proxy import ChaosProxy
from simulators.ports import LOOPBACK, free_port

PATIENCE_S = 5.0
MOMENT_S = 0.1


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say back what is said, until the other side ends it."""
    try:
        while said := await reader.read(100_000):
            writer.write(said)
    except ConnectionResetError:
        pass
    finally:
        writer.close()


class Line:
    """A connection to the echo, through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, body: bytes) -> None:
        """Send."""
        self._writer.write(body)

    def hang_up(self) -> None:
        """End it."""
        self._writer.transport.abort()

    async def hears(self, size: int) -> bytes:
        """What comes back, of that size."""
        async with asyncio.timeout(PATIENCE_S):
            return await self._reader.readexactly(size)

    async def silent(self) -> bool:
        """Whether nothing comes for a moment."""
        try:
            async with asyncio.timeout(MOMENT_S):
                return await self._reader.read(1) == b"nothing"
        except TimeoutError:
            return True


@asynccontextmanager
async def network() -> AsyncIterator[tuple[ChaosProxy, Callable[[], Awaitable[Line]]]]:
    """A proxy before an echo, and how to connect."""
    server = await asyncio.start_server(echo, LOOPBACK, 0)
    way = free_port()
    proxy = ChaosProxy(way, server.sockets[0].getsockname()[1])
    await proxy.start()

    lines: list[Line] = []

    async def dial() -> Line:
        lines.append(Line(*await asyncio.open_connection(LOOPBACK, way)))
        return lines[-1]

    try:
        yield proxy, dial
    finally:
        for line in lines:
            line.hang_up()
        await proxy.close()
        server.close()
        await asyncio.sleep(MOMENT_S)  # both sides of each connection come to their end


def test_what_is_said_goes_through() -> None:
    """Both ways, on as many connections as there are."""

    async def main() -> None:
        async with network() as (_, dial):
            for line in (await dial(), await dial()):
                line.say(b"hello")
                assert await line.hears(5) == b"hello"

    asyncio.run(main())


def test_a_reset_ends_every_connection_and_no_later_one() -> None:
    """A RST, not a goodbye; who dials again is served."""

    async def main() -> None:
        async with network() as (proxy, dial):
            line = await dial()
            line.say(b"hello")
            await line.hears(5)
            proxy.reset()
            with pytest.raises(ConnectionResetError):
                await line.hears(1)
            line = await dial()
            line.say(b"again")
            assert await line.hears(5) == b"again"

    asyncio.run(main())


@pytest.mark.parametrize("direction", ["up", "down"])
def test_one_way_can_be_silent(direction: str) -> None:
    """Nobody is told; what was held arrives when it may."""

    async def main() -> None:
        async with network() as (proxy, dial):
            line = await dial()
            line.say(b"a")
            await line.hears(1)
            proxy.hold("up" if direction == "up" else "down")
            line.say(b"hello")
            assert await line.silent()
            other = await dial()  # connects, and gets no answer
            other.say(b"hello")
            assert await other.silent()
            proxy.let("up", "down")
            assert await line.hears(5) == b"hello"
            assert await other.hears(5) == b"hello"

    asyncio.run(main())


def test_a_thin_line_takes_its_time() -> None:
    """As many bytes a second as it is set to, and a delay for each piece."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with network() as (proxy, dial):
            line = await dial()
            proxy.rate, proxy.delay = 20_000, 0.05
            begun = loop.time()
            line.say(bytes(4_000))
            await line.hears(4_000)
            assert loop.time() - begun >= 2 * (4_000 / 20_000 + 0.05) - 0.05

    asyncio.run(main())
