"""Surveys of a Modbus line in virtual time: what they find, and what they may cost the line."""

from __future__ import annotations

import asyncio

from edge.discovery.modbus_survey import SHARE
from edge.discovery.survey_steps import (
    Stopped,
    UnitFound,
)
from edge.drivers.modbus.timing import Line
from edge.trace import Trace
from simulators.modbus_registers import blank
from simulators.modbus_server import SlaveUnit
from tests.fakes.modbus import FakeBus, command, listen, made, opened, profile
from tests.fakes.survey import all_of, alone, holding
from tests.fakes.time import now, run

BOX = profile("lifts/ba_box")


def test_units_are_found_and_absent_ones_cost_a_short_time_out() -> None:
    """Who answers, and who refuses what was asked, is there; twenty others take ten seconds."""

    async def main() -> None:
        driver, bus = alone({2: holding(0), 9: holding(500)})
        began = asyncio.get_running_loop().time()
        found = await all_of(driver, lambda survey: survey.units(1, 20))
        assert [(each.unit, each.device) for each in found if isinstance(each, UnitFound)] == [
            (2, ""),
            (9, ""),
        ]
        refuses = [each.refuses.en for each in found if isinstance(each, UnitFound) if each.refuses]
        assert refuses == ["illegal data address"]
        # The first one has nobody to be judged by; later ones wait as long as unit 2 needs.
        assert asyncio.get_running_loop().time() - began < 0.6 + 19 * 0.15
        assert len(bus.asked) == 20

    run(main())


def test_a_survey_goes_on_beside_polling_and_is_given_its_share_only() -> None:
    """Polls keep their rate, a known unit is named, and the survey takes a third of the time."""

    async def main() -> None:
        bus = FakeBus({unit: SlaveUnit(tables=blank(BOX)) for unit in (1, 2)})
        trace = Trace(now)
        driver = opened(bus, {1: BOX}, trace=trace)
        polling = asyncio.create_task(listen(driver, 60), name="polling")
        await asyncio.sleep(2.5)
        begin = asyncio.get_running_loop().time()
        found = await all_of(driver, lambda survey: survey.units(1, 60))
        took = asyncio.get_running_loop().time() - begin
        records = await polling
        units = [(each.unit, each.device) for each in found if isinstance(each, UnitFound)]
        assert units == [(1, "d1"), (2, "")]
        surveyed = [at for at, _, pdu in bus.asked if int.from_bytes(pdu[3:5]) == 1]
        assert len(surveyed) == 60
        absent = 58 * (0.05 + bus.line.seconds(20))
        assert absent / took < SHARE
        assert sum(getattr(record, "point", "") == "d1/trapped" for record in records) >= 59
        assert trace.devices["d1"].failed == 0, "a survey does not spoil what is told of devices"

    run(main())


def test_a_command_goes_before_a_survey() -> None:
    """Told while a survey waits for a unit that is not there, it is the very next thing."""

    async def main() -> None:
        action = {"text": {"zh": "写", "en": "w"}, "table": "holding", "register": 0, "value": 7}
        device = made({"a": {"register": 0}}, actions={"set": action})
        bus = FakeBus({1: SlaveUnit(tables=blank(device))})
        driver = opened(bus, {1: device})
        polling = asyncio.create_task(listen(driver, 20), name="polling")
        surveying = asyncio.create_task(
            all_of(driver, lambda survey: survey.units(30, 40)), name="survey"
        )
        while not any(unit == 31 for _, unit, _ in bus.asked):  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.001)
        asked = len(bus.asked)
        await driver.execute(command("set", "d1"))
        assert (bus.asked[asked][1], bus.asked[asked][2][0]) == (1, 6)
        await asyncio.gather(polling, surveying)

    run(main())


def test_a_line_that_falls_behind_ends_the_survey() -> None:
    """Twenty lifts that are asked more than the line can carry leave no time to look around."""

    async def main() -> None:
        bus = FakeBus(
            {unit: SlaveUnit(tables=blank(BOX)) for unit in range(1, 31)}, line=Line(baud=9600)
        )
        driver = opened(bus, dict.fromkeys(range(1, 31), BOX))
        polling = asyncio.create_task(listen(driver, 60), name="polling")
        await asyncio.sleep(30)
        begin = len(bus.asked)
        [stopped] = await all_of(driver, lambda survey: survey.units(40, 60))
        assert isinstance(stopped, Stopped)
        assert "late by more than a period" in stopped.why.en
        assert not [unit for _, unit, _ in bus.asked[begin:] if unit >= 40]
        await polling

    run(main())
