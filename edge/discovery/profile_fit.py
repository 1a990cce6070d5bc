"""Whether a profile reads believable values out of what a unit has answered; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from edge.drivers.modbus.decode import compile_read
from edge.drivers.modbus.planner import Place, Read, plan
from edge.drivers.modbus.profile import ModbusPoint, ModbusProfile, Table
from edge.model import Value

Answers: TypeAlias = Mapping[Table, Mapping[int, int]]
"""Registers or bits by table and by their address on the wire; what was refused is not there."""

SURE: Final = 1.0
"""What a point says whose value lies in its range, or whose number has a name ..."""
LIKELY: Final = 0.4
"""... one of which only the size can be judged ..."""
WEAK: Final = 0.1
"""... a bit or a zero: any profile finds those."""
LARGEST: Final = 1e9
ENOUGH: Final = 2.0
"""So much has to speak for a profile before it can have a full score ..."""
BARE: Final = 0.2
"""... and so much of it is left where bits and zeros are all there is."""


def fits(profile: ModbusProfile, answers: Answers) -> float:
    """Return 0 to 1: how much of what can be judged is believable, how much was answered at all."""
    known = [
        (place, profile.points[place.name])
        for read in plan(profile.points, profile.settings)
        for place in read.places
    ]
    answered = [(place, point) for place, point in known if _covered(place, answers)]
    weight = good = strong = 0.0
    for place, point in answered:
        believed, says = _judged(point, _value(place, point, profile, answers))
        weight += says
        good += says if believed else 0.0
        strong += says if believed and says > WEAK else 0.0
    if not weight:
        return 0.0
    share = len(answered) / len(known)
    proof = BARE + (1 - BARE) * min(1.0, strong / ENOUGH)
    return share * (good / weight) * proof


def ranked(profiles: Mapping[str, ModbusProfile], answers: Answers) -> list[tuple[str, float]]:
    """Return the ids of profiles that fit at all with their scores, best first."""
    scores = [(name, fits(profile, answers)) for name, profile in profiles.items()]
    return sorted((both for both in scores if both[1] > 0), key=lambda both: (-both[1], both[0]))


def _covered(place: Place, answers: Answers) -> bool:
    table = answers.get(place.table, {})
    return all(address in table for address in range(place.start, place.end))


def _value(
    place: Place, point: ModbusPoint, profile: ModbusProfile, answers: Answers
) -> Value | None:
    table = answers[place.table]
    if point.of_bits:
        raw = bytes((table[place.start] & 1,))
    else:
        raw = b"".join(table[at].to_bytes(2) for at in range(place.start, place.end))
    read = Read(
        table=place.table, start=place.start, count=place.size, every=place.every, places=(place,)
    )
    (value,) = compile_read(read, profile.points, profile.settings)(raw)
    return value


def _judged(point: ModbusPoint, value: Value | None) -> tuple[bool, float]:
    """Whether the value is believable, and how much that says."""
    if value is None:
        return False, SURE
    if isinstance(value, bool | str):
        return True, WEAK
    if point.labels:
        named = value in point.labels
        return named, WEAK if named and value == 0 else SURE
    if abs(value) > LARGEST:
        return False, LIKELY
    if value == 0:
        return True, WEAK
    limits = point.valid
    bounded = limits is not None and limits.min is not None and limits.max is not None
    return True, SURE if bounded else LIKELY
