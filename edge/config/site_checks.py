"""Whether the parts of a site file fit each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from edge.choices import choose
from edge.config.site_file import BuildingSection, DeviceSection
from edge.files.problems import Problems
from edge.files.yaml_file import Document, Steps
from edge.model import Location, Text

_FLOOR: Final = re.compile(
    r"^(?:(-?[0-9]{1,3})(?:[Ff]|层|楼)?|[Bb]([0-9]{1,2})|地下([0-9]{1,2})层)$"
)
_EVERYWHERE: Final = ("0.0.0.0", "::", "")  # noqa: S104 -- compared with, not listened on


def ids_of(document: Document, key: str) -> dict[int, str]:
    """The ids that a list's items give themselves, broken items included."""
    ids: dict[int, str] = {}
    for index in range(document.size((key,))):
        own = document.at((key, index, "id"))
        if isinstance(own, str):
            ids[index] = own
    return ids


def check_ids(document: Document, problems: Problems) -> None:
    """Ids are unique in their list, and devices and links share one room for names."""
    for key in ("buildings", "links", "devices", "rules", "suppressions", "uplinks"):
        _unique(
            document, [((key, i, "id"), own) for i, own in ids_of(document, key).items()], problems
        )
    for index in range(document.size(("buildings",))):
        steps: Steps = ("buildings", index, "units")
        units = [
            ((*steps, unit, "id"), own)
            for unit in range(document.size(steps))
            if isinstance(own := document.at((*steps, unit, "id")), str)
        ]
        _unique(document, units, problems)
    links = set(ids_of(document, "links").values())
    for index, own in ids_of(document, "devices").items():
        if own in links:
            what = Text(f"{own} 已是链路的名字", f"{own} is a link's id already")
            remedy = Text("换一个名字", "give the device another id")
            problems.add(document, ("devices", index, "id"), what, remedy)


def _unique(document: Document, ids: Iterable[tuple[Steps, str]], problems: Problems) -> None:
    first: dict[str, int] = {}
    for steps, own in ids:
        if own in first:
            what = Text(
                f"{own} 与第 {first[own]} 行重复", f"{own} is the id in line {first[own]} already"
            )
            problems.add(document, steps, what, Text("换一个名字", "give it another id"))
        else:
            first[own] = document.mark(steps).line


def check_reference(
    document: Document, steps: Steps, noun: Text, known: Collection[str], problems: Problems
) -> bool:
    """Whether what is named there exists; otherwise tell it."""
    name = document.at(steps)
    if not isinstance(name, str) or name in known:
        return True
    names = sorted(set(known))
    what = Text(f"没有{noun.zh} {name[:40]}", f"there is no {noun.en} {name[:40]}")
    problems.add(document, steps, what, choose(name, names))
    return False


def check_places(
    document: Document,
    devices: Mapping[int, DeviceSection],
    buildings: Mapping[int, BuildingSection],
    problems: Problems,
) -> None:
    """Each device stands in a building, unit and floor that exist; nowhere is warned of."""
    known = ids_of(document, "buildings")
    by_id = {building.id: building for building in buildings.values()}
    for index, device in devices.items():
        place = device.location
        steps: Steps = ("devices", index, "location")
        if not place.building:
            if place.unit:
                what = Text("写了单元没写楼栋", "a unit without its building")
                remedy = Text("补上 building", "add building")
                problems.add(document, (*steps, "unit"), what, remedy)
            elif known and not (place.room or place.text):
                _warn_of_nowhere(document, index, device, next(iter(known.values())), problems)
            continue
        noun = Text("楼栋", "building")
        check_reference(document, (*steps, "building"), noun, known.values(), problems)
        building = by_id.get(place.building)
        if building is None:
            continue
        if place.unit:
            units = [unit.id for unit in building.units]
            noun = Text(f"单元（{building.name.zh}）", f"unit in {building.name.en}:")
            check_reference(document, (*steps, "unit"), noun, units, problems)
        _check_floor(document, (*steps, "floor"), place.floor, building, problems)


