"""A video stream that FFmpeg reads, decoded packet by packet."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal

import av
import numpy as np
from av.codec.context import CodecContext, Flags
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from edge.vision.pictures import Frame, Image
from edge.vision.sources import words
from edge.vision.sources.lost import SourceLost
from edge.vision.sources.still import encode
from edge.vision.sources.taken import Codec, Packet, Taken

MOST_PIXELS: Final = 7680 * 4320
"""Of one picture: 8K. What claims to be larger wants our memory."""

KEPT_AS_IT_IS: Final = ("h264", "hevc", "mjpeg", "mpeg4")
"""What cameras send, and what can be cut at keyframes; of anything else JPEGs are kept."""

JPEGS_PER_SECOND: Final = 10.0
"""Of what has to be encoded here: enough to see what happened, 3 % of a core at 720p."""

UNEVEN: Final = 0.9
"""A source of just that rate comes now and then a little early."""

_STATUS: Final = {
    av.error.HTTPBadRequestError: 400,
    av.error.HTTPUnauthorizedError: 401,
    av.error.HTTPForbiddenError: 403,
    av.error.HTTPNotFoundError: 404,
    av.error.HTTPTooManyRequestsError: 429,
    av.error.HTTPServerError: 503,
}


def reason(error: av.error.FFmpegError) -> str:
    """Say why FFmpeg gave up, without its own text, which holds the address."""
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return words.for_status(status)
    if isinstance(error, av.error.ExitError | TimeoutError):
        return words.TIMED_OUT
    if isinstance(error, av.error.InvalidDataError | av.error.PatchWelcomeError):
        return words.NONSENSE
    if isinstance(error, av.error.EOFError):
        return words.CLOSED
    if isinstance(error, av.error.HTTPError):
        return "the camera refuses what it is asked"
    return words.for_errno(error.errno or errno.EIO)


def picture(frame: VideoFrame) -> Image:
    """Return the picture in blue, green, red."""
    return frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)


def open_decoder(codec: Codec) -> VideoCodecContext:
    """Return a decoder for packets that were kept."""
    context = CodecContext.create(codec.name, "r")
    if not isinstance(context, VideoCodecContext):
        raise ValueError(f"{codec.name} is no video")  # noqa: TRY004 - a value from a stream
    context.extradata = codec.extradata or None
    _tame(context)
    return context


def _tame(context: VideoCodecContext) -> None:
    """One thread (more would add a picture's delay each, and cameras share two cores), no bombs."""
    context.thread_count = 1
    context.options = {"max_pixels": str(MOST_PIXELS)}


class Video:
    """The first video stream of a container; `SourceLost` where there is none."""

    def __init__(self, container: InputContainer, *, live: bool) -> None:
        self.stream = _first(container)
        context = self.stream.codec_context
        _tame(context)
        if live:
            context.flags |= Flags.low_delay
        self.codec = Codec(name=context.name, extradata=context.extradata or b"")
        self._encoded_t = float("-inf")

    def skip(self, what: Literal["NONKEY", "DEFAULT"]) -> None:
        """Decode only keyframes or everything from now on."""
        self.stream.codec_context.skip_frame = what

    def decode(self, packet: av.Packet[VideoStream], t: float, at: datetime) -> Iterator[Taken]:
        """Yield what a packet gives: itself with its first picture, then other pictures."""
        kept = self._packet(packet, t, at)
        broken = packet.is_corrupt
        try:
            decoded = packet.decode()
        except av.error.FFmpegError:
            decoded, broken = [], True
        if not decoded:
            yield Taken(packet=kept, broken=broken)
        for each in decoded:
            frame = Frame(picture(each), t, at)
            yield Taken(
                frame=frame, packet=kept or self._jpeg(frame), broken=broken or each.is_corrupt
            )
            kept = None

    def _packet(self, packet: av.Packet[VideoStream], t: float, at: datetime) -> Packet | None:
        if self.codec.name not in KEPT_AS_IT_IS or not packet.size:
            return None
        return Packet(
            content=bytes(packet), t=t, at=at, keyframe=packet.is_keyframe, codec=self.codec
        )

    def _jpeg(self, frame: Frame) -> Packet | None:
        if (
            self.codec.name in KEPT_AS_IT_IS
            or frame.t - self._encoded_t < UNEVEN / JPEGS_PER_SECOND
        ):
            return None
        self._encoded_t = frame.t
        return encode(frame)


def _first(container: InputContainer) -> VideoStream:
    if not container.streams.video:
        raise SourceLost(words.NO_VIDEO)
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise SourceLost(f"{words.NO_VIDEO}: its codec is not known here")
    return stream
