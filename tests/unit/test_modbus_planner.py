"""Requests planned from points: few, whole, and within what a device allows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.modbus.planner import Read, cheapest, plan, split
from edge.drivers.modbus.profile import ModbusProfile
from tests.fakes.modbus import made, profile


def planned(device: ModbusProfile) -> list[tuple[str, int, int]]:
    """Table, start and count of each read."""
    return [(read.table, read.start, read.count) for read in plan(device.points, device.settings)]


@pytest.mark.parametrize(
    ("registers", "settings", "expected"),
    [
        ([0, 1, 2], {}, [(0, 3)]),
        ([0, 9], {}, [(0, 10)]),
        ([0, 10], {}, [(0, 1), (10, 1)]),
        ([0, 2], {"max_gap": 0}, [(0, 1), (2, 1)]),
        ([0, 2], {"max_gap": 1}, [(0, 3)]),
        ([0, 3, 6], {"max_registers": 4}, [(0, 4), (6, 1)]),
        (
            [10, 12],
            {"forbidden": [{"table": "holding", "first": 11, "last": 11}]},
            [(10, 1), (12, 1)],
        ),
        ([10, 12], {"forbidden": [{"table": "input", "first": 11, "last": 11}]}, [(10, 3)]),
        ([10, 12], {"forbidden": [{"table": "holding", "first": 0, "last": 9}]}, [(10, 3)]),
        ([65, 87], {"numbering": 1, "max_gap": 30}, [(64, 23)]),
        ([5, 5], {}, [(5, 1)]),
    ],
)
def test_plans(
    registers: list[int], settings: dict[str, Any], expected: list[tuple[int, int]]
) -> None:
    """Gaps, limits, forbidden spans and 1-based numbers, each by itself."""
    points = {f"p{index}": {"register": number} for index, number in enumerate(registers)}
    device = made(points, settings=settings)
    assert planned(device) == [("holding", *each) for each in expected]


def test_tables_and_rates_are_apart() -> None:
    """Each table and each poll rate has its own requests; `every` goes before the group."""
    device = made(
        {
            "a": {"register": 0},
            "b": {"register": 1, "group": "slow"},
            "c": {"register": 2, "every": "1s"},
            "d": {"register": 0, "table": "input"},
            "e": {"register": 0, "table": "coil", "type": "bool"},
            "f": {"register": 3, "words": "u32"},
        }
    )
    reads = plan(device.points, device.settings)
    assert [(read.table, read.start, read.count, read.every) for read in reads] == [
        ("coil", 0, 1, 1.0),
        ("holding", 0, 5, 1.0),
        ("holding", 1, 1, 60.0),
        ("input", 0, 1, 1.0),
    ]


def test_shipped_lift_box_is_one_request() -> None:
    """The box is read exactly as its public program does: 23 registers from 0x40."""
    assert planned(profile("lifts/ba_box")) == [("holding", 64, 23)]


def test_split_keeps_values_whole() -> None:
    """Halves meet between points, never inside one; overlapping points stay together."""
    device = made({"a": {"register": 0, "words": "u32"}, "b": {"register": 2, "words": "u32"}})
    (read,) = plan(device.points, device.settings)
    halves = split(read)
    assert halves is not None
    assert [(half.start, half.count) for half in halves] == [(0, 2), (2, 2)]
    assert split(halves[0]) is None
    (bits,) = plan(
        made(
            {
                "a": {"register": 5, "bit": 0, "type": "bool"},
                "b": {"register": 5, "bit": 1, "type": "bool"},
            }
        ).points,
        device.settings,
    )
    assert split(bits) is None


_POINTS = st.dictionaries(
    st.from_regex(r"[a-z]{1,3}", fullmatch=True),
    st.fixed_dictionaries(
        {
            "table": st.sampled_from(["holding", "input"]),
            "register": st.integers(min_value=0, max_value=397),
            "words": st.sampled_from(["u16", "u32", "u64"]),
            "group": st.sampled_from(["fast", "slow"]),
        }
    ),
    min_size=1,
    max_size=40,
)


def _covers(reads: tuple[Read, ...], device: ModbusProfile) -> None:
    names = [place.name for read in reads for place in read.places]
    assert sorted(names) == sorted(device.points)
    for read in reads:
        assert read.count <= device.settings.max_registers
        for place in read.places:
            assert read.start <= place.start
            assert place.end <= read.start + read.count
            assert place.table == read.table
            assert place.every == read.every


@given(
    points=_POINTS,
    longest=st.integers(min_value=4, max_value=125),
    gap=st.integers(min_value=0, max_value=20),
    wall=st.integers(min_value=401, max_value=500),
)
def test_every_point_once_and_no_limit_broken(
    points: dict[str, Any], longest: int, gap: int, wall: int
) -> None:
    """Each point is read exactly once, in one piece, within every limit; splits keep that so."""
    settings = {
        "max_registers": longest,
        "max_gap": gap,
        "forbidden": [{"table": "holding", "first": wall, "last": wall}],
    }
    device = made({**points, "far": {"register": 501}}, settings=settings)
    reads = plan(device.points, device.settings)
    _covers(reads, device)
    for read in reads:
        held = {address for place in read.places for address in range(place.start, place.end)}
        for address in range(read.start, read.start + read.count):
            assert address in held or read.table != "holding" or address != wall
    pieces: list[Read] = []
    pending = list(reads)
    while pending:
        read = pending.pop()
        halves = split(read)
        if halves is None:
            pieces.append(read)
        else:
            assert halves[0].start + halves[0].count <= halves[1].start
            pending += halves
    _covers(tuple(pieces), device)
    assert cheapest(reads).count == min(point.size for point in device.points.values())
