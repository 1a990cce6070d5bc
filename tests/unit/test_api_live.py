"""The live stream: everything first, then what changes; resumed, kept alive, and given up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from edge.api.live import LINGERS_S
from edge.api.track import REMEMBERED
from tests.fakes.api_story import Asking, told
from tests.fakes.browser import of, taken

LIVE = "/api/v1/live"


def test_everything_comes_first_then_what_changes(tmp_path: Path) -> None:
    """A point is a value, its quality and when; an alarm is as under /alarms; links come whole."""

    async def story(asking: Asking) -> None:
        house = asking.house
        await house.read("gate-1/door_open", value=True)
        async with asking.chief.watch(LIVE) as stream:
            first = await taken(stream)
            resets = [event.body for event in first if event.name == "reset"]
            assert resets == ["points", "alarms", "links", "standing"]
            [points] = of(first, "points")
            assert points["gate-1/door_open"] == [True, "good", 1772330400000]
            [alarms] = of(first, "alarms")
            assert alarms == {"changed": [], "gone": []}
            [links] = of(first, "links")
            assert links["fire"] is None
            [standing] = of(first, "standing")
            assert standing["clock"] == "trusted"
            await house.read("gate-1/door_open", value=False)
            await house.read("fire-3/1-1-1-1.fire", value=True)
            await house.link("fire", up=True)
            then = await taken(stream)
            [points] = of(then, "points")
            assert points["gate-1/door_open"][0] is False
            assert "lift-1/online" not in points
            raised = {alarm["key"]: alarm for alarm in of(then, "alarms")[0]["changed"]}
            fire = raised["fire-3/1-1-1-1/fire"]
            listed = (await asking.chief.get("/api/v1/alarms")).json["items"]
            assert fire in listed
            assert of(then, "links")[-1]["fire"][0] is True
            assert [e for e in await taken(stream, 1.5) if e.name != "standing"] == []

    told(tmp_path, story)


def test_an_alarm_that_is_over_is_told_gone(tmp_path: Path) -> None:
    """By its number; and what is acknowledged meanwhile is told as it stands then."""

    async def story(asking: Asking) -> None:
        house = asking.house
        await house.read("lane-1/occupied", value=True)
        await asyncio.sleep(3600)
        [number] = house.pipeline.alarms.all
        async with asking.chief.watch(f"{LIVE}?channels=alarms") as stream:
            assert of(await taken(stream), "alarms")[0]["changed"][0]["id"] == number
            await asking.chief.post(f"/api/v1/alarms/{number}/acknowledge", {})
            [said] = of(await taken(stream), "alarms")
            assert said["changed"][0]["acknowledged_by"] == "chief"
            alarm = house.pipeline.alarms.all[number]
            house.pipeline.alarms._put(replace(alarm, active=False, issue=None))
            [said] = of(await taken(stream), "alarms")
            assert said == {"changed": [], "gone": [number]}

    told(tmp_path, story)


def test_who_comes_back_is_told_what_was_missed(tmp_path: Path) -> None:
    """By the id of the last event; from another start, or after too long, everything."""

    async def story(asking: Asking) -> None:
        house, path = asking.house, f"{LIVE}?channels=points"
        async with asking.chief.watch(path) as stream:
            last = (await taken(stream))[-1].id
        await house.read("gate-1/door_open", value=True)
        await asyncio.sleep(1)
        await house.read("gate-3/door_open", value=True)
        async with asking.chief.watch(path, last_event_id=last) as stream:
            missed = await taken(stream)
        assert [event.name for event in missed] == ["points", "points"]
        assert set(missed[0].said) | set(missed[1].said) >= {
            "gate-1/door_open",
            "gate-3/door_open",
        }
        async with asking.chief.watch(f"{path}&since={missed[-1].id}") as stream:
            assert await taken(stream) == []
        for other in ("0000000011111111-1", "x", "-", f"{last}0000000000000000"):
            async with asking.chief.watch(path, last_event_id=other) as stream:
                assert (await taken(stream))[0].name == "reset"
        await asyncio.sleep(LINGERS_S + 1)
        assert house.app.state.live._tracks == {}
        async with asking.chief.watch(path, last_event_id=missed[-1].id) as stream:
            assert (await taken(stream))[0].name == "reset"

    told(tmp_path, story)


def test_more_than_is_remembered_is_told_as_everything(tmp_path: Path) -> None:
    """Nobody is told half of what was missed."""

    async def story(asking: Asking) -> None:
        house, path = asking.house, f"{LIVE}?channels=points"
        async with asking.chief.watch(path) as other:
            async with asking.chief.watch(path) as stream:
                last = (await taken(stream))[-1].id
            for number in range(REMEMBERED + 1):
                await house.read("bin-1/fill_percent", float(number))
                await taken(other, 0.25)
            async with asking.chief.watch(path, last_event_id=last) as stream:
                assert (await taken(stream))[0].name == "reset"

    told(tmp_path, story)
