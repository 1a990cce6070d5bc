"""The broker of the simulated community: mosquitto where installed, else one in Python."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Literal, NoReturn, Protocol

from simulators.ports import LOOPBACK, free_port

READY_SECONDS = 10.0
"""A broker that does not listen by then was not able to start."""


class RunningBroker(Protocol):
    """A broker on loopback that a scenario may cut off and bring back on the same port."""

    port: int
    version: Literal["5", "3.1.1"]

    async def start(self) -> None:
        """Listen; return when connections are accepted."""
        ...

    async def kill(self) -> None:
        """Stop at once, without a goodbye to anybody; what it remembered is lost."""
        ...


def mosquitto() -> str | None:
    """Where mosquitto is installed, if it is; Debian keeps it off a user's path."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


class Mosquitto:
    """A mosquitto process with a configuration of its own."""

    version: Literal["5", "3.1.1"] = "5"

    def __init__(self, program: str, port: int, settings: Sequence[str]) -> None:
        self.port = port
        self._program = program
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Write the configuration and wait until the port is open."""
        file = await asyncio.to_thread(self._configure)
        try:
            self._process = await asyncio.create_subprocess_exec(
                self._program, "-c", str(file), stderr=asyncio.subprocess.DEVNULL
            )
            await _listening(self.port)
        finally:
            await asyncio.to_thread(file.unlink)

    def _configure(self) -> Path:
        lines = (
            f"listener {self.port} {LOOPBACK}",
            "allow_anonymous true",
            "persistence false",
            "set_tcp_nodelay true",
            "log_dest stderr",
            "log_type error",
            *(("user root",) if os.geteuid() == 0 else ()),
            *self._settings,
        )
        with tempfile.NamedTemporaryFile(
            "w", prefix="broker-", suffix=".conf", delete=False
        ) as file:
            file.write("\n".join(lines) + "\n")
        return Path(file.name)

    async def kill(self) -> None:
        """SIGKILL, frozen or not."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def freeze(self) -> None:
        """Stand still with all connections open, as a hung machine does."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on where it stood still."""
        self._signal(signal.SIGCONT)

    def reread(self) -> None:
        """Read the files again that the configuration names."""
        self._signal(signal.SIGHUP)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            raise ValueError("the broker does not run")
        self._process.send_signal(number)


class InProcess:
    """amqtt inside this process; it speaks MQTT 3.1.1 only."""

    version: Literal["5", "3.1.1"] = "3.1.1"

    def __init__(self, port: int) -> None:
        self.port = port
        self._broker: _Amqtt | None = None

    async def start(self) -> None:
        """Listen; amqtt is imported here because most runs do without it."""
        from amqtt.broker import (  # type: ignore[import-untyped]  # noqa: PLC0415 - optional
            Broker as Amqtt,
        )

        # It tells every connection and every lost client at WARNING, with tracebacks.
        logging.getLogger("amqtt").setLevel(logging.CRITICAL)
        logging.getLogger("transitions").setLevel(logging.CRITICAL)
        broker = Amqtt(
            {
                "listeners": {"default": {"type": "tcp", "bind": f"{LOOPBACK}:{self.port}"}},
                "plugins": {
                    "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
                },
            }
        )
        await broker.start()
        self._broker = broker

    async def kill(self) -> None:
        """Close every connection; amqtt has no way to go that is quicker."""
        broker, self._broker = self._broker, None
        if broker is not None:
            await broker.shutdown()


class _Amqtt(Protocol):
    async def shutdown(self) -> None: ...


@asynccontextmanager
async def broker(
    port: int = 0, *, settings: Sequence[str] = (), python: bool = False
) -> AsyncIterator[RunningBroker]:
    """Run a broker on `port` of loopback, on a free one for 0, until the block ends.

    `settings` are further lines of mosquitto.conf; `python` wants the one in Python.
    """
    program = None if python else await asyncio.to_thread(mosquitto)
    running: RunningBroker
    if program is None:
        running = InProcess(port or free_port())
    else:
        running = Mosquitto(program, port or free_port(), settings)
    try:
        await running.start()
        yield running
    finally:
        await running.kill()


def end_with_all() -> None:
    """Let SIGTERM be as Ctrl-C from now on: what was started, a broker too, ends with us."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _interrupt)


def _interrupt() -> NoReturn:
    """As Ctrl-C does, also where a shell lets us ignore that."""
    raise KeyboardInterrupt


async def _listening(port: int) -> None:
    async with asyncio.timeout(READY_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection(LOOPBACK, port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                await writer.wait_closed()
                return
