"""Where a platform's releases lie: a server over HTTPS that breaks off as it is told."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import h11

CHUNK: Final = 16 * 1024
_BEGINS: Final = re.compile(rb"bytes=(\d{1,15})-")


class Depot:
    """Gives the files of a folder, from any byte on; `port` is there when it is open.

    `breaks` says after how many bytes each of the next answers ends, as when a line is cut;
    `asked` from which byte on each was asked for.
    """

    def __init__(self, folder: Path, cert_file: Path, key_file: Path, port: int = 0) -> None:
        self._folder = folder
        self._files = (cert_file, key_file)
        self.port = port
        self.breaks: list[int] = []
        self.asked: list[int] = []

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Stand open for the block."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        await asyncio.to_thread(context.load_cert_chain, *self._files)
        visits: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if (own := asyncio.current_task()) is not None:
                visits[own] = writer
                own.add_done_callback(lambda task: visits.pop(task, None))
            with suppress(OSError, h11.ProtocolError):
                await self._answer(reader, writer)
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

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h11.Connection(h11.SERVER)
        while (request := http.next_event()) is h11.NEED_DATA:
            http.receive_data(await reader.read(CHUNK))
        if not isinstance(request, h11.Request):
            return
        body = await asyncio.to_thread(self._content, request.target)
        head, begins = self._head(request, len(body))
        writer.write(http.send(head) or b"")
        ends = begins + self.breaks.pop(0) if self.breaks else len(body)
        for at in range(begins, min(ends, len(body)), CHUNK):
            writer.write(http.send(h11.Data(data=body[at : min(at + CHUNK, ends)])) or b"")
            await writer.drain()
        if ends >= len(body):
            writer.write(http.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        writer.close()

    def _content(self, target: bytes) -> bytes:
        """What lies there; nothing where there is no such file."""
        path = self._folder / (Path(target.decode("ascii")).name or "nothing")
        return path.read_bytes() if path.is_file() else b""

    def _head(self, request: h11.Request, size: int) -> tuple[h11.Response, int]:
        """What is answered, and from which byte on."""
        asked = _BEGINS.fullmatch(dict(request.headers).get(b"range", b""))
        begins = int(asked[1]) if asked else 0
        self.asked.append(begins)
        if begins >= size:
            headers = [("Content-Length", "0"), ("Content-Range", f"bytes */{size}")]
            return h11.Response(status_code=416 if size else 404, headers=headers), size
        headers = [("Content-Length", str(size - begins))]
        if asked:
            headers.append(("Content-Range", f"bytes {begins}-{size - 1}/{size}"))
        return h11.Response(status_code=206 if asked else 200, headers=headers), begins
