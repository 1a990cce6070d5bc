"""Encoded seconds of a camera, and how they become pictures again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Final, cast

import av
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from edge.vision.pictures import Frame
from edge.vision.sources.still import JPEG, decode
from edge.vision.sources.taken import Codec, Packet
from edge.vision.sources.video import open_decoder, picture

COUNTED: Final = Fraction(1, 1000)
"""A time base for stamps that only count packets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Packets that begin with a keyframe at or before `since`; only pictures from then on count."""

    packets: Sequence[Packet]
    since: float
    until: float

    def frames(self) -> Iterator[Frame]:
        """Decode the pictures from `since` to `until`; what cannot be decoded is left out."""
        for codec, run in groupby(self.packets, lambda packet: packet.codec):
            packets = tuple(run)
            decoded = _stills(packets, self.since) if codec == JPEG else _video(codec, packets)
            yield from (frame for frame in decoded if frame.t >= self.since)


def _stills(packets: Sequence[Packet], since: float) -> Iterator[Frame]:
    for packet in packets:
        if packet.t >= since and (taken := decode(packet.content, packet.t, packet.at)).frame:
            yield taken.frame


def _video(codec: Codec, packets: Sequence[Packet]) -> Iterator[Frame]:
    """Decode one run of packets; a picture has the time of the packet that it came in."""
    decoder = open_decoder(codec)
    for number, packet in enumerate(packets):
        encoded = cast("av.Packet[VideoStream]", av.Packet(packet.content))
        encoded.pts = encoded.dts = number
        encoded.time_base = COUNTED
        yield from _pictures(decoder, encoded, packets)
    yield from _pictures(decoder, None, packets)


def _pictures(
    decoder: VideoCodecContext, encoded: av.Packet[VideoStream] | None, packets: Sequence[Packet]
) -> Iterator[Frame]:
    try:
        decoded = decoder.decode(encoded)
    except av.error.FFmpegError:
        return
    for each in decoded:
        source = packets[min(max(each.pts or 0, 0), len(packets) - 1)]
        yield Frame(picture(each), source.t, source.at)
