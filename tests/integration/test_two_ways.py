"""Two ways to one platform, over a real broker and real TLS, and all that may go wrong on them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from cloud_bridge import beside, https
from edge.model import Lane
from simulators.platform import report
from simulators.platform.door import Fault, Script
from simulators.platform.intake import Arrived
from tests.fakes.two_ways import Scene, scene

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]

A_LITTLE_S = 1.5
"""For TLS, the disk and a busy machine."""


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question is given up within a second; a lane that fails is tried again soon."""
    monkeypatch.setattr(https, "ANSWERS_S", 1.0)
    monkeypatch.setattr(beside, "LONGEST_S", dict.fromkeys(Lane, 2.0))


def play(
    folder: Path, story: Callable[[Scene], Awaitable[None]], *settings: str, seconds: float = 50
) -> None:
    """Tell a story while everything runs."""

    async def main() -> None:
        async with asyncio.timeout(seconds), scene(folder, *settings) as played:
            await story(played)

    asyncio.run(main())


def test_the_first_way_alone_while_it_answers(tmp_path: Path) -> None:
    """The second is looked at, and gets no event."""

    async def story(played: Scene) -> None:
        for lane in Lane:
            await played.tell(lane, 30)
        await played.settled(10)
        assert played.door.requests == 1, "the look alone"
        assert not played.beside.used
        assert (await played.platform.ask(report.counts)).redelivered == 0

    play(tmp_path, story)


def test_a_broker_that_hangs(tmp_path: Path) -> None:
    """A fire is there three seconds later; the rest follows; when it goes on nothing is doubled."""

    async def story(played: Scene) -> None:
        await played.tell(Lane.INFO, 5)
        await played.settled(5)
        played.running.freeze()
        fire = await played.tell(Lane.LIFE_SAFETY)
        assert await played.until_there(fire, 10) < 3 + A_LITTLE_S
        second = await played.tell(Lane.LIFE_SAFETY)
        assert await played.until_there(second, 10) < 3 + A_LITTLE_S
        for lane in Lane:
            await played.tell(lane, 7)
        await played.settled(20)
        assert played.beside.used
        played.running.thaw()
        await played.until_way("mqtt", "up", 40)
        await played.tell(Lane.INFO, 3)
        await played.settled(10)

    play(tmp_path, story)


def test_a_broker_that_is_killed_and_comes_back(tmp_path: Path) -> None:
    """Noticed at once: so is the fire; the others after a moment, and over the broker again."""

    async def story(played: Scene) -> None:
        await played.running.kill()
        await played.until_way("mqtt", "down")
        fire = await played.tell(Lane.LIFE_SAFETY)
        assert await played.until_there(fire, 10) < A_LITTLE_S
        others = [
            event
            for lane in (Lane.SECURITY, Lane.FAULT, Lane.INFO)
            for event in await played.tell(lane, 20)
        ]
        await played.until_there(others, 10)
        await played.settled(5)
        await played.running.start()
        await played.until_way("mqtt", "up", 40)
        await played.platform.connected.wait()
        requests = played.door.requests
        await played.tell(Lane.FAULT, 20)
        await played.settled(10)
        assert played.door.requests == requests

    play(tmp_path, story)


def test_a_broker_that_lets_nothing_through(tmp_path: Path) -> None:
    """Sessions open, and each thing that is published is denied: all lanes go the second way."""
    acl = tmp_path / "acl"
    acl.write_text("topic read #\n", encoding="ascii")
    acl.chmod(0o644)
    tmp_path.chmod(0o755)

    async def story(played: Scene) -> None:
        fire = await played.tell(Lane.LIFE_SAFETY)
        assert await played.until_there(fire, 10) < 3 + A_LITTLE_S
        for lane in Lane:
            await played.tell(lane, 10)
        await played.settled(30)
        assert played.way("mqtt") == "down"

    play(tmp_path, story, f"acl_file {acl}")


def of(lane: Lane, fault: Fault) -> Script:
    """The platform has this fault with one lane alone."""

    def script(arrived: Sequence[Arrived]) -> Fault | None:
        return fault if any(each.event.lane is lane for each in arrived) else None

    return script


@pytest.mark.parametrize("fault", ["500", "429", "die", "hang", "slow", "silent", "nonsense"])
def test_a_platform_that_answers_badly(tmp_path: Path, fault: Fault) -> None:
    """It chokes on one lane for a while: the fire passes, nothing is lost, no id comes twice."""

    async def story(played: Scene) -> None:
        await played.running.kill()
        await played.until_way("mqtt", "down")
        played.door.script = of(Lane.FAULT, fault)
        faults = await played.tell(Lane.FAULT, 12)
        await asyncio.sleep(4)
        for _ in range(3):
            fire = await played.tell(Lane.LIFE_SAFETY)
            assert await played.until_there(fire, 10) < A_LITTLE_S
            await asyncio.sleep(0.5)
        assert played.way("https") == "down"
        assert played.ways["https"][1].startswith("fault: ")
        assert played.journal.depths["city", Lane.FAULT] == len(faults)
        played.door.script = lambda _: None
        await played.settled(20)
        assert played.way("https") == "up"

    play(tmp_path, story)


def test_both_ways_are_gone(tmp_path: Path) -> None:
    """All waits in the journal; whichever way comes first takes it, the fire ahead of the rest."""

    async def story(played: Scene) -> None:
        await played.running.kill()
        await played.until_way("mqtt", "down")
        played.door.script = lambda _: "500"
        await played.tell(Lane.INFO, 300)
        fire = await played.tell(Lane.LIFE_SAFETY)
        await asyncio.sleep(5)
        assert await played.arrived() == []
        played.door.script = lambda _: None
        await played.until_there(fire, 4)
        await played.settled(20)

    play(tmp_path, story)
