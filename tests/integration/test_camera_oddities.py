"""Cameras that do HTTP in their own way: late, in pieces, busy, at home in another TLS."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from edge.certificate import ensure_certificate, server_context
from edge.vision.sections.source import MjpegSource, RtspSource, SnapshotSource, SourceSection
from edge.vision.sources import open_source
from edge.vision.sources.lost import SourceLost
from edge.vision.sources.taken import Taken
from tests.fakes.filmed import jpegs, number_in
from tests.fakes.scripted_web import page, scripted

JPEGS = [packet.content for packet in jpegs(12)]
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n"


def _part(jpeg: bytes) -> bytes:
    return b"--b\r\nContent-Type: image/jpeg\r\n\r\n" + jpeg + b"\r\n"


def _chunk(body: bytes) -> bytes:
    return f"{len(body):x}\r\n".encode() + body + b"\r\n"


def _snapshot(port: int, **more: object) -> SnapshotSource:
    return SnapshotSource(
        type="snapshot",
        url=f"http://127.0.0.1:{port}/a?channel=1",
        every=timedelta(milliseconds=100),
        stalled_after=timedelta(seconds=1),
        **more,  # type: ignore[arg-type]
    )


def _mjpeg(port: int) -> MjpegSource:
    return MjpegSource(type="mjpeg", url=f"http://127.0.0.1:{port}/")


def _take(section: SourceSection, count: int, password: str = "") -> list[Taken]:
    source = open_source(section, password, lambda: datetime.now(UTC))
    source.open()
    with closing(source.frames()) as steps:
        return [*islice(steps, count)]


def _numbers(taken: list[Taken]) -> list[int | None]:
    return [None if each.frame is None else number_in(each.frame.image) for each in taken]


def _run(answers: list[bytes], section: Callable[[int], SourceSection], count: int) -> list[Taken]:
    async def main() -> list[Taken]:
        async with scripted(answers) as (port, _):
            return await asyncio.to_thread(_take, section(port), count)

    return asyncio.run(main())


def test_of_pictures_that_wait_the_newest_is_decoded() -> None:
    """Ten came at once: all are kept, one is looked at, so that a slow reader is never behind."""
    body = STREAM + b"\r\n" + b"".join(_part(each) for each in JPEGS[:11]) + b"--b"
    taken = _run([body], _mjpeg, 11)
    shown = [number for number in _numbers(taken) if number is not None]
    assert shown[-1] == 10
    assert len(shown) <= 3  # as often as the kernel handed over a part
    kept = [each.packet.content for each in taken if each.packet is not None]
    assert kept == JPEGS[:11]


def test_a_stream_in_chunks_without_lengths() -> None:
    """HTTP's own pieces, cut elsewhere than the pictures are."""
    body = b"".join(_part(each) for each in JPEGS[:3]) + b"--b"
    pieces = b"".join(_chunk(body[at : at + 333]) for at in range(0, len(body), 333))
    taken = _run([STREAM + b"Transfer-Encoding: chunked\r\n\r\n" + pieces], _mjpeg, 3)
    assert _numbers(taken)[-1] == 2


