"""The site over the API: its tree, devices, points and their past, links, rules, events."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from edge.alarms import Alarms
from edge.model import Delivery, Quality
from tests.fakes.api_story import Asking, told


async def listed(asking: Asking, path: str) -> list[Any]:
    """Every item of a list, page by page, three at a time."""
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        sign = "&" if "?" in path else "?"
        answer = await asking.chief.get(f"{path}{sign}limit=3&cursor={quote(cursor)}")
        found += answer.json["items"]
        cursor = answer.json["next"]
    return found


def test_the_site_is_a_tree(tmp_path: Path) -> None:
    """Buildings, units, floors from below, devices; what stands in none is told apart."""

    async def story(asking: Asking) -> None:
        await asking.house.read("gate-1/online", value=False)
        site = (await asking.chief.get("/api/v1/site")).json
        assert (site["id"], site["timezone"]) == ("riverside", "Asia/Shanghai")
        assert [building["id"] for building in site["buildings"]] == ["b1", "b2", "b3"]
        [unit, second, none] = site["buildings"][0]["units"]
        assert (unit["id"], second["id"], none["id"]) == ("u1", "u2", "")
        assert [floor["floor"] for floor in unit["floors"]] == ["1", ""]
        [gate] = unit["floors"][0]["devices"]
        assert (gate["id"], gate["online"]) == ("gate-1", False)
        assert [floor["floor"] for floor in none["floors"]] == ["-1"]
        assert {device["id"] for device in site["elsewhere"]} == {"bin-1", "hydrant-1"}

    told(tmp_path, story)


def test_devices_are_listed_and_looked_at(tmp_path: Path) -> None:
    """By kind, building or link; one with its actions, alarms and windows."""

    async def story(asking: Asking) -> None:
        every = await listed(asking, "/api/v1/devices")
        assert [each["id"] for each in every] == sorted(asking.house.configuration.site.devices)
        gates = await listed(asking, "/api/v1/devices?kind=gate&building=b3")
        assert [each["id"] for each in gates] == ["gate-3", "gate-4"]
        assert await listed(asking, "/api/v1/devices?link=no") == []
        await asking.house.read("fire-3/1-1-1-1.fire", value=True)
        works = {"minutes": 30, "reason": "new motor"}
        await asking.chief.post("/api/v1/devices/fire-3/maintenance", works)
        panel = (await asking.chief.get("/api/v1/devices/fire-3")).json
        assert (panel["alarms"], len(panel["active"])) == (1, 1)
        assert panel["suppressions"] == ["maintenance-fire-3"]
        assert panel["components"] > 200
        gate = (await asking.chief.get("/api/v1/devices/gate-1")).json
        opens = next(action for action in gate["actions"] if action["name"] == "open")
        assert (opens["effect"], opens["observed"]) == ("opens", True)
        ended = await asking.chief.ask("DELETE", "/api/v1/devices/fire-3/maintenance")
        assert ended.status == 204
        again = await asking.chief.ask("DELETE", "/api/v1/devices/fire-3/maintenance")
        assert again.status == 404

    told(tmp_path, story)


def test_points_say_what_they_read_and_how_well(tmp_path: Path) -> None:
    """With unit and words; of a panel those that have spoken; unread ones without a value."""

    async def story(asking: Asking) -> None:
        house = asking.house
        await house.read("bin-1/fill_percent", 91.5, Quality.UNCERTAIN)
        await house.read("fire-3/1-1-1-1.fire", value=True)
        await house.read("bin-1/made_up", "odd")
        points = {p["point"]: p for p in await listed(asking, "/api/v1/points?device=bin-1")}
        fill = points["bin-1/fill_percent"]
        assert (fill["value"], fill["quality"], fill["unit"]) == (91.5, "uncertain", "%")
        assert fill["text"]["zh"]
        assert points["bin-1/battery_percent"]["value"] is None
        assert points["bin-1/online"]["type"] == "bool"
        assert (points["bin-1/made_up"]["type"], points["bin-1/made_up"]["value"]) == ("str", "odd")
        panel = await listed(asking, "/api/v1/points?device=fire-3")
        named = [(p["component"], p["name"], p["value"]) for p in panel]
        assert ("1-1-1-1", "fire", True) in named
        assert (await asking.chief.get("/api/v1/points?device=no")).status == 404
        every = await listed(asking, "/api/v1/points")
        assert [each["point"] for each in every] == sorted(each["point"] for each in every)

    told(tmp_path, story)


def test_the_past_of_a_point(tmp_path: Path) -> None:
    """A day of it, or what is asked for; not what lies the wrong way round or too far apart."""

    async def story(asking: Asking) -> None:
        house, path = asking.house, "/api/v1/points/bin-1/fill_percent/readings"
        for value in (10.0, 20.0):
            await house.read("bin-1/fill_percent", value)
            await asyncio.sleep(3600)
        trend = (await asking.chief.get(path)).json
        assert [sample["value"] for sample in trend["samples"]] == [10.0, 20.0]
        assert trend["known_since"].startswith("2026-02-21")
        late = quote((house.clock() - timedelta(minutes=90)).isoformat())
        trend = (await asking.chief.get(f"{path}?since={late}")).json
        assert [sample["value"] for sample in trend["samples"]] == [20.0]
        for query in (
            "since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z",
            "since=2010-01-01T00:00:00Z&until=2026-03-01T00:00:00Z",
            "until=0001-01-01T00:00:00Z",
            "since=2026-03-01T00:00:00",
        ):
            assert (await asking.chief.get(f"{path}?{query}")).status == 422, query
        assert (await asking.chief.get("/api/v1/points/bin-1/no/readings")).status == 404
        component = "/api/v1/points/fire-3/1-1-1-1.fire/readings"
        await house.read("fire-3/1-1-1-1.fire", value=True)
        assert len((await asking.chief.get(component)).json["samples"]) == 1

    told(tmp_path, story)


def test_frames_say_what_they_mean(tmp_path: Path) -> None:
    """The last ones, then those that follow; each in hex with its parts."""

    async def story(asking: Asking) -> None:
        trace, path = asking.house.keepers["gates"].trace, "/api/v1/links/gates/frames"
        for number in range(5):
            trace.frame("in", "gate-1", b'{"n": %d}' % number, "a/topic")
        trace.failed("gate-1", "silent")
        last = (await asking.chief.get(f"{path}?limit=2")).json
        assert [bytes.fromhex(f["hex"]) for f in last["items"]] == [b'{"n": 3}', b'{"n": 4}']
        assert last["items"][0]["parts"]
        trace.frame("out", "gate-3", b"{}", "b/topic")
        more = (await asking.chief.get(f"{path}?after={last['next']}")).json
        assert [(f["way"], f["device"]) for f in more["items"]] == [("out", "gate-3")]
        one = (await asking.chief.get(f"{path}?device=gate-3")).json
        assert [f["device"] for f in one["items"]] == ["gate-3"]
        link = (await asking.chief.get("/api/v1/links/gates")).json
        assert (link["driver"], link["total"]["heard"]) == ("mqtt_gate", 5)
        assert link["devices"]["gate-1"]["reasons"] == {"silent": 1}
        assert (await asking.chief.get("/api/v1/links/no")).status == 404
        assert (await asking.chief.get("/api/v1/links/no/frames")).status == 404

    told(tmp_path, story)


def test_rules_are_listed_explained_and_tried(tmp_path: Path) -> None:
    """What each listens to, how it stands; what one would have done over the last hours."""

    async def story(asking: Asking) -> None:
        house = asking.house
        rules = {rule["id"]: rule for rule in await listed(asking, "/api/v1/rules")}
        assert rules["gate-1/offline"]["origin"] == "alarm"
        assert rules["gate-1/.door"]["origin"] == "door"
        assert rules[".fire"]["origin"] == "built_in"
        rule = (await asking.chief.get("/api/v1/rules/gate-1/offline")).json
        assert rule["points"] == ["gate-1/online"]
        assert rule["explained"][0]["truth"] is False
        assert (await asking.chief.get("/api/v1/rules/gate-1/.door")).status == 200
        assert (await asking.chief.get("/api/v1/rules/no/rule")).status == 404
        why = (await asking.chief.get("/api/v1/explain/gate-1/offline")).json
        assert why["parts"]
        assert (await asking.chief.get("/api/v1/explain/no/rule")).status == 404
        for value in (True, False, True):
            await house.read("gate-1/online", value=value)
            await asyncio.sleep(900)
        tried = await asking.chief.post("/api/v1/rules/dry-run", {"rule": "gate-1/offline"})
        assert (tried.status, tried.json["raised_count"]) == (200, 1)
        assert tried.json["raised"][0]["key"] == "gate-1/offline"
        nothing = await asking.chief.post("/api/v1/rules/dry-run", {"rule": "no/rule"})
        assert nothing.status == 404
        broken = {"rule": "gate-1/offline", "text": "site: [\n"}
        assert (await asking.chief.post("/api/v1/rules/dry-run", broken)).status == 422

    told(tmp_path, story)


def test_events_are_looked_up_with_how_far_each_has_come(tmp_path: Path) -> None:
    """The latest first, page by page; by kind, lane, subject, or because they wait."""

    async def story(asking: Asking) -> None:
        house, path = asking.house, "/api/v1/events"
        for value in (True, False, True):
            await house.read("fire-3/1-1-1-1.fire", value=value)
            await asyncio.sleep(60)
        for name in ("gates", "power"):
            await house.link(name, up=True)
        every = await listed(asking, path)
        numbers = [event["number"] for event in every]
        assert numbers == sorted(numbers, reverse=True)
        assert len(numbers) == len(house.disk.kept)
        alarms = await listed(asking, f"{path}?kind=alarm.*")
        assert {event["kind"].partition(".")[0] for event in alarms} == {"alarm"}
        assert {e["lane"] for e in await listed(asking, f"{path}?lane=fault")} == {"fault"}
        mine = await listed(asking, f"{path}?subject=fire-3")
        assert [e["number"] for e in mine] == [e["number"] for e in alarms]
        newest = numbers[0]
        house.disk.deliveries[newest] = (
            Delivery(uplink="platform", state="sent", sent_at=house.clock()),
        )
        [waiting] = await listed(asking, f"{path}?waiting=true")
        assert (waiting["number"], waiting["deliveries"][0]["state"]) == (newest, "sent")
        assert waiting["event"]["id"] == f"gw-1/{newest}"
        after = await listed(asking, f"{path}?after={numbers[1]}")
        assert [event["number"] for event in after] == [newest]

    told(tmp_path, story)


def test_an_alarm_has_a_story(tmp_path: Path) -> None:
    """What happened to it, what people said of it; still there when it is over."""

    async def story(asking: Asking) -> None:
        house = asking.house
        await house.read("gate-1/online", value=False)
        await asyncio.sleep(600)
        [number] = house.pipeline.alarms.all
        path = f"/api/v1/alarms/{number}"
        remark = await asking.chief.post(f"{path}/comment", {"comment": "on my way"})
        assert (remark.status, remark.json["by"]) == (201, "chief")
        await asking.chief.post(f"{path}/acknowledge", {"comment": "seen"})
        said = (await asking.chief.get(path)).json
        assert said["alarm"]["acknowledged_by"] == "chief"
        assert [event["kind"] for event in said["timeline"]] == [
            "alarm.raised",
            "alarm.acknowledged",
        ]
        assert [each["comment"] for each in said["comments"]] == ["on my way"]
        house.pipeline.alarms = Alarms(house.configuration.site)
        house.current = house._running(house.configuration)
        over = (await asking.chief.get(path)).json
        assert (over["alarm"], over["key"]) == (None, "gate-1/offline")
        assert over["timeline"] == said["timeline"]
        assert over["comments"] == said["comments"]
        assert (await asking.chief.get("/api/v1/alarms/999")).status == 404

    told(tmp_path, story)


def test_alarms_are_listed_by_how_bad_they_are(tmp_path: Path) -> None:
    """The most severe first, then the oldest; page by page."""

    async def story(asking: Asking) -> None:
        house = asking.house
        for device in ("gate-1", "gate-3", "gate-4", "bin-1"):
            await house.read(f"{device}/online", value=False)
        await asyncio.sleep(3600)
        await house.read("fire-3/1-1-1-1.fire", value=True)
        found = await listed(asking, "/api/v1/alarms")
        assert len(found) > 4
        order = [(-alarm["severity"], alarm["id"]) for alarm in found]
        assert order == sorted(order)
        assert found[0]["key"] == "fire-3/1-1-1-1/fire"

    told(tmp_path, story)
