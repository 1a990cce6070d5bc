"""Stories told at the API of a house: somebody is enrolled, somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from edge.access.roles import Principal
from tests.fakes import time
from tests.fakes.browser import Browser
from tests.fakes.house import FakeHouse


class Asking:
    """A house, an admin's browser, and one of somebody who is not logged in."""

    def __init__(self, house: FakeHouse) -> None:
        self.house = house
        self.chief = Browser(app=house.app)
        self.stranger = Browser(app=house.app)
        self.local = Browser(app=house.app, door="socket")

    async def noted(self, what: str = "") -> list[tuple[str, str, str]]:
        """What stands in the audit log, oldest first: who, what, how it ended."""
        lines = await self.house.audit.read(500, what=what)
        return [(line.who, line.what, line.outcome) for line in reversed(lines)]


def chief(name: str = "chief") -> Principal:
    """An administrator, as the API knows one."""
    return Principal(name=name, role="admin", door="session", session="s")


def told(
    folder: Path, story: Callable[[Asking], Coroutine[Any, Any, None]], *, enrolled: bool = True
) -> None:
    """Tell a story in virtual time."""
    house = FakeHouse(folder / "site")

    async def main() -> None:
        async with house.lives():
            asking = Asking(house)
            if enrolled:
                asking.chief.session = await house.enrol()
            await story(asking)

    time.run(main())
