"""Surveys of the registers of a Modbus unit: what is found, what is never asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from edge.discovery.modbus_survey import ModbusSurvey
from edge.discovery.survey_steps import (
    RegistersFound,
    Step,
    Stopped,
    SurveyRefused,
    Unreadable,
)
from edge.drivers.modbus.profile import ModbusProfile
from simulators.modbus_registers import blank
from simulators.modbus_server import SlaveUnit
from tests.fakes.modbus import FakeBus, made, opened, profile
from tests.fakes.survey import MuteBeyond, all_of, alone, holding
from tests.fakes.time import run

BOX = profile("lifts/ba_box")


def test_registers_are_found_by_halving() -> None:
    """A block that is refused is halved until what can be read is apart from what cannot."""

    async def main() -> None:
        driver, bus = alone({5: holding(*range(10, 20), 25)})
        steps = await all_of(driver, lambda survey: survey.registers(5, "holding", 0, 32))
        readable = {
            step.first + index: value
            for step in steps
            if isinstance(step, RegistersFound)
            for index, value in enumerate(step.values)
        }
        assert readable == {address: address for address in (*range(10, 20), 25)}
        refused = {
            address
            for step in steps
            if isinstance(step, Unreadable)
            for address in range(step.first, step.first + step.count)
        }
        assert refused == set(range(32)) - set(readable)
        assert {step.why.en for step in steps if isinstance(step, Unreadable)} == {
            "illegal data address"
        }
        assert len(bus.asked) <= 1 + 2 + 4 + 8 + 32

    run(main())


def test_a_function_that_is_not_there_is_not_tried_again_and_again() -> None:
    """A table that the unit does not have costs one request for each block."""

    async def main() -> None:
        driver, bus = alone({5: holding(0)})
        bus.slaves[5].faults.exception = 1
        steps = await all_of(driver, lambda survey: survey.registers(5, "input", 0, 64))
        assert [(s.first, s.count) for s in steps if isinstance(s, Unreadable)] == [
            (0, 32),
            (32, 32),
        ]
        assert len(bus.asked) == 2

    run(main())


def test_a_unit_that_goes_away_ends_the_survey_and_one_that_only_keeps_silent_does_not() -> None:
    """After three silences a register that was readable is asked: it tells the two apart."""

    async def main() -> None:
        driver, bus = alone({5: holding(*range(200))})
        slave = bus.slaves[5]
        slave.faults.silent = True
        [stopped] = await all_of(driver, lambda survey: survey.registers(5, "holding", 0, 100))
        assert isinstance(stopped, Stopped)
        assert stopped.why.en == "unit 5 is silent"
        slave.faults.silent = False
        bus.slaves = {5: MuteBeyond(tables=slave.tables)}
        steps = await all_of(driver, lambda survey: survey.registers(5, "holding", 0, 36))
        assert not any(isinstance(step, Stopped) for step in steps)
        assert [s.first for s in steps if isinstance(s, Unreadable)] == [32, 33, 34, 35]

    run(main())


def test_bits_are_read_too() -> None:
    """A table of bits gives one value for each bit, not for each byte."""

    async def main() -> None:
        driver, _ = alone({5: SlaveUnit(tables={"coil": {n: n % 3 == 0 for n in range(20)}})})
        read = await ModbusSurvey(driver).read(5, "coil", 0, 10)
        assert read == (1, 0, 0, 1, 0, 0, 1, 0, 0, 1)

    run(main())


def walled() -> ModbusProfile:
    """A profile that forbids registers 4 and 5, and reads three at once at most."""
    return made(
        {"a": {"register": 0}},
        settings={
            "max_registers": 3,
            "forbidden": [{"table": "holding", "first": 4, "last": 5}],
        },
    )


@pytest.mark.parametrize("placed", [True, False])
def test_what_a_profile_forbids_is_never_asked_for(placed: bool) -> None:  # noqa: FBT001 - a case
    """Of a device of the site, and of a profile that is only tried; its other limits hold too."""

    async def main() -> None:
        device = walled()
        bus = FakeBus({1: holding(*range(12))})
        driver = opened(bus, {1: device} if placed else {})
        survey = ModbusSurvey(driver) if placed else ModbusSurvey(driver, device)
        spans = [
            (step.first, len(step.values))
            async for step in survey.registers(1, "holding", 0, 12)
            if isinstance(step, RegistersFound)
        ]
        assert spans == [(0, 3), (3, 1), (6, 3), (9, 3)]
        with pytest.raises(SurveyRefused, match="forbids"):
            await survey.read(1, "holding", 3, 2)
        asked = {
            address
            for _, _, pdu in bus.asked
            for address in range(
                int.from_bytes(pdu[1:3]), sum(int.from_bytes(pdu[at : at + 2]) for at in (1, 3))
            )
        }
        assert asked.isdisjoint({4, 5})

    run(main())


def test_only_one_survey_at_a_time() -> None:
    """A second one is refused in words; when the first is over, or given up, the line is free."""

    async def main() -> None:
        driver, _ = alone({1: holding(0)})
        survey = ModbusSurvey(driver)
        going = survey.units(1, 5)
        await anext(going)
        with pytest.raises(SurveyRefused) as refused:
            await survey.read(1, "holding", 0, 1)
        assert refused.value.what.en == "this link is being surveyed already"
        await going.aclose()
        assert await survey.read(1, "holding", 0, 1) == (0,)

    run(main())


def test_what_cannot_be_asked_is_refused_in_words() -> None:
    """Units, addresses and amounts beyond the protocol; and a unit that refuses or is silent."""

    async def main() -> None:
        driver, bus = alone({1: holding(0)})
        survey = ModbusSurvey(driver)

        def units(first: int, last: int) -> Callable[[], Awaitable[Step]]:
            return lambda: anext(survey.units(first, last))

        def registers(first: int, count: int) -> Callable[[], Awaitable[Step]]:
            return lambda: anext(survey.registers(1, "holding", first, count))

        for ask in (
            units(-1, 5),
            units(5, 4),
            units(1, 256),
            registers(-1, 1),
            registers(0, 2001),
            registers(65535, 2),
            lambda: survey.read(1, "holding", 0, 126),
            lambda: survey.read(1, "coil", 0, 0),
        ):
            with pytest.raises(SurveyRefused):
                await ask()
        assert bus.asked == []
        with pytest.raises(SurveyRefused, match="illegal data address"):
            await survey.read(1, "holding", 9, 1)
        with pytest.raises(SurveyRefused, match="no answer"):
            await survey.read(2, "holding", 0, 1)

    run(main())


def test_nothing_is_ever_written() -> None:
    """Whatever is surveyed, only the four reading functions go out; a lift stays untouched."""

    async def main() -> None:
        bus = FakeBus({1: SlaveUnit(tables=blank(BOX)), 2: holding(*range(64))})
        driver = opened(bus, {1: BOX})
        await all_of(driver, lambda survey: survey.units(1, 4))
        for table in ("holding", "input", "coil", "discrete"):
            await all_of(driver, lambda survey, t=table: survey.registers(1, t, 60, 40))  # type: ignore[misc]
        await ModbusSurvey(driver).answers(1, BOX)
        assert {pdu[0] for _, _, pdu in bus.asked} <= {1, 2, 3, 4}
        assert bus.slaves[1].written == []

    run(main())


def test_all_that_a_profile_would_poll_is_read_once() -> None:
    """To see whether it fits: what is refused is left out, and silence ends it."""

    async def main() -> None:
        device = made({f"p{n}": {"register": n * 20} for n in range(3)})
        driver, bus = alone({1: holding(0, 40)})
        answers = await ModbusSurvey(driver).answers(1, device)
        assert answers == {"holding": {0: 0, 40: 40}}
        with pytest.raises(SurveyRefused, match="no answer"):
            await ModbusSurvey(driver).answers(2, device)
        assert len(bus.asked) == 4

    run(main())
