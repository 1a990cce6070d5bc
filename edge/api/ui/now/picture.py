"""How the whole site looks at an instant: one look for everything that is drawn; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from edge.api.live_points import REFRESHED, REFRESHED_S
from edge.api.ui.now.camera import camera_watch
from edge.api.ui.now.car import CarView
from edge.api.ui.now.look import (
    TONES,
    Look,
    Readings,
    Watch,
    absent,
    alarms_told,
    joined,
    latest,
    watch_of,
    worst,
)
from edge.api.ui.now.plan import Cell, Drawing, Mark, Plan
from edge.config.site_checks import floor_number
from edge.model import Alarm, Device, LinkChanged, Text
from edge.site import Site

ENTRAPMENT: Final = "lift.entrapment"
OUT_OF_SERVICE: Final = frozenset({"lift.out_of_service", "lift.power"})

Looks = Mapping[str, Look]
"""By the id of what is drawn: a device, several devices, the detectors of a floor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a picture is made from.

    `otherwise` are the devices that say something else than when they were looked at before, who
    looks takes them out; none where that is not known.
    """

    readings: Readings
    links: Mapping[str, LinkChanged]
    active: Iterable[Alarm]
    at: datetime
    otherwise: set[str] | None = None


class _Before(NamedTuple):
    """How a device looked, from what besides its readings, and until when that is good enough."""

    look: Look
    link: LinkChanged | None
    alarms: tuple[Alarm, ...]
    until: datetime


class Picture:
    """Looks at a site again and again; made once for a configuration.

    What has said nothing new looks as it did before, and its age is told some seconds later: of a
    large site that is nearly everything.
    """

    def __init__(self, site: Site, plan: Plan) -> None:
        self.plan = plan
        self._site = site
        drawings = {drawing.building: drawing for drawing in plan.drawings}
        self._cars = tuple(
            CarView(device, site.lifts.get(device.id), drawings.get(device.location.building))
            for device in site.devices.values()
            if device.kind == "lift"
        )
        self._others = tuple(
            camera_watch(device) if device.kind == "camera" else watch_of(device)
            for device in site.devices.values()
            if device.kind != "lift"
        )
        self._cells = tuple(cell for drawing in plan.drawings for cell in _cells(drawing))
        self._groups = tuple(mark for mark in _marks(plan) if not mark.one)
        self._units = {
            drawing.building: {block.unit for block in drawing.blocks} for drawing in plan.drawings
        }
        watched: tuple[CarView | Watch, ...] = (*self._cars, *self._others)
        self.points = frozenset(point for watch in watched for point in watch.points)
        self._before: dict[str, _Before] = {}
        self._cells_before: dict[str, tuple[tuple[Alarm, ...], Look]] = {}

    def looks(self, scene: Scene) -> Iterator[tuple[str, Look]]:
        """How everything looks, one after the other: all of a large site takes a while."""
        alarms = _by_device(scene.active)
        found: dict[str, Look] = {}
        for car in self._cars:
            found[car.device.id] = look = self._look(car, _of_car, scene, alarms)
            yield car.device.id, look
        for watch in self._others:
            found[watch.device.id] = look = self._look(watch, _with, scene, alarms)
            yield watch.device.id, look
        there = self._behind(scene.active)
        for cell in self._cells:
            yield cell.id, self._cell(cell, tuple(there.get(cell.id, ())))
        for mark in self._groups:
            yield mark.id, _group(mark, found)

    def _look(
        self,
        watch: CarView | Watch,
        amid: Callable[[Look, Sequence[Alarm]], Look],
        scene: Scene,
        by_device: Mapping[str, Sequence[Alarm]],
    ) -> Look:
        """How one device looks `amid` its alarms: as before, where nothing speaks against it."""
        device = watch.device
        link, alarms = scene.links.get(device.link), tuple(by_device.get(device.id, ()))
        before = self._before.get(device.id)
        if (
            before is not None
            and scene.otherwise is not None
            and device.id not in scene.otherwise
            and (before.link, before.alarms) == (link, alarms)
            and scene.at < before.until
        ):
            return before.look
        if scene.otherwise is not None:
            scene.otherwise.discard(device.id)
        own = _away(device, watch.points, scene) or watch.look(scene.readings, scene.at)
        look = amid(own, alarms)
        spread = hash(device.id) % REFRESHED_S if before is None else 0
        until = scene.at + REFRESHED - timedelta(seconds=spread)
        self._before[device.id] = _Before(look, link, alarms, until)
        return look

    def _cell(self, cell: Cell, alarms: tuple[Alarm, ...]) -> Look:
        before = self._cells_before.get(cell.id)
        if before is not None and before[0] == alarms:
            return before[1]
        look = _of_cell(cell, alarms)
        self._cells_before[cell.id] = alarms, look
        return look

    def _behind(self, active: Iterable[Alarm]) -> Mapping[str, list[Alarm]]:
        """The alarms of what hangs behind a device, by the cell of its floor."""
        there: dict[str, list[Alarm]] = defaultdict(list)
        for alarm in active:
            if "." in alarm.raised.cause.point.partition("/")[2]:
                there[self._cell_of(alarm)].append(alarm)
        return there

    def _cell_of(self, alarm: Alarm) -> str:
        place = self._site.location_of(alarm.raised)
        units = self._units.get(place.building, set())
        unit = place.unit if place.unit in units or len(units) != 1 else next(iter(units))
        return f"cell:{place.building}:{unit}:{floor_number(place.floor)}"


def _away(device: Device, points: Iterable[str], scene: Scene) -> Look | None:
    """How it looks of which nothing can be heard; none when something can."""
    why = absent(device, scene.readings, scene.links)
    if why is None:
        return None
    return Look(tone="off", words=why, at=latest(points, scene.readings))


def _by_device(active: Iterable[Alarm]) -> Mapping[str, list[Alarm]]:
    """The alarms of each device; those of what hangs behind it are shown at its floor."""
    found: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in active:
        found[alarm.raised.device].append(alarm)
    return found


def _with(look: Look, alarms: Sequence[Alarm]) -> Look:
    if not alarms:
        return look
    tone = worst((*(TONES[each.raised.lane] for each in alarms), look.tone))
    return replace(look, tone=tone, words=joined((look.words, alarms_told(len(alarms)))))


def _of_car(look: Look, alarms: Sequence[Alarm]) -> Look:
    categories = {each.raised.category for each in alarms}
    if categories & OUT_OF_SERVICE and not look.service:
        look = replace(look, service="out")
    return replace(_with(look, alarms), trapped=ENTRAPMENT in categories)


def _group(mark: Mark, looks: Looks) -> Look:
    tones = [looks[name].tone for name in mark.devices]
    tone, count = worst(tones), len(tones)
    wrong = sum(each != "" for each in tones)
    words = Text(f"{count} 台", f"{count} devices")
    if wrong:
        words = joined((words, Text(f"{wrong} 台异常", f"{wrong} not well")))
    at = max((a for name in mark.devices if (a := looks[name].at) is not None), default=None)
    return Look(tone=tone, words=words, at=at, figure=str(count))


def _of_cell(cell: Cell, alarms: Sequence[Alarm]) -> Look:
    many = "" if cell.count == 1 else "s"
    words = Text(
        f"{cell.floor} 层，{cell.count} 个探测器",
        f"floor {cell.floor}, {cell.count} detector{many}",
    )
    figure = f"{len(alarms)}!" if alarms else str(cell.count)
    return _with(Look(tone="", words=words, figure=figure), alarms)


def _cells(drawing: Drawing) -> Iterable[Cell]:
    return (cell for block in drawing.blocks for cell in block.cells)


def _marks(plan: Plan) -> Iterable[Mark]:
    for drawing in plan.drawings:
        yield from drawing.tiles
        for block in drawing.blocks:
            yield from block.marks
    yield from plan.grounds
