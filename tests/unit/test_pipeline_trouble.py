"""The pipeline in trouble: a record that cannot be stepped, and reports without end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge.clock import Clock
from edge.driver import Report
from edge.inbox import Inbox
from edge.intake import INBOX
from edge.model import DeviceReported, Kept, Reading
from tests.fakes import time as virtual
from tests.fakes.alarm_life import POLICY
from tests.fakes.pipeline import FakeJournal, House, alarm
from tests.fakes.time import EPOCH


class Poison(str):
    """A point's name that no code was made for."""

    __slots__ = ()

    def __hash__(self) -> int:
        """Fail."""
        raise RuntimeError("poison")


def reading(*, value: bool, point: str = "d/x") -> Reading:
    """A reading at the beginning of time."""
    return Reading(point=point, value=value, at=EPOCH)


def test_a_report_that_cannot_be_processed_stops_nothing() -> None:
    """It is told as dropped and not confirmed, so that its device asks again; the rest goes on."""

    async def story() -> None:
        house = House(alarm("d/a", "d/x"))
        confirmed: list[str] = []
        poison = Reading(point=Poison("d/y.z"), value=True, at=EPOCH)
        await house.after(
            1,
            Report((poison,), lambda: confirmed.append("poison")),
            Report((reading(value=True),), lambda: confirmed.append("sound")),
        )
        for then in house.journal.then:
            then()
        assert house.kinds() == ["records.dropped", "alarm.raised"]
        assert [kept.number for kept in house.journal.kept] == [1, 2]
        assert confirmed == ["sound"]

    virtual.run(story())


def test_a_record_that_fails_takes_no_alarm_with_it() -> None:
    """What the same report raised before and after is told, each under a number of its own."""

    async def story() -> None:
        house = House(alarm("d/a", "d/x"), alarm("d/b", "d/y"), alarm("d/c", "d/z"))
        confirmed: list[str] = []
        records = (
            reading(value=True),
            Reading(point=Poison("d/y.z"), value=True, at=EPOCH),
            reading(value=True, point="d/y"),
        )
        poisoned = Report(records, lambda: confirmed.append("poison"))
        await house.after(1, poisoned, Report((reading(value=True, point="d/z"),)))
        for then in house.journal.then:
            then()
        assert house.kinds() == ["alarm.raised", "alarm.raised", "records.dropped", "alarm.raised"]
        assert [kept.number for kept in house.journal.kept] == [1, 2, 3, 4]
        told = [kept.alarm.number for kept in house.journal.kept if kept.alarm]
        assert told == [1, 2, 4]
        assert confirmed == [], "its device sends it again"
        assert {key for key in house.journal.states if key.startswith("alarm:")} == {
            "alarm:1",
            "alarm:2",
            "alarm:4",
        }

    virtual.run(story())


@dataclass
class SlowJournal(FakeJournal):
    """A disk on which six minutes pass with each hand-over."""

    now: datetime = EPOCH

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Keep, while time passes."""
        await super().keep(events, states, then)
        self.now += timedelta(minutes=6)


class SlowClock(Clock):
    """The time of that disk; nobody sets it."""

    def __init__(self, journal: SlowJournal) -> None:
        super().__init__()
        self._journal = journal

    def now(self) -> datetime:
        """The time there."""
        return self._journal.now

    def correct(self) -> timedelta:
        """It is right."""
        return timedelta(0)


def test_deadlines_are_kept_while_reports_never_end() -> None:
    """An escalation is due before the next report, however many wait."""

    async def story() -> None:
        journal = SlowJournal()
        house = House(alarm("d/a", "d/x"), journal=journal, policies=[POLICY])
        house.pipeline._clock = clock = SlowClock(journal)
        house.pipeline._inbox = Inbox(INBOX, clock.now)
        reports = [
            Report((DeviceReported(device="d", what="w", frame="", at=EPOCH, origin=f"d/{n}"),))
            for n in range(3)
        ]
        await house.after(1, Report((reading(value=True),)), *reports)
        assert house.kinds() == [
            "alarm.raised",
            "device.reported",
            "alarm.escalated",
            "device.reported",
            "device.reported",
            "alarm.escalated",
        ]

    virtual.run(story())
