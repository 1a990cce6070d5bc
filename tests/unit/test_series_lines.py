"""Readings in line protocol: the names, the values, and what cannot be written as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge import series_lines
from cloud_bridge.series_lines import Lines
from edge.model import Location, Quality, Reading, Value
from edge.site import Site
from tests.fakes.line_protocol import read_line
from tests.fakes.riverside import riverside
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

AT = EPOCH + timedelta(microseconds=7)
STAMP = 1767225600000007


def line(
    point: str, value: Value | None = 1, quality: Quality = Quality.GOOD, site: Site | None = None
) -> str:
    """The line of one reading, of the shipped community where no site is given."""
    given = Reading(point=point, value=value, at=AT, quality=quality)
    [told] = Lines(site or riverside().site).of([given])
    return told


@pytest.mark.parametrize(
    ("point", "head"),
    [
        (
            "lift-3/speed",
            "lift,building=b2,device=lift-3,gateway=gw-1,point=speed,site=riverside,unit=u1",
        ),
        (
            "fire-3/1-1-1-1.fire",
            (
                "fire_panel,building=b3,component=1-1-1-1,device=fire-3,floor=1,gateway=gw-1,"
                "point=fire,site=riverside,unit=u1"
            ),
        ),
        (
            "fire-3/9-9-9-9.fire",
            (
                "fire_panel,building=b3,component=9-9-9-9,device=fire-3,gateway=gw-1,point=fire,"
                "site=riverside"
            ),
        ),
        ("lifts-b1/online", "link,gateway=gw-1,link=lifts-b1,point=online,site=riverside"),
        ("gone/level", "unknown,device=gone,gateway=gw-1,point=level,site=riverside"),
    ],
)
def test_a_series_is_named_by_kind_place_device_and_point(point: str, head: str) -> None:
    """The names are a promise: dashboards and bills hang on them."""
    assert line(point) == f"{head} value=1.0,quality=0i {STAMP}"


@pytest.mark.parametrize(
    ("value", "quality", "fields"),
    [
        (True, Quality.GOOD, "value=1.0,quality=0i"),
        (False, Quality.UNCERTAIN, "value=0.0,quality=1i"),
        (-3, Quality.GOOD, "value=-3.0,quality=0i"),
        (1e-7, Quality.GOOD, "value=1e-07,quality=0i"),
        (2**63 - 1, Quality.GOOD, "value=9.223372036854776e+18,quality=0i"),
        (21.5, Quality.BAD, "quality=2i"),
        (None, Quality.BAD, "quality=2i"),
        (None, Quality.GOOD, "quality=0i"),
        (float("nan"), Quality.GOOD, "quality=0i"),
        (float("-inf"), Quality.GOOD, "quality=0i"),
        ('a "b" \\ c,d=e', Quality.GOOD, r'text="a \"b\" \\ c,d=e",quality=0i'),
        ("two\nlines", Quality.GOOD, 'text="two lines",quality=0i'),
        ("half \ud83d", Quality.GOOD, 'text="half ?",quality=0i'),
        ("", Quality.GOOD, 'text="",quality=0i'),
    ],
)
def test_a_field_has_one_type_whatever_is_read(
    value: Value | None, quality: Quality, fields: str
) -> None:
    """`value` is a float, also of what is true or whole; what is bad is none, and never zero."""
    assert line("lift-3/speed", value, quality).split(" ", 1)[1] == f"{fields} {STAMP}"


@pytest.mark.parametrize(
    ("floor", "told"),
    [
        ("B 1", r"B\ 1"),
        ("1,2", r"1\,2"),
        ("a=b", r"a\=b"),
        ("a\\", "a/"),
        ("a\nb\x7f", r"a\ b\ "),
        ("地下\ud83d", "地下?"),
    ],
)
def test_what_parts_a_line_is_escaped_in_a_tag(floor: str, told: str) -> None:
    """A backslash has no escape in a tag, and a line has no second line."""
    lift = riverside().site.devices["lift-3"]
    moved = replace(lift, location=Location(floor=floor))
    site = bare_site(devices={"lift-3": moved})
    assert f",floor={told},gateway=" in line("lift-3/speed", site=site)


NAMES = st.text(
    st.characters(exclude_characters="/\\", min_codepoint=32, exclude_categories=["Cs"])
)
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"])),
)


@given(device=NAMES, point=NAMES, value=VALUES)
def test_whatever_is_written_can_be_read_again(device: str, point: str, value: Value) -> None:
    """Names of any letters and values of any kind come back as they were."""
    read = read_line(line(f"{device}/{point}".replace("\x7f", "")))
    tags = {"gateway": "gw-1", "device": device, "point": point, "site": "riverside"}
    told = {name: text.replace("\x7f", "") for name, text in tags.items()}
    assert read.tags == {name: text for name, text in told.items() if text}
    read = read_line(line("lift-3/speed", value))
    expected = value if isinstance(value, str) else float(value)
    assert read.fields == {"text" if isinstance(value, str) else "value": expected, "quality": 0}
    assert read.at == STAMP


def test_names_that_nobody_has_heard_of_do_not_fill_the_memory() -> None:
    """Heads are remembered for so many points, then from the beginning again."""
    lines = Lines(bare_site())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(series_lines, "MOST_HEADS", 10)
        told = lines.of(Reading(point=f"d/{n}", value=n, at=AT) for n in range(35))
    assert len(set(told)) == 35
    assert len(lines._heads) <= 10
