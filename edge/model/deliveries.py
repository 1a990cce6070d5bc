"""What was kept, as it is looked up again, and how far each delivery of it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from edge.model.nouns import Lane

DeliveryState: TypeAlias = Literal["kept", "sent", "broker", "receipt", "refused"]
"""On disk; handed to the uplink; acknowledged by its broker; stored by the platform; not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How far an event has come on one uplink.

    The instants are those of the last try, and none where they are not known (any more): they are
    remembered for the last few thousand events since the gateway began.
    """

    uplink: str
    state: DeliveryState
    sent_at: datetime | None = None
    broker_at: datetime | None = None
    receipt_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One kept event; `body` is what the platform gets, `kept_at` when it was on disk."""

    number: int
    at: datetime
    kind: str
    lane: Lane
    subject: str
    body: bytes
    kept_at: datetime | None = None
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Which events, newest first: those with a number below `before` and above `after`.

    `kind` may end in `*`. `subject` is a device, or an alarm's key; a device's alarms are its own.
    """

    limit: int = 50
    before: int | None = None
    after: int = 0
    kind: str = ""
    lane: Lane | None = None
    subject: str = ""
    waiting: bool = False
