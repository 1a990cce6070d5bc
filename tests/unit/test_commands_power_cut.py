"""Commands when the power goes: what was carried out is not carried out again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import apsw

from cloud_bridge.journal import Journal
from cloud_bridge.journal_file import JournalFile
from edge.errors import ConfigError
from edge.model import Command, Kept
from tests.fakes import time as virtual
from tests.fakes.commands import Disk
from tests.fakes.orders import KEY, WISH, Gateway, fresh
from tests.fakes.power_cut import PowerCut, power_cut
from tests.fakes.power_cut_journal import FILE, Hasty, narrate
from tests.fakes.power_cut_search import Findings, examined
from tests.fakes.time import EPOCH

ORDERS = 12


class CarriedOut(NamedTuple):
    """The gate was told."""

    nonce: str


class JournalDisk(Disk):
    """A real journal in the place of the one that always works."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Hand it over."""
        del events
        await self._journal.keep((), states, then)


def _signed(number: int) -> bytes:
    return KEY.seal(fresh(WISH, nonce=f"nonce-{number:020}", issued_at=EPOCH))


def lived(folder: Path, make: type[Journal] = Journal) -> Findings:
    """Orders from the platform over a journal, each heard twice; a cut at every step."""
    with power_cut(pages=8) as disk:
        disk.watch(folder / "run")
        journal = make(folder / "run" / FILE, ["up"], narrate, now=lambda: EPOCH)
        bodies = virtual.run(_ordered(disk, journal))
        return examined(disk, folder / "found", lambda found, told: _again(found, told, bodies))


async def _ordered(disk: PowerCut, journal: Journal) -> Mapping[str, bytes]:
    writing = asyncio.create_task(journal.run(), name="journal")
    gateway = Gateway(JournalDisk(journal))
    way, bodies = gateway.desk.way, dict[str, bytes]()
    execute = way.execute

    async def told(command: Command) -> str | None:
        disk.tell(CarriedOut(command.id))
        return await execute(command)

    way.takes = 0.01
    way.execute = told  # type: ignore[method-assign]
    for number in range(ORDERS):
        body = _signed(number)
        await gateway.hear(body, body)
        bodies[gateway.told()[-1].id] = body
    assert gateway.opened() == ORDERS
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await journal.close()
    return bodies


def _again(folder: Path, told: Sequence[object], bodies: Mapping[str, bytes]) -> list[str]:
    """Hear all that was carried out once more, after a start with what the cut has left."""
    try:
        file = JournalFile(folder / FILE, uplinks=["up"])
        states = dict(file.standing().states)
        file.close()
    except (ConfigError, apsw.Error) as error:
        return [f"does not open: {error}"]
    done = [each.nonce for each in told if isinstance(each, CarriedOut)]

    async def main() -> int:
        gateway = Gateway(Disk(states=dict(states)), ahead=timedelta(seconds=1))
        await gateway.hear(*(bodies[each] for each in done))
        return gateway.opened()

    opened = virtual.run(main())
    return [f"carried out again: {opened} of {len(done)}"] if opened else []


def test_no_order_is_carried_out_twice_whenever_the_power_goes(tmp_path: Path) -> None:
    """The nonce is on disk before the gate is told, and stays for as long as a copy might come."""
    findings = lived(tmp_path)
    assert not findings.broken
    assert findings.cuts > 100


def test_a_gate_that_is_told_before_the_disk_is_found(tmp_path: Path) -> None:
    """The same cuts find a journal that answers first: the gate opens once more."""
    assert "carried out again" in lived(tmp_path, Hasty).broken
