"""The last encoded seconds of a camera, in memory."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

from edge.vision.camera.recording import Recording
from edge.vision.sources.taken import Packet

MOST_BYTES: Final = 48 * 1024 * 1024
"""Twelve seconds of a 4K stream at 32 Mbit/s; an MJPEG camera at 1080p has fewer seconds."""


class Ring:
    """Keeps `seconds` of packets, from a keyframe on; for one writer and any readers.

    Only whole groups of pictures go, oldest first, so that what is kept can always be decoded: a
    camera with a keyframe each 4 s keeps up to 4 s more. One that sends more than `most_bytes`
    without a keyframe keeps nothing until the next.
    """

    def __init__(self, seconds: float, most_bytes: int = MOST_BYTES) -> None:
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._groups: deque[list[Packet]] = deque()
        self._bytes = 0
        self._one = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """How much is kept."""
        return self._bytes

    def add(self, packet: Packet) -> None:
        """Take the newest packet."""
        with self._one:
            if packet.keyframe or (self._groups and packet.codec != self._groups[-1][0].codec):
                self._groups.append([])
            if not self._groups or not (packet.keyframe or self._groups[-1]):
                return  # nothing can be made of it without the keyframe before it
            self._groups[-1].append(packet)
            self._bytes += len(packet.content)
            while len(self._groups) > 1 and self._groups[1][0].t <= packet.t - self._seconds:
                self._drop()
            while self._groups and self._bytes > self._most_bytes:
                self._drop()

    def cut(self, since_t: float, until_t: float) -> Recording:
        """Return what was taken between two instants; empty when nothing was."""
        with self._one:
            groups = list(self._groups)
            first = 0
            for number, group in enumerate(groups):
                if group and group[0].t <= since_t:
                    first = number
            packets = tuple(
                packet for group in groups[first:] for packet in group if packet.t <= until_t
            )
        return Recording(packets=packets, since=since_t, until=until_t)

    def _drop(self) -> None:
        self._bytes -= sum(len(packet.content) for packet in self._groups.popleft())
