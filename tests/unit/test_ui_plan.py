"""Where a site's things are drawn: floors, units, shafts, marks, and what is drawn together."""

from __future__ import annotations

from edge.api.ui.now.plan import MOST_ON_A_FLOOR, MOST_TILES, Drawing, plan_of
from edge.model import Device, Location, Text
from edge.site import Building
from tests.fakes.drawn import device, site_of, with_detectors

UNITS = {"u1": Text("1单元", "Unit 1"), "u2": Text("2单元", "Unit 2")}


def building(
    units: dict[str, Text] | None = None, floors: tuple[int, int] | None = (-1, 6)
) -> Building:
    """A building."""
    return Building(id="b", name=Text("楼", "House"), units=units or {}, floors=floors)


def drawn(*devices: Device, of: Building | None = None) -> Drawing:
    """The only building of a site of these devices."""
    [drawing] = plan_of(site_of(*devices, buildings=[of or building()])).drawings
    return drawing


def gate(name: str = "gate", **place: str) -> Device:
    """A gate in the building."""
    return device(name, "gates/mqtt_face", building="b", **place)


def test_there_is_no_floor_0() -> None:
    """Below 1 comes -1, as lifts and people count."""
    assert [floor.number for floor in drawn().floors] == [6, 5, 4, 3, 2, 1, -1]


def test_a_floor_0_where_something_stands_is_one() -> None:
    """A house that has a ground floor keeps it."""
    assert 0 in [floor.number for floor in drawn(gate(floor="0")).floors]


def test_a_building_without_floors_has_those_that_are_used() -> None:
    """From the lowest to the highest at which anything stands, and always the first."""
    drawing = drawn(gate("a", floor="3"), gate("b2", floor="B2"), of=building(floors=None))
    assert [floor.number for floor in drawing.floors] == [3, 2, 1, -1, -2]


def test_the_ground_is_below_the_first_floor() -> None:
    """What lies under it is drawn as earth."""
    drawing = drawn()
    assert drawing.ground == 6 * drawing.step
    assert drawing.height == 7 * drawing.step


def test_all_buildings_are_in_one_scale() -> None:
    """A tall one makes the floors of all lower, so that they compare."""
    tall = Building(id="tall", name=Text("高", "Tall"), floors=(1, 33))
    plan = plan_of(site_of(buildings=[building(), tall]))
    assert len({drawing.step for drawing in plan.drawings}) == 1
    assert plan.drawings[1].height < 33 * 22


def test_units_stand_side_by_side_with_their_own_lifts() -> None:
    """Nothing of one is drawn in the other, and none is left out."""
    lifts = [device(f"lift-{u}", "lifts/ba_box", building="b", unit=u) for u in ("u1", "u2")]
    one, two = drawn(*lifts, of=building(UNITS)).blocks
    assert [(b.unit, [s.device for s in b.shafts]) for b in (one, two)] == [
        ("u1", ["lift-u1"]),
        ("u2", ["lift-u2"]),
    ]
    assert one.x + one.width == two.x
    assert all(b.x < s.x < b.x + b.width for b in (one, two) for s in b.shafts)


def test_what_is_in_no_unit_has_a_part_of_its_own() -> None:
    """Only where there are several units: in a house with one it belongs there."""
    assert [b.unit for b in drawn(gate(floor="1"), of=building(UNITS)).blocks] == ["u1", "u2", ""]
    one = {"u1": UNITS["u1"]}
    assert [b.unit for b in drawn(gate(floor="1"), of=building(one)).blocks] == ["u1"]


def test_a_mark_stands_on_its_floor() -> None:
    """`B1` is the first below ground."""
    drawing = drawn(gate("cellar", floor="B1"), gate("roof", floor="6"))
    places = {mark.id: mark.y for mark in drawing.blocks[0].marks}
    assert places == {"cellar": 6 * drawing.step, "roof": 0}


def test_what_has_no_number_for_a_floor_is_a_tile() -> None:
    """`roof`, or nothing at all: it is there, below the picture, and opens no part of its own."""
    drawing = drawn(gate("a", floor="roof"), gate("b"), of=building(UNITS))
    assert [tile.id for tile in drawing.tiles] == ["a", "b"]
    assert [block.unit for block in drawing.blocks] == ["u1", "u2"]


def test_many_on_a_floor_are_drawn_by_kind() -> None:
    """A mark for each kind when there is no room for each thing; nothing is left out."""
    calls = [device(f"c{n}", "sensors/call_button", building="b", floor="2") for n in range(9)]
    marks = drawn(gate(floor="2"), *calls).blocks[0].marks
    assert len(marks) <= MOST_ON_A_FLOOR
    assert [(mark.kind, len(mark.devices)) for mark in marks] == [("gate", 1), ("call_button", 9)]


def test_more_kinds_than_room_share_the_last_mark() -> None:
    """Still nothing is left out."""
    kinds = ("call_button", "bin", "parking", "smoke_detector", "leakage_breaker")
    things = [device(k, f"sensors/{k}", building="b", floor="2") for k in kinds]
    marks = drawn(*things).blocks[0].marks
    assert len(marks) == MOST_ON_A_FLOOR
    assert sorted(name for mark in marks for name in mark.devices) == sorted(kinds)
    assert marks[-1].kind == "devices"


def test_detectors_of_a_floor_are_one_cell() -> None:
    """However many there are, the picture holds one thing for each unit and floor."""
    places = {
        f"1-1-{n}": Location(building="b", unit="u1" if n % 2 else "u2", floor=str(n % 3 + 1))
        for n in range(600)
    }
    panel = with_detectors(device("panel", "panels/gb26875"), places)
    cells = [cell for block in drawn(panel, of=building(UNITS)).blocks for cell in block.cells]
    assert sum(cell.count for cell in cells) == 600
    assert [cell.id for cell in cells] == [
        f"cell:b:{u}:{n}" for u in ("u1", "u2") for n in (1, 2, 3)
    ]


def test_the_grounds_are_what_stands_in_no_building() -> None:
    """A tile each, and one for all of a kind where they are many."""
    few = [device(f"h{n}", "sensors/hydrant_pressure") for n in range(3)]
    many = [device(f"p{n}", "sensors/parking") for n in range(MOST_TILES + 1)]
    tiles = plan_of(site_of(*few, *many)).grounds
    assert [(tile.id, len(tile.devices)) for tile in tiles] == [
        ("h0", 1),
        ("h1", 1),
        ("h2", 1),
        ("grounds:parking", MOST_TILES + 1),
    ]


def test_an_empty_site_is_an_empty_plan() -> None:
    """The first page of a new gateway."""
    plan = plan_of(site_of())
    assert (plan.drawings, plan.grounds) == ((), ())
