"""Looking around on a line, told as it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, suppress
from http import HTTPStatus

import msgspec

from edge.api.discovery_documents import RegistersSurvey, UnitsSurvey, event_of
from edge.api.problems import problem
from edge.api.viewer import encode
from edge.api.watched import Watched
from edge.discovery import ModbusSurvey
from edge.discovery.survey_steps import Step, SurveyRefused
from edge.driver import Driver
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.mqtt_json.link import SensorDriver
from edge.errors import LinkDown


async def listened(driver: Driver, seconds: float) -> None:
    """Let a link that is only tried hear who speaks, for so long; its trace tells who did.

    A broker is heard as a whole: what its sensors speak on is not known yet. `LinkDown` where it
    does not allow that.
    """
    if isinstance(driver, SensorDriver):
        await driver.listen_for(seconds)
        return
    with suppress(TimeoutError, LinkDown, OSError):  # who spoke before the line was lost has spoken
        async with asyncio.timeout(seconds), aclosing(driver.reports()) as reports:
            async for _ in reports:
                pass


async def surveyed(
    driver: Driver | None, asked: UnitsSurvey | RegistersSurvey, stack: AsyncExitStack
) -> Watched:
    """Answer with what is found on the line as it is found; `stack` is closed when that ends.

    A problem where the line cannot be asked.
    """
    if driver is None:
        raise problem(HTTPStatus.CONFLICT, "链路没有连上", "the link is not up", code="link-down")
    if not isinstance(driver, ModbusDriver):
        raise problem(
            HTTPStatus.CONFLICT,
            "只有 Modbus 链路可以扫描；其他链路上的设备会自己出现",
            "only a Modbus link is surveyed; on others devices show themselves",
        )
    steps = _steps(ModbusSurvey(driver), asked)
    try:
        first = await anext(steps, None)
    except SurveyRefused as refusal:
        await steps.aclose()
        raise problem(HTTPStatus.CONFLICT, refusal.what.zh, refusal.what.en) from None
    return Watched(_frames(first, steps, stack))


def _steps(
    survey: ModbusSurvey, asked: UnitsSurvey | RegistersSurvey
) -> AsyncGenerator[Step, None]:
    if isinstance(asked, UnitsSurvey):
        return survey.units(asked.first, asked.last)
    return survey.registers(asked.unit, asked.table, asked.first, asked.count)


async def _frames(
    first: Step | None, steps: AsyncGenerator[Step, None], stack: AsyncExitStack
) -> AsyncGenerator[bytes, None]:
    async with stack, aclosing(steps):
        if first is not None:
            yield _frame(first)
            async for step in steps:
                yield _frame(step)
        yield encode("end", "")


def _frame(step: Step) -> bytes:
    name, said = event_of(step)
    return encode(name, msgspec.json.encode(said).decode())
