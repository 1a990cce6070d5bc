"""Callers at a port that boxes dial in to: few at a time, and none that says nothing stays."""

from __future__ import annotations

import asyncio
from typing import Any

from edge.drivers.modbus.codec import RtuFraming
from edge.drivers.modbus.transport import MAX_CALLERS, REGISTER_WITHIN, _Ear
from edge.drivers.modbus.wire import Wire
from edge.trace import Trace
from tests.fakes.time import now, run

BOX = b"IMEI8675"


class Line(asyncio.Transport):
    """A connection that only remembers whether it was ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Say nothing of it."""
        del name
        return default

    def abort(self) -> None:
        """End it."""
        self.ended = True

    def close(self) -> None:
        """End it."""
        self.ended = True


class Port:
    """A port that waits for one box."""

    def __init__(self) -> None:
        self.wire = Wire(RtuFraming())
        self._trace = Trace(now)
        self._callers: set[_Ear] = set()

    def call(self, said: bytes = b"") -> Line:
        """Connect, and say something or nothing."""
        line = Line()
        ear = _Ear(self.wire, self._trace, BOX, self._callers)
        ear.connection_made(line)
        if said and not line.ended:
            ear.data_received(said)
        return line


def test_one_caller_too_many_is_hung_up_on() -> None:
    """At once, and none of those who wait; when their time is over there is room again."""

    async def main() -> None:
        port = Port()
        waiting = [port.call() for _ in range(MAX_CALLERS)]
        assert port.call().ended
        assert not any(line.ended for line in waiting)
        await asyncio.sleep(REGISTER_WITHIN + 1)
        assert all(line.ended for line in waiting)
        assert not port.call(BOX).ended
        port.wire.close()

    run(main())


def test_a_box_that_is_known_takes_nobodys_room() -> None:
    """Who has introduced itself, or was turned away, is no longer one of those who wait."""

    async def main() -> None:
        port = Port()
        for _ in range(3 * MAX_CALLERS):
            assert not port.call(BOX).ended
            assert port.call(b"IMEI9999").ended
        assert not port.call().ended
        port.wire.close()

    run(main())
