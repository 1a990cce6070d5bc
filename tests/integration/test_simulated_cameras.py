"""Simulated cameras as clients see them that are not ours: FFmpeg in PyAV and in OpenCV."""

from __future__ import annotations

import asyncio
import threading
import time
import urllib.error
import urllib.request

import av
import cv2
import numpy as np
import pytest

from edge.vision.pictures import Image
from simulators.cameras.guard import Guard
from simulators.cameras.scene import HEIGHT, WIDTH
from tests.fakes.film_crew import Crew, crew, through_opencv, through_pyav

pytestmark = [pytest.mark.integration, pytest.mark.timeout(40)]

KNOWS = Guard(way="digest", username="admin", password="right-1")  # noqa: S106 - a camera's


def like(one: Image, other: Image) -> bool:
    """Whether two pictures show the same, as coding and grain let them."""
    return float(cv2.absdiff(one[24:], other[24:]).mean()) < 8


def fetch(url: str, patience_s: float = 3.0) -> bytes:
    """Fetch one thing over HTTP, as anybody would."""
    with urllib.request.urlopen(url, timeout=patience_s) as answer:  # noqa: S310 - loopback
        body: bytes = answer.read()
        return body


async def look(url: str, count: int = 6, patience_s: float = 5.0) -> list[Image]:
    """Look through PyAV, off the loop that the camera runs on."""
    return await asyncio.to_thread(through_pyav, url, count, patience_s=patience_s)


def test_everybody_sees_the_same_by_every_way() -> None:
    """RTSP and MJPEG through PyAV and OpenCV, a snapshot through neither: one and the same lane."""

    async def story() -> None:
        async with crew() as filmed:
            lane = filmed.camera.scene.draw(0.0)
            body = await asyncio.to_thread(fetch, filmed.still)
            still = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
            assert still is not None
            assert like(np.asarray(still, np.uint8), lane)
            for url in (filmed.rtsp, filmed.video):
                seen = await look(url)
                assert [image.shape for image in seen] == [(HEIGHT, WIDTH, 3)] * 6
                assert all(like(image, lane) for image in seen)
                assert not np.array_equal(seen[-1], seen[-2])
            opencv = await asyncio.to_thread(through_opencv, filmed.video, 3)
            assert len(opencv) == 3
            assert like(opencv[-1], lane)
        for thread in threading.enumerate():
            if thread.name == "simulated cameras":
                await asyncio.to_thread(thread.join, 5)  # a picture is being drawn
                assert not thread.is_alive()

    asyncio.run(story())


def test_opencv_plays_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCV's FFmpeg is another one than PyAV's, and looks longer before it plays."""
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp|analyzeduration;1")

    async def story() -> None:
        async with crew() as filmed:
            seen = await asyncio.to_thread(through_opencv, filmed.rtsp, 5)
            assert len(seen) == 5
            assert like(seen[-1], filmed.camera.scene.draw(0.0))

    asyncio.run(story())


@pytest.mark.parametrize("way", ["rtsp", "video"])
def test_only_who_knows_the_password_sees_anything(way: str) -> None:
    """FFmpeg's digest is let in; with another password it says that it is not."""

    async def story() -> None:
        async with crew(guard=KNOWS) as filmed:
            url: str = getattr(filmed, way)
            assert len(await look(url, 2)) == 2
            with pytest.raises(av.error.HTTPUnauthorizedError):
                await look(url.replace("right-1", "wrong-1"), 2)
            with pytest.raises(urllib.error.HTTPError, match="401"):
                await asyncio.to_thread(fetch, filmed.still.replace("admin:right-1@", ""))

    asyncio.run(story())


async def drawn(filmed: Crew, count: int) -> None:
    """Return when so many pictures have been drawn."""
    while filmed.camera.feed.drawn < count:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.05)


async def stalled(filmed: Crew, url: str) -> None:
    """Nothing comes, the connection stays; then it goes on."""
    looking = asyncio.create_task(look(url, 1000, patience_s=1.0), name="viewer")
    await drawn(filmed, 4)
    await filmed.act("stall")
    async with asyncio.timeout(6):
        with pytest.raises(av.error.FFmpegError):
            await looking
    assert all(door.listening.is_set() for door in filmed.camera.doors)
    await filmed.act("restore")
    assert len(await look(url, 2)) == 2


async def gone(filmed: Crew, url: str) -> None:
    """Whoever comes is refused; then not."""
    await filmed.act("refuse")
    await asyncio.sleep(0.05)
    with pytest.raises(av.error.ConnectionRefusedError):
        await look(url, 2)
    await filmed.act("restore")
    async with asyncio.timeout(2):
        for door in filmed.camera.doors:
            await door.listening.wait()
    assert len(await look(url, 2)) == 2


async def talks_nonsense(filmed: Crew, url: str) -> None:
    """No picture can be made of what comes; then pictures come again."""
    await filmed.act("garbage")
    try:
        seen = await look(url, 4, patience_s=1.0)
    except av.error.FFmpegError:
        seen = []
    lane = filmed.camera.scene.draw(0.0)
    assert not any(like(image, lane) for image in seen[1:])
    await filmed.act("restore")
    assert len(await look(url, 2)) == 2


@pytest.mark.parametrize("way", ["rtsp", "video"])
@pytest.mark.parametrize("story", [stalled, gone, talks_nonsense])
def test_a_line_is_ill_and_well_again(way: str, story: object) -> None:
    """Each fault is what a client calls it, and a new client after it sees the lane."""

    async def told() -> None:
        async with crew() as filmed:
            await story(filmed, getattr(filmed, way))  # type: ignore[operator]

    asyncio.run(told())


@pytest.mark.parametrize("way", ["rtsp", "video"])
@pytest.mark.parametrize("verb", ["drop", "half_frame"])
def test_a_connection_is_cut(way: str, verb: str) -> None:
    """Who was looking sees an end or an error, no hang; the next one sees the lane."""

    async def story() -> None:
        async with crew() as filmed:
            url: str = getattr(filmed, way)
            looking = asyncio.create_task(look(url, 1000), name="viewer")
            await drawn(filmed, 6)
            await filmed.act(verb)
            async with asyncio.timeout(6):
                [end] = await asyncio.gather(looking, return_exceptions=True)
            assert isinstance(end, (av.error.FFmpegError, list)), end
            assert len(await look(url, 2)) == 2

    asyncio.run(story())


def test_a_slow_and_a_frozen_camera() -> None:
    """Slow: as many pictures a second as it is told; frozen: the same ones, byte for byte."""

    async def story() -> None:
        async with crew() as filmed:
            await filmed.act("slow", fps=2)
            began = time.monotonic()
            await look(filmed.video, 4)
            assert time.monotonic() - began > 1.0
            await filmed.act("restore")
            await filmed.act("freeze")
            first = await asyncio.to_thread(fetch, filmed.still)
            assert await asyncio.to_thread(fetch, filmed.still) == first
            await filmed.act("restore")
            assert await asyncio.to_thread(fetch, filmed.still) != first

    asyncio.run(story())


def test_a_scene_goes_on_while_nobody_looks() -> None:
    """A car that was parked then stands there for the first who looks; nothing is drawn before."""

    async def story() -> None:
        async with crew() as filmed:
            lane = filmed.camera.scene.draw(0.0)
            await filmed.act("park")
            await asyncio.sleep(1.6)
            assert filmed.camera.feed.drawn == 0
            parked = (await look(filmed.video, 8))[-1]
            assert not like(parked[150:260, 320:510], lane[150:260, 320:510])
            with pytest.raises(ValueError, match="knows no fly"):
                await filmed.act("fly")

    asyncio.run(story())
