"""One alarm, or many, living through what people, devices, the platform and the time do to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from edge.alarms import Alarms, Told
from edge.model import (
    Alarm,
    AlarmAcknowledged,
    AlarmCleared,
    AlarmRaised,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    AlarmUpdated,
    Cause,
    Covers,
    Event,
    IssueChanged,
    IssueState,
    Lane,
    SuppressionBegan,
    SuppressionEnded,
    Text,
)
from edge.site import Escalation, IssuePolicy, NoticePolicy, Policy, Site
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

KEY = "d/a"
RESPOND = timedelta(minutes=10)
RESOLVE = timedelta(hours=24)
SOON = timedelta(minutes=5)
LATE = timedelta(hours=8)

POLICY = Policy(
    alarms="*",
    issue=IssuePolicy(
        category="c",
        title=Text("标题", "title"),
        respond_within=RESPOND,
        resolve_within=RESOLVE,
        parties=("property",),
        escalation=Escalation(to=("community", "street_office"), every=RESPOND),
    ),
    notice=NoticePolicy(
        title=Text("标题", "title"),
        text=Text("正文", "text"),
        audience="community",
        publish="at_once",
        lasts=timedelta(hours=1),
    ),
)


def site_with(*policies: Policy) -> Site:
    """A site with these policies, or with one that calls for everything."""
    return bare_site(*(policies or (POLICY,)))


def alarm_event(key: str = KEY, **sides: Any) -> AlarmRaised:
    """A raise, with what matters to the story."""
    event = AlarmRaised(
        alarm=key,
        device=key.partition("/")[0],
        rule="r",
        category="c",
        severity=500,
        lane=Lane.FAULT,
        text=Text("报警", "alarm"),
        cause=Cause(point=key, value=True),
        at=EPOCH,
    )
    return replace(event, **sides)


class AlarmLife:
    """Alarms, their clock and their disk; what is told has the numbers that the journal gives."""

    def __init__(self, site: Site | None = None) -> None:
        self.site = site or site_with()
        self.alarms = Alarms(self.site)
        self.now = EPOCH
        self.number = 1
        self.disk: dict[str, bytes] = {}
        self.told: list[tuple[int, Told]] = []

    def say(self, event: Event) -> list[Told]:
        """Follow one event, and put what it changed on the disk."""
        told = list(self.alarms.follow(self.number, event, self.now))
        for each in told:
            self.told.append((self.number, each))
            self.number += 1
        self.keep()
        return told

    def keep(self) -> None:
        """Put what changed on the disk."""
        for key, body in self.alarms.take_changed().items():
            if body is None:
                self.disk.pop(key, None)
            else:
                self.disk[key] = body

    def wait(self, until: datetime) -> list[Told]:
        """Let the time pass; look when the alarms ask for it, and at no other time."""
        told: list[Told] = []
        while (wake := self.alarms.wake_at()) is not None and wake <= until:
            told += self.wait_once(max(self.now, wake))
        self.now = max(self.now, until)
        return told

    def wait_once(self, at: datetime) -> list[Told]:
        """Look once, at that instant."""
        self.now = at
        told = [each for event in self.alarms.due(at) for each in self.say(event)]
        self.keep()
        return told

    def set_clock(self, step: timedelta) -> None:
        """The wall clock is set by this much."""
        self.now += step
        self.alarms.shift(step)
        self.keep()

    def restart(self) -> None:
        """Nothing but the disk is left."""
        self.alarms = Alarms(self.site)
        self.alarms.restore(dict(sorted(self.disk.items(), reverse=True)))
        self.alarms.begin(self.now)

    # What people and devices say.

    def raised(self, key: str = KEY, **sides: Any) -> list[Told]:
        """The condition is true."""
        return self.say(alarm_event(key, at=self.now, **sides))

    def cleared(self, key: str = KEY) -> list[Told]:
        """The condition is not."""
        return self.say(AlarmCleared(alarm=key, at=self.now))

    def acknowledged(self, key: str = KEY) -> list[Told]:
        """Somebody has seen it."""
        return self.say(AlarmAcknowledged(alarm=key, by="李", at=self.now))

    def reset(self, key: str = KEY) -> list[Told]:
        """Somebody resets what is latched."""
        return self.say(AlarmReset(alarm=key, by="李", at=self.now))

    def realarmed(self, key: str = KEY) -> list[Told]:
        """It calls anew."""
        return self.say(AlarmUpdated(alarm=key, why="realarmed", at=self.now))

    def shelved(self, key: str = KEY, lasts: timedelta = LATE) -> list[Told]:
        """Somebody puts it aside."""
        until = self.now + lasts
        return self.say(AlarmShelved(alarm=key, until=until, by="李", reason="x", at=self.now))

    def unshelved(self, key: str = KEY) -> list[Told]:
        """Somebody takes it back."""
        return self.say(AlarmUnshelved(alarm=key, by="李", at=self.now))

    def window(
        self, why: str, lasts: timedelta | None = LATE, covers: Covers | None = None
    ) -> list[Told]:
        """A suppression of that name and reason begins."""
        return self.say(
            SuppressionBegan(
                id=why,
                why=why,  # type: ignore[arg-type] # the words of the story
                covers=covers or Covers(),
                by="李",
                reason="x",
                at=self.now,
                until=self.now + lasts if lasts else None,
            )
        )

    def window_ends(self, why: str) -> list[Told]:
        """Somebody ends it."""
        return self.say(SuppressionEnded(id=why, by="李", at=self.now))

    def answered(
        self,
        state: IssueState,
        number: int,
        key: str = KEY,
        *,
        step: str | None = None,
        turn: int = 1,
    ) -> list[Told]:
        """The platform says what became of an issue."""
        return self.say(
            IssueChanged(
                alarm=key,
                number=number,
                turn=turn,
                state=state,
                by="王",
                party="property",
                at=self.now,
                step=f"{state}-{self.number}" if step is None else step,
            )
        )

    # How things stand.

    def of(self, key: str = KEY) -> Sequence[Alarm]:
        """Every occurrence of a key that is not over."""
        return [alarm for alarm in self.alarms.all.values() if alarm.key == key]


def name_of(told: Told) -> str:
    """What was told, in the words of docs/alarms.md; a change of an alarm by why."""
    event = told.event
    if isinstance(event, AlarmUpdated):
        return event.why
    return event.kind.removeprefix("alarm.")
