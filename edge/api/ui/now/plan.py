"""Where everything of a site is drawn: buildings with floors, shafts and marks; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from edge.api.ui.now.columns import Behind, Columns, Detectors, columns_of
from edge.config.site_checks import floor_number
from edge.model import Device, Location, Text
from edge.places import place_name
from edge.site import Building, Site

TALLEST: Final = 340
"""Height of the tallest building in units of the drawing, about a phone's half."""

LOWEST_FLOOR, HIGHEST_FLOOR = 12, 22
"""A floor is at least so high that an icon fits, and at most so high that it looks like one."""

LABELS: Final = 30
"""Room for the floors' names on the left."""

SHAFT: Final = 26
MARK: Final = 18
CELL: Final = 30
GAP: Final = 8

MOST_ON_A_FLOOR: Final = 3
"""Marks in one unit on one floor; of more, the last one stands for the rest."""

MOST_TILES: Final = 24
"""Of one kind in one place; of more, one tile stands for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """One floor of a drawing; `y` is its upper edge."""

    number: int
    y: int
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaft:
    """A lift: its car moves between the floors."""

    device: str
    name: Text
    x: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What stands at a place: one device, or several of one kind; `id` names it to the script."""

    id: str
    kind: str
    devices: tuple[str, ...]
    x: int = 0
    y: int = 0

    @property
    def one(self) -> bool:
        """Whether it is a single device."""
        return len(self.devices) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The detectors of one floor, together: how many, behind which panel, at which place."""

    id: str
    floor: int
    count: int
    panel: str
    place: Text
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One unit of a building, drawn between `x` and `x + width`."""

    unit: str
    name: Text
    x: int
    width: int
    shafts: tuple[Shaft, ...]
    marks: tuple[Mark, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A building; `ground` is where the earth begins, `tiles` is what stands at no known floor."""

    building: str
    name: Text
    floors: tuple[Floor, ...]
    step: int
    width: int
    ground: int
    blocks: tuple[Block, ...]
    tiles: tuple[Mark, ...]

    @property
    def height(self) -> int:
        """Of all floors."""
        return self.step * len(self.floors)

    @property
    def lifts(self) -> tuple[Shaft, ...]:
        """Those of all units."""
        return tuple(shaft for block in self.blocks for shaft in block.shafts)

    def top_of(self, number: int | None) -> int | None:
        """The upper edge of a floor; none where the building has no such floor."""
        return next((floor.y for floor in self.floors if floor.number == number), None)

    def counted(self, position: int) -> int | None:
        """The floor's number when the lowest one is counted as 1."""
        if not 1 <= position <= len(self.floors):
            return None
        return self.floors[-position].number


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole site, without any reading; `grounds` is what stands in no building."""

    drawings: tuple[Drawing, ...]
    grounds: tuple[Mark, ...]


def plan_of(site: Site) -> Plan:
    """Draw every building, all in the same scale."""
    inside: dict[str, list[Device]] = defaultdict(list)
    for device in site.devices.values():
        known = device.location.building in site.buildings
        inside[device.location.building if known else ""].append(device)
    behind = _behind(site)
    floors = {
        name: _floors(building, inside[name], behind.get(name, {}))
        for name, building in site.buildings.items()
    }
    most = max(map(len, floors.values()), default=1)
    pen = _Pen(site=site, step=max(LOWEST_FLOOR, min(HIGHEST_FLOOR, TALLEST // max(most, 1))))
    return Plan(
        drawings=tuple(
            pen.drawing(building, floors[name], inside[name], behind.get(name, {}))
            for name, building in site.buildings.items()
        ),
        grounds=tiles_of("grounds", inside[""]),
    )


def tiles_of(place: str, devices: Iterable[Device]) -> tuple[Mark, ...]:
    """A tile for each device; one for all of a kind where they are many."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for device in devices:
        by_kind[device.kind].append(device.id)
    return tuple(
        chain.from_iterable(
            [Mark(id=f"{place}:{kind}", kind=kind, devices=tuple(names))]
            if len(names) > MOST_TILES
            else [Mark(id=name, kind=kind, devices=(name,)) for name in names]
            for kind, names in by_kind.items()
        )
    )


def _behind(site: Site) -> Mapping[str, Behind]:
    found: dict[str, dict[tuple[str, int], Detectors]] = defaultdict(dict)
    for device in site.devices.values():
        for place in device.components.values():
            number = floor_number(place.floor)
            if number is None or place.building not in site.buildings:
                continue
            known = found[place.building].get((place.unit, number))
            first = Detectors(count=1, panel=device.id, place=_floor_of(place))
            found[place.building][place.unit, number] = known.and_one() if known else first
    return found


def _floor_of(place: Location) -> Location:
    return Location(building=place.building, unit=place.unit, floor=place.floor)


def _floors(building: Building, devices: Iterable[Device], behind: Behind) -> list[int]:
    """The floors from the top down; there is no floor 0 unless something stands there."""
    used = {number for _, number in behind}
    used |= {n for device in devices if (n := floor_number(device.location.floor)) is not None}
    lowest, highest = building.floors or (min(used, default=1), max(used, default=1))
    lowest, highest = min(lowest, *used, 1), max(highest, *used, 1)
    return [number for number in range(highest, lowest - 1, -1) if number or 0 in used]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """Draws buildings of a site in one scale."""

    site: Site
    step: int

    def drawing(
        self, building: Building, numbers: list[int], devices: list[Device], behind: Behind
    ) -> Drawing:
        """A building with all that stands in it."""
        step = self.step
        every = 1 if step >= MARK - 4 else 5
        floors = tuple(
            Floor(
                number=number,
                y=place * step,
                named=number in {1, numbers[0], numbers[-1]} or number % every == 0,
            )
            for place, number in enumerate(numbers)
        )
        tops = {floor.number: floor.y for floor in floors}
        blocks: list[Block] = []
        at = LABELS
        for columns in columns_of(building, devices, behind, MOST_ON_A_FLOOR):
            block = self._block(building.id, columns, at, tops)
            blocks.append(block)
            at = block.x + block.width
        return Drawing(
            building=building.id,
            name=building.name,
            floors=floors,
            step=step,
            width=at,
            ground=sum(floor.number > 0 for floor in floors) * step,
            blocks=tuple(blocks),
            tiles=tiles_of(
                f"building:{building.id}",
                [d for d in devices if d.kind != "lift" and floor_number(d.location.floor) is None],
            ),
        )

    def _block(self, building: str, columns: Columns, x: int, tops: Mapping[int, int]) -> Block:
        shafts = tuple(
            Shaft(device=lift.id, name=lift.name, x=x + GAP + place * SHAFT)
            for place, lift in enumerate(columns.lifts)
        )
        marks_at = x + GAP + len(shafts) * SHAFT
        cells_at = marks_at + columns.width * MARK
        marks = tuple(_marks(building, columns, marks_at, tops))
        cells = tuple(
            Cell(
                id=f"cell:{building}:{columns.unit}:{number}",
                floor=number,
                count=there.count,
                panel=there.panel,
                place=place_name(self.site, there.place),
                x=cells_at,
                y=tops[number],
            )
            for number, there in sorted(columns.detectors.items())
        )
        end = cells_at + (CELL if cells else 0) + GAP
        return Block(
            unit=columns.unit,
            name=columns.name,
            x=x,
            width=max(end - x, 3 * MARK),
            shafts=shafts,
            marks=marks,
            cells=cells,
        )


def _marks(building: str, columns: Columns, x: int, tops: Mapping[int, int]) -> Iterator[Mark]:
    for number, group in columns.marks.items():
        for place, (kind, names) in enumerate(group):
            shared = f"floor:{building}:{columns.unit}:{number}:{place}"
            name = names[0] if len(names) == 1 else shared
            yield Mark(id=name, kind=kind, devices=names, x=x + place * MARK, y=tops[number])
