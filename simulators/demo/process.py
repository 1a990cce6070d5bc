"""The gateway as a process of its own: started, killed, started again."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

RESTART_S = 1.0
"""As systemd would: a gateway that dies is started again after this pause."""

STOP_S = 10.0

BEGUN = b'"gateway.started"'
CODE: Final = re.compile(rb"^ +((?:[A-Z0-9]{4,6}-){2}[A-Z0-9]{4,6})$", re.MULTILINE)
"""How the code looks with which the first account is made."""

LOOK_S = 0.1


class GatewayProcess:
    """Runs `whistle run SITE`; its log goes to a file."""

    def __init__(self, site_file: Path, log_file: Path) -> None:
        self._command = (sys.executable, "-m", "edge", "run", str(site_file), "--log", "json")
        self._log_file = log_file
        self._process: asyncio.subprocess.Process | None = None
        self._up = asyncio.Event()
        self._stopping = False
        self.starts = 0

    @property
    def running(self) -> bool:
        """Whether the process is there now."""
        return self._up.is_set()

    async def supervise(self) -> None:
        """Start it, and start it again whenever it ends, until it is stopped."""
        while not self._stopping:
            self._process = await self._start()
            self._up.set()
            await self._process.wait()
            self._up.clear()
            if not self._stopping:
                await asyncio.sleep(RESTART_S)

    async def kill(self) -> None:
        """SIGKILL, no goodbye, nothing flushed; one that is just starting again is waited for."""
        await self._up.wait()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def begun(self) -> None:
        """Return when a gateway has said that it runs: one that is starting needs its disk."""
        while BEGUN not in await asyncio.to_thread(_read, self._log_file):  # noqa: ASYNC110 - its log is all that it says
            await asyncio.sleep(LOOK_S)

    async def code(self) -> str:
        """Return the code that this start of the gateway has printed; empty until it has."""
        codes = CODE.findall(await asyncio.to_thread(_read, self._log_file))
        return codes[-1].decode() if len(codes) >= self.starts > 0 else ""

    def limit_files(self, disk: Literal["full", "free"]) -> None:
        """Let the process write to no file at all, or again as it likes; it ends with the process.

        The limit is on how far into a file it may write: 0, so that no page of a journal that is
        there already can be written anew.
        """
        if self._process is not None and self.running:
            _, most = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
            now = 0 if disk == "full" else most
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (now, most))

    async def stop(self) -> None:
        """Ask it to end, see that it does, and leave it so."""
        self._stopping = True
        if not self.running or self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
            await self._process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        log = await asyncio.to_thread(self._log_file.open, "ab")
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )
        finally:
            log.close()
        self.starts += 1
        return process


def _read(log: Path) -> bytes:
    return log.read_bytes() if log.exists() else b""
