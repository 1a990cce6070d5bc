"""Cameras that are kept open by a keeper's loop over a real studio, and what was said of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from edge.driver import Way
from edge.errors import LinkDown
from edge.keeper import Opened, keep_open
from edge.vision.camera_process import CameraProcess
from edge.vision.sections.source import RtspSource, SourceSection
from edge.vision.sections.zone import CameraAddress
from edge.vision.studio import Studio
from edge.vision.words import Ended, Job, State, Up
from edge.vision.words import Opened as FirstPicture
from simulators.cameras.camera import Ports, SimulatedCamera
from simulators.cameras.guard import Guard
from tests.fakes.plain_scene import PlainScene

LONGEST_DELAY_S = 4.0
"""As for cameras in the product."""

CAMERA = "camera-1"
PATIENCE_S = 20.0
STALLED = timedelta(seconds=1)

W = TypeVar("W")


class Watched:
    """One camera; `told` are its changes with when they were told, `words` what came lately."""

    def __init__(self, studio: Studio, job: Job) -> None:
        self.told: list[tuple[float, Way, str]] = []
        self.words: list[Up] = []
        self.process: CameraProcess | None = None
        self._studio = studio
        self._job = job
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        """Keep it open until cancelled."""
        await keep_open(self._job.camera, self._serve, self._tell, LONGEST_DELAY_S)

    async def until(self, way: Way, after: float) -> tuple[float, str]:
        """Wait for a change after an instant; return when it came, and the reason."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            while True:
                for t, what, reason in self.told:
                    if t >= after and what == way:
                        return t, reason
                await self._changed.wait()

    async def word(self, kind: type[W], which: Callable[[W], bool] = lambda _: True) -> W:
        """Wait for a word of a kind; return the first such there was."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            while True:
                for each in self.words:
                    if isinstance(each, kind) and which(each):
                        return each
                await self._changed.wait()

    @property
    def states(self) -> list[State]:
        """How it stood, second by second."""
        return [each for each in self.words if isinstance(each, State)]

    async def _serve(self, opened: Opened) -> None:
        self.process = process = await self._studio.start(self._job)
        try:
            while True:
                word = await process.receive()
                async with self._changed:
                    self.words.append(word)
                    self._changed.notify_all()
                if isinstance(word, FirstPicture):
                    await opened()
                if isinstance(word, Ended):
                    raise LinkDown(word.reason)
        finally:
            await process.end()

    async def _tell(self, way: Way, reason: str) -> None:
        async with self._changed:
            self.told.append((asyncio.get_running_loop().time(), way, reason))
            self._changed.notify_all()


def job_for(
    section: SourceSection, folder: Path, *, camera: str = CAMERA, password: str = ""
) -> Job:
    """Return what the driver would give to a camera without zones and without a detector."""
    return Job(
        camera=camera,
        source=section.model_dump_json().encode(),
        password=password,
        address=CameraAddress().model_dump_json().encode(),
        detector="",
        objects="",
        faces="",
        evidence=str(folder),
        timezone="Asia/Shanghai",
    )


def rtsp(port: int) -> RtspSource:
    """Return a simulated camera's stream as a source."""
    url = f"rtsp://127.0.0.1:{port}/stream"
    return RtspSource(type="rtsp", url=url, stalled_after=STALLED)


@asynccontextmanager
async def studio_in(folder: Path) -> AsyncIterator[Studio]:
    """Run a studio without a detector."""
    studio = Studio(folder, folder, "", 1)
    async with running(studio.run(), "studio"):
        yield studio


@asynccontextmanager
async def started(studio: Studio, job: Job) -> AsyncIterator[CameraProcess]:
    """Run one camera process, whose words the block takes; it is gone at the end."""
    process = await studio.start(job)
    try:
        yield process
    finally:
        await process.end()


async def heard(process: CameraProcess, kind: type[W]) -> W:
    """Take words until there is one of a kind."""
    async with asyncio.timeout(PATIENCE_S):
        while not isinstance(word := await process.receive(), kind):
            pass
        return word


@asynccontextmanager
async def watched(studio: Studio, job: Job) -> AsyncIterator[Watched]:
    """Keep a camera open while the block runs."""
    one = Watched(studio, job)
    async with running(one.run(), f"watched {job.camera}"):
        yield one


@asynccontextmanager
async def filmed(camera: SimulatedCamera) -> AsyncIterator[SimulatedCamera]:
    """Run a simulated camera while the block runs."""
    async with running(camera.run(), f"simulated {camera.id}"):
        for door in camera.doors:
            await door.listening.wait()
        yield camera


def simulated(ports: Ports, guard: Guard | None = None) -> SimulatedCamera:
    """Return a simulated camera that looks at the plain scene."""
    return SimulatedCamera(
        id="sim", device=CAMERA, scene=PlainScene(), ports=ports, guard=guard or Guard()
    )


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Run something that never ends while the block runs; its failure fails the block."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
