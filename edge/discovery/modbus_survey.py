"""Finding units and registers on a Modbus line, beside its polling and behind its commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Final

from edge.discovery.blocks import (
    FORBIDDEN,
    Block,
    blocks_of,
    check_range,
    found_in,
    halves,
    read_of,
    values_of,
)
from edge.discovery.profile_fit import Answers
from edge.discovery.survey_steps import (
    Progress,
    Step,
    Stopped,
    SurveyRefused,
    UnitFound,
    Unreadable,
    refused,
    why_not,
)
from edge.drivers.modbus import codec
from edge.drivers.modbus.codec import Data, Outcome, Refusal, Silence
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.guest import Busy, Guest
from edge.drivers.modbus.planner import Read, cheapest, plan
from edge.drivers.modbus.profile import ModbusProfile, Table
from edge.model import Text

SHARE: Final = 0.3
"""Of the line's time, at most, while devices are polled on it; an empty line is used in full."""
LATE_S: Final = 5.0
"""How long polling may be behind before a survey gives up; a slow answer is caught up in less."""
LOOK_S: Final = 0.5
"""Seconds between two looks whether polling has caught up."""
LAST_UNIT: Final = 255
MISSES: Final = 3
"""Silences in a row after which it is seen whether the unit is still there."""

_LATE: Final = Text(
    "总线忙：轮询已落后一个周期以上，已停止扫描",
    "the line is busy: polling is late by more than a period, so the survey has stopped",
)


class ModbusSurvey:
    """Looks around on an open line; there is never more than one at work on it.

    Whatever it finds was read: nothing is ever written. What a profile forbids to read, that of
    the unit on the site or the one that is given, is not asked for. `SurveyRefused` says why not.
    """

    def __init__(self, driver: ModbusDriver, profile: ModbusProfile | None = None) -> None:
        self._driver = driver
        self._profile = profile

    async def units(self, first: int, last: int) -> AsyncGenerator[Step, None]:
        """Look for each unit with one small read; one that is not there costs a short time-out."""
        if not 0 <= first <= last <= LAST_UNIT:
            raise refused(f"单元号从 0 到 {LAST_UNIT}", f"units are 0 to {LAST_UNIT}")
        with self._working(last - first + 1) as work:
            for unit in range(first, last + 1):
                outcome = await work.ask(unit, self._probe(work.guest, unit), patient=False)
                if outcome is None:
                    yield Stopped(why=_LATE)
                    return
                if found := _unit(work.guest, unit, outcome, work.took):
                    yield found
                yield work.advance(1)

    async def registers(
        self, unit: int, table: Table, first: int, count: int
    ) -> AsyncGenerator[Step, None]:
        """Try a range of addresses on the wire, in blocks that are halved where refused."""
        check_range(table, first, count, at_once=False)
        with self._working(count) as work:
            todo = blocks_of(table, first, count, self._profiles(work.guest, unit))
            readable: Read | None = None
            misses = 0
            while todo:
                block = todo.pop(0)
                if block.forbidden:
                    yield Unreadable(first=block.first, count=block.count, why=FORBIDDEN)
                    yield work.advance(block.count)
                    continue
                outcome = await work.ask(unit, _asked(table, block), patient=True)
                if outcome is None:
                    yield Stopped(why=_LATE)
                    return
                misses = misses + 1 if isinstance(outcome, Silence) else 0
                if misses >= MISSES:
                    if await work.gone(unit, readable):
                        yield Stopped(why=Text(f"单元 {unit} 无应答", f"unit {unit} is silent"))
                        return
                    misses = 0
                if isinstance(outcome, Data):
                    readable = read_of(table, block.first, 1)
                if halves(outcome, block):
                    todo[:0] = block.halves()
                    continue
                yield found_in(outcome, table, block)
                yield work.advance(block.count)

    async def read(self, unit: int, table: Table, first: int, count: int) -> tuple[int, ...]:
        """Return registers or bits as they are now."""
        check_range(table, first, count, at_once=True)
        with self._working(count) as work:
            blocks = blocks_of(table, first, count, self._profiles(work.guest, unit))
            if any(block.forbidden for block in blocks):
                raise SurveyRefused(FORBIDDEN)
            outcome = await work.ask(unit, read_of(table, first, count), patient=True)
        return values_of(_data(outcome), table, count)

    async def answers(self, unit: int, profile: ModbusProfile) -> Answers:
        """Read all that a profile would poll, to see whether it fits; what is refused is left out.

        The first silence ends it.
        """
        found: dict[Table, dict[int, int]] = {}
        with self._working(0) as work:
            profiles = [*self._profiles(work.guest, unit), profile]
            for read in plan(profile.points, profile.settings):
                blocks = blocks_of(read.table, read.start, read.count, profiles)
                if any(block.forbidden for block in blocks):
                    continue
                outcome = await work.ask(unit, read, patient=True)
                if isinstance(outcome, Refusal):
                    continue
                values = values_of(_data(outcome), read.table, read.count)
                found.setdefault(read.table, {}).update(enumerate(values, read.start))
        return found

    @contextmanager
    def _working(self, total: int) -> Iterator[_Work]:
        try:
            with self._driver.guest() as guest:
                yield _Work(self._driver, guest, total)
        except Busy:
            raise refused(
                "这条链路上已有一次扫描在进行", "this link is being surveyed already"
            ) from None

    def _probe(self, guest: Guest, unit: int) -> Read:
        """What every device may be asked, or what this one is asked for anyway."""
        for profile in self._profiles(guest, unit):
            return cheapest(plan(profile.points, profile.settings))
        return read_of("holding", 0, 1)

    def _profiles(self, guest: Guest, unit: int) -> list[ModbusProfile]:
        """Whose limits hold for a unit."""
        placed = guest.devices.get(unit)
        own = [placed.profile] if placed is not None else []
        return [*own, *([self._profile] if self._profile is not None else [])]


