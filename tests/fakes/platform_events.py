"""Events as a gateway sends them to the simulated platform, and a clock for its store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from cloud_bridge.contract.examples import AT, FIRST, RAISED, SITE
from cloud_bridge.wire import Narrator, Receipt
from edge.alarms import Alarms
from edge.model import AlarmCleared, AlarmRaised, Event, IssueChanged, Kept
from edge.site import Site
from simulators.platform.intake import judge
from simulators.platform.store import Store


class Clock:
    """A clock that stands still until it is told to go."""

    def __init__(self) -> None:
        self.at = AT + timedelta(seconds=1)

    def now(self) -> datetime:
        """The instant."""
        return self.at


class Voice:
    """A gateway's alarms and its narrator: says what happens as the platform gets it."""

    def __init__(self, site: Site = SITE, first: int = FIRST) -> None:
        self.number = first
        self._alarms = Alarms(site)
        self._narrator = Narrator(site, "1.0.0")

    def say(self, event: Event, now: datetime | None = None) -> list[bytes]:
        """What is told of one event, as bodies."""
        return [self._narrator.encode(kept) for kept in self._follow(event, now or event.at)]

    def wait(self, until: datetime) -> list[bytes]:
        """What is told because of the time alone."""
        return [body for event in self._alarms.due(until) for body in self.say(event, until)]

    def _follow(self, event: Event, now: datetime) -> Iterable[Kept]:
        for told in self._alarms.follow(self.number, event, now):
            yield Kept(number=self.number, event=told.event, trusted_clock=True, alarm=told.alarm)
            self.number += 1


def body(event: Event, number: int, site: Site = SITE) -> bytes:
    """An event as the gateway sends it when nothing went before."""
    return Voice(site, number).say(event)[0]


def raised(number: int, event: AlarmRaised = RAISED) -> bytes:
    """A raised alarm."""
    return body(event, number)


def cleared(number: int, raise_number: int, event: AlarmRaised = RAISED) -> bytes:
    """Its clear."""
    voice = Voice(first=raise_number)
    voice.say(event)
    voice.number = number
    [end] = voice.say(AlarmCleared(alarm=event.alarm, at=AT + timedelta(minutes=9)))
    return end


def told_back(step: str) -> IssueChanged:
    """The gateway's word that it knows of a step of the example alarm's issue."""
    return IssueChanged(
        alarm=RAISED.alarm,
        number=FIRST,
        state="accepted",
        by="Li",
        party="property",
        at=AT + timedelta(seconds=1),
        step=step,
    )


def keep(store: Store, *bodies: bytes) -> list[Receipt]:
    """Store the messages in one transaction."""
    return store.keep([judge(one, None) for one in bodies])
