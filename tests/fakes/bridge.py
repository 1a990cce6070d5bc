"""A journal, a bridge and a platform, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from cloud_bridge.bridge import Bridge
from cloud_bridge.evidence import Outgoing
from cloud_bridge.journal import Journal
from cloud_bridge.telemetry import Telemetry
from cloud_bridge.wire import Status
from edge.driver import Report, Way
from edge.keeper import Opened, keep_open
from edge.model import Block, DeviceReported, Event, Kept, Lane, Reading
from tests.fakes import time as virtual
from tests.fakes.platform import FakePlatform
from tests.fakes.time import EPOCH

RAISED = 17
"""The number of an alarm that is known."""


async def no_status() -> Status:
    """That it is there, and no more."""
    return Status(site="s", gateway="gw", online=True)


class House:
    """A journal, a bridge and a platform, in virtual time."""

    def __init__(
        self,
        folder: Path,
        evidence: Outgoing | None = None,
        telemetry: Telemetry | None = None,
        status: Callable[[], Awaitable[Status]] = no_status,
    ) -> None:
        self.journal = Journal(
            folder / "journal.db",
            ["up"],
            lambda k: f"gw/{k.number}".encode(),
            now=lambda: EPOCH,
        )
        self.platform = FakePlatform()
        self.told: list[Event] = []
        self.obeyed: list[tuple[bytes, bool]] = []
        self.reports: list[Report] = []
        self.next = self.journal.next_number
        self.bridge = Bridge(
            name="up",
            gateway="gw",
            journal=self.journal,
            take=self._take,
            key=lambda number: "lift-1/entrapment" if number == RAISED else "",
            obey=self._obey,
            status=status,
            now=virtual.now,
            evidence=evidence,
            telemetry=telemetry,
        )

    async def _take(self, report: Report) -> None:
        self.reports.append(report)
        self.told += [each for each in report.records if not isinstance(each, Reading | Block)]

    async def _obey(self, body: bytes, retained: bool) -> None:  # noqa: FBT001 - as the bridge calls it
        self.obeyed.append((body, retained))

    async def add(self, count: int, lane: Lane = Lane.INFO) -> list[str]:
        """Keep events; return their ids."""
        numbers = range(self.next, self.next + count)
        self.next += count
        await self.journal.keep(
            [
                Kept(
                    number=n,
                    event=DeviceReported(device="d", what="w", frame="", at=EPOCH, lane=lane),
                    trusted_clock=True,
                )
                for n in numbers
            ],
            {},
            [],
        )
        return [f"gw/{n}" for n in numbers]

    async def live(self, story: Callable[[], Awaitable[None]]) -> None:
        """Run everything while the story is told."""

        async def serve(opened: Opened) -> None:
            await self.bridge.serve(self.platform.session(), opened)

        async def report(way: Way, reason: str) -> None:
            del way, reason

        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(self.journal.run(), name="journal"),
                tasks.create_task(keep_open("up", serve, report), name="uplink"),
            ]
            await story()
            for task in running:
                task.cancel()
        await self.journal.close()
