"""Looking for what could be a device: strangers, units on a line, links to be tried, cameras."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from edge.discovery import Camera
from edge.driver import Driver, Now
from edge.drivers.modbus.link import ModbusLink
from edge.errors import LinkDown
from edge.model import Text
from edge.trace import Trace
from simulators.modbus_server import SlaveUnit
from tests.fakes.api_story import Asking, told
from tests.fakes.browser import events_in
from tests.fakes.modbus import FakeBus, opened
from tests.fakes.mqtt_line import Line

SECTION = {
    "id": "new",
    "driver": "modbus",
    "transport": {"type": "tcp", "host": "10.0.0.9", "port": 502},
}


def line() -> Any:
    """A line with one unit that has three registers."""
    registers = {0: 7, 1: 8, 2: 9}
    return opened(FakeBus({3: SlaveUnit(tables={"holding": registers})}), {})


@asynccontextmanager
async def _open(self: ModbusLink, now: Now, trace: Trace) -> AsyncIterator[Driver]:
    del self, now, trace
    yield line()


async def whole(asking: Asking, path: str, body: object) -> list[tuple[str, Any]]:
    """Every event of a stream that ends by itself."""
    answer = await asking.chief.ask("POST", path, json=body, to_the_end=True)
    return [(each.name, each.said if each.body else None) for each in events_in(answer.body)]


def test_a_line_is_surveyed_and_told_as_it_goes_on(tmp_path: Path) -> None:
    """Units, then the registers of one; it is noted who looked."""

    async def story(asking: Asking) -> None:
        asking.house.keepers["power"]._driver = line()
        path = "/api/v1/links/power/survey"
        units = await whole(asking, path, {"what": "units", "first": 1, "last": 4})
        assert [said["unit"] for name, said in units if name == "unit"] == [3]
        assert units[-1][0] == "end"
        assert [said["done"] for name, said in units if name == "progress"] == [1, 2, 3, 4]
        asks = {"what": "registers", "unit": 3, "first": 0, "count": 3}
        found = await whole(asking, path, asks)
        assert {"first": 0, "values": [7, 8, 9]} in [s for n, s in found if n == "registers"]
        assert await asking.noted("link") == [("chief", "link.surveyed", "asked")] * 2

    told(tmp_path, story)


def test_who_leaves_gives_the_line_back(tmp_path: Path) -> None:
    """A second survey at the same time is refused; after the first has left it is not."""

    async def story(asking: Asking) -> None:
        driver = asking.house.keepers["power"]._driver = line()
        path, asks = "/api/v1/links/power/survey", {"what": "units"}
        left = await asking.chief.post(path, asks)
        assert left.status == 200
        with driver.guest():
            busy = await asking.chief.post(path, asks)
        assert (busy.status, busy.json["words"]["en"]) == (
            409,
            "this link is being surveyed already",
        )
        assert (await asking.chief.post(path, asks)).status == 200

    told(tmp_path, story)


@pytest.mark.parametrize(
    ("link", "words"), [("gates", "only a Modbus link"), ("power", "the link is not up")]
)
def test_what_cannot_be_surveyed_says_why(tmp_path: Path, link: str, words: str) -> None:
    """A link that is down, or of another kind."""

    async def story(asking: Asking) -> None:
        asking.house.keepers["gates"]._driver = object()  # type: ignore[assignment]
        answer = await asking.chief.post(f"/api/v1/links/{link}/survey", {"what": "units"})
        assert answer.status == 409
        assert words in answer.json["words"]["en"]

    told(tmp_path, story)


def test_a_link_is_tried_before_it_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened once, surveyed, closed; a section that is wrong tells every mistake."""

    async def story(asking: Asking) -> None:
        monkeypatch.setattr(ModbusLink, "open", _open)
        body = {"section": SECTION, "survey": {"what": "units", "first": 3, "last": 3}}
        found = await whole(asking, "/api/v1/discovery/survey", body)
        assert [said["unit"] for name, said in found if name == "unit"] == [3]
        wrong = SECTION | {"transport": {"type": "tcp", "port": 99_999}}
        answer = await asking.chief.post("/api/v1/discovery/try", {"section": wrong})
        assert answer.status == 422
        assert {each["where"] for each in answer.json["errors"]} >= {"transport.port"}
        taken = {"id": "x", "driver": "modbus", "transport": _transport(asking, "power")}
        same = await asking.chief.post("/api/v1/discovery/try", {"section": taken})
        assert "the link power uses this line" in same.text

    told(tmp_path, story)


