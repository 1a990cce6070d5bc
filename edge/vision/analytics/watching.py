"""What watches a zone: one object for each watch that the site file names there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeAlias

from edge.vision.analytics.absence import Absence
from edge.vision.analytics.bin_full import BinFull
from edge.vision.analytics.cabin_object import CabinObject
from edge.vision.analytics.crowding import Crowding
from edge.vision.analytics.flame_suspected import FlameSuspected
from edge.vision.analytics.in_zone import InZone
from edge.vision.analytics.lane_occupied import LaneOccupied
from edge.vision.analytics.left_object import LeftObject
from edge.vision.analytics.line_crossing import LineCrossing
from edge.vision.analytics.thrown_object import ThrownObject
from edge.vision.findings import Finding
from edge.vision.pictures import Frame, Scene
from edge.vision.sections.zone import ZoneSection


class Watching(Protocol):
    """One watch in one zone. Reads no clock, does no I/O: what it says follows from what it saw.

    Made with `(zone: str, section: ZoneSection, watch: <its section>)`.
    """

    @property
    def unable(self) -> str:
        """Why nothing can be told just now, in words for a technician; empty while it can."""

    def see(self, frame: Frame) -> None:
        """Take one decoded frame; most do nothing with it."""

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say what began, goes on and is over, now that this analysed picture is there."""

    def interrupt(self) -> None:
        """Note that the picture could not be seen for a while (covered, frozen): once, after it.

        What was learnt of the picture may no longer hold; what has begun goes on until seen to
        be over (`Episodes.interrupt` does both for episodes).
        """

    def close(self, t: float) -> Sequence[Finding]:
        """End what is open: the recording or the session is over (`Episodes.close`)."""


Made: TypeAlias = Callable[[str, ZoneSection, Any], Watching]
"""Each takes the section of its own `what`, which the table below sees to."""

WATCHING: Final[Mapping[str, Made]] = MappingProxyType(
    {
        "intrusion": InZone,
        "loitering": InZone,
        "class_seen": InZone,
        "line_crossing": LineCrossing,
        "crowding": Crowding,
        "lane_occupied": LaneOccupied,
        "absence": Absence,
        "left_object": LeftObject,
        "cabin_object": CabinObject,
        "flame_suspected": FlameSuspected,
        "thrown_object": ThrownObject,
        "bin_full": BinFull,
    }
)
"""By the word in the site file."""


def watching(zone_id: str, zone: ZoneSection) -> Sequence[Watching]:
    """Build what watches a zone, in the order of the site file."""
    return tuple(WATCHING[watch.what](zone_id, zone, watch) for watch in zone.watch)
