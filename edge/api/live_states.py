"""What programs can watch: points, alarms, links and how the gateway is, as JSON."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final, cast

import msgspec

from edge.access.roles import Permission
from edge.api.channels import Channel, Look, Needs, Seat, World
from edge.api.documents import view
from edge.api.live_points import Points
from edge.api.standing_documents import StandingView
from edge.logs import Tail
from edge.model import Alarm, LinkChanged

NO_ALARMS: Final[Mapping[int, Alarm]] = {}


@dataclass(frozen=True, slots=True)
class AlarmStates:
    """Alarms that are not over: `{"changed": [alarm], "gone": [id]}`."""

    name: str = "alarms"
    permission: Permission = "look"
    needs: Needs = "site"

    def key(self, seat: Seat) -> Hashable:
        """Other places, other alarms."""
        return seat.buildings

    def look(self, world: World, seat: Seat, before: object) -> Look | None:
        """Those that stand otherwise than before, and those that are over."""
        known = cast("Mapping[int, Alarm] | None", before)
        seen, alarms = known or NO_ALARMS, world.running.alarms.all
        changed = [each for number, each in alarms.items() if seen.get(number) is not each]
        gone = seen.keys() - alarms.keys()
        if known is not None and not changed and not gone:
            return None
        sight, site = seat.sight(world), world.running.configuration.site
        told = [
            view(each, site, world.at).model_dump(mode="json")
            for each in changed
            if sight.alarm(each)
        ]
        over = [number for number in sorted(gone) if sight.alarm(seen[number])]
        if known is not None and not told and not over:
            return Look(dict(alarms))
        return Look(dict(alarms), (_json({"changed": told, "gone": over}),))


@dataclass(frozen=True, slots=True)
class Links:
    """Every link: `{link: [up, reason, milliseconds]}`, whole each time."""

    name: str = "links"
    permission: Permission = "look"
    needs: Needs = "site"

    def key(self, seat: Seat) -> Hashable:
        """The same for all."""
        del seat
        return ()

    def look(self, world: World, seat: Seat, before: object) -> Look | None:
        """All, when one has changed."""
        del seat
        standing: dict[str, LinkChanged | None] = {
            name: keeper.standing for name, keeper in world.running.keepers.items()
        }
        if standing == before:
            return None
        told = {
            name: (each.up, each.reason, int(each.at.timestamp() * 1000)) if each else None
            for name, each in standing.items()
        }
        return Look(standing, (_json(told),))


@dataclass(frozen=True, slots=True)
class HowItIs:
    """How the gateway itself is, every two seconds."""

    name: str = "standing"
    permission: Permission = "look"
    needs: Needs = "site"

    def key(self, seat: Seat) -> Hashable:
        """The same for all."""
        del seat
        return ()

    def look(self, world: World, seat: Seat, before: object) -> Look | None:
        """All, when it was asked again."""
        del seat
        if world.standing is None or world.standing is before:
            return None
        body = StandingView.of(world.standing).model_dump_json()
        return Look(world.standing, (body,))


@dataclass(frozen=True, slots=True)
class LogLines:
    """The log as it is written: `[{number, at, level, event, keys}]`; also while nothing runs."""

    tail: Tail
    name: str = "log"
    permission: Permission = "configure"
    needs: Needs = "nothing"

    def key(self, seat: Seat) -> Hashable:
        """The same for all who may read it."""
        del seat
        return ()

    def look(self, world: World, seat: Seat, before: object) -> Look | None:
        """Those that were written since."""
        del world, seat
        lines = self.tail.lines(before if isinstance(before, int) else 0)
        if before is not None and not lines:
            return None
        return Look(lines[-1].number if lines else 0, (_json(lines),))


STATES: Final[tuple[Channel, ...]] = (Points(), AlarmStates(), Links(), HowItIs())


def _json(told: object) -> str:
    return msgspec.json.encode(told).decode()