def _warn_of_nowhere(
    document: Document, index: int, device: DeviceSection, building: str, problems: Problems
) -> None:
    what = Text(
        f"{device.id} 没有位置：报警里只有小区的名字",
        f"{device.id} has no place: its alarms name the community only",
    )
    sample = f"location: {{building: {building}}}"
    remedy = Text(
        f"例如 {sample}；不在楼里的写 {{text: …}}",
        f"such as {sample}; {{text: …}} for what stands in no building",
    )
    problems.warn(document, ("devices", index), what, remedy)


def check_behind(
    document: Document, steps: Steps, behind: Mapping[str, Location], problems: Problems
) -> None:
    """What stands behind a device is placed in buildings that exist."""
    known = set(ids_of(document, "buildings").values())
    strange = sorted({place.building for place in behind.values()} - known - {""})
    if strange:
        named = strange[0][:40]
        what = Text(f"表中的楼栋 {named} 不存在", f"the table names a building {named}")
        problems.add(document, steps, what, choose(named, sorted(known)))


def _check_floor(
    document: Document, steps: Steps, floor: str, building: BuildingSection, problems: Problems
) -> None:
    number = floor_number(floor)
    floors = building.floors
    if number is None or floors is None or floors.lowest <= number <= floors.highest:
        return
    what = Text(f"{building.name.zh}没有 {floor} 层", f"{building.name.en} has no floor {floor}")
    remedy = Text(
        f"写 {floors.lowest} 到 {floors.highest} 之间的层",
        f"write a floor from {floors.lowest} to {floors.highest}",
    )
    problems.add(document, steps, what, remedy)


def floor_number(floor: str) -> int | None:
    """A floor's number: `5`, `5F`, `-1`, `B1`; none for a name such as `roof`."""
    match = _FLOOR.match(floor.strip())
    if match is None:
        return None
    own, *below = match.groups()
    return int(own) if own else -int(next(each for each in below if each))


def identity(address: BaseModel) -> tuple[tuple[str, Any], ...]:
    """What tells two devices on a link apart: the fields an address must have, or else all."""
    fields = type(address).model_fields
    required = [name for name, field in fields.items() if field.is_required()]
    return tuple((name, repr(getattr(address, name))) for name in required or fields)


def check_claims(document: Document, links: Mapping[int, BaseModel], problems: Problems) -> None:
    """No two links want the same serial port or listen on the same port."""
    taken: list[tuple[tuple[str, str], int]] = []
    for index, link in links.items():
        for steps, claim in _claims(link.model_dump(mode="json"), ("links", index)):
            other = next((line for known, line in taken if _collide(known, claim)), None)
            if other is None:
                taken.append((claim, document.mark(steps).line))
                continue
            what = Text(
                f"{claim[1]} 已被第 {other} 行的链路占用",
                f"{claim[1]} is taken by the link in line {other}",
            )
            problems.add(document, steps, what, Text("换一个端口", "choose another port"))


def _claims(node: object, steps: Steps) -> Iterator[tuple[Steps, tuple[str, str]]]:
    """Yield (host, port) for what listens, (`serial`, path) for serial ports."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _claims(item, (*steps, index))
    if not isinstance(node, dict):
        return
    listening = steps[-1] == "listen"
    for key, value in node.items():
        inner = (*steps, key)
        if key == "port" and isinstance(value, str):
            yield inner, ("serial", value)
        elif (
            isinstance(value, int) and value and (key == "listen" or (key == "port" and listening))
        ):
            yield inner, (str(node.get("host", "")), str(value))
        else:
            yield from _claims(value, inner)


def _collide(one: tuple[str, str], other: tuple[str, str]) -> bool:
    if one[1] != other[1]:
        return False
    hosts = {one[0], other[0]}
    return len(hosts) == 1 or ("serial" not in hosts and not hosts.isdisjoint(_EVERYWHERE))
