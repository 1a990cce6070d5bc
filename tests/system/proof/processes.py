"""The processes of a proof: started, told, stopped, killed, and the gateway started again."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

from tests.source_tree import ROOT

AGAIN_S: Final = 0.3
"""Until a gateway that ended is started again, as its service would be."""
LAST_WORDS: Final = 300


class Child:
    """A program with a log; its stdin takes orders."""

    def __init__(self, name: str, command: Sequence[str], folder: Path) -> None:
        self.log = folder / f"{name}.log"
        self._command = command
        self._env = os.environ | {"PYTHONPATH": str(ROOT)}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Of the process; 0 while there is none."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process is not None else 0

    async def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self._env, stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log
            )

    async def tell(self, **order: object) -> None:
        """Give an order."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it is still there."""
        if self._process is not None and self.pid:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait for the end; return the exit status, negative for a signal."""
        return await self._process.wait() if self._process is not None else 0

    async def kill(self) -> None:
        """SIGKILL, and see it gone."""
        self.signal(signal.SIGKILL)
        await self.ended()

    async def finish(self, patience: float) -> None:
        """End its stdin and wait until it has done what it still has to do, or for so long."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.ended()
        await self.kill()


class Daemon(Child):
    """The gateway, started again whenever it ends; `deaths` are the ends that nobody meant."""

    def __init__(self, folder: Path, command: Sequence[str]) -> None:
        super().__init__("gateway", command, folder)
        self.deaths: list[str] = []
        self.lives = 0
        self.may_die = False
        self._meant = False
        self._allowed = asyncio.Event()
        self._allowed.set()

    async def keep_alive(self) -> NoReturn:
        """Be its service, until cancelled."""
        while True:
            await self._allowed.wait()
            self._meant = False
            await self.start()
            self.lives += 1
            status = await self.ended()
            if not (self._meant or self.may_die):
                last = (await asyncio.to_thread(self.log.read_bytes))[-LAST_WORDS:]
                self.deaths.append(f"exit {status}: {last.decode(errors='replace')}")
            await asyncio.sleep(AGAIN_S)

    async def kill(self) -> None:
        """SIGKILL, and see it gone; it is started again unless it has been taken down."""
        self._meant = True
        await super().kill()

    def expect_end(self) -> None:
        """Somebody else will end this life of it."""
        self._meant = True

    async def take_down(self) -> None:
        """SIGKILL, and leave it so."""
        self._allowed.clear()
        await self.kill()

    def bring_up(self) -> None:
        """Let it be started again."""
        self._allowed.set()

    def limit(self, kind: int, value: int) -> int:
        """Set a soft limit of the running process; return what it was."""
        if not self.pid:
            return value
        before, most = resource.prlimit(self.pid, kind)
        resource.prlimit(self.pid, kind, (value, most))
        return before


def python(module: str, *words: object) -> list[str]:
    """Return the command that runs a module of this repository."""
    return [sys.executable, "-m", module, *map(str, words)]
