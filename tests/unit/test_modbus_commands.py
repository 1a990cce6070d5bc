"""Commands on a shared line: before polls, confirmed, and never to a lift."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from edge.errors import CommandRejected
from simulators.modbus_server import SlaveUnit
from tests.fakes.modbus import (
    FakeBus,
    command,
    listen,
    made,
    opened,
)
from tests.fakes.time import run

TEXT = {"zh": "写", "en": "write"}
BREAKER = made(
    {"a": {"register": 0}},
    actions={
        "on": {"table": "coil", "register": 1, "value": 1, "text": TEXT},
        "limit": {"table": "holding", "register": 0, "min": 30, "max": 500, "text": TEXT},
    },
)


def test_command_overtakes_polls() -> None:
    """On a busy bus a command waits for the request in flight and for nothing else."""

    async def main() -> None:
        bus = FakeBus(
            {n: SlaveUnit(tables={"holding": {0: 1}, "coil": {1: 0}}) for n in range(1, 21)}
        )
        fast = made({"a": {"register": 0, "every": "10ms"}}, actions=_actions())
        driver = opened(bus, dict.fromkeys(range(1, 21), fast))
        polls = asyncio.create_task(listen(driver, 10), name="polls")
        await asyncio.sleep(5.001)
        begin = asyncio.get_running_loop().time()
        await asyncio.gather(*(driver.execute(command("on", f"d{n}")) for n in (4, 5)))
        took = asyncio.get_running_loop().time() - begin
        assert [bus.slaves[n].written for n in (4, 5)] == [[("coil", 1, 1)]] * 2
        since = [(unit, pdu[0]) for at, unit, pdu in bus.asked if at >= begin]
        assert since[:2] == [(4, 5), (5, 5)]
        assert took < 0.08
        assert len(await polls) > 300

    run(main())


def _actions() -> dict[str, Any]:
    return {"on": {"table": "coil", "register": 1, "value": 1, "text": TEXT}}


@pytest.mark.parametrize(
    ("action", "args", "reason"),
    [
        ("off", {}, "no action off"),
        ("limit", {}, "whole number"),
        ("limit", {"value": "x"}, "whole number"),
        ("limit", {"value": 29}, "between 30 and 500"),
        ("limit", {"value": 501}, "between 30 and 500"),
        ("on", {}, "illegal data address"),
    ],
)
def test_rejected_commands(action: str, args: dict[str, Any], reason: str) -> None:
    """What is not in the profile, out of bounds or refused by the device is rejected in words."""

    async def main() -> None:
        bus = FakeBus({1: SlaveUnit(tables={"holding": {0: 1}})})
        with pytest.raises(CommandRejected, match=reason):
            await opened(bus, {1: BREAKER}).execute(command(action, "d1", **args))
        assert bus.slaves[1].written == []

    run(main())


def test_command_with_a_value() -> None:
    """The argument is written and confirmed; silence is no confirmation."""

    async def main() -> None:
        bus = FakeBus({1: SlaveUnit(tables={"holding": {0: 1}})})
        driver = opened(bus, {1: BREAKER})
        await driver.execute(command("limit", "d1", value=300))
        assert bus.slaves[1].written == [("holding", 0, 300)]
        bus.slaves[1].faults.silent = True
        with pytest.raises(CommandRejected, match="no answer"):
            await driver.execute(command("limit", "d1", value=300))
        with pytest.raises(CommandRejected, match="not on this link"):
            await driver.execute(command("limit", "d9"))

    run(main())


def test_lift_is_never_written_to() -> None:
    """No command reaches a lift, even from a profile that was made without its checks."""

    async def main() -> None:
        writing = BREAKER.model_copy(update={"kind": "lift"})
        bus = FakeBus({1: SlaveUnit(tables={"holding": {0: 1}, "coil": {1: 0}})})
        driver = opened(bus, {1: writing})
        for action in ("on", "limit", "anything"):
            with pytest.raises(CommandRejected, match="never written"):
                await driver.execute(command(action, "d1", value=100))
        assert bus.asked == []

    run(main())


LIFT = made(
    {
        "speed": {"type": "float", "register": 0, "scale": 0.1, "unit": "m/s"},
        "moving": {"type": "bool", "register": 1, "bit": 0},
        "floor": {"register": 40, "valid": {"max": 60}},
    },
    kind="lift",
)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({}, "speed=1.5 m/s, moving=true, floor=?"),
        ({"point": "moving"}, "moving=true"),
        ({"point": "floor"}, "floor=?"),
    ],
)
def test_read_now(args: dict[str, Any], said: str) -> None:
    """All points, or one, at once and in words; what is not believed is a question mark."""

    async def main() -> None:
        slave = SlaveUnit(tables={"holding": {0: 15, 1: 1, 40: 99}})
        driver = opened(FakeBus({1: slave}), {1: LIFT})
        assert await driver.execute(command("read", "d1", **args)) == said
        assert slave.written == []

    run(main())


def test_read_now_overtakes_polls() -> None:
    """On a busy bus the device is asked next."""

    async def main() -> None:
        bus = FakeBus({n: SlaveUnit(tables={"holding": {0: 1}}) for n in range(1, 21)})
        driver = opened(
            bus, dict.fromkeys(range(1, 21), made({"a": {"register": 0, "every": "10ms"}}))
        )
        polls = asyncio.create_task(listen(driver, 10), name="polls")
        await asyncio.sleep(5.001)
        begin = asyncio.get_running_loop().time()
        assert await driver.execute(command("read", "d4")) == "a=1"
        assert next(unit for at, unit, _ in bus.asked if at >= begin) == 4
        await polls

    run(main())


def test_read_now_of_what_is_not_there() -> None:
    """No such point, and a device that does not answer, are refusals in words."""

    async def main() -> None:
        driver = opened(FakeBus({}), {1: LIFT})
        with pytest.raises(CommandRejected, match="no point weight"):
            await driver.execute(command("read", "d1", point="weight"))
        with pytest.raises(CommandRejected, match="no answer"):
            await driver.execute(command("read", "d1"))

    run(main())
