"""A real VictoriaMetrics on a port of its own: started, killed, started again, asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from simulators.ports import free_port
from tests.fakes.servers import require

BINARY: Final = "victoria-metrics"
UP_WITHIN_S: Final = 20.0
ANSWER_S: Final = 30.0


class Victoria:
    """One server and its folder, through as many lives as a test gives it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Return when it answers."""
        with (self._folder / "victoria.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                require(BINARY, BINARY),
                f"-storageDataPath={self._folder / 'data'}",
                f"-httpListenAddr=127.0.0.1:{self._port}",
                "-retentionPeriod=100y",
                "-dedup.minScrapeInterval=1ms",
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(UP_WITHIN_S):
            while True:
                try:
                    await self.ask("/health")
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    return

    async def stop(self) -> None:
        """End it as a service manager does."""
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()
            self._process = None

    async def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None

    async def ask(self, path: str, **what: str | list[str]) -> str:
        """What it answers."""
        body = urlencode(what, doseq=True).encode() if what else None
        return await asyncio.to_thread(self._ask, path, body)

    async def post(self, path: str, text: str) -> None:
        """Give it something as it is."""
        await asyncio.to_thread(self._ask, path, text.encode())

    async def query(self, promql: str, at: float) -> list[Mapping[str, Any]]:
        """The vector that an expression is at an instant."""
        answer = json.loads(await self.ask("/api/v1/query", query=promql, time=str(at)))
        found: list[Mapping[str, Any]] = answer["data"]["result"]
        return found

    async def exported(self, match: str) -> list[Mapping[str, Any]]:
        """Every series that fits, with all its samples."""
        await self.ask("/internal/force_flush")
        told = await self.ask("/api/v1/export", **{"match[]": match})
        return [json.loads(line) for line in told.splitlines()]

    def _ask(self, path: str, body: bytes | None) -> str:
        asked = Request(self.url + path, data=body)  # noqa: S310 - our own server
        with urlopen(asked, timeout=ANSWER_S) as answer:  # noqa: S310 - see above
            read: bytes = answer.read()
        return read.decode()


@asynccontextmanager
async def victoria(folder: Path) -> AsyncIterator[Victoria]:
    """A server that runs while the block lasts."""
    server = Victoria(folder)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()
