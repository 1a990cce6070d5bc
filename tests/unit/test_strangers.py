"""Who has spoken and is no device of the site: over all links, with the profiles that suit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from edge.discovery import catalogue, strangers
from edge.driver import Driver, Now
from edge.keeper import Keeper
from edge.model import Text
from edge.profiles import Profiles
from edge.trace import Frame, Part, Trace
from tests.fakes.time import EPOCH

PROFILES = catalogue(Profiles())
SAID = Text("说", "said")


class Silent:
    """A link that nobody opens."""

    def __init__(self, name: str, kind: str) -> None:
        self.id = name
        self.kind = kind

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncIterator[Driver]:
        """Never."""
        del now, trace
        raise OSError
        yield

    def describe(self, frame: Frame, before: Sequence[Frame]) -> tuple[Part, ...]:
        """Say nothing."""
        del frame, before
        return ()


async def _nothing(_: object) -> None: ...


def keeper(name: str, kind: str) -> Keeper:
    """A keeper of a link of that kind."""
    return Keeper(Silent(name, kind), _nothing, _nothing, lambda: EPOCH)


def test_the_catalogue_has_every_shipped_profile() -> None:
    """All of them are sound, of all five drivers."""
    assert set(PROFILES) == set(Profiles().ids())
    assert {profile.driver for profile in PROFILES.values()} == {
        "camera",
        "gb26875",
        "modbus",
        "mqtt_gate",
        "mqtt_json",
    }


def test_strangers_of_all_links_with_what_to_write() -> None:
    """Address and profiles as the site file wants them; each link's own, who spoke last first."""
    sensors, panels = keeper("sensors", "mqtt_json"), keeper("panels", "gb26875")
    sensors.trace.strangers.heard(
        "sensors/cb99/state",
        SAID,
        topic="sensors/cb99/state",
        sample=b'{"pressed": true, "battery": 50, "tamper": false}',
    )
    panels.trace.strangers.heard("7", SAID, address={"address": 7})
    found = {each.link: each for each in strangers([sensors, panels], PROFILES)}
    assert found["sensors"].profiles[0] == "sensors/call_button"
    assert found["sensors"].address == {"device_id": "cb99"}
    assert found["panels"].profiles == ("panels/gb26875", "panels/gb26875_dahua")
    assert found["panels"].address == {"address": 7}
    assert (found["panels"].said, found["panels"].count) == (SAID, 1)


def test_without_a_profile_that_suits_there_is_only_what_was_heard() -> None:
    """A topic of nobody's layout, a box that dials in: name and words, no profile."""
    sensors, boxes = keeper("sensors", "mqtt_json"), keeper("boxes", "modbus")
    sensors.trace.strangers.heard("a/b", SAID, topic="a/b", sample=b'{"x": 1}')
    boxes.trace.strangers.heard("IMEI9", SAID, address={"registration": "IMEI9"})
    found = {each.name: each for each in strangers([sensors, boxes], PROFILES)}
    assert (found["a/b"].address, found["a/b"].profiles) == ({}, ())
    assert (found["IMEI9"].address, found["IMEI9"].profiles) == ({"registration": "IMEI9"}, ())
    assert strangers([keeper("l", "nobody's")]) == []
