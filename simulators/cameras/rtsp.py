"""A camera's RTSP server: one H.264 stream, over the connection that it was asked for on."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Final

from simulators.cameras import rtp, sdp
from simulators.cameras.encoder import parameter_sets
from simulators.cameras.feed import Feed
from simulators.cameras.guard import Guard
from simulators.cameras.line import Line
from simulators.cameras.requests import Request, read_request
from simulators.cameras.scene import HEIGHT, WIDTH

METHODS: Final = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, TEARDOWN"
TIMEOUT_S: Final = 60
"""Without a word from the client for so long its session is over."""
REPORT_EVERY_S: Final = 5.0

_CHANNELS: Final = re.compile(r"interleaved=(\d+)-(\d+)")


@dataclass(slots=True)
class _Session:
    """What one connection has set up."""

    id: str
    channel: int = 0
    heard: float = field(default_factory=time.monotonic)
    playing: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        if self.playing is not None:
            self.playing.cancel()
            await asyncio.gather(self.playing, return_exceptions=True)
            self.playing = None


class _Answer:
    """A status, headers, a body."""

    def __init__(self, status: str, *headers: str, body: bytes = b"") -> None:
        self.good = status.startswith("200")
        self._status, self._headers, self._body = status, headers, body

    def encoded(self, number: str) -> bytes:
        """As it goes over the line, to the request with this number."""
        lines = [f"RTSP/1.0 {self._status}", f"CSeq: {number}", *self._headers]
        if self._body:
            lines.append(f"Content-Length: {len(self._body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self._body


def _set_up(transport: str, session: _Session, named: str) -> _Answer:
    """Only over the connection itself: what wants UDP is told so."""
    if "TCP" not in transport:
        return _Answer("461 Unsupported Transport")
    channels = _CHANNELS.search(transport)
    session.channel = int(channels[1]) if channels else 0
    pair = f"{session.channel}-{session.channel + 1}"
    return _Answer("200 OK", f"Transport: RTP/AVP/TCP;unicast;interleaved={pair}", named)


class Rtsp:
    """What stands behind a camera's RTSP port."""

    def __init__(
        self, feed: Feed, line: Line, guard: Guard, *, path: str, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._feed, self._line, self._guard = feed, line, guard
        self._path = path
        self._timeout_s = timeout_s
        self._sessions = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests, and send pictures beside."""
        self._sessions += 1
        session = _Session(id=f"{self._sessions:08x}")
        try:
            while True:
                async with asyncio.timeout(self._timeout_s):
                    request = await read_request(reader)
                if request is None or not await self._serve(writer, request, session):
                    return
        except ValueError:
            await self._line.send(writer, b"RTSP/1.0 400 Bad Request\r\n\r\n")
        except TimeoutError:
            return
        finally:
            await session.stop()

    async def _serve(
        self, writer: asyncio.StreamWriter, request: Request, session: _Session
    ) -> bool:
        answer = await self._answer(request, session)
        await self._line.send(writer, answer.encoded(request.headers.get("cseq", "0")))
        if request.method == "PLAY" and answer.good and session.playing is None:
            play = self._play(writer, session.channel)
            session.playing = asyncio.create_task(play, name=f"camera plays {self._path}")
        elif request.method == "PAUSE":
            await session.stop()
        return request.method != "TEARDOWN"

    async def _answer(self, request: Request, session: _Session) -> _Answer:
        """What to say; nothing is done but what SETUP notes."""
        if request.method == "OPTIONS":
            return _Answer("200 OK", f"Public: {METHODS}")
        if not self._guard.admits(request.method, request.headers.get("authorization", "")):
            challenge = self._guard.challenge(qop="")
            return _Answer("401 Unauthorized", f"WWW-Authenticate: {challenge}")
        if request.path.rstrip("/").removesuffix(f"/{sdp.TRACK}") != self._path:
            return _Answer("404 Not Found")
        return await self._of_stream(request, session)

    async def _of_stream(self, request: Request, session: _Session) -> _Answer:
        named = f"Session: {session.id};timeout={self._timeout_s:g}"
        match request.method:
            case "DESCRIBE":
                base = f"Content-Base: {request.target.rstrip('/')}/"
                kind = "Content-Type: application/sdp"
                return _Answer("200 OK", kind, base, body=await self._description())
            case "SETUP":
                return _set_up(request.headers.get("transport", ""), session, named)
            case "PLAY" | "PAUSE" | "GET_PARAMETER" | "TEARDOWN":
                return _Answer("200 OK", named)
        return _Answer("405 Method Not Allowed", f"Allow: {METHODS}")

    async def _description(self) -> bytes:
        sps, pps = await asyncio.to_thread(parameter_sets, WIDTH, HEIGHT, self._feed.fps)
        return sdp.description("camera", sps, pps, host="127.0.0.1", fps=self._feed.fps)

    async def _play(self, writer: asyncio.StreamWriter, channel: int) -> None:
        """Send pictures until cancelled; when that fails the whole connection is over."""
        try:
            await self._send(writer, channel)
        except ConnectionError:
            writer.transport.abort()

    async def _send(self, writer: asyncio.StreamWriter, channel: int) -> None:
        """Send pictures, with a report now and then."""
        stream = rtp.RtpStream(ssrc=self._line.chance.getrandbits(32))
        reported = 0.0
        async with self._feed.viewing("h264") as viewer:
            while True:
                picture = await viewer.next()
                if self._line.faults.line == "stall":
                    viewer.restart()
                    self._feed.refresh()
                    continue
                ticks = round(picture.t * rtp.CLOCK)
                packets = b"".join(
                    rtp.interleaved(channel, each)
                    for each in stream.packets_of(picture.units, ticks)
                )
                if picture.t - reported >= REPORT_EVERY_S:
                    reported = picture.t
                    report = stream.sender_report(ticks, time.time())
                    packets = rtp.interleaved(channel + 1, report) + packets
                await self._line.send_picture(writer, packets)
