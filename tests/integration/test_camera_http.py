"""Cameras over HTTP: streams and snapshots, their logins, and the words for what goes wrong."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from edge.vision.sections.source import MjpegSource, RtspSource, SnapshotSource, SourceSection
from edge.vision.sources import open_source
from edge.vision.sources.lost import SourceLost
from edge.vision.sources.taken import Taken
from simulators.cameras.camera import Ports, SimulatedCamera
from simulators.cameras.guard import Guard
from simulators.cameras.scene import HEIGHT, WIDTH
from simulators.ports import free_port
from tests.fakes.camera_studio import CAMERA, STALLED, filmed, simulated

PASSWORD = "p@ss:w/rd 密%"  # noqa: S105 - what a password may look like
TYPES = ("mjpeg", "snapshot", "rtsp")


def _section(kind: str, port: int, *, username: str = "", path: str = "") -> SourceSection:
    match kind:
        case "mjpeg":
            url = f"http://127.0.0.1:{port}{path or '/video.mjpg'}"
            return MjpegSource(type="mjpeg", url=url, username=username, stalled_after=STALLED)
        case "snapshot":
            url = f"http://127.0.0.1:{port}{path or '/snapshot.jpg'}"
            return SnapshotSource(
                type="snapshot",
                url=url,
                username=username,
                stalled_after=STALLED,
                every=timedelta(milliseconds=100),
            )
    url = f"rtsp://127.0.0.1:{port}{path or '/stream'}"
    return RtspSource(type="rtsp", url=url, username=username, stalled_after=STALLED)


def _camera(port: int, kind: str, guard: Guard | None = None) -> SimulatedCamera:
    return simulated(Ports(rtsp=port) if kind == "rtsp" else Ports(http=port), guard)


def _take(section: SourceSection, password: str, count: int) -> list[Taken]:
    """Return the first pictures; raises what the source raises."""
    source = open_source(section, password, lambda: datetime.now(UTC))
    source.open()
    with closing(source.frames()) as steps:
        return [*islice((each for each in steps if each.frame is not None), count)]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("way", ["open", "basic", "digest"])
def test_pictures_come_by_each_way_and_login(kind: str, way: str) -> None:
    """Whole pictures of the right size, each with its packet; odd letters in the password."""

    async def main() -> None:
        port = free_port()
        guard = Guard(way=way, username="admin", password=PASSWORD)  # type: ignore[arg-type]
        section = _section(kind, port, username="" if way == "open" else "admin")
        async with filmed(_camera(port, kind, guard)):
            taken = await asyncio.to_thread(_take, section, PASSWORD, 3)
        for each in taken:
            assert each.frame is not None
            assert each.frame.image.shape == (HEIGHT, WIDTH, 3)
            assert not each.broken
            assert each.packet is not None
        times = [each.frame.t for each in taken if each.frame is not None]
        assert times == sorted(times)

    asyncio.run(main())


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("way", ["basic", "digest"])
def test_a_wrong_password_is_told_as_that(kind: str, way: str) -> None:
    """With the number that the camera's manual knows it by, and never the password."""

    async def main() -> None:
        port = free_port()
        guard = Guard(way=way, username="admin", password="right")  # type: ignore[arg-type]  # noqa: S106
        section = _section(kind, port, username="admin")
        async with filmed(_camera(port, kind, guard)):
            with pytest.raises(SourceLost, match=r"login refused \(401\)") as lost:
                await asyncio.to_thread(_take, section, "wr0ng", 1)
            assert "wr0ng" not in str(lost.value)

    asyncio.run(main())


@pytest.mark.parametrize("kind", TYPES)
def test_a_wrong_path_is_told_as_that(kind: str) -> None:
    """So that a technician looks at the url and not at the cable."""

    async def main() -> None:
        port = free_port()
        async with filmed(_camera(port, kind)):
            with pytest.raises(SourceLost, match=r"\(404\)"):
                await asyncio.to_thread(_take, _section(kind, port, path="/nothing"), "", 1)

    asyncio.run(main())


@pytest.mark.parametrize("kind", TYPES)
def test_nobody_there_is_told_as_that(kind: str) -> None:
    """Nothing listens; and a name that nobody knows."""
    with pytest.raises(SourceLost, match="refused: nothing listens"):
        _take(_section(kind, free_port()), "", 1)


@pytest.mark.parametrize(
    ("fault", "word"),
    [("stall", "stalled|timed out"), ("garbage", "nonsense|ended|broken off|stalled|error")],
)
def test_silence_and_nonsense_are_told_as_that(fault: str, word: str) -> None:
    """A line that stalls, and one on which noise comes where pictures should be."""

    async def spoil(kind: str) -> None:
        port = free_port()
        async with filmed(_camera(port, kind)) as camera:
            taking = asyncio.create_task(
                asyncio.to_thread(_take, _section(kind, port), "", 10_000), name="taking"
            )
            await asyncio.sleep(0.6)
            await camera.act(CAMERA, fault, {})
            with pytest.raises(SourceLost, match=word):
                await taking

    async def main() -> None:
        await asyncio.gather(*map(spoil, TYPES))

    asyncio.run(main())


@pytest.mark.parametrize(
    ("kind", "path", "word"),
    [
        ("mjpeg", "/snapshot.jpg", "use a source of type snapshot"),
        ("snapshot", "/video.mjpg", "use a source of type mjpeg"),
    ],
)
def test_a_stream_and_a_picture_are_told_apart(kind: str, path: str, word: str) -> None:
    """Whoever took the wrong type is told the right one."""

    async def main() -> None:
        port = free_port()
        async with filmed(_camera(port, kind)):
            with pytest.raises(SourceLost, match=word):
                await asyncio.to_thread(_take, _section(kind, port, path=path), "", 1)

    asyncio.run(main())


def test_where_keyframes_are_enough_only_they_are_decoded() -> None:
    """Every packet is kept for evidence, and one picture a second is looked at."""

    async def main() -> list[Taken]:
        port = free_port()
        section = RtspSource(type="rtsp", url=f"rtsp://127.0.0.1:{port}/stream", decode="keyframes")
        async with filmed(_camera(port, "rtsp")):
            return await asyncio.to_thread(_steps, section, 30)

    taken = asyncio.run(main())
    decoded = [each for each in taken if each.frame is not None]
    assert 2 <= len(decoded) <= 5
    assert all(each.packet is not None and each.packet.keyframe for each in decoded)
    assert all(each.packet is not None for each in taken)
    assert not any(each.broken for each in taken)


def _steps(section: SourceSection, count: int) -> list[Taken]:
    source = open_source(section, "", lambda: datetime.now(UTC))
    source.open()
    with closing(source.frames()) as steps:
        return [*islice(steps, count)]
