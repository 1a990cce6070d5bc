"""A house where much is wrong at once, and people who look at its pages."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from edge.access.roles import Role
from tests.fakes import time
from tests.fakes.browser import Answer, Browser
from tests.fakes.house import FakeHouse

ZH: Final = {"accept_language": "zh-CN"}
EN: Final = {"accept_language": "en"}


class Scene:
    """A house where somebody is trapped, a bin is full and a link is down; and who looks."""

    def __init__(self, house: FakeHouse) -> None:
        self.house = house

    async def begin(self) -> None:
        """Let it happen."""
        await self.house.link("lifts-b1", up=True)
        await self.house.link("power", up=False, reason="connection refused")
        for name, value in (("speed", 0), ("stopped_outside_door_zone", True), ("trapped", True)):
            await self.house.read(f"lift-3/{name}", value)
        await self.house.read("bin-1/fill_percent", 91.5)
        await self.house.read("fire-3/1-1-1-8.fault", value=True)
        for _ in range(4):  # the alarms' delays pass
            await asyncio.sleep(3)
            await self.house.read("lift-3/trapped", value=True)
            await self.house.read("bin-1/fill_percent", 91.5)

    async def browser(self, role: Role = "admin", *buildings: str) -> Browser:
        """Somebody who is logged in."""
        if not self.house.accounts.enrolled:
            await self.house.enrol("first")
        opened = await self.house.join(f"{role}{len(buildings)}", role, frozenset(buildings))
        return Browser(app=self.house.app, session=opened)

    def alarm(self, key: str) -> int:
        """The number of an alarm that is active."""
        return self.house.pipeline.alarms.active[key].number


def told(folder: Path, story: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    """Tell a story."""
    house = FakeHouse(folder)

    async def main() -> None:
        async with house.lives():
            scene = Scene(house)
            await scene.begin()
            await story(scene)

    time.run(main())


def plain(answer: Answer) -> str:
    """The words of a page."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))
