"""The points of a camera's zones: whether what is watched for is so, not so, or not known."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from edge.drivers.camera.placed import CameraPlaced
from edge.drivers.camera.profile import NATIVE
from edge.model import Quality, Reading
from edge.vision.sections.watch import NEEDS_DETECTOR

MARGIN_S: Final = 2.0
"""Beyond the time after which something counts, before its absence is believed."""
REFRESH_S: Final = 30.0
"""A point is told again after that, changed or not."""

_Told: TypeAlias = tuple[bool | None, Quality, str]


@dataclass(slots=True)
class _Point:
    """One point: since when somebody looks, how long it takes to notice, what is open."""

    name: str
    since: float
    notices_s: float
    needs_detector: bool
    open: dict[str, str] = field(default_factory=dict)
    told: _Told | None = None
    told_t: float = 0.0


class Zones:
    """All of one camera in one session; `t` is seconds of the loop's clock.

    That nothing is there is believed only when somebody has looked for as long as it takes to
    notice: until then, and while the picture cannot be used, nobody knows.
    """

    def __init__(self, placed: CameraPlaced, t: float) -> None:
        self._device = placed.device.id
        self._points: dict[tuple[str, str], _Point] = {}
        exposed = placed.profile.component_points
        for zone, section in placed.address.zones.items():
            for watch in section.watch:
                if watch.what in exposed:
                    after: timedelta = getattr(watch, "after", timedelta(0))
                    self._points[zone, watch.what] = _Point(
                        f"{zone}.{watch.what}",
                        t,
                        after.total_seconds() + MARGIN_S,
                        isinstance(watch, NEEDS_DETECTOR),
                    )
        self._deaf = True
        self._native = {spec.what for spec in placed.profile.codes.values()} & set(exposed)

    def hear(self) -> None:
        """The camera's own words can be heard from now on: what it does not say is not so."""
        for what in self._native:
            self._points[NATIVE, what] = _Point(f"{NATIVE}.{what}", 0.0, 0.0, needs_detector=False)
        self._deaf = False

    def deafen(self) -> None:
        """They cannot be heard any more: nobody knows what it finds by itself."""
        self._deaf = True

    def begin(self, zone: str, what: str, thing: str, about: str) -> None:
        """Something is there; `about` is what, for a person."""
        point = self._points.get((zone, what))
        if point is not None:
            point.open[thing] = about

    def end(self, zone: str, what: str, thing: str) -> None:
        """It is not there any more."""
        point = self._points.get((zone, what))
        if point is not None:
            point.open.pop(thing, None)

    def readings(
        self, at: datetime, t: float, *, blind: bool, undetected: bool, unable: Collection[str]
    ) -> Iterator[Reading]:
        """What has changed, or has not been told for long.

        `blind`: the picture cannot be used; `undetected`: nothing can find objects in it; `unable`:
        the watches, as `zone.what`, that cannot tell anything for a reason of their own.
        """
        for (zone, _), point in self._points.items():
            own = zone == NATIVE
            unseen = blind or (undetected and point.needs_detector) or point.name in unable
            unknown = self._deaf if own else unseen
            if unknown:
                point.since = t
            now = _value(point, t, unknown=unknown)
            if now != point.told or t - point.told_t >= REFRESH_S:
                point.told, point.told_t = now, t
                value, quality, about = now
                yield Reading(
                    point=f"{self._device}/{point.name}",
                    value=value,
                    at=at,
                    quality=quality,
                    about=about,
                )

    def lost(self, at: datetime) -> Iterator[Reading]:
        """Nobody looks any more: nothing is known of any of them."""
        for point in self._points.values():
            yield Reading(
                point=f"{self._device}/{point.name}", value=None, at=at, quality=Quality.BAD
            )


def _value(point: _Point, t: float, *, unknown: bool) -> _Told:
    if unknown:
        return None, Quality.BAD, ""
    if point.open:
        return True, Quality.GOOD, ", ".join(dict.fromkeys(filter(None, point.open.values())))
    if t - point.since < point.notices_s:
        return None, Quality.BAD, ""
    return False, Quality.GOOD, ""
