"""Commands over the API: told once, noted before, refused with words, looked up afterwards."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from edge.model import Command
from tests.fakes.api_story import Asking, told

ORDER: Final = {"device": "gate-1", "action": "open"}


def test_the_same_key_is_answered_and_not_done_again(tmp_path: Path) -> None:
    """Sent twice, at once or later, the gate opens once; another order has another key."""

    async def story(asking: Asking) -> None:
        chief, way = asking.chief, asking.house.way
        key = {"idempotency_key": "b7c1"}
        first, second = await asyncio.gather(
            chief.post("/api/v1/commands", ORDER, **key),
            chief.post("/api/v1/commands", ORDER, **key),
        )
        assert first.json == second.json
        assert (first.json["id"], first.json["outcome"]) == ("b7c1", "done")
        assert (await chief.post("/api/v1/commands", ORDER, **key)).json == first.json
        assert len(way.told) == 1
        other = await chief.post("/api/v1/commands", ORDER | {"action": "restart"}, **key)
        assert (other.status, other.json["type"]) == (422, "urn:whistle:problem:key-reused")
        assert len(way.told) == 1
        anew = await chief.post("/api/v1/commands", ORDER)
        assert anew.json["id"] != "b7c1"
        assert len(way.told) == 2

    told(tmp_path, story)


def test_the_id_in_the_body_is_the_same_key(tmp_path: Path) -> None:
    """Two that differ are a mistake of whoever asks."""

    async def story(asking: Asking) -> None:
        chief = asking.chief
        first = await chief.post("/api/v1/commands", ORDER | {"id": "b7c1"})
        again = await chief.post("/api/v1/commands", ORDER, idempotency_key="b7c1")
        assert first.json == again.json
        both = await chief.post("/api/v1/commands", ORDER | {"id": "a"}, idempotency_key="b")
        assert both.status == 422
        assert len(asking.house.way.told) == 1

    told(tmp_path, story)


def test_it_is_noted_before_the_device_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who, what, of which device, with which arguments; where that cannot be, nothing is done."""

    async def story(asking: Asking) -> None:
        house = asking.house
        order = ORDER | {"seconds": 5}
        noted_then: list[int] = []

        async def execute(command: Command) -> str | None:
            house.way.told.append(command)
            noted_then.append(len(await house.audit.read(10, what="command.asked")))
            return None

        monkeypatch.setattr(house.way, "execute", execute)
        assert (await asking.chief.post("/api/v1/commands", order)).json["outcome"] == "done"
        assert noted_then == [1]
        [line] = await house.audit.read(1)
        assert (line.who, line.about, line.address) == ("chief", "gate-1", "192.168.1.10")
        assert line.detail["action"] == "open"

        async def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(house.audit, "note", full)
        answer = await asking.chief.post("/api/v1/commands", order)
        assert (answer.status, answer.json["type"]) == (503, "urn:whistle:problem:not-audited")
        assert len(house.way.told) == 1

    told(tmp_path, story)


CHANGES: Final[tuple[tuple[str, str, object], ...]] = (
    ("POST", "alarms/{n}/acknowledge", {}),
    ("POST", "alarms/{n}/comment", {"comment": "x"}),
    ("POST", "alarms/{n}/shelve", {"minutes": 5, "reason": "x"}),
    ("POST", "alarms/{n}/unshelve", {}),
    (
        "POST",
        "suppressions",
        {"id": "w", "why": "test", "reason": "x", "minutes": 5, "device": "gate-1"},
    ),
    ("POST", "devices/gate-1/maintenance", {"minutes": 5, "reason": "x"}),
    ("DELETE", "devices/gate-4/maintenance", None),
    ("DELETE", "suppressions/maintenance-gate-4", None),
    ("PUT", "remote", {"position": "off"}),
    ("POST", "users", {"name": "li", "password": "a long sentence", "role": "viewer"}),
    ("PATCH", "users/chief", {"language": "en"}),
    ("PUT", "users/chief/password", {"password": "a long sentence"}),
    ("DELETE", "users/chief", None),
    ("POST", "tokens", {"name": "x", "role": "viewer"}),
    ("POST", "links/power/survey", {"what": "units"}),
    ("POST", "enrolment", None),
    ("GET", "diagnostics", None),
    ("GET", "backup", None),
)


