"""Links, and what goes over them, as the API speaks of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from edge.api.words import Document, Words
from edge.keeper import Keeper
from edge.trace import Frame, Part, Tally


class TallyView(Document):
    """How well a device, or a whole link, answers; times in seconds."""

    sent: int
    heard: int
    good: int
    failed: int
    last_good: datetime | None
    last_failure: datetime | None
    last_reason: str
    round_trip: float | None
    longest: float | None
    reasons: Mapping[str, int]
    resting_until: datetime | None = Field(description="It is not asked before, to spare the rest.")

    @classmethod
    def of(cls, tally: Tally) -> TallyView:
        """A tally as the API shows it."""
        return cls(
            sent=tally.sent,
            heard=tally.heard,
            good=tally.good,
            failed=tally.failed,
            last_good=tally.last_good,
            last_failure=tally.last_failure,
            last_reason=tally.last_reason,
            round_trip=tally.round_trip,
            longest=tally.longest,
            reasons=dict(tally.reasons),
            resting_until=tally.resting_until,
        )


class LinkLine(Document):
    """How a link stands; `up` is none where it is not known yet."""

    id: str
    driver: str
    up: bool | None
    reason: str
    since: datetime | None
    total: TallyView

    @classmethod
    def of(cls, keeper: Keeper) -> LinkLine:
        """A link as it is listed."""
        standing = keeper.standing
        return cls(
            id=keeper.id,
            driver=keeper.link.kind,
            up=standing.up if standing else None,
            reason=standing.reason if standing else "",
            since=standing.at if standing else None,
            total=TallyView.of(keeper.trace.total),
        )


class LinkView(LinkLine):
    """A link with how each of its devices answers."""

    devices: Mapping[str, TallyView]


class PartView(Document):
    """What some bytes of a frame mean: those from `start` up to `end`, where these differ."""

    start: int
    end: int
    name: Words
    value: str
    words: Words | None

    @classmethod
    def of(cls, part: Part) -> PartView:
        """A part as the API shows it."""
        return cls(
            start=part.start,
            end=part.end,
            name=Words.of(part.name),
            value=part.value,
            words=Words.of(part.words) if part.words else None,
        )


class FrameView(Document):
    """One message as it went over the wire, and what it means."""

    number: int
    at: datetime
    way: Literal["in", "out"]
    device: str
    hex: str
    note: str
    parts: tuple[PartView, ...]

    @classmethod
    def of(cls, frame: Frame, parts: tuple[Part, ...]) -> FrameView:
        """A frame as the API shows it."""
        return cls(
            number=frame.number,
            at=frame.at,
            way=frame.way,
            device=frame.device,
            hex=frame.body.hex(),
            note=frame.note,
            parts=tuple(PartView.of(part) for part in parts),
        )


class FramesView(Document):
    """The last frames, oldest first; `next` is what to ask `after` for those that follow."""

    items: tuple[FrameView, ...]
    next: int
