"""Lines of Modbus units to look around on, without a socket."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from edge.discovery.modbus_survey import ModbusSurvey
from edge.discovery.survey_steps import Progress, Step
from edge.drivers.modbus.driver import ModbusDriver
from simulators.modbus_server import SlaveUnit
from tests.fakes.modbus import FakeBus, opened


def holding(*addresses: int) -> SlaveUnit:
    """A unit with these holding registers, each holding its own address."""
    return SlaveUnit(tables={"holding": {address: address for address in addresses}})


class MuteBeyond(SlaveUnit):
    """A unit that keeps silent where another would refuse: from register 32 on."""

    def answer(self, pdu: bytes) -> bytes:
        """Answer too late for anybody."""
        self.faults.slow = 9.0 if int.from_bytes(pdu[1:3]) >= 32 else 0.0
        return super().answer(pdu)


async def all_of(
    driver: ModbusDriver, ask: Callable[[ModbusSurvey], AsyncGenerator[Step, None]]
) -> list[Step]:
    """Every step of a survey but its progress."""
    async with aclosing(ask(ModbusSurvey(driver))) as steps:
        return [step async for step in steps if not isinstance(step, Progress)]


def alone(slaves: dict[int, SlaveUnit]) -> tuple[ModbusDriver, FakeBus]:
    """A link without devices, as one that is only tried."""
    bus = FakeBus(slaves)
    return opened(bus, {}), bus
