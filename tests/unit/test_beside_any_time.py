"""Both ways fail at any time, in any manner: a ledger of what was kept and what has arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from cloud_bridge.beside import NoReceipt
from cloud_bridge.wire import Receipt
from edge.model import Lane
from tests.fakes import time as virtual
from tests.fakes.beside import Answer, TwoWays

STORM_S = 600
WAY = NoReceipt(reason="the platform is busy (503)", later_s=5)
BATCH = NoReceipt(reason="the platform answers 500", blame="batch")


class Weather:
    """Changes how both ways are every few seconds; the same seed, the same storm."""

    def __init__(self, house: TwoWays, seed: int) -> None:
        self._house = house
        self._chance = Random(seed)  # noqa: S311 - weather, and no key
        self._over_https = "good"
        self.stored: list[str] = []
        house.script = self._answer

    def _answer(self, batch: Sequence[str]) -> Answer | None:
        match self._over_https:
            case "refusing":
                return self._chance.choice([WAY, BATCH])
            case "dying":  # after it has stored them
                self.stored += batch
                return BATCH
            case "forgetful":  # names but half of what it has stored
                self.stored += batch
                return Receipt(stored=tuple(batch[::2]))
        self.stored += batch
        return None

    async def storm(self) -> list[str]:
        """Keep events of all lanes meanwhile; their ids."""
        ids: list[str] = []
        loop, platform = asyncio.get_running_loop(), self._house.platform
        end = loop.time() + STORM_S
        while loop.time() < end:
            self._over_https = self._chance.choice(["good", "refusing", "dying", "forgetful"])
            platform.answering = self._chance.random() < 0.5
            if self._chance.random() < 0.5:
                platform.reachable.set()
            else:
                platform.reachable.clear()
            for _ in range(self._chance.randrange(4)):
                lane = self._chance.choice([*Lane])
                ids += await self._house.add(self._chance.randrange(1, 60), lane)
                await asyncio.sleep(self._chance.uniform(0, 6))
        return ids

    def calm(self) -> None:
        """All is well again."""
        self._over_https = "good"
        self._house.platform.answering = True
        self._house.platform.reachable.set()


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_lost_in_any_weather(tmp_path: Path, seed: int) -> None:
    """What has its receipt is stored, what is stored has happened, and all comes to its end."""
    house = TwoWays(tmp_path)

    async def main() -> None:
        async def story() -> None:
            weather = Weather(house, seed)
            ids = await weather.storm()
            weather.calm()
            await house.settled(300)
            stored = [*weather.stored, *house.platform.stored]
            assert {*stored} == {*ids}
            assert house.over_second(), "the storm was none"
            assert house.platform.stored, "the storm had no end"

        await house.live(story)

    virtual.run(main())
