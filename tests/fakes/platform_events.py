"""Events as a gateway sends them to the simulated platform, and a clock for its store."""

from __future__ import annotations

from datetime import datetime, timedelta

from cloud_bridge.contract.examples import AT, RAISED, narrator
from cloud_bridge.wire import Receipt
from edge.model import Alarm, AlarmCleared, AlarmRaised, Event, Kept
from simulators.platform.intake import judge
from simulators.platform.store import Store


class Clock:
    """A clock that stands still until it is told to go."""

    def __init__(self) -> None:
        self.at = AT + timedelta(seconds=1)

    def now(self) -> datetime:
        """The instant."""
        return self.at


def body(event: Event, number: int, alarm: Alarm | None = None) -> bytes:
    """An event as the gateway sends it."""
    return narrator().encode(Kept(number=number, event=event, trusted_clock=True, alarm=alarm))


def raised(number: int, event: AlarmRaised = RAISED) -> bytes:
    """A raised alarm."""
    return body(event, number)


def cleared(number: int, raise_number: int, event: AlarmRaised = RAISED) -> bytes:
    """Its clear."""
    alarm = Alarm(key=event.alarm, number=raise_number, raised=event)
    return body(AlarmCleared(alarm=event.alarm, at=AT + timedelta(minutes=9)), number, alarm)


def keep(store: Store, *bodies: bytes) -> list[Receipt]:
    """Store the messages in one transaction."""
    return store.keep([judge(one, None) for one in bodies])
