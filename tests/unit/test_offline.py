"""What was never there, and what is lost with its link, is told as well."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import timedelta

from edge.drivers.gb26875.link import GbDriver
from edge.model import AlarmRaised, DeviceChanged, Reading
from edge.rules.engine import Engine
from edge.rules.link import link_alarm
from edge.trace import Trace
from tests.fakes import gb26875
from tests.fakes import time as virtual
from tests.fakes.time import EPOCH


def test_a_link_has_one_alarm_after_a_minute() -> None:
    """For all that is behind it; it clears when the link is back."""
    engine = Engine([link_alarm("lifts")])
    engine.begin(EPOCH)
    down = Reading(point="lifts/online", value=False, at=EPOCH)
    assert engine.feed(down, EPOCH) == []
    later = EPOCH + timedelta(seconds=60)
    assert engine.feed(None, later - timedelta(seconds=1)) == []
    [raised] = engine.feed(None, later)
    assert isinstance(raised, AlarmRaised)
    assert (raised.alarm, raised.category) == ("lifts/offline", "link.offline")
    up = Reading(point="lifts/online", value=True, at=later)
    assert len(engine.feed(up, later)) == 1


def test_a_transmission_device_that_never_connects_is_told_offline() -> None:
    """After a power cut a panel may stay dead: silence counts from the opening of the port."""

    async def main() -> None:
        placed = {gb26875.ADDRESS: gb26875.placed()}
        driver = GbDriver("fire", gb26875.settings(), placed, virtual.now, Trace(virtual.now))
        await driver.miss()
        assert virtual.now() == EPOCH + timedelta(minutes=3)
        async with aclosing(driver.reports()) as reports, asyncio.timeout(1):
            report = await anext(reports)
        [told] = report.records
        assert isinstance(told, DeviceChanged)
        assert (told.device, told.state) == ("fire-1", "offline")

    virtual.run(main())
