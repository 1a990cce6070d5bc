"""What was kept, as the API speaks of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from pydantic import Field

from edge.api.words import Document
from edge.model import DeliveryState, EventLine, Lane


class DeliveryView(Document):
    """How far an event has come on one uplink."""

    uplink: str
    state: DeliveryState
    sent_at: datetime | None
    broker_at: datetime | None
    receipt_at: datetime | None
    reason: str


class EventView(Document):
    """One kept event."""

    number: int
    at: datetime
    kind: str
    lane: Lane
    subject: str
    kept_at: datetime | None
    deliveries: tuple[DeliveryView, ...]
    event: Mapping[str, Any] = Field(description="The CloudEvent that the platform gets.")

    @classmethod
    def of(cls, line: EventLine) -> EventView:
        """An event as the API shows it."""
        return cls(
            number=line.number,
            at=line.at,
            kind=line.kind,
            lane=line.lane,
            subject=line.subject,
            kept_at=line.kept_at,
            deliveries=tuple(
                DeliveryView(
                    uplink=each.uplink,
                    state=each.state,
                    sent_at=each.sent_at,
                    broker_at=each.broker_at,
                    receipt_at=each.receipt_at,
                    reason=each.reason,
                )
                for each in line.deliveries
            ),
            event=msgspec.json.decode(line.body, type=dict[str, Any]),
        )


class _Place(msgspec.Struct, frozen=True):
    building: str = ""


class _Alarm(msgspec.Struct, frozen=True):
    key: str = ""


class _Said(msgspec.Struct, frozen=True):
    location: _Place = _Place()
    alarm: _Alarm = _Alarm()


class _Told(msgspec.Struct, frozen=True):
    data: _Said = _Said()


def building_of(line: EventLine) -> str:
    """Where it happened; empty where that is in no building."""
    return msgspec.json.decode(line.body, type=_Told).data.location.building


def alarm_of(line: EventLine) -> str:
    """The key of the alarm that an event is about; empty where it is about none."""
    return msgspec.json.decode(line.body, type=_Told).data.alarm.key
