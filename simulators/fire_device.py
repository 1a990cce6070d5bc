"""A transmission device's own part: its clock, serial numbers, ledger, and answers."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from edge.driver import Now
from edge.drivers.gb26875 import codec, frames, objects, tables
from edge.drivers.gb26875.codec import Received
from edge.drivers.gb26875.frames import SERIALS, Frame
from edge.drivers.gb26875.objects import Item
from simulators.fire_detectors import Detectors
from simulators.fire_line import Centre, FireLine, Letter
from simulators.simulator import Told

CENTRE_ADDRESS: Final = 1
"""The address of the centre that devices are set up with."""
DUTY_ANSWER: Final = 1 << 5
INITIALISE: Final = 89


@dataclass(slots=True, kw_only=True)
class Habits:
    """How this device behaves, changed by scenarios while it runs.

    `duty_answer_s` is how soon a person answers a duty check, none for nobody there.
    """

    clock_off: timedelta = timedelta(0)
    serial_step: int = 1
    duty_answer_s: float | None = 2.0
    deaf: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the device is: its link and name in the site file, its address, its centre."""

    link: str
    device: str
    address: int
    centre: Centre
    utc_offset: timedelta = timedelta(hours=8)


class FireDevice:
    """Tells, keeps the ledger of it, and does what its centre asks."""

    def __init__(self, identity: Identity, detectors: Detectors, now: Now) -> None:
        """Begin with serial 0 and an empty ledger."""
        self.habits = Habits()
        self.serial = 0
        self.told: list[Told] = []
        self.line = FireLine(identity.centre, self._heartbeat, self._asked, now)
        self._identity = identity
        self._detectors = detectors
        self._now = now
        self._later: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Live until cancelled."""
        try:
            await self.line.run()
        finally:
            later = tuple(self._later)
            for task in later:
                task.cancel()
            await asyncio.gather(*later, return_exceptions=True)

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Do something beside the rest, until the device ends."""
        task = asyncio.create_task(work, name=f"{self._identity.device} later")
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def label(self) -> bytes:
        """Return what the device's clock shows, as six time bytes."""
        return self._identity.centre.dialect.write_time(self._local() + self.habits.clock_off)

    def tell(self, kind: int, items: Sequence[Item], *, urgent: bool = False) -> None:
        """Queue what has to be confirmed, and write it into the ledger."""
        self.tell_raw(objects.encode(kind, items), urgent=urgent)

    def tell_raw(self, app: bytes, *, urgent: bool = False, label: bytes = b"") -> None:
        """Queue app data as they are, right or wrong."""
        frame = self._frame(tables.SEND, app, label or self.label())
        received = Received(
            device=self._identity.device, frame=frame, at=self._now(), local=self._local()
        )
        told = Told(
            device=self._identity.device,
            origin=codec.origin(received, self._identity.centre.dialect),
            what=codec.what(app[0]),
            at=self._now(),
        )
        self.told.append(told)
        self.line.post(Letter(frame=frame, urgent=urgent, told=told))

    def _frame(self, command: int, app: bytes, label: bytes) -> Frame:
        serial = self.serial
        self.serial = (serial + self.habits.serial_step) % SERIALS
        return Frame(
            serial=serial,
            version=self._identity.centre.dialect.version,
            label=label,
            source=self._identity.address,
            destination=CENTRE_ADDRESS,
            command=command,
            app=app,
        )

    def _heartbeat(self) -> Frame:
        dialect = self._identity.centre.dialect
        return self._frame(dialect.heartbeat_command, dialect.heartbeat, self.label())

    def _asked(self, frame: Frame) -> None:
        if self.habits.deaf:
            return
        if frame.command == tables.REQUEST and frame.app:
            answer = self._detectors.answer(frame.app, self.label())
            if answer is not None:
                self._reply(frame, tables.RESPONSE, answer)
                return
        elif frame.command == tables.CONTROL and self._control(frame.app):
            self._reply(frame, tables.CONFIRM, b"")
            return
        self._reply(frame, tables.DENY, b"")

    def _control(self, app: bytes) -> bool:
        """Do what a control command says; false when it is none that is known."""
        unit = objects.decode(app) if app else objects.Unit(type=0)
        if unit.type == tables.SYNC_CLOCK and unit.items:
            shown = self._identity.centre.dialect.read_time(unit.items[0].time or b"")
            if shown is None:
                return False
            self.habits.clock_off = shown - self._local()
            return True
        if unit.type == tables.DUTY_CHECK:
            if self.habits.duty_answer_s is not None:
                self.later(self._answer_duty(self.habits.duty_answer_s))
            return True
        return unit.type == INITIALISE

    async def _answer_duty(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        item = Item(operation=DUTY_ANSWER, operator=1, time=self.label())
        self.tell(tables.DEVICE_OPERATION, (item,))

    def _reply(self, frame: Frame, command: int, app: bytes) -> None:
        self.line.answer(frames.reply(frame, command, self.label(), app))

    def _local(self) -> datetime:
        return (self._now() + self._identity.utc_offset).replace(tzinfo=None)
