"""A stream over RTSP and TCP."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from edge.vision.sections.source import RtspSource
from edge.vision.sources import words
from edge.vision.sources.lag import Lag
from edge.vision.sources.lost import SourceLost
from edge.vision.sources.taken import Now, Taken
from edge.vision.sources.video import Video, reason

OPEN_WITHIN_S: Final = 5.0
"""A camera that has not described its stream by then is away; a keeper asks again."""

LATE_S: Final = 1.0
"""So far behind only keyframes are decoded until it is nearly caught up: better fewer pictures
than old ones."""

CAUGHT_UP_S: Final = 0.2

OPTIONS: Final = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    "probesize": "200000",
    "analyzeduration": "200000",
}
"""Over UDP pictures tear. A fifth of a second is looked at to learn the format, which the camera
has described already. What was looked at is read again: with `nobuffer` it would be lost, and with
it the first keyframe, so that the first picture came one interval of keyframes later."""


SECURE: Final = "rtsps://"

AUTHORITIES: Final = "/etc/ssl/certs/ca-certificates.crt"
"""The system's, of Debian; FFmpeg has been built elsewhere and looks elsewhere."""


class Rtsp:
    """Reads until closed; late pictures are left out rather than shown late."""

    def __init__(self, section: RtspSource, password: str, now: Now) -> None:
        self._section = section
        self._stalled_s = section.stalled_after.total_seconds()
        self._url = with_login(section.url, section.username, password)
        self._now = now
        self._container: InputContainer | None = None
        self._closed = False

    def open(self) -> None:
        """Connect, log in, learn what the camera sends."""
        _resolve(self._section.url)
        try:
            self._container = av.open(
                self._url,
                options={**OPTIONS, **_trusted(self._section)},
                timeout=(OPEN_WITHIN_S, self._stalled_s),
            )
        except av.error.FFmpegError as error:
            untrusted = error.errno == errno.EIO and self._url.startswith(SECURE)
            raise SourceLost(words.UNTRUSTED if untrusted else reason(error)) from None
        except UnicodeError:
            raise SourceLost(words.NONSENSE) from None

    def frames(self) -> Generator[Taken, None, None]:
        """Yield each packet, with its picture where it is decoded."""
        assert self._container is not None  # noqa: S101 - it has been opened
        with self._container as container:
            video = Video(container, live=True)
            pace = Pace(video, keyframes=self._section.decode == "keyframes")
            for packet, t in self._packets(container, video.stream):
                pace.keep(packet, t)
                yield from video.decode(packet, t, self._now())

    def _packets(
        self, container: InputContainer, stream: VideoStream
    ) -> Iterator[tuple[av.Packet[VideoStream], float]]:
        """Yield packets and when they came, until the camera stalls or ends the stream.

        FFmpeg gives a picture when the next one begins, and the last one when it has waited in
        vain: that one does not count as a sign of life.
        """
        last = time.monotonic()
        try:
            for packet in container.demux(stream):
                t = time.monotonic()
                if self._closed:
                    return
                if t - last >= self._stalled_s:
                    break
                last = t
                yield packet, t
            else:
                raise SourceLost(words.CLOSED)
        except av.error.ExitError:
            pass
        except av.error.FFmpegError as error:
            raise SourceLost(reason(error)) from None
        raise SourceLost(words.stalled(self._stalled_s))

    def close(self) -> None:
        """Stop at the next packet: while FFmpeg waits for it nobody may touch what it holds."""
        self._closed = True


class Pace:
    """Chooses what is decoded: everything, only keyframes, or only those until caught up."""

    def __init__(self, video: Video, *, keyframes: bool) -> None:
        self._video = video
        self._lag = Lag()
        self._always = keyframes
        self._only_keyframes = keyframes
        if keyframes:
            video.skip("NONKEY")

    def keep(self, packet: av.Packet[VideoStream], t: float) -> None:
        """See how late a packet is before it is decoded."""
        if self._always or packet.dts is None or packet.time_base is None:
            return
        behind = self._lag.behind(float(packet.dts * packet.time_base), t)
        if behind > LATE_S and not self._only_keyframes:
            self._only_keyframes = True
            self._video.skip("NONKEY")
        elif behind < CAUGHT_UP_S and self._only_keyframes and packet.is_keyframe:
            self._only_keyframes = False
            self._video.skip("DEFAULT")


def with_login(url: str, username: str, password: str) -> str:
    """Return the address as FFmpeg takes it, with user name and password in it, escaped."""
    if not username:
        return url
    scheme, rest = url.split("://", 1)
    return f"{scheme}://{quote(username, safe='')}:{quote(password, safe='')}@{rest}"


def _trusted(section: RtspSource) -> Mapping[str, str]:
    """Return how FFmpeg is told to look at certificates; by itself it does not."""
    if not section.url.startswith(SECURE):
        return {}
    authorities = section.ca_file or (AUTHORITIES if Path(AUTHORITIES).exists() else "")
    if section.ca_file and not Path(section.ca_file).is_file():
        raise SourceLost(words.NO_CERTIFICATE)
    return {"tls_verify": "1", **({"ca_file": authorities} if authorities else {})}


def _resolve(url: str) -> None:
    """Tell a wrong name from a camera that is away; FFmpeg has one word for both."""
    host = urlsplit(url).hostname or ""
    try:
        socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror:
        raise SourceLost(words.NO_HOST) from None
    except OSError as error:
        raise SourceLost(words.for_errno(error.errno or errno.EIO)) from None
