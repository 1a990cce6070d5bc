"""A simulated camera that runs, and clients that are not ours to look through it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field

import av
import cv2
import numpy as np

from edge.vision.pictures import Image
from simulators.cameras.camera import Ports, SimulatedCamera
from simulators.cameras.guard import Guard
from simulators.cameras.scene import Scene
from simulators.cameras.scenes.lane import Lane
from simulators.ports import free_port

QUICK = {"rtsp_transport": "tcp", "analyzeduration": "1"}
"""FFmpeg's usual look at a stream takes as long as thirty pictures. With `nobuffer` it throws away
what it has looked at, and waits for the next picture that stands by itself: two seconds."""


@dataclass(slots=True, kw_only=True)
class Crew:
    """One camera on free ports, and where its pictures are."""

    camera: SimulatedCamera
    login: str = ""
    rtsp: str = field(init=False)
    video: str = field(init=False)
    still: str = field(init=False)

    def __post_init__(self) -> None:
        """Note the addresses."""
        ports = self.camera.ports
        self.rtsp = f"rtsp://{self.login}127.0.0.1:{ports.rtsp}/stream"
        self.video = f"http://{self.login}127.0.0.1:{ports.http}/video.mjpg"
        self.still = f"http://{self.login}127.0.0.1:{ports.http}/snapshot.jpg"

    async def act(self, verb: str, **args: float | str) -> None:
        """Do something to the camera."""
        await self.camera.act("cam-1", verb, dict(args))


@asynccontextmanager
async def crew(scene: Scene | None = None, guard: Guard | None = None) -> AsyncIterator[Crew]:
    """Let a camera run as long as the block does; it looks at a fire lane when nothing is said."""
    guard = guard or Guard()
    camera = SimulatedCamera(
        id="link-1",
        device="cam-1",
        scene=scene or Lane(),
        ports=Ports(rtsp=free_port(), http=free_port()),
        guard=guard,
    )
    running = asyncio.create_task(camera.run(), name="camera")
    try:
        for door in camera.doors:
            await door.listening.wait()
        yield Crew(
            camera=camera, login=f"{guard.username}:{guard.password}@" if guard.username else ""
        )
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def through_pyav(url: str, count: int, *, patience_s: float = 5.0) -> list[Image]:
    """Look through FFmpeg as PyAV has it; its errors are the caller's to judge."""
    return [image for image, _ in timed(url, count, patience_s=patience_s)]


def timed(url: str, count: int, *, patience_s: float = 5.0) -> Iterator[tuple[Image, float]]:
    """The same, with when each picture came, in monotonic seconds."""
    options = dict(QUICK) if url.startswith("rtsp") else {}
    with av.open(url, options=options, timeout=(5.0, patience_s)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8), time.monotonic()
            if number + 1 == count:
                return


def through_opencv(url: str, count: int) -> list[Image]:
    """Look through OpenCV's own FFmpeg."""
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
    with closing(_Releasing(capture)):
        pictures = (capture.read() for _ in range(count))
        return [np.asarray(image, np.uint8) for good, image in pictures if good]


class _Releasing:
    """A capture that `closing` can close."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture

    def close(self) -> None:
        """Let it go."""
        self._capture.release()
