"""How transmission devices are asked, byte by byte."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from edge.drivers.gb26875 import requests
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.profile import Ask
from edge.errors import CommandRejected
from edge.model import Value

LOCAL = datetime(2019, 7, 1, 10, 20, 30)  # noqa: DTZ001  a device's clock has no zone
STD = DIALECTS["std"]
SYSTEM: dict[str, Value] = {"system_type": 1, "system_address": 2}
PLACE: dict[str, Value] = {**SYSTEM, "zone": 10, "point": 258}


@pytest.mark.parametrize(
    ("ask", "args", "command", "app"),
    [
        ("sync_clock", {}, 1, "5a01 1e140a010713"),
        ("duty_check", {}, 1, "5b01 0a"),
        ("duty_check", {"minutes": 255}, 1, "5b01 ff"),
        ("initialise", {}, 1, "5901 00"),
        ("read_component", PLACE, 4, "3e01 01 02 0a00 0201"),
        ("read_analog", PLACE, 4, "3f01 01 02 0a00 0201"),
        ("read_component_config", PLACE, 4, "4301 01 02 0a00 0201"),
        ("read_status", SYSTEM, 4, "3d01 01 02"),
        ("read_status", {}, 4, "5101 00"),
        # One day back: 30 June 2019.
        ("read_operations", SYSTEM, 4, "4001 01 02 0a 1e140a1e0613"),
        ("read_operations", {"count": 102}, 4, "5401 66 1e140a1e0613"),
        ("read_version", SYSTEM, 4, "4101 01 02"),
        ("read_version", {}, 4, "5501 00"),
        ("read_config", SYSTEM, 4, "4201 01 02"),
        ("read_config", {}, 4, "5601 00"),
        ("read_time", SYSTEM, 4, "4401 01 02"),
        ("read_time", {}, 4, "5801 00"),
    ],
)
def test_every_question(ask: Ask, args: dict[str, Value], command: int, app: str) -> None:
    """Each question is laid out as the tables say."""
    request = requests.build(ask, args, LOCAL, STD)
    assert (request.command, request.app.hex()) == (command, app.replace(" ", ""))


def test_the_clock_in_digits() -> None:
    """One dialect writes the time in decimal digits."""
    request = requests.build("sync_clock", {}, LOCAL, DIALECTS["dahua-bcd"])
    assert request.app.hex() == "5a01302010010719"


def test_how_long_a_person_has() -> None:
    """A duty check waits for a person, unless the profile is content with the device."""
    args: dict[str, Value] = {"minutes": 5}
    assert requests.build("duty_check", args, LOCAL, STD).person == timedelta(minutes=5)
    content = requests.build("duty_check", args, LOCAL, STD, until="confirm")
    assert content.person == timedelta(0)
    assert requests.build("sync_clock", {}, LOCAL, STD).person == timedelta(0)


@pytest.mark.parametrize(
    ("ask", "args", "names"),
    [
        ("duty_check", {"minutes": 256}, "minutes is 256"),
        ("duty_check", {"minutes": True}, "minutes is True"),
        ("read_component", SYSTEM, "zone is None"),
        ("read_component", PLACE | {"point": 65536}, "point is 65536"),
        ("read_component", PLACE | {"zone": "1"}, "zone is '1'"),
        ("read_status", {"system_type": 1}, "system_address is None"),
        ("read_operations", {"count": 103}, "count is 103"),
        ("read_operations", {"count": -1}, "count is -1"),
    ],
)
def test_what_does_not_fit_is_rejected(ask: Ask, args: dict[str, Value], names: str) -> None:
    """The one who asks is told which argument is wrong."""
    with pytest.raises(CommandRejected, match=names):
        requests.build(ask, args, LOCAL, STD)
