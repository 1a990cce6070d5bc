"""Where a site reaches out to and listens, and whose the ports are."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.cli.doctor.places import Place, descriptors_wanted, listening, places
from edge.cli.doctor.ports import PortStanding, Socket, listeners, of_port, on
from edge.config import load
from simulators.demo.stage import SITES

TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:3AB2 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1
   1: 0100007F:3AB2 0100007F:E2A4 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1
"""
TABLE_6 = """\
  sl  local_address remote_address st tx:rx tr:when retrnsmt uid timeout inode
   0: 00000000000000000000000000000000:20FB 0:0 0A 0:0 0:0 0 0 0 99 1
   1: 0000000000000000FFFF00000100007F:0016 0:0 0A 0:0 0:0 0 0 0 98 1
"""
FIRE = Place(link="fire", way="listen", host="127.0.0.1", port=15026)


def test_the_places_of_the_shipped_site() -> None:
    """Called, listened on; a broker of two links is called for each."""
    found = load(Path(str(SITES)) / "riverside" / "site.yaml")
    assert [str(each) for each in listening(found)] == ["127.0.0.1:18843", "127.0.0.1:15026"]
    called = {(each.link, str(each)) for each in places(found.sections) if each.way == "tcp"}
    assert ("lifts-b1", "127.0.0.1:15021") in called
    assert ("gates", "127.0.0.1:18831") in called
    assert ("sensors", "127.0.0.1:18831") in called
    assert descriptors_wanted(found) > 256


def test_every_way_that_a_section_may_be_written() -> None:
    """A serial port, a box that dials in, a camera's stream and its events."""

    class Section:
        def __init__(self, **tree: object) -> None:
            self._tree = tree

        def model_dump(self) -> dict[str, object]:
            return self._tree

    sections = {
        "bus": Section(transport={"type": "rtu", "port": "/dev/ttyUSB0", "baud": 9600}),
        "box": Section(transport={"type": "dial_in", "host": "0.0.0.0", "listen": 7000}),  # noqa: S104 - as sites have it
        "camera": Section(
            source={"type": "rtsp", "url": "rtsp://10.0.0.8/1"},
            events={"type": "onvif", "url": "http://10.0.0.8:8000/onvif"},
        ),
        "film": Section(source={"type": "file", "path": "/film.mp4"}),
    }
    told = {(each.link, each.way, str(each)) for each in places(sections)}  # type: ignore[arg-type]
    assert told == {
        ("bus", "serial", "/dev/ttyUSB0"),
        ("box", "listen", "0.0.0.0:7000"),
        ("camera", "tcp", "10.0.0.8:554"),
        ("camera", "tcp", "10.0.0.8:8000"),
    }


def test_who_listens_as_the_kernel_writes_it() -> None:
    """Addresses are in words of the processor's order; what is connected does not listen."""
    assert list(listeners(TABLE)) == [Socket("127.0.0.1", 15026, 4711)]
    assert list(listeners(TABLE_6)) == [Socket("::", 8443, 99), Socket("127.0.0.1", 22, 98)]


def test_which_sockets_are_in_the_way() -> None:
    """The same address, or one of the two is every address."""
    every, same = Socket("::", 15026, 1), Socket("127.0.0.1", 15026, 2)
    other, elsewhere = Socket("10.0.0.1", 15026, 3), Socket("127.0.0.1", 15027, 4)
    assert on(FIRE, (every, same, other, elsewhere)) == [every, same]


@pytest.mark.parametrize(
    ("runs", "taken", "own", "refusal", "verdict"),
    [
        (False, False, None, "", "ok"),
        (False, True, None, "", "wrong"),
        (False, False, None, "Permission denied", "wrong"),
        (True, True, True, "", "ok"),
        (True, True, None, "", "ok"),
        (True, True, False, "", "wrong"),
        (True, False, None, "", "wrong"),
    ],
)
def test_a_port(*, runs: bool, taken: bool, own: bool | None, refusal: str, verdict: str) -> None:
    """Free where no gateway runs, its own where one does."""
    found = PortStanding(place=FIRE, runs=runs, taken=taken, own=own, refusal=refusal)
    assert of_port(found).verdict == verdict
