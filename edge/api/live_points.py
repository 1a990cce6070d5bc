"""What points read, as it is told to who watches: all of a site, or of one device."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple, cast

import msgspec

from edge.access.roles import Permission
from edge.api.channels import Look, Needs, Seat, World
from edge.model import Block, Group, Reading, says_the_same

OF_ONE: Final = "points/"
"""What the name of a channel begins with that is about one device."""

REFRESHED_S: Final = 5
REFRESHED: Final = timedelta(seconds=REFRESHED_S)
"""A value that stays the same is told this often, so that its age can be seen; not all at once."""


class _Known(NamedTuple):
    """What was heard last of one point or group, and when all of it was told."""

    heard: Reading | Block
    told: datetime


@dataclass(slots=True)
class _Memory:
    """What is known to who watches, up to a mark of the state."""

    mark: int = 0
    known: dict[str | Group, _Known] = field(default_factory=dict)

    def hear(self, heard: Reading | Block) -> Sequence[Reading]:
        """Take what was heard; return what of it is to be told."""
        name = heard.group if isinstance(heard, Block) else heard.point
        was = self.known.get(name)
        if was is not None and was.heard is heard:
            return ()
        if was is None:
            told = heard.at - timedelta(seconds=hash(name) % REFRESHED_S)
        else:
            told = was.told if was.told <= heard.at < was.told + REFRESHED else heard.at
        self.known[name] = _Known(heard, told)
        return _changed(heard, was.heard) if was and told is was.told else _all(heard)


@dataclass(frozen=True, slots=True)
class Points:
    """Readings that tell something new: `{point: [value, quality, milliseconds]}`."""

    device: str = ""
    permission: Permission = "look"
    needs: Needs = "site"

    @property
    def name(self) -> str:
        """All of them, or those of one device."""
        return f"{OF_ONE}{self.device}" if self.device else "points"

    def key(self, seat: Seat) -> Hashable:
        """Other places, other points."""
        return seat.buildings

    def look(self, world: World, seat: Seat, before: object) -> Look | None:
        """Those that read otherwise than what was told, or some seconds later."""
        known = cast("_Memory | None", before)
        memory = known or _Memory()
        fresh = [each for heard in self._since(memory, world) for each in memory.hear(heard)]
        if known is not None and not fresh:
            return None
        sight = seat.sight(world)
        told = {
            each.point: (each.value, each.quality, int(each.at.timestamp() * 1000))
            for each in fresh
            if (sight.whole or sight.subject(each.point)) and self._shows(each.point)
        }
        if known is not None and not told:
            return Look(memory)
        return Look(memory, (msgspec.json.encode(told).decode(),))

    def _since(self, memory: _Memory, world: World) -> Iterator[Reading | Block]:
        """The blocks there are, and what came by itself since; of one device, what may be its."""
        state = world.running.state
        memory.mark, singles = state.singles_since(memory.mark)
        for group, block in state.blocks.items():
            if not self.device or self.device in group.devices:
                yield block
        for single in singles:
            if self._shows(single.point):
                yield single

    def _shows(self, point: str) -> bool:
        return not self.device or point.startswith(f"{self.device}/")


def _all(heard: Reading | Block) -> list[Reading]:
    return heard.readings() if isinstance(heard, Block) else [heard]


def _changed(heard: Reading | Block, was: Reading | Block) -> list[Reading]:
    """What does not read as before."""
    if says_the_same(heard, was):
        return []
    if isinstance(heard, Block) and isinstance(was, Block):
        pairs = zip(heard.values, was.values, strict=True)
        return [heard.reading(place) for place, (new, old) in enumerate(pairs) if new != old]
    return _all(heard)
