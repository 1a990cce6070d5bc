"""Reads all points of a profile from one unit, again and again, as long as somebody watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from edge.api.house import House
from edge.api.ui.add.lines import NotOpen, lost, modbus, opened
from edge.api.ui.add.looking import ask
from edge.api.ui.add.parts import Parts
from edge.api.ui.add.values import Readout, readout, reads_of
from edge.api.ui.add.wish import Wish
from edge.discovery import ModbusSurvey
from edge.drivers.modbus.profile import ModbusProfile
from edge.errors import LinkDown

EVERY_S: Final = 2.0
"""How often values are read that somebody looks at."""

AGAIN_S: Final = 3.0
"""A line that is not open is tried again after this long, as long as somebody waits."""


async def values(
    house: House, parts: Parts, wish: Wish, profile: ModbusProfile
) -> AsyncGenerator[bytes, None]:
    """Tell what every point reads just now, or why it cannot be read."""
    while True:
        try:
            async with aclosing(_read(house, parts, wish, profile)) as several:
                async for found in several:
                    yield parts.frame("readout", "readout", readout=found, why=None)
        except (NotOpen, LinkDown, OSError) as error:
            why = error.why if isinstance(error, NotOpen) else lost(error)
            yield parts.frame("readout", "readout", readout=None, why=why)
            await asyncio.sleep(AGAIN_S)


async def _read(
    house: House, parts: Parts, wish: Wish, profile: ModbusProfile
) -> AsyncGenerator[Readout, None]:
    async with opened(house, wish, parts.language) as driver:
        survey = ModbusSurvey(modbus(driver), profile)
        while True:
            yield readout(profile, await ask(survey, wish.modbus_unit, reads_of(profile)))
            await asyncio.sleep(EVERY_S)
