"""One open Modbus link: one request at a time, commands before polls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager

from edge.driver import Now, Report
from edge.drivers.modbus import codec
from edge.drivers.modbus.bus import Bus, Stream, reason
from edge.drivers.modbus.codec import Outcome, Refusal, Request, Silence
from edge.drivers.modbus.guest import Busy, Guest
from edge.drivers.modbus.planner import Read
from edge.drivers.modbus.profile import READ, ModbusAction
from edge.drivers.modbus.read_now import reads_of, words_of
from edge.drivers.modbus.scheduler import Schedule
from edge.drivers.modbus.timing import Line, Patience
from edge.drivers.modbus.unit import DevicePlaced, Said, Turn, Unit
from edge.errors import CommandRejected
from edge.model import Command
from edge.trace import Trace

IDLE = 60.0  # seconds to wait when nobody is asked anything
SIGN = 30.0  # seconds within which a sign of life is promised: it is looked for no more often


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
        trace: Trace,
    ) -> None:
        self._devices = {placed.device.id: placed for placed in devices}
        self._time = asyncio.get_running_loop().time
        self._signs = trace.signs
        self._schedule = Schedule()
        self._bus = Bus(stream, line=line, now=now, trace=trace, reconnects=reconnects)
        self._everyone = everyone = Patience(floor=floor, ceiling=ceiling)
        self._visited = False
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
        next_turn, put, signs, time = self._schedule.next, self._bus.put, self._signs, self._time
        while True:
            now = time()
            turn = next_turn(now)
            if not isinstance(turn, Turn):  # nobody is asked anything
                signs.give(IDLE)
                await self._bus.idle(IDLE)
                continue
            unit, due = turn.unit, turn.due
            signs.give(SIGN if due < now + SIGN else due - now)
            since = max(now, due)
            outcome, at, now = await put(turn.question, since, unit.within(turn))
            records = unit.settle(turn, outcome, now, at)
            if records:
                yield Report(tuple(records))

    async def execute(self, command: Command) -> str | None:
        """Write or read as soon as the request in flight is over; return what was read."""
        placed = self._devices.get(command.device)
        if placed is None:
            raise CommandRejected(f"{command.device} is not on this link")
        unit = self._units[command.device]
        with self._bus.overtaking():
            if command.action == READ and READ not in placed.profile.actions:
                return await self._read_now(placed, unit, command)
            outcome = await self._command(unit, compose(placed, command))
        match outcome:
            case Silence():
                raise CommandRejected("no answer; whether it was done is not known")
            case Refusal():
                raise CommandRejected(f"refused: {reason(outcome)}")
        return None

    async def _command(self, unit: Unit, request: Request) -> Outcome:
        outcome, _ = await self._bus.ask(unit, request, unit.patience.ceiling, gives_way=False)
        return outcome

    async def _read_now(self, placed: DevicePlaced, unit: Unit, command: Command) -> str:
        asked: list[tuple[Read, Outcome]] = []
        for read in reads_of(placed.profile, command.args):
            request = codec.read_request(placed.address.unit, read, placed.device.id)
            outcome = await self._command(unit, request)
            if isinstance(outcome, Silence):
                raise CommandRejected("no answer")
            asked.append((read, outcome))
        return words_of(placed.profile, asked, command.args)

    @property
    def late(self) -> float:
        """Seconds by which polling is behind by more than a period; 0 or less: it keeps up."""
        return self._schedule.late(self._time())

    @contextmanager
    def guest(self) -> Iterator[Guest]:
        """Let somebody ask what no poll asks; `Busy` while another does."""
        if self._visited:
            raise Busy
        self._visited = True
        try:
            devices = {placed.address.unit: placed for placed in self._devices.values()}
            pause = max((unit.pause for unit in self._units.values()), default=0.0)
            yield Guest(self._bus, devices, self._everyone, pause)
        finally:
            self._visited = False

    def _start(self) -> None:
        """Spread the units over the shortest period, so that they do not all come at once."""
        begin = self._time()
        step = min((unit.period for unit in self._units.values()), default=0.0)
        for index, unit in enumerate(self._units.values()):
            unit.start(begin + step * index / len(self._units))


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
        placed.device.id,
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
