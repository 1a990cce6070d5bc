"""App data units of GB/T 26875.3: every type, both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.gb26875 import objects
from edge.drivers.gb26875.objects import Item
from tests.fakes.gb26875 import LABEL

# One object of every type, laid out by hand from the tables: 1E140A010713 is the time label,
# 3C / 1E are sixty and thirty.
GOLDEN = {
    1: ("0101 01 02 0200", "t", Item(system_type=1, system_address=2, status=2)),
    2: (
        "0201 01 01 2A 0A000200 0200 B2E2CAD4" + 27 * "00",
        "t",
        Item(
            system_type=1,
            system_address=1,
            component_type=42,
            zone=10,
            point=2,
            status=2,
            description="测试",
        ),
    ),
    3: (
        "0301 01 01 1F 01000300 03 FEFF",
        "t",
        Item(
            system_type=1,
            system_address=1,
            component_type=31,
            zone=1,
            point=3,
            analog_type=3,
            analog=-2,
        ),
    ),
    4: ("0401 01 01 01 09", "t", Item(system_type=1, system_address=1, operation=1, operator=9)),
    5: ("0501 01 01 02 01", "", Item(system_type=1, system_address=1, major=2, minor=1)),
    6: ("0601 01 01 04 B2E2CAD4", "", Item(system_type=1, system_address=1, text="测试")),
    7: (
        "0701 0A 01 58 FFFF0001 4142" + 29 * "00",
        "",
        Item(
            system_type=10,
            system_address=1,
            component_type=88,
            zone=65535,
            point=256,
            description="AB",
        ),
    ),
    8: ("0801 01 01", "t", Item(system_type=1, system_address=1)),
    21: ("1501 09", "t", Item(status=9)),
    24: ("1801 20 01", "t", Item(operation=32, operator=1)),
    25: ("1901 01 04", "", Item(major=1, minor=4)),
    26: ("1A01 02 4142", "", Item(text="AB")),
    28: ("1C01", "t", Item()),
    61: ("3D01 01 02", "", Item(system_type=1, system_address=2)),
    62: ("3E01 01 02 0A000200", "", Item(system_type=1, system_address=2, zone=10, point=2)),
    63: ("3F01 01 02 0A000200", "", Item(system_type=1, system_address=2, zone=10, point=2)),
    64: ("4001 01 02 66", "t", Item(system_type=1, system_address=2, count=102)),
    65: ("4101 01 02", "", Item(system_type=1, system_address=2)),
    66: ("4201 01 02", "", Item(system_type=1, system_address=2)),
    67: ("4301 01 02 0A000200", "", Item(system_type=1, system_address=2, zone=10, point=2)),
    68: ("4401 01 02", "", Item(system_type=1, system_address=2)),
    81: ("5101 00", "", Item()),
    84: ("5401 0A", "t", Item(count=10)),
    85: ("5501 00", "", Item()),
    86: ("5601 00", "", Item()),
    88: ("5801 00", "", Item()),
    89: ("5901 00", "", Item()),
    90: ("5A01", "t", Item()),
    91: ("5B01 0A", "", Item(minutes=10)),
}


def golden(kind: int) -> tuple[bytes, Item]:
    """Return the bytes and the object they are; a `t` ends them with the time label."""
    text, time, item = GOLDEN[kind]
    raw = bytes.fromhex(text.replace(" ", ""))
    if not time:
        return raw, item
    fields = {name: getattr(item, name) for name in Item.__slots__}
    return raw + LABEL, Item(**(fields | {"time": LABEL}))


def test_every_type_is_pinned() -> None:
    """No type of the tables is without a golden object."""
    assert set(GOLDEN) == set(objects.LAYOUTS)


@pytest.mark.parametrize("kind", sorted(GOLDEN))
def test_golden_object_both_ways(kind: int) -> None:
    """Each type reads and writes as laid out by hand."""
    raw, item = golden(kind)
    assert objects.decode(raw) == objects.Unit(type=kind, items=(item,))
    assert objects.encode(kind, (item,)) == raw


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        (1, 4),
        (2, 40),
        (3, 10),
        (4, 4),
        (5, 4),
        (7, 38),
        (21, 1),
        (24, 2),
        (25, 2),
        (64, 9),
        (84, 7),
    ],
)
def test_object_sizes(kind: int, size: int) -> None:
    """Objects have the sizes of the standard's table, the time that follows some not counted."""
    raw, _ = golden(kind)
    times = 6 if kind in objects.TIMED else 0
    assert len(raw) - 2 - times == size


