"""A pipeline that goes on with other rules: nothing is lost, nothing is raised twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from edge.driver import Report
from edge.model import AlarmCleared, LinkChanged, Reading
from edge.rules.engine import Engine
from tests.fakes import time as virtual
from tests.fakes.pipeline import House, alarm
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH


def report(*, value: bool, point: str = "d/x") -> Report:
    """A reading of now."""
    return Report((Reading(point=point, value=value, at=virtual.now()),))


@asynccontextmanager
async def running(house: House) -> AsyncIterator[None]:
    """The pipeline, at work."""
    task = asyncio.create_task(house.pipeline.run(), name="pipeline")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def swapped(house: House, *rules: object, gone: tuple[str, ...] = ()) -> list[str]:
    """Go on with these rules; what was kept when it happened."""
    seen: list[str] = []
    await house.pipeline.reconfigure(
        lambda through: Engine(rules, through=through),  # type: ignore[arg-type] # rules of a story
        bare_site(),
        gone,
        lambda: seen.extend(house.kinds()),
    )
    return seen


def told(story: Callable[[], Awaitable[None]]) -> None:
    """Tell it in virtual time."""

    async def main() -> None:
        await story()

    virtual.run(main())


def test_an_alarm_goes_on_under_its_number() -> None:
    """The same rule takes up where it stood: no second raise, and one clear of the same alarm."""

    async def story() -> None:
        house = House(alarm("d/a", "d/x"))
        async with running(house):
            await house.pipeline.take(report(value=True))
            await asyncio.sleep(1)
            await swapped(house, alarm("d/a", "d/x"), alarm("d/b", "d/y"))
            await house.pipeline.take(report(value=True))
            await house.pipeline.take(report(value=False))
            await asyncio.sleep(1)
        raised, cleared = house.journal.kept
        assert raised.event.kind == "alarm.raised"
        assert cleared.alarm is not None
        assert cleared.alarm.number == raised.number

    told(story)


def test_a_running_delay_ends_when_it_should_have() -> None:
    """Ten of thirty seconds had passed; after the change twenty more are enough."""

    async def story() -> None:
        delay = timedelta(seconds=30)
        house = House(alarm("d/a", "d/x", delay))
        async with running(house):
            await house.pipeline.take(report(value=True))
            await asyncio.sleep(10)
            await swapped(house, alarm("d/a", "d/x", delay))
            await asyncio.sleep(21)
        [raised] = house.journal.kept
        assert raised.event.at == EPOCH + delay

    told(story)


def test_what_no_rule_watches_any_more_is_cleared() -> None:
    """A device that is taken out does not leave an alarm that nobody can end, nor a state."""

    async def story() -> None:
        house = House(alarm("d/a", "d/x"))
        async with running(house):
            await house.pipeline.take(report(value=True))
            await asyncio.sleep(1)
            await swapped(house, alarm("e/b", "e/y"), gone=("d",))
            await asyncio.sleep(1)
        assert [kept.event.kind for kept in house.journal.kept] == ["alarm.raised", "alarm.cleared"]
        assert isinstance(house.journal.kept[1].event, AlarmCleared)
        assert house.journal.states["rule:d/a"] is None
        assert house.pipeline.state.readings == {}

    told(story)


def test_the_last_words_of_a_link_are_forgotten() -> None:
    """A link that was closed is not shown as up, its neighbour stays as it was."""

    async def story() -> None:
        house = House()
        async with running(house):
            for link in ("one", "other"):
                up = LinkChanged(link=link, up=True, reason="", at=virtual.now())
                await house.pipeline.tell(up)
            await swapped(house, gone=("one",))
        assert set(house.pipeline.state.links) == {"other"}
        assert set(house.pipeline.state.readings) == {"other/online"}

    told(story)


def test_reports_before_the_change_are_stepped_by_the_rules_that_were() -> None:
    """What is in the inbox comes first: nothing overtakes, nothing is stepped by half."""

    async def story() -> None:
        house = House(alarm("d/a", "d/x"))
        await house.pipeline.take(report(value=True))
        async with running(house):
            before = await swapped(house, alarm("d/b", "d/x"))
            await asyncio.sleep(1)
            await house.pipeline.take(report(value=True))
            await asyncio.sleep(1)
        assert before == ["alarm.raised"]
        alarms = [getattr(kept.event, "alarm", "") for kept in house.journal.kept]
        assert alarms == ["d/a", "d/a", "d/b"]

    told(story)
