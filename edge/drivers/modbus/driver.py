"""One open Modbus link: one request at a time, commands before polls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from edge.driver import Now, Report
from edge.drivers.modbus import codec
from edge.drivers.modbus.codec import Outcome, Refusal, Request, Silence
from edge.drivers.modbus.planner import Read
from edge.drivers.modbus.profile import READ, ModbusAction
from edge.drivers.modbus.read_now import reads_of, words_of
from edge.drivers.modbus.scheduler import Schedule
from edge.drivers.modbus.timing import Line, Patience
from edge.drivers.modbus.unit import DevicePlaced, Said, Turn, Unit
from edge.errors import CommandRejected, LinkDown
from edge.model import Command

FRAME_EXTRA = 7  # bytes around a PDU, at most
SILENT_TILL_DOWN = 300.0  # seconds without any answer at all until a TCP connection is made anew
IDLE = 60.0  # seconds to wait when nothing is due


class Stream(Protocol):
    """What a driver needs of an open wire."""

    async def exchange(self, request: Request, within: float) -> Outcome:
        """Send a request and wait so many seconds for its answer."""
        ...

    async def pause(self, seconds: float) -> None:
        """Wait; raise `LinkDown` when the stream is lost meanwhile."""
        ...


class ModbusDriver:
    """Polls all units of a link by deadline and passes commands in between.

    `floor` and `ceiling` bound, in seconds, how long an answer is waited for.
    """

    def __init__(  # noqa: PLR0913 -- what a link knows, by name
        self,
        stream: Stream,
        devices: Sequence[DevicePlaced],
        *,
        now: Now,
        line: Line,
        said: Said,
        floor: float,
        ceiling: float,
        reconnects: bool,
    ) -> None:
        self._stream = stream
        self._devices = {placed.device.id: placed for placed in devices}
        self._now = now
        self._line = line
        self._reconnects = reconnects
        self._time = asyncio.get_running_loop().time
        self._schedule = Schedule()
        self._free = asyncio.Lock()
        self._no_commands = asyncio.Event()
        self._no_commands.set()
        self._commands = 0
        self._quiet_until = 0.0
        self._silent_since: float | None = None
        everyone = Patience(floor=floor, ceiling=ceiling)
        self._units = {
            placed.device.id: Unit(
                placed,
                self._schedule,
                Patience(floor=floor, ceiling=_ceiling(placed, ceiling), neighbours=everyone),
                said,
            )
            for placed in devices
        }

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Poll until the link is lost; one report for each answer."""
        self._start()
        while True:
            turn = await self._next_turn()
            request, unit = turn.request, turn.unit
            outcome = await self._ask(unit, request, unit.within(turn))
            records = unit.settle(turn, outcome, self._time(), self._now())
            if records:
                yield Report(tuple(records))

    async def execute(self, command: Command) -> str | None:
        """Write or read as soon as the request in flight is over; return what was read."""
        placed = self._devices.get(command.device)
        if placed is None:
            raise CommandRejected(f"{command.device} is not on this link")
        unit = self._units[command.device]
        if command.action == READ and READ not in placed.profile.actions:
            return await self._read_now(placed, unit, command)
        request = compose(placed, command)
        async with self._overtaking():
            outcome = await self._ask(unit, request, unit.patience.ceiling)
        match outcome:
            case Silence():
                raise CommandRejected("no answer; whether it was done is not known")
            case Refusal(code):
                raise CommandRejected(f"refused: {codec.NAMES.get(code, f'exception {code}')}")
        return None

    async def _read_now(self, placed: DevicePlaced, unit: Unit, command: Command) -> str:
        asked: list[tuple[Read, Outcome]] = []
        for read in reads_of(placed.profile, command.args):
            request = codec.read_request(placed.address.unit, read)
            async with self._overtaking():
                outcome = await self._ask(unit, request, unit.patience.ceiling)
            if isinstance(outcome, Silence):
                raise CommandRejected("no answer")
            asked.append((read, outcome))
        return words_of(placed.profile, asked, command.args)

    def _start(self) -> None:
        """Spread the units over the shortest period, so that they do not all come at once."""
        begin = self._time()
        step = min((unit.period for unit in self._units.values()), default=0.0)
        for index, unit in enumerate(self._units.values()):
            unit.start(begin + step * index / len(self._units))

    async def _next_turn(self) -> Turn:
        """Wait until something is due, the line has been quiet, and no command wants it."""
        while True:
            await self._no_commands.wait()
            now = self._time()
            if now < self._quiet_until:
                await self._stream.pause(self._quiet_until - now)
                continue
            job = self._schedule.take(now)
            if isinstance(job, Turn):
                return job
            due = self._schedule.next_due()
            await self._stream.pause(IDLE if due is None else max(due - now, 0.0))

    async def _ask(self, unit: Unit, request: Request, within: float) -> Outcome:
        """One exchange on the shared line, with its pauses; learns how fast the unit is."""
        async with self._free:
            wait = self._quiet_until - self._time()
            if wait > 0:
                await self._stream.pause(wait)
            travel = self._line.seconds(len(request.pdu) + request.size + 2 * FRAME_EXTRA)
            begin = self._time()
            outcome = await self._stream.exchange(request, travel + within)
            end = self._time()
            self._quiet_until = end + max(self._line.quiet, unit.pause)
        if not isinstance(outcome, Silence):
            self._silent_since = None
            unit.patience.answered(max(end - begin - travel, 0.0))
        elif self._silent_since is None:
            self._silent_since = end
        elif self._reconnects and end - self._silent_since > SILENT_TILL_DOWN:
            raise LinkDown(f"nothing has answered for {SILENT_TILL_DOWN:.0f} s")
        return outcome

    @asynccontextmanager
    async def _overtaking(self) -> AsyncIterator[None]:
        """Keep polls from starting."""
        self._commands += 1
        self._no_commands.clear()
        try:
            yield
        finally:
            self._commands -= 1
            if not self._commands:
                self._no_commands.set()


def compose(placed: DevicePlaced, command: Command) -> Request:
    """The write that a command asks for; `CommandRejected` for what must not be written."""
    if placed.device.kind == "lift" or placed.profile.kind == "lift":
        raise CommandRejected("a lift is only read, never written to")
    action = placed.profile.actions.get(command.action)
    if not isinstance(action, ModbusAction):
        raise CommandRejected(f"{placed.profile.model} has no action {command.action}")
    return codec.write_request(
        placed.address.unit,
        action.table,
        action.number - placed.profile.settings.numbering,
        _value(action, command),
    )


def _value(action: ModbusAction, command: Command) -> int:
    if action.value is not None:
        return action.value
    value = command.args.get("value")
    if not isinstance(value, int):
        raise CommandRejected("the argument value has to be a whole number")
    if not action.min <= value <= action.max:
        raise CommandRejected(f"value has to lie between {action.min} and {action.max}")
    return int(value)


def _ceiling(placed: DevicePlaced, ceiling: float) -> float:
    own = placed.profile.settings.answer_within
    return ceiling if own is None else max(own.total_seconds(), ceiling)