@pytest.mark.parametrize("kind", sorted(GOLDEN))
@pytest.mark.parametrize("count", [0, 2, 3])
def test_several_objects(kind: int, count: int) -> None:
    """Any number of objects reads back; none at all is a unit without objects."""
    _, item = golden(kind)
    items = (item,) * count
    assert objects.decode(objects.encode(kind, items)) == objects.Unit(type=kind, items=items)


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_survived(app: bytes) -> None:
    """Reading never raises, and what it found fits into the bytes."""
    unit = objects.decode(app)
    assert len(unit.items) <= len(app)


@given(st.sampled_from(sorted(objects.LAYOUTS)), st.binary(max_size=300), st.integers(1, 255))
def test_known_types_survive_any_content(kind: int, content: bytes, count: int) -> None:
    """A known type with any content is read as far as it goes, and the rest is told."""
    unit = objects.decode(bytes((kind, count)) + content)
    assert unit.error or len(unit.items) == count


def test_more_objects_announced_than_there_are() -> None:
    """What is there is read, and what is missing is said."""
    raw, item = golden(2)
    unit = objects.decode(raw[:1] + b"\x03" + raw[2:])
    assert unit.items == (item,)
    assert unit.error == "objects_missing: 3 announced, 1 whole"


def test_bytes_left_over_are_told() -> None:
    """Bytes behind the last object are no object."""
    raw, item = golden(25)
    unit = objects.decode(raw + b"\x01")
    assert (unit.items, unit.error) == ((item,), "bytes_left_over: 1")


def test_objects_without_their_time() -> None:
    """A device that leaves the time out is read all the same, and told."""
    raw, _ = golden(1)
    unit = objects.decode(raw[:-6])
    assert unit.error == "object_time_missing"
    assert [(item.status, item.time) for item in unit.items] == [(2, None)]


@pytest.mark.parametrize(
    ("app", "error"), [(b"\x4d\x01", "type_unknown: 77"), (b"\x02", "count_m")]
)
def test_what_cannot_be_read_is_named(app: bytes, error: str) -> None:
    """An unlisted type and a missing count are errors with a name."""
    assert objects.decode(app).error.startswith(error)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"  A1  \x00\x00", "A1"),
        ("一层".encode("gb18030") + bytes(4), "一层"),
        (b"lift\x00\xd0\xffold words", "lift"),
        (b"\x00hidden", ""),
        (b"A\xff\xffB", "A��B"),
        (b"A\xd0", "A�"),
        ("㐀𠀀".encode("gb18030"), "㐀𠀀"),
    ],
)
def test_texts(raw: bytes, text: str) -> None:
    """Texts end at the first NUL; spaces go; what is no GB18030 is replaced, never an error."""
    assert objects.read_text(raw) == text


def test_a_long_description_is_cut_between_characters() -> None:
    """Sixteen characters of two bytes do not fit into 31 bytes; fifteen arrive whole."""
    _, item = golden(7)
    fields = {name: getattr(item, name) for name in Item.__slots__}
    long = Item(**(fields | {"description": "测" * 16}))
    (read,) = objects.decode(objects.encode(7, (long,))).items
    assert read.description == "测" * 15


@pytest.mark.parametrize("item", [Item(), Item(status=256, time=LABEL), Item(status=1)])
def test_what_does_not_fit_is_refused(item: Item) -> None:
    """A missing or too large field is no frame."""
    with pytest.raises((ValueError, OverflowError)):
        objects.encode(21, (item,))


def test_a_type_that_is_not_known_is_not_written() -> None:
    """Only types of the table can be written."""
    with pytest.raises(ValueError, match="77"):
        objects.encode(77, ())
