"""Accounts for some buildings only: what stands elsewhere is not there for them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from edge.access.roles import Role
from edge.api.entrance import LOCAL
from edge.api.sight import Sight
from tests.fakes import time
from tests.fakes.browser import Browser
from tests.fakes.house import FakeHouse, riverside

HERE: Final = frozenset({"gate-1", "lift-1", "lift-2", "breaker-1", "b1"})
NOWHERE: Final = frozenset({"bin-1", "hydrant-1"})
ELSEWHERE: Final = frozenset(
    {
        *("lift-3", "lift-4", "lift-5", "lift-6", "fire-3", "gate-3", "gate-4"),
        *("call-1", "lane-1", "b2", "b3"),
    }
)


WORKS: Final = {"minutes": 5, "reason": "x"}
WINDOW: Final = {"why": "test", "reason": "x"}
CALLS: Final[tuple[tuple[str, str, object, str, object], ...]] = (
    ("GET", "devices/gate-3", None, "devices/gate-1", None),
    ("GET", "points?device=gate-3", None, "points?device=gate-1", None),
    ("GET", "points/gate-3/online/readings", None, "points/gate-1/online/readings", None),
    ("GET", "explain/lift-5/entrapment", None, "explain/lift-1/entrapment", None),
    ("GET", "rules/lift-5/entrapment", None, "rules/lift-1/entrapment", None),
    ("POST", "devices/gate-3/maintenance", WORKS, "devices/gate-1/maintenance", WORKS),
    (
        "POST",
        "commands",
        {"device": "gate-3", "action": "open"},
        "commands",
        {"device": "gate-1", "action": "open"},
    ),
    (
        "POST",
        "suppressions",
        WINDOW | {"id": "w1", "device": "gate-3"},
        "suppressions",
        WINDOW | {"id": "w2", "device": "gate-1"},
    ),
    (
        "POST",
        "suppressions",
        WINDOW | {"id": "w3", "building": "b3"},
        "suppressions",
        WINDOW | {"id": "w4", "building": "b1"},
    ),
    (
        "DELETE",
        "suppressions/maintenance-gate-3",
        None,
        "suppressions/maintenance-gate-1",
        None,
    ),
)
"""What is asked about another building, and the same about one's own."""


class Told:
    """A house in which something happens in every building, and two who look at it."""

    def __init__(self, house: FakeHouse) -> None:
        self.house = house
        self.all = Browser(app=house.app)
        self.some = Browser(app=house.app)

    async def begin(self) -> None:
        """Let things happen, and two people come in."""
        await self.house.enrol()
        for name in ("all", "some"):
            scope = frozenset({"b1"}) if name == "some" else frozenset()
            role: Role = "technician"
            tokens = self.house.accounts.tokens
            _, secret = await tokens.make(name, role, scope, timedelta(days=1))
            getattr(self, name).token = secret
        for device in ("gate-1", "gate-3", "lift-1", "lift-5"):
            await self.house.read(f"{device}/door_open", value=True)
        await self.house.read("fire-3/1-1-1-1.fire", value=True)
        await self.house.read("bin-1/fill_percent", 95.0)
        for device in ("gate-1", "gate-3"):
            order = {"device": device, "action": "open"}
            assert (await self.all.post("/api/v1/commands", order)).status == 200
            works = {"minutes": 5, "reason": "x"}
            path = f"/api/v1/devices/{device}/maintenance"
            assert (await self.all.post(path, works)).status == 201
            trace = self.house.keepers["gates"].trace
            trace.frame("in", device, b"open")
            trace.good(device, 0.1)
        self.house.keepers["gates"].trace.frame("in", "", b"nobody knows")


def told(folder: Path, story: Callable[[Told], Coroutine[Any, Any, None]]) -> None:
    """Tell a story."""
    house = FakeHouse(folder)

    async def main() -> None:
        async with house.lives():
            telling = Told(house)
            await telling.begin()
            await story(telling)

    time.run(main())


def named(said: object) -> set[str]:
    """Every device and building that is named anywhere in an answer."""
    text = json.dumps(said)
    known = HERE | NOWHERE | ELSEWHERE
    return {name for name in known if f'"{name}"' in text or f'"{name}/' in text}


def test_lists_hold_what_may_be_seen(tmp_path: Path) -> None:
    """What stands in another building is in none of them; what stands in none is."""

    async def story(telling: Told) -> None:
        for path in (
            "site",
            "devices",
            "points?limit=500",
            "alarms",
            "suppressions",
            "events?limit=500",
            "commands",
            "rules?limit=500",
            "links/gates",
            "links/gates/frames",
        ):
            whole = named((await telling.all.get(f"/api/v1/{path}")).json)
            some = named((await telling.some.get(f"/api/v1/{path}")).json)
            assert whole & ELSEWHERE, path
            assert some & ELSEWHERE == set(), path
            assert some == whole - ELSEWHERE, path

    told(tmp_path / "site", story)


