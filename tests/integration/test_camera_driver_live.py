"""A camera end to end: real pictures, its process, the driver under its keeper, alarms aside."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from edge.driver import Placed, Report
from edge.drivers.camera.driver import CameraDriver
from edge.drivers.camera.link import CameraLink
from edge.drivers.camera.section import CameraSection
from edge.drivers.camera.settings import Settings
from edge.evidence.store import EvidenceStore
from edge.keeper import Keeper
from edge.model import Command, Event, EvidenceKept, Reading, Record
from edge.vision.sections.zone import CameraAddress
from simulators.cameras.camera import Ports, SimulatedCamera
from simulators.cameras.scenes.lane import Lane
from simulators.ports import free_port
from tests.fakes import camera_link
from tests.fakes.camera_studio import CAMERA, filmed, running, studio_in
from tests.fakes.records import apart

PATIENCE_S = 25.0
HEALTH = {"frozen_after": "1s", "well_after": "1s"}


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Live:
    """One camera under its keeper; `told` is every record."""

    def __init__(self, link: CameraLink) -> None:
        self.told: list[Record] = []
        self.keeper = Keeper(link, self._take, self._tell, utc_now)
        self._changed = asyncio.Condition()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something has been told."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(true)

    def values(self, name: str) -> list[object]:
        """What a point has read so far."""
        point = f"camera-1/{name}"
        readings = [each for each in self.told if isinstance(each, Reading)]
        return [each.value for each in readings if each.point == point]

    def reads(self, name: str, value: object) -> bool:
        """Whether a point reads so now."""
        return self.values(name)[-1:] == [value]

    def has_read(self, name: str, value: object) -> bool:
        """Whether it has ever read so."""
        return value in self.values(name)

    def kinds(self) -> list[str]:
        """What kinds of events there were."""
        return [each.kind for each in self.told if each.kind != "reading"]

    async def _take(self, report: Report) -> None:
        async with self._changed:
            self.told += apart(report.records)
            self._changed.notify_all()

    async def _tell(self, event: Event) -> None:
        async with self._changed:
            self.told.append(event)
            self._changed.notify_all()


def link_to(port: int) -> CameraLink:
    """A link to a camera over MJPEG that watches for nothing but its own picture."""
    source = {"type": "mjpeg", "url": f"http://127.0.0.1:{port}/video.mjpg", "stalled_after": "1s"}
    written: dict[str, Any] = {"driver": "camera", "id": "camera", "source": source}
    section = CameraSection.model_validate_json(json.dumps(written))
    like = camera_link.placed()
    address = CameraAddress.model_validate_json(json.dumps({"health": HEALTH}))
    return section.bind([Placed(device=like.device, profile=like.profile, address=address)])


def looking(port: int) -> SimulatedCamera:
    """A camera that looks at a fire lane."""
    return SimulatedCamera(id="sim", device=CAMERA, scene=Lane(), ports=Ports(http=port))


@asynccontextmanager
async def live(folder: Path) -> AsyncIterator[tuple[SimulatedCamera, Live]]:
    """A camera that runs, with a store for its pictures."""
    port = free_port()
    link = link_to(port)
    store = EvidenceStore(folder / "kept", keep=timedelta(days=1), budget=10**9, now=utc_now)
    try:
        async with studio_in(folder) as studio, filmed(looking(port)) as camera:
            link.studio, link.evidence = studio, store
            link.settings = Settings(
                timezone="Asia/Shanghai", before=timedelta(seconds=1), after=timedelta(seconds=1)
            )
            one = Live(link)
            async with running(one.keeper.run(), "keeper"):
                yield camera, one
    finally:
        await store.close()


def test_a_camera_is_filmed_kept_frozen_killed_and_back(tmp_path: Path) -> None:
    """Points, a look, a still with its clip, an ill that comes and goes, SIGKILL: all as told."""

    async def main() -> None:
        await asyncio.to_thread((tmp_path / "kept").mkdir)
        async with live(tmp_path) as (camera, one):
            await one.until(lambda: True in [each is not None for each in one.values("fps")])
            assert one.kinds()[:2] == ["link.changed", "device.online"]
            driver = one.keeper.driver
            assert isinstance(driver, CameraDriver)
            seen = await driver.look(160)
            assert seen.jpeg.startswith(b"\xff\xd8")
            assert await one.keeper.execute(_capture()) is not None
            await one.until(lambda: one.kinds().count("evidence.kept") == 2)
            kept = [each for each in one.told if isinstance(each, EvidenceKept)]
            assert [(each.what, each.alarm, each.blurred) for each in kept] == [
                ("still", "lift-1/trapped", "whole"),
                ("clip", "lift-1/trapped", "whole"),
            ]
            # How its pictures vary when they are live has to be known first.
            await one.until(partial(one.has_read, "frozen", False))  # noqa: FBT003 - its value
            await camera.act(CAMERA, "freeze", {})
            await one.until(partial(one.has_read, "frozen", True))  # noqa: FBT003 - its value
            await camera.act(CAMERA, "restore", {})
            await one.until(partial(one.reads, "frozen", False))  # noqa: FBT003 - its value
            process = driver._process
            os.kill(process.pid, signal.SIGKILL)  # type: ignore[attr-defined]
            await one.until(lambda: one.kinds().count("device.online") == 2)
            assert "device.offline" in one.kinds()

    asyncio.run(main())


def _capture() -> Command:
    return Command(
        id="c1",
        device="camera-1",
        action="capture",
        issued_by="t",
        expires_at=utc_now() + timedelta(seconds=20),
        about="lift-1/trapped",
    )
