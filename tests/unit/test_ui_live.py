"""What a page is told while somebody watches it: in their language, for their eyes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.browser import Browser
from tests.fakes.troubled_house import EN, ZH, Scene, told

SOON = 1.0
"""Two looks of the broadcaster, and then some."""


class Watching:
    """What has come on a stream so far, by the name of its events."""

    def __init__(self, pieces: asyncio.Queue[bytes]) -> None:
        self._pieces = pieces
        self.events: list[tuple[str, str]] = []

    async def soon(self) -> None:
        """Take what comes within a moment."""
        await asyncio.sleep(SOON)
        while not self._pieces.empty():
            for frame in self._pieces.get_nowait().decode().strip().split("\n\n"):
                lines = [line.partition(": ")[::2] for line in frame.splitlines()]
                name = next((value for key, value in lines if key == "event"), "")
                self.events.append((name, "\n".join(v for key, v in lines if key == "data")))

    def last(self, name: str) -> str:
        """The latest event of a name."""
        return next(body for each, body in reversed(self.events) if each == name)

    def count(self, name: str) -> int:
        """How many of a name have come."""
        return sum(each == name for each, _ in self.events)

    def picture(self) -> dict[str, Any]:
        """The latest change of the picture."""
        found: dict[str, Any] = json.loads(self.last("now.picture"))
        return found


@asynccontextmanager
async def watching(browser: Browser, *names: str, **headers: str) -> AsyncIterator[Watching]:
    """Watch these channels, and have taken what was there at first."""
    asked = "&".join(f"channels={name}" for name in names)
    async with browser.watch(f"/live?{asked}", **headers) as pieces:
        seen = Watching(pieces)
        await seen.soon()
        yield seen


def test_the_picture_is_told_whole_and_then_what_changes(tmp_path: Path) -> None:
    """A gate that opens is one entry, however large the site is."""

    async def story(scene: Scene) -> None:
        async with watching(await scene.browser(), "now.picture", **EN) as seen:
            assert set(scene.house.configuration.site.devices) <= set(seen.picture())
            assert seen.picture()["lift-3"]["tone"] == "life_safety"
            assert seen.picture()["lift-3"]["trapped"] is True
            await scene.house.read("gate-1/door_open", value=True)
            await seen.soon()
            changed = [json.loads(b) for n, b in seen.events[2:] if n == "now.picture"]
            opened = next(each["gate-1"] for each in changed if "gate-1" in each)
            assert (opened["state"], opened["w"]) == ("open", "door open")
            assert all("gate-3" not in each for each in changed)

    told(tmp_path, story)


def test_a_car_that_moves_is_told_where_it_is(tmp_path: Path) -> None:
    """Its place in the drawing, its way, its door: what the script needs, and no more."""

    async def story(scene: Scene) -> None:
        async with watching(await scene.browser(), "now.picture", **EN) as seen:
            for name, value in (
                ("floor", 7),
                ("running", True),
                ("up", True),
                ("door_open", False),
            ):
                await scene.house.read(f"lift-6/{name}", value)
            await seen.soon()
            car = seen.picture()["lift-6"]
            assert car["w"].startswith("floor 6, going up, door closed")
            assert (car["way"], car["state"], car["top"]) == ("up", "closed", 4 * 17)
            assert "trapped" not in car

    told(tmp_path, story)


def test_the_alarms_are_pushed_as_they_are_shown(tmp_path: Path) -> None:
    """In the language of the page, with the buttons of whoever watches; the header counts along."""

    async def story(scene: Scene) -> None:
        admin, viewer = await scene.browser(), await scene.browser("viewer")
        async with (
            watching(admin, "now.alarms", "header", **EN) as english,
            watching(viewer, "now.alarms", **ZH) as chinese,
        ):
            assert "Passengers trapped" in english.last("now.alarms")
            assert "hx-post" in english.last("now.alarms")
            assert "电梯困人" in chinese.last("now.alarms")
            assert "hx-post" not in chinese.last("now.alarms")
            before = english.last("header")
            await scene.house.read("call-1/pressed", value=True)
            await english.soon()
            await chinese.soon()
            assert "A resident calls for help" in english.last("now.alarms")
            assert "老人求助" in chinese.last("now.alarms")
            assert english.last("header") != before

    told(tmp_path, story)


def test_nothing_is_pushed_that_has_not_changed(tmp_path: Path) -> None:
    """A quiet site costs its watchers nothing but the ages, which the browser counts."""

    async def story(scene: Scene) -> None:
        names = ("now.alarms", "now.links", "now.uplinks", "header")
        async with watching(await scene.browser(), *names, **EN) as seen:
            await asyncio.sleep(150)  # what follows from the beginning has happened
            await seen.soon()
            first = {name: seen.count(name) for name in names}
            await asyncio.sleep(20)
            await seen.soon()
            assert {name: seen.count(name) for name in names} == first
            assert first["now.links"] == 1

    told(tmp_path, story)


def test_a_link_that_comes_back_is_told(tmp_path: Path) -> None:
    """Its line, and what stands behind it in the picture."""

    async def story(scene: Scene) -> None:
        async with watching(await scene.browser(), "now.links", "now.picture", **EN) as seen:
            assert "connection refused" in seen.last("now.links")
            assert seen.picture()["breaker-1"]["w"] == "its link is down"
            await scene.house.link("power", up=True)
            await scene.house.read("breaker-1/residual_current", 12)
            await seen.soon()
            assert "connection refused" not in seen.last("now.links")
            assert seen.picture()["breaker-1"]["w"] == "Residual current 12 mA"

    told(tmp_path, story)


@pytest.mark.parametrize("name", ["now.picture", "now.alarms", "header"])
def test_an_account_for_one_building_is_told_of_no_other(name: str, tmp_path: Path) -> None:
    """The stream is as narrow as the page."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser("technician", "b1")
        async with watching(browser, name, **EN) as seen:
            await scene.house.read("call-1/pressed", value=True)
            await seen.soon()
            text = json.dumps(seen.events)
            for other in ("lift-3", "call-1", "fire-3", "Passengers", "Life safety"):
                assert other not in text

    told(tmp_path, story)


def test_pushed_pieces_hold_no_secret(tmp_path: Path) -> None:
    """They are shared by all who watch from equal seats."""

    async def story(scene: Scene) -> None:
        async with watching(await scene.browser(), "now.alarms", **EN) as seen:
            assert "csrf" not in seen.last("now.alarms").lower()

    told(tmp_path, story)


def test_who_asks_for_what_is_not_there_is_told_so(tmp_path: Path) -> None:
    """And nobody watches who is not logged in."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser()
        assert (await browser.get("/live?channels=nothing")).status == 404
        assert (await browser.get("/live")).status == 422
        nobody = Browser(app=scene.house.app)
        assert (await nobody.get("/live?channels=now.picture")).status == 401

    told(tmp_path, story)
