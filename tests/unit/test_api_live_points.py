"""What is told of points: blocks by what changed in them, ages now and then, one device alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

from edge.api.channels import Seat, World
from edge.api.live_points import REFRESHED, Points
from edge.api.running import Running
from edge.model import Block, Group, Value
from edge.state import State
from tests.fakes.api_story import Asking, told
from tests.fakes.browser import of, taken
from tests.fakes.drawn import device, site_of
from tests.fakes.time import EPOCH

LIFT: Final = Group.of(("lift-1/floor", "lift-1/speed", "lift-2/floor"))
SITE: Final = site_of(*(device(each, "lifts/ba_box") for each in ("lift-1", "lift-2")))


@dataclass
class Watching:
    """One channel, looked at again and again."""

    channel: Points = field(default_factory=Points)
    state: State = field(default_factory=State)
    memory: object = None

    def told(self, second: float, *values: Value | None) -> Mapping[str, Any] | None:
        """What is sent when the group reads so; nothing where nothing is."""
        at = EPOCH + timedelta(seconds=second)
        self.state.take(Block(group=LIFT, values=values, at=at))
        running = SimpleNamespace(state=self.state, configuration=SimpleNamespace(site=SITE))
        world = World(current=cast("Running", running), standing=None, at=at)
        look = self.channel.look(world, Seat(), self.memory)
        if look is None:
            return None
        self.memory = look.memory
        body = "".join(look.pieces)
        return json.loads(body) if body else None


def test_of_a_block_is_told_what_changed() -> None:
    """All of it first; then the points that read otherwise, and what has no value is bad."""
    watching = Watching()
    first = watching.told(0, 1, 0.5, 3)
    assert first is not None
    assert set(first) == set(LIFT.points)
    assert watching.told(0.1, 1, 0.5, 3) is None
    changed = watching.told(0.2, 2, 0.5, 3)
    assert changed == {"lift-1/floor": [2, "good", _ms(0.2)]}
    bad = watching.told(0.3, 2, None, 3)
    assert bad == {"lift-1/speed": [None, "bad", _ms(0.3)]}


def test_what_stays_the_same_is_told_every_five_seconds() -> None:
    """So its age can be seen; also where the clock was set back."""
    watching = Watching()
    watching.told(0, 1, 0.5, 3)
    seconds = [n for n in range(1, 31) if watching.told(n, 1, 0.5, 3)]
    assert seconds == list(range(seconds[0], 31, int(REFRESHED.total_seconds())))
    assert watching.told(-3600, 1, 0.5, 3) is not None


def test_a_page_of_one_device_is_told_of_that_one() -> None:
    """Also where it shares what is read together with others."""
    watching = Watching(Points("lift-2"))
    assert watching.channel.name == "points/lift-2"
    first = watching.told(0, 1, 0.5, 3)
    assert first is not None
    assert set(first) == {"lift-2/floor"}
    assert watching.told(0.1, 2, 0.5, 3) is None
    assert watching.told(0.2, 2, 0.5, 4) == {"lift-2/floor": [4, "good", _ms(0.2)]}


def test_the_points_of_one_device_as_a_stream(tmp_path: Path) -> None:
    """What others read is not sent; who knows no such channel is told so."""

    async def story(asking: Asking) -> None:
        house = asking.house
        await house.read("gate-1/door_open", value=True)
        async with asking.chief.watch("/api/v1/live?channels=points/gate-1") as stream:
            first = await taken(stream)
            assert [event.body for event in first if event.name == "reset"] == ["points/gate-1"]
            assert set(of(first, "points/gate-1")[0]) == {"gate-1/door_open"}
            await house.read("gate-3/door_open", value=True)
            await house.read("gate-1/door_open", value=False)
            [then] = of(await taken(stream), "points/gate-1")
            assert set(then) == {"gate-1/door_open"}
        refused = await asking.chief.get("/api/v1/live?channels=points/a/b")
        assert refused.status == 422

    told(tmp_path, story)


def _ms(second: float) -> int:
    return int((EPOCH + timedelta(seconds=second)).timestamp() * 1000)