def test_a_frame_of_nobody_known_may_be_of_anybody(tmp_path: Path) -> None:
    """It is shown to those who may see everything."""

    async def story(telling: Told) -> None:
        path = "/api/v1/links/gates/frames"
        assert [f["device"] for f in (await telling.all.get(path)).json["items"]] == [
            "gate-1",
            "gate-3",
            "",
        ]
        assert [f["device"] for f in (await telling.some.get(path)).json["items"]] == ["gate-1"]

    told(tmp_path / "site", story)


def test_what_is_elsewhere_cannot_be_named(tmp_path: Path) -> None:
    """Asked for by name it is as if it were not there, whatever is to be done with it."""

    async def story(telling: Told) -> None:
        for method, path, body, mine, my_body in CALLS:
            answer = await telling.some.ask(method, f"/api/v1/{path}", json=body)
            assert answer.status == 404, path
            own = await telling.some.ask(method, f"/api/v1/{mine}", json=my_body)
            assert own.status < 300, (mine, own.text)
            whole = await telling.all.ask(method, f"/api/v1/{path}", json=body)
            assert whole.status < 300, (path, whole.text)

    told(tmp_path / "site", story)


def test_an_alarm_elsewhere_cannot_be_touched(tmp_path: Path) -> None:
    """Not looked at, not acknowledged, not put aside; over or not."""

    async def story(telling: Told) -> None:
        house = telling.house
        fire = next(iter(house.pipeline.alarms.active.values())).number
        words = {"comment": "x", "minutes": 5, "reason": "x"}
        for verb, keys in (
            ("", ()),
            ("/acknowledge", ("comment",)),
            ("/comment", ("comment",)),
            ("/unshelve", ()),
            ("/reset", ()),
            ("/shelve", ("minutes", "reason")),
        ):
            method = "POST" if verb else "GET"
            body = {key: words[key] for key in keys} if verb else None
            answer = await telling.some.ask(method, f"/api/v1/alarms/{fire}{verb}", json=body)
            assert answer.status == 404, verb
        assert not house.pipeline.alarms.all[fire].acknowledged
        assert (await telling.all.get(f"/api/v1/alarms/{fire}")).status == 200

    told(tmp_path / "site", story)


def test_a_window_of_another_building_is_not_taken_over(tmp_path: Path) -> None:
    """Under its name one's own building cannot be put aside: that would end it."""

    async def story(telling: Told) -> None:
        mine = {
            "id": "maintenance-gate-3",
            "why": "test",
            "reason": "x",
            "device": "gate-1",
        }
        assert (await telling.some.post("/api/v1/suppressions", mine)).status == 409
        windows = telling.house.pipeline.alarms.suppressions.windows
        assert windows["maintenance-gate-3"].covers.device == "gate-3"

    told(tmp_path / "site", story)


def test_live_one_hears_of_ones_own_building(tmp_path: Path) -> None:
    """The stream holds no more than the lists do, from its beginning on."""

    async def story(telling: Told) -> None:
        async with (
            telling.some.watch("/api/v1/live") as some,
            telling.all.watch("/api/v1/live") as everything,
        ):
            await asyncio.sleep(1)
            for device in ("gate-1", "gate-3", "bin-1"):
                await telling.house.read(f"{device}/online", value=False)
            await asyncio.sleep(1)
            heard = {
                name: named([queue.get_nowait().decode() for _ in range(queue.qsize())])
                for name, queue in (("some", some), ("all", everything))
            }
        texts = heard
        assert texts["all"] & ELSEWHERE
        assert texts["some"] & ELSEWHERE == set()

    told(tmp_path / "site", story)


def test_what_stands_nowhere_concerns_everybody() -> None:
    """A link, the site, a device in no building; what nobody placed is where its panel is."""
    site = riverside().site
    here = Sight(site, LOCAL)
    assert here.whole
    some = Sight(site, _of("b1"))
    assert not some.whole
    assert [some.subject(each) for each in ("bin-1", "gates", "site/rule", "lift-1/speed")] == [
        True
    ] * 4
    assert [some.subject(each) for each in ("b3/power", "b1/power")] == [False, True]
    assert not some.subject("fire-3/9-9-9-9.fire")


def _of(building: str) -> Any:
    from edge.access.roles import Principal  # noqa: PLC0415 - used here alone

    buildings = frozenset({building})
    return Principal(name="x", role="viewer", door="token", buildings=buildings)
