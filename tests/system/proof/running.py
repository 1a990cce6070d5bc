"""One run: the stage, the nemesis, the wait until all has arrived, the verdict."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from tests.system.proof import ledger
from tests.system.proof.checker import Verdict, judge
from tests.system.proof.facts import Facts, received_of, told_of
from tests.system.proof.nemesis import Nemesis
from tests.system.proof.schedule import Planned
from tests.system.proof.stage import Stage, a_world, stage
from tests.system.proof.watching import Watch
from tests.system.proof.world import RECEIVED, SENT

STARTS_S: Final = 60.0
"""Within which the first event has to be at the platform."""
LAST_QUIET_S: Final = 10.0
"""Devices go on for so long after the last fault: so it is seen whether alarms come through."""
ARRIVES_S: Final = 150.0
"""A lost session, the longest pause between two tries, and a minute without a receipt."""
MISSED_S: Final = 20.0
"""The same for a gateway that is known to lose things."""
LOOK_S: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is to be done, and where; `panels` and `gates` are how many there are."""

    folder: Path
    schedule: Sequence[Planned]
    sabotage: str = ""
    panels: int = 4
    gates: int = 2


async def run(what: Run) -> Verdict:
    """Do it, and judge."""
    kinds = {each.kind for each in what.schedule}
    world = a_world(what.panels, what.gates)
    async with stage(what.folder, world, what.sabotage, kinds) as here:
        nemesis, watch = Nemesis(here), Watch(what.folder)
        shown = asyncio.create_task(show(nemesis, watch), name="progress")
        try:
            await _begun(watch)
            await nemesis.carry_out(what.schedule)
            await _settle(here, watch, nemesis, ARRIVES_S if not what.sabotage else MISSED_S)
        finally:
            shown.cancel()
            await asyncio.gather(shown, return_exceptions=True)
            sys.stderr.write("\n")
        deaths = tuple(here.daemon.deaths)
    told = told_of(ledger.read(what.folder / SENT))
    received = received_of(ledger.read(what.folder / RECEIVED))
    return judge(Facts(told=told, received=received, faults=nemesis.faults, deaths=deaths))


async def _begun(watch: Watch) -> None:
    """Return when the first event has come all the way."""
    async with asyncio.timeout(STARTS_S):
        while not watch.received:
            watch.look()
            await asyncio.sleep(LOOK_S)


async def _settle(here: Stage, watch: Watch, nemesis: Nemesis, patience: float) -> None:
    """Let the devices come to their end, and all that was acknowledged to the platform."""
    await asyncio.sleep(LAST_QUIET_S)
    await here.all_said()
    until = asyncio.get_running_loop().time() + patience
    while watch.look(nemesis.faults) and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110 - files tell no event
        await asyncio.sleep(LOOK_S)


async def show(nemesis: Nemesis, watch: Watch) -> NoReturn:
    """Keep one line up to date."""
    begun = asyncio.get_running_loop().time()
    while True:
        missing = watch.look()
        seconds = asyncio.get_running_loop().time() - begun
        what = " ".join(sorted(nemesis.now)) or "-"
        sys.stderr.write(
            f"\r\033[K{seconds:6.0f} s  已应答 acknowledged {watch.acknowledged}"
            f"  在途 on the way {missing}  {what}"
        )
        sys.stderr.flush()
        await asyncio.sleep(LOOK_S)
