"""Carries out a schedule, and writes down what was done when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Final

from tests.system.proof.facts import Fault
from tests.system.proof.kinds import KINDS
from tests.system.proof.schedule import Planned
from tests.system.proof.stage import Stage

START: Final = "start"
"""Everybody has to come up first: until an alarm is in time, none is timed."""


class Nemesis:
    """`now` is what happens at the moment; `faults` are those that are over."""

    def __init__(self, stage: Stage) -> None:
        now = time.time()
        self.faults = [Fault(kind=START, began=now, ended=now)]
        self.now: set[str] = set()
        self._stage = stage

    async def carry_out(self, schedule: Iterable[Planned]) -> None:
        """Do all of it; return when the last fault is over."""
        start = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as tasks:
            for each in schedule:
                tasks.create_task(self._do(each, start + each.at), name=each.kind)

    async def _do(self, planned: Planned, at: float) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(at - loop.time())
        kind, words = KINDS[planned.kind], {**planned.words, "seconds": planned.seconds}
        began = time.time()
        self.now.add(planned.kind)
        await kind.begin(self._stage, words)
        await asyncio.sleep(planned.seconds)
        await kind.end(self._stage, words)
        self.now.discard(planned.kind)
        self.faults.append(
            Fault(
                kind=planned.kind,
                began=began,
                ended=time.time(),
                cuts=kind.cuts,
                forgets=kind.forgets,
                renames=kind.renames,
            )
        )
