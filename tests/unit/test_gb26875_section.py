"""What the site file, profiles and tables of places may say about transmission devices."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from edge.drivers.gb26875 import KIND, components
from edge.drivers.gb26875.places import read_places
from edge.drivers.gb26875.profile import GbAddress
from edge.drivers.gb26875.section import GbSection
from edge.errors import ConfigError
from edge.files.yaml_file import parse
from edge.model import Location
from tests.fakes.gb26875 import PROFILE, placed, profile

SAMPLE = Path(__file__).parents[2] / "edge" / "drivers" / "gb26875" / "sample.yaml"
HEADER = "system_type,system_address,zone,point,building,unit,floor,room,text\n"


def section(**fields: object) -> GbSection:
    """Return a port as the site file has it."""
    written = {"driver": "gb26875", "id": "fire-port", "listen": {"port": 5200}, **fields}
    return GbSection.model_validate_json(json.dumps(written))


def places(tmp_path: Path, text: str | bytes) -> Path:
    """Write a table of places."""
    path = tmp_path / "places.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_the_sample_is_sound() -> None:
    """What the README shows works."""
    document = parse(SAMPLE.read_text(encoding="utf-8"), "sample.yaml")
    assert document.problems == ()
    link = KIND.section.model_validate_json(json.dumps(document.at(("links", 0))))
    address = document.at(("devices", 0, "address"))
    assert link == section(connections=256)
    assert GbAddress.model_validate_json(json.dumps(address)).address == 123


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("+08:00", timedelta(hours=8)),
        ("-03:30", -timedelta(hours=3, minutes=30)),
        ("+00:00", timedelta(0)),
    ],
)
def test_utc_offset(text: str, offset: timedelta) -> None:
    """The zone of the devices' clocks is set, not guessed."""
    assert section(utc_offset=text).bind(()).settings.utc_offset == offset


@pytest.mark.parametrize(
    "wrong",
    [
        {"utc_offset": "8"},
        {"dialect": "fubei"},
        {"listen": {"port": 0}},
        {"connections": 0},
        {"lisen": {}},
    ],
)
def test_what_a_port_may_not_say(wrong: dict[str, object]) -> None:
    """Slips are errors."""
    with pytest.raises(ValidationError):
        section(**wrong)


@pytest.mark.parametrize("address", [-1, 1 << 48, "123", None])
def test_an_address_is_six_bytes(address: object) -> None:
    """It is a number that fits the field."""
    with pytest.raises(ValidationError):
        GbAddress.model_validate_json(json.dumps({"address": address}))


def test_two_devices_cannot_share_an_address() -> None:
    """They could not be told apart."""
    link = section().bind((placed(), placed(124, "fire-2")))
    assert (link.id, len(link.devices)) == ("fire-port", 2)
    with pytest.raises(ConfigError, match="fire-1 and fire-3 both have the address 123"):
        section().bind((placed(), placed(123, "fire-3")))


def test_the_profiles_alarms() -> None:
    """A fire of any component is life safety above everything else in the profile."""
    fire = PROFILE.alarms["fire"]
    assert (fire.when.point, fire.lane, fire.severity) == ("*.fire", "life_safety", 950)
    assert fire.category == "fire.alarm"
    assert max(alarm.severity for alarm in PROFILE.alarms.values()) == 950
    assert "initialise" not in PROFILE.actions


def test_a_maker_profile_adds_to_the_standard() -> None:
    """What one maker adds stands beside everything that the standard has."""
    dahua = profile("panels/gb26875_dahua")
    assert set(PROFILE.component_points) < set(dahua.component_points)
    assert set(PROFILE.alarms) < set(dahua.alarms)
    assert dahua.component_types[137].zh == "声光报警器"


def test_places(tmp_path: Path) -> None:
    """A line places a component; missing columns and cells are unknown."""
    text = "zone,point,system_type,system_address,building,floor\n10,2,1,1, b1 ,3\n\n11,02,1,1\n"
    assert read_places(places(tmp_path, text)) == {
        "1-1-10-2": Location(building="b1", floor="3"),
        "1-1-11-2": Location(),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_places_as_spreadsheets_write_them(tmp_path: Path, encoding: str) -> None:
    """Both encodings of Chinese offices are read, with and without the mark at the beginning."""
    text = HEADER + '1,1,10,2,b1,u1,3,301,"厨房, 东侧"\n'
    path = places(tmp_path, text.encode(encoding))
    expected = Location(building="b1", unit="u1", floor="3", room="301", text="厨房, 东侧")
    assert read_places(path) == {"1-1-10-2": expected}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", ":1:0: column system_type is missing; add it"),
        ("system_type,system_address,zone\n", ":1:0: column point is missing"),
        (HEADER.replace(",", ";"), "name the columns there, with commas"),
        (HEADER.replace("text", "note"), ":1:9: column 'note' is unknown"),
        (HEADER.replace("text", "room"), ":1:9: column 'room' is unknown or stands twice"),
        (HEADER + "1,1,x,2\n", ":2:3: zone is 'x'; write a whole number from 0 to 65535"),
        (HEADER + "256,1,1,2\n", ":2:1: system_type is '256'; write a whole number from 0 to 255"),
        (HEADER + "1,1,1\n", ":2:4: point is ''"),
        (HEADER + "1,1,-1,2\n", ":2:3: zone is '-1'"),
        (HEADER + "1,1,1,2\n1,1,1,2\n", ":3:1: 1-1-1-2 is placed twice"),
        (HEADER + "1,1,1,2,a,b,c,d,e,f\n", ":2:10: there are more cells than columns"),
        (HEADER + '1,1,1,2,"a"b\n', ": this is no CSV"),
        (b"\xff\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_what_is_wrong_with_places(tmp_path: Path, text: str | bytes, error: str) -> None:
    """File, line and column of a slip are named, and what would be right."""
    path = places(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_places(path)
    assert str(caught.value).startswith(f"{path}")
    assert error in str(caught.value)
    (problem,) = caught.value.problems
    assert problem.what.zh
    assert problem.remedy.zh


def test_places_that_are_not_there(tmp_path: Path) -> None:
    """A missing file is named; no file at all is no error."""
    assert components(GbAddress(address=1), tmp_path) == {}
    with pytest.raises(ConfigError, match=r"nowhere\.csv: there is no such file"):
        components(GbAddress(address=1, places="nowhere.csv"), tmp_path)
