"""A gateway that has lived for some hours in virtual time: its history and its journal are left."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from cloud_bridge.journal import Journal
from cloud_bridge.wire import Narrator
from edge.alarms import Alarms
from edge.clock import Clock
from edge.config import Configuration
from edge.config.rules_of import rules_of
from edge.driver import Report
from edge.history import History
from edge.journal import JOURNAL_FILE
from edge.model import Record
from edge.pipeline import Pipeline
from edge.rules.engine import Engine
from tests.fakes import time as virtual
from tests.fakes.time import EPOCH


class _Clock:
    """Virtual time for other threads, too."""

    loop: virtual.VirtualLoop | None = None

    def now(self) -> datetime:
        """The instant of the loop, once there is one."""
        return self.loop.now() if self.loop else EPOCH


def lived(configuration: Configuration, records: Sequence[Record], until: datetime) -> None:
    """Let the pipeline take each record when it happens; what it keeps is in the store."""
    clock, narrator = _Clock(), Narrator(configuration.site, "1.0")
    path = configuration.store / JOURNAL_FILE
    journal = Journal(path, (), narrator.encode, now=clock.now)
    virtual.run(_live(configuration, records, until, journal, clock))


async def _live(
    configuration: Configuration,
    records: Sequence[Record],
    until: datetime,
    journal: Journal,
    clock: _Clock,
) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, virtual.VirtualLoop)
    clock.loop = loop
    history = History(configuration.store, virtual.now)
    await history.flush()
    pipeline = Pipeline(
        lambda through: Engine(*rules_of(configuration), through),
        Alarms(configuration.site),
        journal,
        lambda _: None,
        Clock(lambda: EPOCH.timestamp() + loop.time(), loop.time),
        next_number=journal.next_number,
        trusted=lambda: True,
        note=history.add,
    )
    works = (("journal", journal.run()), ("pipeline", pipeline.run()))
    tasks = [asyncio.create_task(work, name=name) for name, work in works]
    for record in records:
        await asyncio.sleep((record.at - virtual.now()).total_seconds())
        await pipeline.take(Report((record,)))
    await asyncio.sleep((until - virtual.now()).total_seconds())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await journal.close()
    await history.close()