def test_a_damaged_picture_is_told_and_the_stream_goes_on() -> None:
    """One cut off in the middle, one that is none."""
    bodies = (JPEGS[0], JPEGS[1][: len(JPEGS[1]) // 2], b"\xff\xd8nothing", JPEGS[3])

    async def slowly(writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM + b"\r\n")
        for body in bodies:
            writer.write(_part(body) + b"--b")
            await writer.drain()
            await asyncio.sleep(0.1)

    async def main() -> list[Taken]:
        async with scripted([slowly]) as (port, _):
            return await asyncio.to_thread(_take, _mjpeg(port), 4)

    taken = asyncio.run(main())
    assert [each.broken for each in taken] == [False, True, True, False]
    assert taken[2].frame is None
    assert taken[2].packet is None


def test_a_picture_that_stays_the_same_is_new_each_time() -> None:
    """A night without a sound is no frozen camera for who fetches it."""
    taken = _run([page(JPEGS[5])], _snapshot, 3)
    assert _numbers(taken) == [5, 5, 5]
    times = [each.frame.t for each in taken if each.frame is not None]
    assert times[0] < times[1] < times[2]


def test_a_camera_that_is_busy_now_and_then_is_not_lost() -> None:
    """Two refusals between two pictures, less than the stalled time."""
    busy = page(b"", status="503 Service Unavailable")
    taken = _run([page(JPEGS[1]), busy, busy, page(JPEGS[2])], _snapshot, 2)
    assert _numbers(taken) == [1, 2]


def test_a_camera_that_stays_busy_is_lost_with_its_reason() -> None:
    """When nothing came for the stalled time."""
    busy = page(b"", status="503 Service Unavailable")
    with pytest.raises(SourceLost, match=r"busy \(503\)"):
        _run([page(JPEGS[1]), busy], _snapshot, 2)


def test_a_page_instead_of_a_picture_is_told() -> None:
    """Many cameras answer a wrong path with their login page."""
    with pytest.raises(SourceLost, match="with a page, not with pictures"):
        _run([page(b"<html>", kind="text/html")], _snapshot, 1)


def test_a_nonce_that_has_run_out_is_asked_for_anew() -> None:
    """A login counts requests, and begins anew when the camera wants another nonce."""

    def challenge(nonce: str) -> bytes:
        more = f'WWW-Authenticate: Digest realm="r", qop="auth", nonce="{nonce}"\r\n'
        return page(b"no", status="401 Unauthorized", kind="text/html", more=more)

    async def main() -> tuple[list[Taken], list[str]]:
        answers = [challenge("n1"), page(JPEGS[0]), page(JPEGS[1]), challenge("n2"), page(JPEGS[2])]
        async with scripted(answers) as (port, asked):
            section = _snapshot(port, username="admin")
            return await asyncio.to_thread(_take, section, 3, "secret"), asked

    taken, asked = asyncio.run(main())
    assert _numbers(taken) == [0, 1, 2]
    assert "Authorization" not in asked[0]
    assert ['nonce="n1"' in each for each in asked[1:5]] == [True, True, True, False]
    assert ["nc=00000001" in each for each in asked[1:5]] == [True, False, False, True]
    assert 'uri="/a?channel=1"' in asked[1]
    assert not any("secret" in each for each in asked)


def test_a_certificate_is_looked_at(tmp_path: Path) -> None:
    """Over HTTPS and RTSPS: the camera's own certificate has to be named, or nothing is said."""
    made = ensure_certificate(tmp_path, ["127.0.0.1"], lambda: datetime.now(UTC))
    context = server_context(made.cert_file, made.key_file)

    untrusted, missing = "certificate is not trusted", "ca_file"
    no_stream = b"RTSP/1.0 404 Not Found\r\nCSeq: 1\r\n\r\n"

    def over_http(port: int, named: str | None) -> SourceSection:
        url = f"https://127.0.0.1:{port}/a"
        return SnapshotSource(type="snapshot", url=url, ca_file=named)

    def over_rtsp(port: int, named: str | None) -> SourceSection:
        return RtspSource(type="rtsp", url=f"rtsps://127.0.0.1:{port}/a", ca_file=named)

    async def main() -> None:
        own, none = str(made.cert_file), str(tmp_path / "none")
        async with (
            scripted([page(JPEGS[4])], context) as (web, asked),
            scripted([no_stream], context) as (stream, asked_too),
        ):
            for section, word in (
                (over_http(web, None), untrusted),
                (over_rtsp(stream, None), untrusted),
                (over_http(web, none), missing),
                (over_rtsp(stream, none), missing),
            ):
                with pytest.raises(SourceLost, match=word):
                    await asyncio.to_thread(_take, section, 1, "secret")
            assert asked + asked_too == []
            assert _numbers(await asyncio.to_thread(_take, over_http(web, own), 1)) == [4]
            with pytest.raises(SourceLost, match="404"):
                await asyncio.to_thread(_take, over_rtsp(stream, own), 1)

    asyncio.run(main())
