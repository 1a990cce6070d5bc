"""How the gateway is, told to people and programs: standing, uplinks, metrics, log, description."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from edge.api.metrics import Metric, written
from edge.api.paging import page
from edge.api.running import WayStanding
from edge.model import Lane
from tests.fakes.api_story import Asking, told
from tests.fakes.api_table import PERMISSIONS
from tests.fakes.house_parts import START

SAMPLE = re.compile(r'^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+$')


def test_metrics_are_as_prometheus_wants_them(tmp_path: Path) -> None:
    """Each with its help and its kind, counters called so, times in seconds."""

    async def story(asking: Asking) -> None:
        house = asking.house
        await house.read("fire-3/1-1-1-1.fire", value=True)
        await house.link("gates", up=True)
        house.keepers["gates"].trace.frame("in", "gate-1", b"x")
        house.standing = replace(
            house.standing, oldest=START - timedelta(minutes=5), buffer=timedelta(hours=3)
        )
        answer = await asking.chief.get("/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        lines = answer.text.splitlines()
        samples = [line for line in lines if not line.startswith("#")]
        assert [line for line in samples if not SAMPLE.match(line)] == []
        kinds = {line.split()[2]: line.split()[3] for line in lines if line.startswith("# TYPE")}
        assert {name for name, kind in kinds.items() if kind == "counter"} == {
            name for name in kinds if name.endswith("_total")
        }
        assert 'whistle_alarms_active{lane="life_safety"} 1' in samples
        assert 'whistle_link_up{link="gates"} 1' in samples
        assert 'whistle_link_heard_total{link="gates"} 1' in samples
        assert 'whistle_waiting{uplink="platform",lane="fault"} 0' in samples
        assert 'whistle_waiting_readings{uplink="platform"} 40' in samples
        assert "whistle_waiting_oldest_seconds 300" in samples
        assert "whistle_buffer_seconds 10800" in samples

    told(tmp_path, story)


def test_a_label_may_hold_anything() -> None:
    """Quotes, backslashes and line ends do not end it."""
    metric = Metric("m", "gauge", "h", (({"a": 'x"\\\n'}, 1.5),))
    assert written([metric]) == '# HELP m h\n# TYPE m gauge\nm{a="x\\"\\\\\\n"} 1.5\n'
    assert written([Metric("m", "gauge", "h", ())]) == ""


def test_how_the_gateway_is(tmp_path: Path) -> None:
    """Its uplinks with what waits for them, its disk, its clock."""

    async def story(asking: Asking) -> None:
        house = asking.house
        way = WayStanding(over="mqtt", up=False, reason="refused", used=False)
        uplink = replace(house.standing.uplinks[0], up=False, reason="refused", ways=(way,))
        waiting = replace(uplink, waiting={Lane.FAULT: 7})
        house.standing = replace(house.standing, uplinks=(waiting,), clock="untrusted")
        said = (await asking.chief.get("/api/v1/standing")).json
        assert (said["clock"], said["disk_free"]) == ("untrusted", 8_000_000_000)
        assert (
            (await asking.chief.get("/api/v1/uplinks")).json["items"]
            == said["uplinks"]
            == [
                {"id": "platform", "up": False, "reason": "refused"}
                | {"ways": [{"over": "mqtt", "up": False, "reason": "refused", "used": False}]}
                | {"waiting": {"fault": 7}, "readings": 40}
            ]
        )

    told(tmp_path, story)


def test_the_log_is_read_on_from_where_one_was(tmp_path: Path) -> None:
    """The last lines first, then those that follow."""

    async def story(asking: Asking) -> None:
        for number in range(5):
            asking.house.house.log(None, "", {"event": f"e{number}", "level": "info", "n": number})
        last = (await asking.chief.get("/api/v1/log?limit=2")).json
        assert [line["event"] for line in last["items"]] == ["e3", "e4"]
        asking.house.house.log(None, "", {"event": "e5", "level": "error"})
        more = (await asking.chief.get(f"/api/v1/log?after={last['next']}")).json
        assert [(line["event"], line["level"]) for line in more["items"]] == [("e5", "error")]
        assert (await asking.chief.get(f"/api/v1/log?after={more['next']}")).json["items"] == []

    told(tmp_path, story)


def test_the_api_describes_itself_whole(tmp_path: Path) -> None:
    """Every route but the description: its permission, its problems, a name of its own."""

    async def story(asking: Asking) -> None:
        said = (await asking.chief.get("/api/v1/openapi.json")).json
        found = {
            f"{method.upper()} {path}": operation
            for path, methods in said["paths"].items()
            for method, operation in methods.items()
        }
        assert found.keys() == PERMISSIONS.keys() - {"GET /api/v1/openapi.json"}
        names = [operation["operationId"] for operation in found.values()]
        assert len(set(names)) == len(names)
        for entry, operation in found.items():
            needs = PERMISSIONS[entry]
            assert operation.get("x-permission", "everybody") == needs, entry
            assert ("security" in operation) is (needs != "everybody"), entry
            assert operation["tags"], entry
            assert operation["description"], entry
            problem = operation["responses"]["4XX"]["content"]["application/problem+json"]
            assert problem["schema"] == {"$ref": "#/components/schemas/ProblemView"}
            for status, response in operation["responses"].items():
                assert status in {"204", "4XX", "5XX"} or response.get("content"), entry

    told(tmp_path, story)


def test_a_page_is_cut_by_the_key_of_the_last_item() -> None:
    """What comes or goes between two pages is neither told twice nor hides what follows."""
    first = page(["b", "d", "a", "c"], str, "", 2)
    assert (first.items, first.next) == (("a", "b"), "b")
    second = page(["a", "c", "aa", "d"], str, "b", 2)
    assert (second.items, second.next) == (("c", "d"), None)
    assert page([], str, "x", 2).items == ()


def test_events_are_sent_to_a_platform_again(tmp_path: Path) -> None:
    """Whoever may configure asks for it, and it is written who; an uplink has to be there."""

    async def story(asking: Asking) -> None:
        uplink = "/api/v1/uplinks/platform/requeue"
        await asking.house.link("gates", up=False)
        said = await asking.chief.post(uplink, {"since": 1})
        assert (said.status, said.json) == (200, {"count": len(asking.house.disk.kept)})
        assert (await asking.chief.post(uplink, {})).json == {"count": 0}
        assert (await asking.chief.post(uplink, {"since": 0})).status == 422
        other = "/api/v1/uplinks/other/requeue"
        assert (await asking.chief.post(other, {})).status == 404
        assert await asking.noted("uplink") == [("chief", "uplink.requeued", "done")] * 2
        asking.house.disk.full = True
        assert (await asking.chief.post(uplink, {})).status == 503

    told(tmp_path, story)