class _Work:
    """How far a survey is, and the line's time that it may take."""

    def __init__(self, driver: ModbusDriver, guest: Guest, total: int) -> None:
        self.guest = guest
        self.took = 0.0
        self._driver = driver
        self._total = total
        self._done = 0
        self._time = asyncio.get_running_loop().time
        self._next = 0.0

    async def ask(self, unit: int, read: Read, *, patient: bool) -> Outcome | None:
        """Ask when the line has time for it; none when polling has fallen behind."""
        await asyncio.sleep(max(self._next - self._time(), 0.0))
        given_up = self._time() + LATE_S
        while self._driver.late > 0:
            if self._time() >= given_up:
                return None
            await asyncio.sleep(LOOK_S)
        begin = self._time()
        outcome = await self.guest.ask(unit, read, patient=patient)
        self.took = self._time() - begin
        rest = self.took * (1 - SHARE) / SHARE if self.guest.devices else 0.0
        self._next = self._time() + rest
        return outcome

    async def gone(self, unit: int, readable: Read | None) -> bool:
        """Whether a unit is silent altogether, or only where another would refuse."""
        if readable is None:
            return True
        return not isinstance(await self.ask(unit, readable, patient=True), Data)

    def advance(self, by: int) -> Progress:
        """So much more is done."""
        self._done += by
        return Progress(done=self._done, total=self._total)


def _asked(table: Table, block: Block) -> Read:
    return read_of(table, block.first, block.count)


def _data(outcome: Outcome | None) -> bytes:
    if outcome is None:
        raise SurveyRefused(_LATE)
    if not isinstance(outcome, Data):
        raise SurveyRefused(why_not(outcome))
    return outcome.data


def _unit(guest: Guest, unit: int, outcome: Outcome, took: float) -> UnitFound | None:
    refuses: Text | None = None
    if isinstance(outcome, Refusal):
        if outcome.code in codec.GATEWAY_CODES:
            return None
        refuses = why_not(outcome)
    elif not isinstance(outcome, Data):
        return None
    placed = guest.devices.get(unit)
    device = placed.device.id if placed is not None else ""
    return UnitFound(unit=unit, device=device, refuses=refuses, seconds=took)
