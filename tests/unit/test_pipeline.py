"""The pipeline: in order, act first, keep once, confirm after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from edge.driver import Report
from edge.model import (
    AlarmCleared,
    AlarmRaised,
    DeviceChanged,
    DeviceReported,
    LinkChanged,
    Reading,
)
from edge.rules.alarm import PointAlarm
from tests.fakes import time as virtual
from tests.fakes.pipeline import WORDS, House, Opener, alarm
from tests.fakes.time import EPOCH


def reading(*, value: bool, point: str = "d/x") -> Reading:
    """A reading at the beginning of time."""
    return Reading(point=point, value=value, at=EPOCH)


def live(story: Callable[[], object]) -> None:
    """Build and tell the story inside virtual time."""

    async def main() -> None:
        result = story()
        if asyncio.iscoroutine(result):
            await result

    virtual.run(main())


def test_a_reading_becomes_an_alarm_with_its_number_as_identity() -> None:
    """Raise and clear carry the same alarm, named by the number of the raise."""

    async def story() -> None:
        house = House(alarm("d/a", "d/x"))
        await house.after(1, *(Report((reading(value=v),)) for v in (True, False)))
        raised, cleared = house.journal.kept
        assert isinstance(raised.event, AlarmRaised)
        assert isinstance(cleared.event, AlarmCleared)
        assert raised.alarm is not None
        assert cleared.alarm is not None
        assert raised.alarm.number == cleared.alarm.number == raised.number
        assert cleared.alarm.active is False
        assert house.journal.states[f"alarm:{raised.number}"], "it waits to be acknowledged"

    live(story)


def test_commands_start_before_anything_is_kept() -> None:
    """A dying disk must not keep a gate shut: act first, then keep."""

    async def story() -> None:
        house = House(alarm("d/a", "d/smoke"), Opener())
        await house.after(1, Report((reading(value=True, point="d/smoke"),)))
        assert house.journal.log == ["act open", "keep alarm.raised"]

    live(story)


def test_confirmations_go_with_what_they_confirm() -> None:
    """The pipeline never confirms by itself; the journal gets the confirmation to call."""

    async def story() -> None:
        house = House()
        confirmed: list[str] = []
        event = DeviceReported(device="d", what="w", frame="40", at=EPOCH, origin="d/1")
        first = Report((event,), lambda: confirmed.append("first"))
        copy = Report((event,), lambda: confirmed.append("copy"))
        await house.after(1, first, copy)
        assert confirmed == []
        for then in house.journal.then:
            then()
        assert confirmed == ["first", "copy"], "a copy is confirmed again"
        assert house.kinds() == ["device.reported"], "and kept once"

    live(story)


def test_a_copy_is_not_stepped_again() -> None:
    """A resent fire frame after a reset does not raise the old fire anew."""

    async def story() -> None:
        house = House(alarm("d/a", "d/x"))
        fire = DeviceReported(device="d", what="w", frame="40", at=EPOCH, origin="d/1")
        await house.after(
            1,
            Report((fire, reading(value=True))),
            Report((reading(value=False),)),
            Report((fire, reading(value=True))),
        )
        assert house.kinds() == ["device.reported", "alarm.raised", "alarm.cleared"]

    live(story)


def test_availability_is_a_point() -> None:
    """Device and link changes are readings of `online` too, so that alarms can be on them."""

    async def story() -> None:
        gone = PointAlarm(
            id="d/gone",
            device="d",
            name="gone",
            point="d/online",
            words=WORDS,
            holds=lambda value, _: value is False,
            on_delay=timedelta(seconds=60),
        )
        house = House(gone)
        down = DeviceChanged(device="d", state="offline", reason="silent", at=EPOCH)
        link = LinkChanged(link="l", up=False, reason="cut", at=EPOCH)
        await house.after(59, Report((down, link)))
        assert house.kinds() == ["device.offline", "link.changed"]
        assert house.pipeline.state.links["l"].up is False
        await house.after(2)
        assert house.kinds()[-1] == "alarm.raised"

    live(story)


def test_a_restart_resumes_where_the_last_event_left_it() -> None:
    """Numbers go on, an open alarm stays one alarm, a running delay ends in time."""

    async def story() -> None:
        rules = (
            alarm("d/a", "d/x"),
            alarm("d/b", "d/x", on_delay=timedelta(seconds=30)),
        )
        house = House(*rules)
        await house.after(10, Report((reading(value=True),)))
        states = {k: v for k, v in house.journal.states.items() if v is not None}
        again = House(*rules)
        again.pipeline.restore(states)
        await again.after(40, Report((reading(value=True),)))
        assert again.kinds() == ["alarm.raised"]
        [raised] = again.journal.kept
        assert isinstance(raised.event, AlarmRaised)
        assert raised.event.alarm == "d/b"
        assert raised.event.at == EPOCH + timedelta(seconds=30)
        assert set(again.pipeline.alarms.active) == {"d/a", "d/b"}

    live(story)


def test_a_clock_set_by_a_year_ends_no_delay() -> None:
    """Delays last as long as they say, whatever the wall clock does."""

    async def story() -> None:
        house = House(alarm("d/b", "d/x", on_delay=timedelta(seconds=30)))
        await house.after(10, Report((reading(value=True),)))
        house.steps = 365 * 86400.0
        await house.after(10, Report((reading(value=True, point="d/other"),)))
        assert house.kinds() == []
        await house.after(15)
        assert house.kinds() == ["alarm.raised"]

    live(story)


def test_what_waits_when_the_gateway_ends_is_processed() -> None:
    """Draining takes the inbox to its end and confirms it through the journal."""

    async def story() -> None:
        house = House(alarm("d/a", "d/x"))
        await house.pipeline.take(Report((reading(value=True),), lambda: None))
        await house.pipeline.drain()
        assert house.kinds() == ["alarm.raised"]
        assert len(house.journal.then) == 1

    live(story)


def test_a_flood_keeps_nobody_waiting_for_long() -> None:
    """One link talks without end: another's report is behind a moment's worth of it, no more."""

    async def story() -> None:
        house = House(alarm("d/a", "d/x"))
        take = house.pipeline.take

        async def flood() -> None:
            for number in range(3000):
                await take(Report((told(number),)))

        async def other() -> None:
            await asyncio.sleep(0)
            await take(Report((reading(value=True),)))

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(flood())
            tasks.create_task(other())
            tasks.create_task(house.after(1))
        assert house.kinds().index("alarm.raised") < 100

    live(story)


def test_between_two_reports_everybody_has_a_turn() -> None:
    """Work that is waiting in the inbox holds up no timer, no answer and no poll."""

    async def story() -> None:
        house = House()
        turns: list[int] = []

        async def others() -> None:
            for _ in range(200):
                turns.append(len(house.journal.kept))
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(others())
            tasks.create_task(house.after(1, *(Report((told(number),)) for number in range(50))))
        assert set(range(1, 50)) <= set(turns)

    live(story)


def told(number: int) -> DeviceReported:
    """Something a device tells."""
    return DeviceReported(device="noisy", what="x", frame="", at=EPOCH, origin=f"noisy/{number}")


def test_an_open_alarm_that_no_rule_watches_any_more_is_cleared() -> None:
    """A device taken out of the site file must not leave its issue open for ever."""

    async def story() -> None:
        house = House(alarm("d/a", "d/x"))
        await house.after(1, Report((reading(value=True),)))
        states = {k: v for k, v in house.journal.states.items() if v is not None}
        again = House(alarm("e/b", "e/x"))
        again.pipeline.restore(states)
        await again.after(1)
        [cleared] = again.journal.kept
        assert isinstance(cleared.event, AlarmCleared)
        assert cleared.event.alarm == "d/a"
        assert again.journal.states["rule:d/a"] is None
        assert again.pipeline.alarms.active == {}

    live(story)
