"""What points read, as it is told to who watches: all of a site, or of one device."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeAlias, cast

import msgspec

from edge.access.roles import Permission
from edge.api.channels import Look, Needs, Seat, World
from edge.model import Block, Group, Reading, says_the_same
from edge.state import State

OF_ONE: Final = "points/"
"""What the name of a channel begins with that is about one device."""

REFRESHED_S: Final = 5
REFRESHED: Final = timedelta(seconds=REFRESHED_S)
"""A value that stays the same is told this often, so that its age can be seen; not all at once."""


class _Known(NamedTuple):
    """What was heard last of one point or group, and when all of it was told."""

    heard: Reading | Block
    told: datetime


_Memory: TypeAlias = Mapping[str | Group, _Known]


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
        memory, fresh = _heard(self._of(world.running.state), known or {})
        if known is not None and not fresh:
            return None
        sight = seat.sight(world)
        told = {
            each.point: (each.value, each.quality, int(each.at.timestamp() * 1000))
            for each in fresh
            if (sight.whole or sight.subject(each.point)) and self._shows(each.point)
        }
        return Look(memory, msgspec.json.encode(told).decode() if told or known is None else None)

    def _of(self, state: State) -> Iterable[Reading | Block]:
        """What there is; of one device, what may hold points of it."""
        if not self.device:
            return (*state.blocks.values(), *state.singles.values())
        blocks = (each for group, each in state.blocks.items() if self.device in group.devices)
        singles = (each for point, each in state.singles.items() if self._shows(point))
        return (*blocks, *singles)

    def _shows(self, point: str) -> bool:
        return not self.device or point.startswith(f"{self.device}/")


def _heard(now: Iterable[Reading | Block], known: _Memory) -> tuple[_Memory, list[Reading]]:
    """Return what is known then, and what of it is to be told."""
    memory, fresh = dict(known), list[Reading]()
    for heard in now:
        name = heard.group if isinstance(heard, Block) else heard.point
        was = known.get(name)
        if was is not None and was.heard is heard:
            continue
        if was is None:
            begun = heard.at - timedelta(seconds=hash(name) % REFRESHED_S)
            memory[name] = _Known(heard, begun)
            fresh += _all(heard)
        elif not was.told <= heard.at < was.told + REFRESHED:
            memory[name] = _Known(heard, heard.at)
            fresh += _all(heard)
        else:
            memory[name] = _Known(heard, was.told)
            fresh += _changed(heard, was.heard)
    return memory, fresh


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
