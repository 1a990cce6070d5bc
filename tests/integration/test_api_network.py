"""The page's door: TLS, and connections that only hold their place."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.api import patience
from edge.api.server import serve
from edge.certificate import ensure_certificate, server_context
from tests.fakes.access import PASSWORD
from tests.fakes.house import FakeHouse

pytestmark = pytest.mark.integration


class Reached:
    """A house behind TLS on a free port."""

    def __init__(self, folder: Path) -> None:
        self.house = FakeHouse(folder)
        store = folder / "var"
        own = ensure_certificate(store, ("localhost",), lambda: datetime.now(UTC))
        self.context = server_context(own.cert_file, own.key_file)
        self.trusting = ssl.create_default_context(cafile=str(own.cert_file))
        self.trusting.check_hostname = False
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Be connected as a browser is, until the block ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=self.trusting)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    @asynccontextmanager
    async def watching(
        self, channels: str
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Watch, with a token."""
        tokens = self.house.accounts.tokens
        await self.house.enrol()
        _, token = await tokens.make("t", "viewer", frozenset(), None)
        head = f"GET /api/v1/live?channels={channels} HTTP/1.1\r\nhost: x\r\n"
        async with self.connected() as (reader, writer):
            writer.write(f"{head}authorization: Bearer {token}\r\n\r\n".encode())
            yield reader, writer

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        """Return all that is answered on a connection of its own."""
        said = {"host": "localhost", "content-length": str(len(body)), "connection": "close"}
        said |= {"content-type": "application/json", **headers}
        lines = "".join(f"{key.replace('_', '-')}: {value}\r\n" for key, value in said.items())
        async with self.connected() as (reader, writer):
            writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
            return await reader.read()


@asynccontextmanager
async def reached(folder: Path) -> AsyncIterator[Reached]:
    """Serve until the block ends."""
    there = await asyncio.to_thread(Reached, folder)
    house = there.house
    async with house.lives():
        house.start(
            serve(house.app, there.listening, "page", tls=there.context, door="network"), "serve"
        )
        yield there


def test_over_tls_a_browser_logs_in_and_asks(tmp_path: Path) -> None:
    """With a cookie that only this host gets, and no way in through a header of a proxy."""

    async def main() -> None:
        async with reached(tmp_path / "site") as there:
            await there.house.enrol()
            login = json.dumps({"name": "chief", "password": PASSWORD}).encode()
            origin = {"origin": "https://localhost"}
            answer = await there.ask("POST", "/api/v1/login", login, **origin)
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"server: " not in answer.lower()
            [cookie] = [
                line.partition(b": ")[2].partition(b";")[0].decode()
                for line in answer.split(b"\r\n")
                if line.lower().startswith(b"set-cookie: __host-whistle=")
            ]
            assert b'"name":"chief"' in await there.ask("GET", "/api/v1/me", cookie=cookie)
            await there.ask("POST", "/api/v1/login", b"{}", x_forwarded_for="10.9.9.9")
            wrong = json.dumps({"name": "chief", "password": "a wrong one"}).encode()
            await there.ask("POST", "/api/v1/login", wrong, x_forwarded_for="10.9.9.9")
            [line] = await there.house.audit.read(1)
            assert (line.what, line.address) == ("session.refused", "127.0.0.1")
            assert b"401" in await there.ask("GET", "/api/v1/me")

    asyncio.run(main())


def test_a_connection_on_which_nothing_is_asked_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first request, in the middle of its head, and after an answer."""
    monkeypatch.setattr(patience, "HEAD_WITHIN_S", 0.2)

    async def main() -> None:
        async with (
            reached(tmp_path / "site") as there,
            there.connected() as (silent, _),
            there.connected() as (slow, writer),
            there.connected() as (again, second),
            asyncio.timeout(5),
        ):
            writer.write(b"GET /healthz HTTP/1.1\r\nhost: ")
            second.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
            assert b"alive" in await again.readuntil(b"}")
            second.write(b"GET /healthz HTTP/1.1\r\nhost: ")
            for reader in (silent, slow, again):
                with contextlib.suppress(ConnectionResetError, ssl.SSLError):
                    assert await reader.read() == b""

    asyncio.run(main())


def test_a_stream_goes_on_where_nothing_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is being answered is not idle."""
    monkeypatch.setattr(patience, "HEAD_WITHIN_S", 0.1)

    async def main() -> None:
        async with (
            reached(tmp_path / "site") as there,
            there.watching("points") as (reader, _),
            asyncio.timeout(5),
        ):
            await reader.readuntil(b"event: points")
            await asyncio.sleep(0.5)
            await there.house.read("gate-1/door_open", value=True)
            await reader.readuntil(b"gate-1/door_open")

    asyncio.run(main())


def test_one_address_gets_so_many_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more is ended at once; when one is closed there is room again."""
    monkeypatch.setattr(patience, "MOST_OF_ONE", 2)

    async def main() -> None:
        async with reached(tmp_path / "site") as there, there.connected():
            async with there.connected():
                with pytest.raises((OSError, AssertionError)):
                    assert b"alive" in await there.ask("GET", "/healthz")
            await asyncio.sleep(0.2)
            assert b"alive" in await there.ask("GET", "/healthz")

    asyncio.run(main())


def test_who_does_not_read_is_not_written_to_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A viewer that stalls is dropped, and its connection is given up."""
    monkeypatch.setattr(patience, "TAKEN_WITHIN_S", 0.3)

    async def main() -> None:
        async with reached(tmp_path / "site") as there, there.watching("points") as (_, writer):
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            live, gone = there.house.app.state.live, asyncio.Event()
            left = live.leave

            def leave(viewer: object) -> None:
                left(viewer)
                gone.set()

            monkeypatch.setattr(live, "leave", leave)
            async with asyncio.timeout(20):
                for number in range(25):  # five seconds: forty frames would take ten
                    if gone.is_set():
                        break
                    await there.house.read("bin-1/said", f"{number}" + "x" * 2_000_000)
                    await asyncio.sleep(0.2)
            assert (gone.is_set(), live.watched) == (True, 0)

    asyncio.run(main())


def test_a_server_that_ends_sends_everybody_away(tmp_path: Path) -> None:
    """A stream without end does not hold up the end of the gateway."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with contextlib.AsyncExitStack() as stack:
            there = await stack.enter_async_context(reached(tmp_path / "site"))
            inner = contextlib.AsyncExitStack()
            async with inner:
                reader, _ = await inner.enter_async_context(there.watching("links"))
                await reader.readuntil(b"event: links")
                await asyncio.sleep(0.1)
                began = loop.time()
                await stack.aclose()
                async with asyncio.timeout(5):
                    with contextlib.suppress(ConnectionResetError, ssl.SSLError):
                        await reader.read()
                assert loop.time() - began < 3

    asyncio.run(main())