def test_nothing_is_done_that_cannot_be_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk refuses the entry, nothing has changed and the answer says so."""

    async def story(asking: Asking) -> None:
        house = asking.house
        await house.read("gate-1/online", value=False)
        await asyncio.sleep(600)
        [number] = house.pipeline.alarms.all
        works = {"minutes": 50, "reason": "x"}
        assert (await asking.chief.post("/api/v1/devices/gate-4/maintenance", works)).status == 201

        async def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(house.audit, "note", full)
        before = len(house.disk.kept), await house.accounts.users.all()
        for method, path, body in CHANGES:
            where = f"/api/v1/{path}".replace("{n}", str(number))
            answer = await asking.chief.ask(method, where, json=body)
            assert answer.status == 503, path
            assert answer.json["type"] == "urn:whistle:problem:not-audited", path
            assert (len(house.disk.kept), await house.accounts.users.all()) == before, path
            assert house.switch.position == "on"

    told(tmp_path, story)


def test_the_gateway_goes_on_when_the_caller_leaves(tmp_path: Path) -> None:
    """A browser that is closed does not leave a gate half open."""

    async def story(asking: Asking) -> None:
        house, opened = asking.house, asyncio.Event()

        async def execute(command: Command) -> str | None:
            await asyncio.sleep(2)
            house.way.told.append(command)
            opened.set()
            return None

        house.way.execute = execute  # type: ignore[method-assign]
        calling = asyncio.create_task(asking.chief.post("/api/v1/commands", ORDER), name="call")
        await asyncio.sleep(1)
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)
        await opened.wait()
        await asyncio.sleep(30)
        [line] = (await asking.chief.get("/api/v1/commands")).json["items"]
        assert (line["device"], line["action"], line["outcome"]) == ("gate-1", "open", "done")
        assert line["issued_by"] == "chief"

    told(tmp_path, story)


def test_what_becomes_of_commands_is_listed_page_by_page(tmp_path: Path) -> None:
    """The latest first, of all devices or of one."""

    async def story(asking: Asking) -> None:
        chief = asking.chief
        for device in ("gate-1", "gate-3", "gate-1"):
            await chief.post("/api/v1/commands", {"device": device, "action": "open"})
        first = (await chief.get("/api/v1/commands?limit=2")).json
        assert [line["device"] for line in first["items"]] == ["gate-1", "gate-3"]
        rest = (await chief.get(f"/api/v1/commands?limit=2&cursor={first['next']}")).json
        assert [line["device"] for line in rest["items"]] == ["gate-1"]
        assert rest["next"] is None
        one = (await chief.get("/api/v1/commands?device=gate-3")).json
        assert [line["device"] for line in one["items"]] == ["gate-3"]

    told(tmp_path, story)


def test_an_order_has_until_it_says(tmp_path: Path) -> None:
    """And no longer than a minute; what is not there is told with 404."""

    async def story(asking: Asking) -> None:
        chief, house = asking.chief, asking.house
        asked_at = house.clock()
        await chief.post("/api/v1/commands", ORDER | {"seconds": 5})
        [command] = house.way.told
        assert command.expires_at - asked_at == timedelta(seconds=5)
        assert command.issuer == "technician"
        assert (await chief.post("/api/v1/commands", ORDER | {"seconds": 61})).status == 422
        assert (await chief.post("/api/v1/commands", ORDER | {"device": "no"})).status == 404
        unknown = await chief.post("/api/v1/commands", ORDER | {"action": "fly"})
        assert (unknown.status, unknown.json["outcome"]) == (200, "rejected")

    told(tmp_path, story)


def test_the_switch_for_commands_from_afar(tmp_path: Path) -> None:
    """Whoever may configure turns it; it is seen by all."""

    async def story(asking: Asking) -> None:
        off = await asking.chief.ask("PUT", "/api/v1/remote", json={"position": "off"})
        assert off.json == {"position": "off"} == (await asking.chief.get("/api/v1/remote")).json
        assert asking.house.switch.position == "off"
        assert await asking.noted("remote") == [("chief", "remote.switched", "done")]

    told(tmp_path, story)
