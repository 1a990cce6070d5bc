"""Stories told at the pages of a house in which a few things have happened."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from edge.access.roles import Role
from edge.driver import Report
from edge.model import DeviceChanged
from tests.fakes import time
from tests.fakes.browser import Answer, Browser
from tests.fakes.house import FakeHouse

ZH: Final = {"accept_language": "zh-CN", "accept": "text/html"}
EN: Final = {"accept_language": "en", "accept": "text/html"}
HTMX: Final = {"hx_request": "true", **EN}


@dataclass
class Scene:
    """A house whose lift reads, whose panel burns and whose cabinet's link is down."""

    house: FakeHouse
    chief: Browser

    async def begin(self) -> None:
        """Let it happen."""
        house = self.house
        await house.link("lifts-b1", up=True)
        await house.link("fire", up=True)
        await house.link("gates", up=True)
        await house.link(
            "power", up=False, reason="[Errno 111] Connect call failed ('10.0.0.5', 502)"
        )
        for name, value in (("online", True), ("speed", 2), ("trapped", False)):
            await house.read(f"lift-1/{name}", value)
        await house.read("fire-3/1-1-1-5.fire", value=True)
        await house.read("fire-3/1-1-2-3.fault", value=True)

    async def gone(self, device: str, reason: str) -> None:
        """Let a device be lost; return when that is kept."""
        kept = asyncio.Event()
        changed = DeviceChanged(
            device=device, state="offline", reason=reason, at=self.house.clock()
        )
        await self.house.pipeline.take(Report((changed,), kept.set))
        await kept.wait()

    async def browser(self, role: Role = "technician", *buildings: str) -> Browser:
        """Somebody else who is logged in."""
        name = f"{role}{len(buildings)}"
        opened = await self.house.join(name, role, frozenset(buildings))
        return Browser(app=self.house.app, session=opened)

    async def noted(self, what: str) -> list[tuple[str, str]]:
        """What stands in the audit log of a kind, oldest first: who, and about what."""
        lines = await self.house.audit.read(100, what=what)
        return [(line.who, line.about) for line in reversed(lines)]


def told(folder: Path, story: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    """Tell a story in virtual time."""
    house = FakeHouse(folder / "site")

    async def main() -> None:
        async with house.lives():
            scene = Scene(house, Browser(app=house.app, session=await house.enrol()))
            await scene.begin()
            await story(scene)

    time.run(main())


def plain(answer: Answer) -> str:
    """The words of a page."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))


def value_of(answer: Answer, name: str) -> str:
    """What the first field of this name holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found is not None, name
    return html.unescape(found[1])