def _transport(asking: Asking, name: str) -> dict[str, Any]:
    link = next(each for each in asking.house.configuration.links if each.id == name)
    assert isinstance(link, ModbusLink)
    said: dict[str, Any] = link.transport.model_dump(mode="json")
    return {key: said[key] for key in ("type", "host", "port")}


def test_a_link_that_does_not_open_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, or after half a minute; and meanwhile nobody else looks around."""

    async def story(asking: Asking) -> None:
        @asynccontextmanager
        async def never(self: ModbusLink, now: Now, trace: Trace) -> AsyncIterator[Driver]:
            del self, now, trace
            await asyncio.Event().wait()
            yield line()

        monkeypatch.setattr(ModbusLink, "open", never)
        body = {"section": SECTION}
        first = asyncio.create_task(asking.chief.post("/api/v1/discovery/try", body), name="try")
        await asyncio.sleep(1)
        busy = await asking.chief.get("/api/v1/discovery/cameras")
        assert (busy.status, busy.json["type"]) == (429, "urn:whistle:problem:busy")
        answer = await first
        assert (answer.status, answer.json["type"]) == (409, "urn:whistle:problem:link-down")

    told(tmp_path, story)


def test_all_of_a_broker_is_heard_when_it_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows yet where its sensors speak; one that refuses that is told."""
    whole, allowed = Line(), True

    @asynccontextmanager
    async def connect(
        *_: object, subscriptions: Sequence[str], **__: object
    ) -> AsyncIterator[Line]:
        if subscriptions and not allowed:
            raise LinkDown("the broker refuses #")
        yield whole if "#" in subscriptions else Line()

    async def story(asking: Asking) -> None:
        nonlocal allowed
        for module in ("link", "listening"):
            monkeypatch.setattr(f"edge.drivers.mqtt_json.{module}.connect", connect)
        section = {"id": "new", "driver": "mqtt_json", "broker": {"host": "10.0.0.9"}}
        body = {"section": section, "seconds": 5}
        whole.bring("bins/b7/state", b'{"fill": 20}')
        [one] = (await asking.chief.post("/api/v1/discovery/try", body)).json["strangers"]
        assert (one["name"], one["link"], one["count"]) == ("bins/b7/state", "new", 1)
        allowed = False
        said = await asking.chief.post("/api/v1/discovery/try", body)
        assert (said.status, said.json["type"]) == (409, "urn:whistle:problem:link-down")
        assert "the broker refuses #" in said.json["words"]["en"]

    told(tmp_path, story)


def test_who_speaks_and_is_no_device_is_listed(tmp_path: Path) -> None:
    """With what was said, how often, and the profiles that suit it."""

    async def story(asking: Asking) -> None:
        keeper = asking.house.keepers["gates"]
        said = Text("说话", "spoke")
        for _ in range(2):
            keeper.trace.strangers.heard("1009", said, address={"device_id": "1009"})
        [one] = (await asking.chief.get("/api/v1/links/gates/strangers")).json["items"]
        assert (one["name"], one["count"], one["link"]) == ("1009", 2, "gates")
        assert one["address"] == {"device_id": "1009"}
        assert one["said"] == {"zh": "说话", "en": "spoke"}
        assert (await asking.chief.get("/api/v1/links/no/strangers")).status == 404

    told(tmp_path, story)


def test_cameras_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers is told with where it is."""

    async def one() -> tuple[Camera, ...]:
        where = ("http://10.0.0.7/onvif/device_service",)
        return (Camera(id="urn:1", name="C", model="M", place="gate", addresses=where),)

    async def story(asking: Asking) -> None:
        monkeypatch.setattr("edge.api.discovery_routes.cameras", one)
        [camera] = (await asking.chief.get("/api/v1/discovery/cameras")).json["items"]
        assert (camera["model"], camera["place"]) == ("M", "gate")

    told(tmp_path, story)
