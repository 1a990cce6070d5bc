"""A house with a camera whose process is played by the test, and who looks at its page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from edge.access.roles import Role
from edge.driver import Report
from edge.drivers.camera.link import CameraLink
from edge.model import VisionChanged
from edge.vision.findings import Box, Ill, Verdict
from edge.vision.words import Down, Kept, Look, Seen, State
from tests.fakes import time
from tests.fakes.browser import Browser
from tests.fakes.camera_link import SETTINGS, WELL, FakeProcess, FakeStudio
from tests.fakes.house import FakeHouse

CAMERA: Final = "camera-1"
JPEG: Final = b"\xff\xd8 a picture in which nobody can be known \xff\xd9"

LINK: Final = """\
  - id: camera
    driver: camera
    source: {type: rtsp, url: "rtsp://192.0.2.9:554/Streaming/Channels/102"}
"""
DEVICE: Final = """\
  # The camera that looks at the fire lane.
  - id: camera-1
    link: camera
    profile: cameras/generic
    name: {zh: 消防通道摄像机, en: Camera of the fire lane}
    address:
      zones:
        lane:  # drawn by hand
          name: {zh: 消防通道, en: Fire lane}
          area: [[0.1, 0.6], [0.9, 0.6], [0.9, 0.95], [0.125, 0.95]]
          watch:
            - {what: lane_occupied, after: 60s}
        gate:
          name: {zh: 大门线, en: Gate line}
          line: [[0.2, 0.5], [0.8, 0.5]]
          watch: [{what: line_crossing}]
      private: [[[0.0, 0.0], [0.2, 0.0], [0.2, 0.2]]]
    location: {building: b1, text: 东门 / east gate}
"""


def with_camera(site: str) -> str:
    """A site file with one camera more."""
    return site.replace("\nlinks:\n", f"\nlinks:\n{LINK}", 1).replace(
        "\ndevices:\n", f"\ndevices:\n{DEVICE}", 1
    )


class SeeingProcess(FakeProcess):
    """One that answers when it is asked for a picture; `looked` are the widths."""

    looked: list[int]

    async def send(self, word: Down) -> None:
        """Be told; a picture is there at once."""
        await super().send(word)
        if isinstance(word, Look):
            self.__dict__.setdefault("looked", []).append(word.width)
            at = datetime(2026, 7, 1, 8, 0, 5, tzinfo=UTC)
            boxes = (("car", Box(0.4, 0.5, 0.6, 0.8)),)
            self.say(Seen(id=word.id, jpeg=JPEG, at=at, boxes=boxes))


@dataclass
class Scene:
    """A house whose camera runs, and its chief."""

    house: FakeHouse
    chief: Browser
    told: list[object] = field(default_factory=list)

    @property
    def process(self) -> FakeProcess:
        """The camera's process; the latest."""
        return self.house.studio.processes[-1]

    async def state(self, ills: dict[Ill, Verdict] | None = None, **changed: Any) -> None:
        """Let the process say how it goes, and let that be kept."""
        usual: dict[str, Any] = {
            "age_s": 0.1,
            "fps": 24.8,
            "frames": 250,
            "broken": 0,
            "motion": True,
            "analysed": 50,
            "wanted": 30,
            "shed": 0,
            "cpu_s": 1.5,
            "memory": 80_000_000,
        }
        self.process.say(State(ills={**WELL, **(ills or {})}, **{**usual, **changed}))
        await asyncio.sleep(1)

    async def saw(self, phase: Any, number: int = 1, **more: Any) -> None:
        """Let the camera tell of something in the lane."""
        now = self.house.clock()
        event = VisionChanged(
            device=CAMERA,
            phase=phase,
            what="lane_occupied",
            zone="lane",
            object=f"a.{number}",
            since=now,
            at=now,
            dwell_s=more.pop("dwell_s", 61.0),
            basis="model",
            confidence=0.91,
            label="car",
            box=more.pop("box", (0.4, 0.5, 0.6, 0.8)),
        )
        kept = asyncio.Event()
        await self.house.pipeline.take(Report((event,), kept.set))
        await kept.wait()

    async def kept(self, kept: Kept) -> None:
        """Let a picture be in the store."""
        await self.house.evidence.add(kept, CAMERA, "")

    async def browser(self, role: Role, *buildings: str) -> Browser:
        """Somebody else who is logged in."""
        opened = await self.house.join(f"{role}{len(buildings)}", role, frozenset(buildings))
        return Browser(app=self.house.app, session=opened)


def told(
    folder: Path, story: Callable[[Scene], Coroutine[Any, Any, None]], *, films: bool = True
) -> None:
    """Tell a story in virtual time; the camera's process is there where it `films`."""
    house = FakeHouse(folder / "site", site=with_camera)
    house.studio = FakeStudio(SeeingProcess)

    async def main() -> None:
        async with house.lives(), _running(house, films=films):
            scene = Scene(house, Browser(app=house.app, session=await house.enrol()))
            if films:
                await asyncio.sleep(1)
            await story(scene)

    time.run(main())


@asynccontextmanager
async def _running(house: FakeHouse, *, films: bool) -> Any:
    keeper = house.keepers["camera"]
    link = keeper.link
    assert isinstance(link, CameraLink)
    async with house.lend(link):
        link.settings = SETTINGS
        if films:
            house.start(keeper.run(), "camera")
        yield
