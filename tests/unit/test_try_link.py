"""A link that is only tried: what is wrong with it is told as for the site file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge.discovery.try_link import OPENS_S, link_of, tried
from edge.drivers.mqtt_json.link import SensorLink
from edge.errors import ConfigError, LinkDown
from tests.fakes.modbus import section
from tests.fakes.time import now, run

FOLDER = Path("/site")


def over(**transport: Any) -> dict[str, Any]:
    """A Modbus link."""
    return {"driver": "modbus", "id": "new", "transport": transport}


@pytest.mark.parametrize(
    ("wrong", "where", "what"),
    [
        ({}, "", "driver is missing"),
        ({"driver": "modbuss", "id": "x"}, "driver", "there is no driver modbuss"),
        (over(type="tcp"), "transport", "host is missing"),
        (over(type="tcp", host="x", port=99999), "transport.port", "65535"),
        (over(type="tcp", host="x", prot=1), "transport.prot", "did you mean port?"),
        ({"driver": "mqtt_json", "id": "x", "broker": {}}, "broker", "host is missing"),
    ],
)
def test_mistakes_are_told_where_they_are(wrong: dict[str, Any], where: str, what: str) -> None:
    """In the words of the site file's own checks, with the key."""
    with pytest.raises(ConfigError) as refused:
        link_of(wrong, FOLDER, language="en")
    assert any(each.where.startswith(where) for each in refused.value.problems)
    assert what in str(refused.value)


@pytest.mark.parametrize(
    ("running", "new"),
    [
        ({"type": "rtu", "port": "/dev/ttyS1"}, over(type="rtu", port="/dev/ttyS1", baud=19200)),
        (
            {"type": "tcp", "host": "x", "port": 4001},
            over(type="rtu_over_tcp", host="x", port=4001),
        ),
        ({"type": "dial_in", "listen": 15020}, over(type="dial_in", listen=15020)),
    ],
)
def test_a_line_that_is_in_use_is_not_opened_twice(
    running: dict[str, Any], new: dict[str, Any]
) -> None:
    """Two that ask on one bus garble each other: the running link is the one to survey."""
    known = section(running).bind([])
    with pytest.raises(ConfigError, match="the link bus uses this line"):
        link_of(new, FOLDER, running=[known], language="en")
    elsewhere = section({"type": "tcp", "host": "x", "port": 4002}).bind([])
    assert link_of(new, FOLDER, running=[elsewhere]).id == "new"


def test_a_broker_is_tried_under_another_name() -> None:
    """Under the name of the running link the broker would throw that one out; files are found."""
    wanted = {
        "driver": "mqtt_json",
        "id": "sensors",
        "client_id": "mine",
        "broker": {"host": "x", "username": "u", "password_file": "secrets/p"},
    }
    one, other = link_of(wanted, FOLDER), link_of(wanted, FOLDER)
    assert isinstance(one, SensorLink)
    assert isinstance(other, SensorLink)
    names = {one._section.name_at_broker, other._section.name_at_broker}
    assert len(names) == 2
    assert all(name.startswith("whistle-try-") for name in names)
    assert one._section.broker.password_file == "/site/secrets/p"  # noqa: S105 - where it lies


def test_what_does_not_open_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A box that does not dial in keeps nobody waiting for longer than half a minute."""

    async def never(*_: object) -> None:
        raise TimeoutError

    async def main() -> None:
        monkeypatch.setattr("edge.drivers.modbus.transport._connect", never)
        with pytest.raises(LinkDown, match=f"{OPENS_S:.0f} s"):
            async with tried(over(type="tcp", host="x"), now, FOLDER):
                pass

    run(main())
