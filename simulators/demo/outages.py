"""When there was no way to the platform, so that latency is told apart from waiting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Outage:
    """From the cut, over its repair, to the first sign that the way is whole again."""

    began: datetime
    mended: datetime | None = None
    ended: datetime | None = None


@dataclass(slots=True)
class Outages:
    """All of them, in order."""

    all: list[Outage] = field(default_factory=list)

    def begin(self, at: datetime) -> None:
        """The way is cut; a cut during an outage prolongs it."""
        if not self.ongoing:
            self.all.append(Outage(at))
        self.all[-1].mended = None

    def seen_whole(self, at: datetime) -> None:
        """Something that the gateway said at this instant has come through."""
        if self.ongoing and (mended := self.all[-1].mended) and at > mended:
            self.all[-1].ended = at

    @property
    def ongoing(self) -> bool:
        """Whether the way is cut now."""
        return bool(self.all) and self.all[-1].ended is None

    def touch(self, began: datetime, ended: datetime) -> bool:
        """Whether something that lasted from one instant to another fell into an outage."""
        return any(o.began <= ended and (o.ended is None or began <= o.ended) for o in self.all)
