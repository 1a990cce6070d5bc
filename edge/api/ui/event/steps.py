"""How far an event has come on each uplink: four steps, each with its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.api.ui.event.story import Told, told
from edge.api.ui.event.words import kind_words
from edge.model import Delivery, EventLine, Lane, Text

StepName: TypeAlias = Literal["kept", "sent", "broker", "receipt"]

STEPS: Final[Mapping[StepName, Text]] = {
    "kept": Text("已存盘", "Kept"),
    "sent": Text("已发出", "Sent"),
    "broker": Text("服务器已收", "Broker has it"),
    "receipt": Text("平台已存", "Receipt"),
}
"""In the order in which they are taken; only the last one ends a delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: taken or not, and when, where that is remembered."""

    name: StepName
    text: Text
    done: bool
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The steps of an event on one uplink; `refused` where the platform would not take it."""

    uplink: str
    steps: tuple[Step, ...]
    refused: bool
    reason: str

    @property
    def done(self) -> bool:
        """Whether the platform has stored it."""
        return self.steps[-1].done

    @property
    def said(self) -> Text:
        """How far it is, in words."""
        if self.refused:
            return Text("平台拒收", "Refused by the platform")
        return next(step.text for step in reversed(self.steps) if step.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event as it is listed, or opened."""

    number: int
    at: datetime
    kept_at: datetime | None
    kind: str
    kind_text: Text
    lane: Lane
    subject: str
    told: Told
    ways: tuple[Way, ...]

    @property
    def device(self) -> str:
        """What it is about, without the point: a device, a link, or the gateway."""
        return self.subject.partition("/")[0]


def row_of(line: EventLine) -> EventRow:
    """An event with its words and how far it has come."""
    return EventRow(
        number=line.number,
        at=line.at,
        kept_at=line.kept_at,
        kind=line.kind,
        kind_text=kind_words(line.kind),
        lane=line.lane,
        subject=line.subject,
        told=told(line.body),
        ways=tuple(way_of(each, line.kept_at) for each in line.deliveries),
    )


def way_of(delivery: Delivery, kept_at: datetime | None) -> Way:
    """The steps of one delivery: one that is taken says that those before it were."""
    order: tuple[StepName, ...] = tuple(STEPS)
    reached = order.index("broker" if delivery.state == "refused" else delivery.state)
    times: Mapping[StepName, datetime | None] = {
        "kept": kept_at,
        "sent": delivery.sent_at,
        "broker": delivery.broker_at,
        "receipt": delivery.receipt_at,
    }
    return Way(
        uplink=delivery.uplink,
        steps=tuple(
            Step(name=name, text=STEPS[name], done=place <= reached, at=times[name])
            for place, name in enumerate(order)
        ),
        refused=delivery.state == "refused",
        reason=delivery.reason,
    )
