"""H.264 in RTP packets (RFC 6184), and the reports that go beside them (RFC 3550)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

CLOCK: Final = 90_000
"""Ticks of an RTP clock in a second of video."""

PAYLOAD_TYPE: Final = 96
LONGEST: Final = 1400
"""Bytes of a packet behind its header: what fits a cable's 1,500 with room, as cameras do it."""

IDR, SPS, PPS, FU_A = 5, 7, 8, 28
_START: Final = re.compile(rb"\x00\x00\x00?\x01")
_EPOCH_1900: Final = 2_208_988_800
"""Seconds from 1900, where NTP counts from, to 1970."""


def nal_units(access_unit: bytes) -> list[bytes]:
    """The units between the start codes of an Annex B stream."""
    return [unit.rstrip(b"\x00") for unit in _START.split(access_unit) if unit]


@dataclass(slots=True, kw_only=True)
class RtpStream:
    """One stream: numbers its packets, and counts what a report tells."""

    ssrc: int
    number: int = 1
    packets: int = 0
    octets: int = 0

    def packets_of(self, units: Sequence[bytes], ticks: int) -> Iterator[bytes]:
        """One picture's packets, the last one marked; long units are cut in pieces (FU-A)."""
        last = len(units) - 1
        for place, unit in enumerate(units):
            if len(unit) <= LONGEST:
                yield self._packet(unit, ticks, marked=place == last)
                continue
            indicator, kind = (unit[0] & 0xE0) | FU_A, unit[0] & 0x1F
            pieces = [unit[at : at + LONGEST - 2] for at in range(1, len(unit), LONGEST - 2)]
            for number, piece in enumerate(pieces):
                first, ends = number == 0, number == len(pieces) - 1
                header = bytes((indicator, first << 7 | ends << 6 | kind))
                yield self._packet(header + piece, ticks, marked=ends and place == last)

    def sender_report(self, ticks: int, unix_s: float) -> bytes:
        """Which RTP time is which instant, and how much has been sent."""
        seconds = unix_s + _EPOCH_1900
        whole = int(seconds)
        return struct.pack(
            ">BBHIIIIII",
            0x80,
            200,
            6,
            self.ssrc,
            whole & 0xFFFFFFFF,
            int((seconds - whole) * 2**32),
            ticks & 0xFFFFFFFF,
            self.packets & 0xFFFFFFFF,
            self.octets & 0xFFFFFFFF,
        )

    def _packet(self, content: bytes, ticks: int, *, marked: bool) -> bytes:
        header = struct.pack(
            ">BBHII",
            0x80,
            marked << 7 | PAYLOAD_TYPE,
            self.number & 0xFFFF,
            ticks & 0xFFFFFFFF,
            self.ssrc,
        )
        self.number += 1
        self.packets += 1
        self.octets += len(content)
        return header + content


def interleaved(channel: int, packet: bytes) -> bytes:
    """A packet as it goes through an RTSP connection (RFC 2326, 10.12)."""
    return b"$" + struct.pack(">BH", channel, len(packet)) + packet
