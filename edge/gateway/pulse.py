"""The gateway's pulse: tells its supervisor how it is, and that it lives, as long as it does."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import structlog

from edge.api.running import Running
from edge.model import Text
from edge.notify import Supervisor

OFTEN: Final = 3
"""Times within the supervisor's patience: one that is late is no reason to end a gateway."""

USUAL_S: Final = 10.0
"""Between two, where nobody waits for them."""

PATIENCE_S: Final = 120.0
"""How long the journal's thread may be kept: a worn card takes seconds."""

Ask: TypeAlias = Callable[[], Coroutine[Any, Any, None]]

Phase: TypeAlias = Literal["starting", "ready", "reloading", "stopping"]

ALIVE: Final = "WATCHDOG=1"

SAID: Final[Mapping[Phase, Sequence[str]]] = {
    "starting": (),
    "ready": ("READY=1",),
    "reloading": ("RELOADING=1",),
    "stopping": ("STOPPING=1",),
}

log = structlog.get_logger()


class Pulse:
    """Says in which phase it is and its `status`; that it lives only while it does its work.

    `answers` returns when what writes the journal has come to it, `disk` when a disk has taken a
    byte. A journal that hangs while the disk works is begun anew; behind a disk that hangs no new
    start would get any further, and what is running still raises alarms and opens gates.
    """

    def __init__(
        self,
        supervisor: Supervisor | None,
        status: Callable[[], str],
        answers: Ask,
        disk: Ask,
    ) -> None:
        self._supervisor = supervisor
        self._status = status
        self._answers = answers
        self._disk = disk
        self._phase: Phase = "starting"
        self._turned = asyncio.Event()

    def turn(self, phase: Phase) -> None:
        """Be in this phase from now on, and say so at once; who stops goes into no other."""
        if self._phase != "stopping":
            self._phase = phase
        self._turned.set()

    async def run(self) -> None:
        """Beat until cancelled; not at all where nobody listens."""
        supervisor = self._supervisor
        if supervisor is None:
            return
        time = asyncio.get_running_loop().time
        every = (supervisor.watchdog_s or USUAL_S * OFTEN) / OFTEN
        answered, asked = time(), _asked(self._answers, "journal")
        tried: asyncio.Task[None] | None = None
        try:
            while True:
                if asked.done():
                    if tried is not None:
                        log.warning("journal.answers_again")
                        _given_up(tried)
                        tried = None
                    answered, asked = time(), _asked(self._answers, "journal")
                elif tried is None and time() - answered > PATIENCE_S:
                    log.error("journal.hangs")
                    tried = _asked(self._disk, "disk")
                alive = () if tried is not None and tried.done() else (ALIVE,)
                supervisor.tell(*SAID[self._phase], f"STATUS={self._status()}", *alive)
                with suppress(TimeoutError):
                    async with asyncio.timeout(every):
                        await self._turned.wait()
                self._turned.clear()
        finally:
            _given_up(asked)
            _given_up(tried)


def _asked(what: Ask, name: str) -> asyncio.Task[None]:
    return asyncio.create_task(what(), name=f"pulse.{name}")


def _given_up(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()


def write_through(folder: Path) -> None:
    """Return when the disk has taken a byte, or has refused it; blocks."""
    beside = folder / ".pulse"
    with suppress(OSError):
        with beside.open("wb", buffering=0) as file:
            file.write(b".")
            os.fsync(file.fileno())
        beside.unlink()


def status_of(running: Running | None, *, wrong: bool, enrolled: bool) -> Text:
    """What a technician reads who asks systemd how the gateway is."""
    if running is None:
        return Text("站点文件有误，只有页面可用", "the site file is wrong; only the page is served")
    standings = [keeper.standing for keeper in running.keepers.values()]
    links = sum(standing is not None and standing.up for standing in standings)
    ways = [up for up, _ in running.uplinks().values()]
    alarms = len(running.alarms.active)
    said = Text(
        f"链路 {links}/{len(standings)} 通，平台 {sum(ways)}/{len(ways)} 通，报警 {alarms} 条",
        f"{links} of {len(standings)} links up, {sum(ways)} of {len(ways)} platforms,"
        f" {alarms} alarms open",
    )
    if wrong:
        said = Text(
            f"站点文件有误，按上次有效的配置运行：{said.zh}",
            f"the site file is wrong, the last one that served runs: {said.en}",
        )
    if not enrolled:
        said = Text(
            f"{said.zh}；还没有管理员，用 whistle enrol 取注册码",
            f"{said.en}; nobody is enrolled yet, `whistle enrol` gives a code",
        )
    return said
