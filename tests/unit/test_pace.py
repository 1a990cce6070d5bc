"""How fast one link may tell: a large panel at once, a device that never stops slower."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from edge.driver import Report
from edge.model import DeviceChanged, Reading, Record
from edge.pace import A_SECOND, AT_ONCE, Pace
from tests.fakes import time as virtual
from tests.fakes.kept_link import FakeDriver, FakeLink, kept_for
from tests.fakes.time import EPOCH

EVENT = DeviceChanged(device="d", state="online", reason="again", at=EPOCH)
READING = Reading(point="d/x", value=1, at=EPOCH)


def told(count: int) -> Report:
    """A report of so many events."""
    return Report((EVENT,) * count)


def test_what_a_large_panel_tells_at_once_is_taken_at_once() -> None:
    """A thousand components in alarm wait for nothing; what follows has its share of a second."""
    pace = Pace()
    waits = [pace.wait(told(20), 0) for _ in range(AT_ONCE // 20)]
    assert max(waits) == pytest.approx(0)
    assert pace.wait(told(20), 0) == pytest.approx(20 / A_SECOND)


def test_who_was_quiet_may_tell_at_once_again() -> None:
    """A share that was not used is there later, up to a panel's worth and no further."""
    pace = Pace()
    pace.wait(told(AT_ONCE), 0)
    assert pace.wait(told(A_SECOND), 1) == pytest.approx(0)
    assert pace.wait(told(A_SECOND), 1) == pytest.approx(1.0)
    assert pace.wait(told(AT_ONCE), 3600) == 0
    assert pace.wait(told(A_SECOND), 3600) == pytest.approx(1.0)


def test_what_tells_of_many_things_costs_as_much_as_it_tells() -> None:
    """A frame of a panel is one event and twenty components, each of which may be an alarm."""
    pace = Pace()
    report = Report((EVENT, *(READING,) * 20), lambda: None, weight=20)
    assert max(pace.wait(report, 0) for _ in range(AT_ONCE // 20)) == pytest.approx(0)
    assert pace.wait(report, 0) == pytest.approx(20 / A_SECOND)


def test_readings_cost_nothing_and_a_confirmation_something() -> None:
    """Values fill no journal; a copy that is only confirmed waits for a commit like what it is."""
    pace = Pace()
    assert not any(pace.wait(Report((READING,) * 100), 0) for _ in range(AT_ONCE))
    *waits, last = [pace.wait(Report((READING,), lambda: None), 0) for _ in range(AT_ONCE + 1)]
    assert max(waits) == pytest.approx(0)
    assert last == pytest.approx(1 / A_SECOND)


@pytest.mark.parametrize(("record", "most"), [(EVENT, AT_ONCE + 10 * A_SECOND), (READING, None)])
def test_a_link_that_never_stops_is_slowed_down_and_not_lost(
    record: Record, most: int | None
) -> None:
    """Whoever tells as fast as it is taken, in ten seconds; its session goes on meanwhile."""

    class Flooding(FakeDriver):
        async def reports(self) -> AsyncGenerator[Report, None]:
            for _ in range(20_000):
                yield Report((record,))
            await asyncio.Event().wait()

    async def main() -> None:
        link = FakeLink()
        link.driver = Flooding
        early = await kept_for(10, link)
        assert len(early.reports) == pytest.approx(most or 20_000, abs=2)

    async def later() -> None:
        link = FakeLink()
        link.driver = Flooding
        story = await kept_for(70, link)
        assert len(story.reports) == 20_000
        assert story.changes == [(True, "connected")]

    virtual.run(later())
    virtual.run(main())
