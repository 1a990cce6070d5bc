"""The platform's door for events over HTTPS: the answer is the receipt, or a fault as scripted."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

import h11

from cloud_bridge.wire import MAX_BATCH_BYTES, Receipt, encode_receipt
from simulators.platform.consumer import TOLD_BACK
from simulators.platform.intake import Arrived, Judged, judge

Fault: TypeAlias = Literal[
    "500",  # nothing is stored
    "429",  # nothing is stored; come back after `retry_after` seconds
    "die",  # stored, then the connection ends without an answer
    "hang",  # read, and never answered
    "slow",  # stored and answered, a byte at a time
    "silent",  # stored, and the receipt names nothing
    "nonsense",  # 200, and what is no receipt
    "endless",  # 200, and an answer that never ends
    "no_http",  # an answer of another protocol
    "redirect",  # try elsewhere
]

Script: TypeAlias = Callable[[Sequence[Arrived]], Fault | None]
"""Which fault the platform has with these events, if any; they are none when somebody looks."""

BYTE_SECONDS: Final = 0.02
CHUNK: Final = 16 * 1024
LONG: Final = b" " * CHUNK
ELSEWHERE: Final = "https://elsewhere.example/"


class Keeps(Protocol):
    """Who stores what came through the door."""

    async def keep(self, messages: Sequence[Judged]) -> list[Receipt]:
        """Store; what is returned may be told, it is on disk."""
        ...


class Door:
    """Takes one event or a batch a request, of whoever has the token; `port` is there when open."""

    def __init__(self, cert_file: Path, key_file: Path, token: str, port: int = 0) -> None:
        self._files = (cert_file, key_file)
        self._token = token
        self.port = port
        self.script: Script = lambda _: None
        self.retry_after = 1
        self.requests = 0

    @asynccontextmanager
    async def opened(self, desk: Keeps, told_back: Callable[[], None]) -> AsyncIterator[None]:
        """Stand open for the block; `told_back` is called when a gateway speaks of an issue."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        await asyncio.to_thread(context.load_cert_chain, *self._files)

        visits: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if (own := asyncio.current_task()) is not None:
                visits[own] = writer
                own.add_done_callback(lambda task: visits.pop(task, None))
            with suppress(OSError, h11.ProtocolError):
                await _Visit(self, desk, told_back, reader, writer).serve()
            writer.transport.abort()

        server = await asyncio.start_server(answer, "127.0.0.1", self.port, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for writer in visits.values():
                writer.transport.abort()
            await asyncio.gather(*visits, return_exceptions=True)

    def lets_in(self, request: h11.Request) -> bool:
        """Whether the token is the right one."""
        return (b"authorization", f"Bearer {self._token}".encode()) in list(request.headers)


class _Visit:
    """One connection."""

    def __init__(
        self,
        door: Door,
        desk: Keeps,
        told_back: Callable[[], None],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._door = door
        self._desk = desk
        self._told_back = told_back
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def serve(self) -> None:
        """Answer until the other side has enough, or a fault ends it."""
        while isinstance(request := await self._next(), h11.Request):
            body = bytearray()
            while isinstance(part := await self._next(), h11.Data):
                body += part.data
                if len(body) > MAX_BATCH_BYTES:
                    await self._say(413)
                    return
            if not self._door.lets_in(request):
                await self._say(401)
            else:
                await self._take(bytes(body))
            if self._http.states != {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
                return
            self._http.start_next_cycle()

    async def _next(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(CHUNK))
        return event

    async def _take(self, body: bytes) -> None:
        judged = judge(body, None)
        self._door.requests += 1
        fault = self._door.script(judged.taken)
        if fault in {"500", "429", "redirect", "hang", "no_http", "endless", "nonsense"}:
            await self._fail(fault)
            return
        [receipt] = await self._desk.keep([judged])
        if any(arrived.event.type == TOLD_BACK for arrived in judged.taken):
            self._told_back()
        if fault == "die":
            self._writer.transport.abort()
        elif fault == "silent":
            await self._say(200, b"{}")
        else:
            await self._say(200, encode_receipt(receipt), slowly=fault == "slow")

    async def _fail(self, fault: Fault | None) -> None:
        match fault:
            case "500":
                await self._say(500)
            case "429":
                await self._say(429, retry_after=self._door.retry_after)
            case "redirect":
                await self._say(307)
            case "nonsense":
                await self._say(200, b"<html>welcome</html>")
            case "no_http":
                self._writer.write(b"220 mail.example ESMTP\r\n\r\n")
                await self._writer.drain()
            case "endless":
                head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                self._writer.write(head)
                while not self._writer.is_closing():
                    self._writer.write(b"%x\r\n%b\r\n" % (len(LONG), LONG))
                    await self._writer.drain()
                    await asyncio.sleep(0)  # whoever is sent to must have a turn to hang up
            case _:
                while await self._reader.read(CHUNK):
                    pass

    async def _say(
        self,
        status: int,
        body: bytes = b"",
        *,
        slowly: bool = False,
        retry_after: int | None = None,
    ) -> None:
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        if retry_after is not None:
            headers.append(("Retry-After", str(retry_after)))
        if status == 307:  # noqa: PLR2004 - elsewhere
            headers.append(("Location", ELSEWHERE))
        head = h11.Response(status_code=status, headers=headers)
        said = b"".join(
            self._http.send(event) or b""
            for event in (head, h11.Data(data=body), h11.EndOfMessage())
        )
        for piece in [said[n : n + 1] for n in range(len(said))] if slowly else [said]:
            self._writer.write(piece)
            await self._writer.drain()
            if slowly:
                await asyncio.sleep(BYTE_SECONDS)
