"""The frame of GB/T 26875.3, and the finding of frames in a stream of bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

START: Final = b"\x40\x40"
END: Final = b"\x23\x23"
HEADER: Final = 27
"""Bytes from the start bytes through the command; from here on the length is known."""
TAIL: Final = 3
SHORTEST: Final = HEADER + TAIL
MAX_APP_DATA: Final = 1024
"""The standard's own limit; what claims more is no frame."""
LONGEST: Final = SHORTEST + MAX_APP_DATA
SERIALS: Final = 1 << 16
ADDRESSES: Final = 1 << 48

Fault = Literal["bad_start", "too_short", "over_length", "bad_end", "bad_checksum"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame: `label` is the six time bytes as sent, `app` the app data unit."""

    serial: int
    version: bytes = b"\x01\x01"
    label: bytes
    source: int
    destination: int
    command: int
    app: bytes = b""


@dataclass(frozen=True, slots=True)
class Damaged:
    """A stretch that began like a frame; `frame` is what its header says, app data left out."""

    fault: Fault
    frame: Frame


def encode(frame: Frame) -> bytes:
    """Build the bytes; `ValueError` (or `OverflowError`) where a field does not fit."""
    if len(frame.version) != 2 or len(frame.label) != 6 or len(frame.app) > MAX_APP_DATA:  # noqa: PLR2004  the table's own widths
        raise ValueError("version is 2 bytes, time label 6, app data at most 1024")
    inner = b"".join(
        (
            frame.serial.to_bytes(2, "little"),
            frame.version,
            frame.label,
            frame.source.to_bytes(6, "little"),
            frame.destination.to_bytes(6, "little"),
            len(frame.app).to_bytes(2, "little"),
            frame.command.to_bytes(1, "little"),
            frame.app,
        )
    )
    return START + inner + bytes((sum(inner) % 256,)) + END


def reply(frame: Frame, command: int, label: bytes, app: bytes = b"") -> Frame:
    """Answer a frame: same serial and version, addresses swapped, the replier's own time."""
    return replace(
        frame,
        command=command,
        label=label,
        source=frame.destination,
        destination=frame.source,
        app=app,
    )


def read_header(raw: bytes) -> Frame:
    """Read the fields up to the command from at least 27 bytes; the app data stays empty."""
    return Frame(
        serial=int.from_bytes(raw[2:4], "little"),
        version=bytes(raw[4:6]),
        label=bytes(raw[6:12]),
        source=int.from_bytes(raw[12:18], "little"),
        destination=int.from_bytes(raw[18:24], "little"),
        command=raw[26],
    )


def app_length(raw: bytes) -> int:
    """Read the length of the app data from at least 26 bytes."""
    return int.from_bytes(raw[24:26], "little")


def fault_of(raw: bytes, limit: int = MAX_APP_DATA) -> Fault | None:
    """Name what keeps exactly these bytes from being a frame; none when they are one."""
    if raw[:2] != START:
        return "bad_start"
    if len(raw) < SHORTEST:
        return "too_short"
    length = app_length(raw)
    if length > limit:
        return "over_length"
    if len(raw) < SHORTEST + length:
        return "too_short"
    if raw[HEADER + length + 1 :] != END:
        return "bad_end"
    return None if checksum(raw) == raw[HEADER + length] else "bad_checksum"


def checksum(raw: bytes) -> int:
    """Sum the bytes from the serial number through the app data, modulo 256."""
    return sum(raw[2 : HEADER + app_length(raw)]) % 256


class Framer:
    """Finds frames in a stream; `feed` never raises and holds back less than one frame."""

    def __init__(self, limit: int = MAX_APP_DATA) -> None:
        """Begin with nothing; `limit` is the longest app data that the dialect allows."""
        self._buffer = b""
        self._limit = limit

    @property
    def pending(self) -> int:
        """How many bytes wait for the rest of their frame."""
        return len(self._buffer)

    def feed(self, arrived: bytes) -> Sequence[Frame | Damaged]:
        """Return what is complete, in order; what follows damage is searched again byte by byte."""
        self._buffer += arrived
        return self._take()

    def skip(self) -> Sequence[Frame | Damaged]:
        """Give up the frame that has not gone on for too long; return what was behind it."""
        self._buffer = self._buffer[1:]
        return self._take()

    def _take(self) -> Sequence[Frame | Damaged]:
        found: list[Frame | Damaged] = []
        while True:
            self._buffer = _from_start(self._buffer)
            if len(self._buffer) < HEADER:
                break
            size = SHORTEST + app_length(self._buffer)
            if size - SHORTEST <= self._limit and len(self._buffer) < size:
                overtaken = _good_pair(self._buffer, self._limit)
                if not overtaken:
                    break
                found.append(Damaged("too_short", read_header(self._buffer)))
                self._buffer = self._buffer[overtaken:]
                continue
            fault = fault_of(self._buffer[:size], self._limit)
            if fault is not None:
                found.append(Damaged(fault, read_header(self._buffer)))
                self._buffer = self._buffer[_next_start(self._buffer, self._limit) :]
                continue
            header = read_header(self._buffer)
            found.append(replace(header, app=self._buffer[HEADER : size - TAIL]))
            self._buffer = self._buffer[size:]
        return found


def _from_start(raw: bytes) -> bytes:
    at = raw.find(START)
    if at >= 0:
        return raw[at:]
    return raw[-1:] if raw.endswith(START[:1]) else b""


def _next_start(raw: bytes, limit: int) -> int:
    """Find where to look on behind a damaged beginning.

    What begins within its header and claims too much is a part of it: told one by one, a stream
    of start bytes would be as many damages as it has bytes, and keep everybody else waiting.
    """
    at = raw.find(START, 1)
    while 0 < at < HEADER <= len(raw) - at and app_length(raw[at : at + HEADER]) > limit:
        at = raw.find(START, at + 1)
    return max(at, 1)


def _good_pair(raw: bytes, limit: int) -> int:
    """Find two whole frames in a row behind an unfinished one; 0 when there are none.

    Two, because the bytes of one whole frame can stand inside another's text.
    """
    at = raw.find(START, 1)
    while at >= 0:
        first = _good_size(raw[at:], limit)
        if first and _good_size(raw[at + first :], limit):
            return at
        at = raw.find(START, at + 1)
    return 0


def _good_size(raw: bytes, limit: int) -> int:
    if len(raw) < SHORTEST:
        return 0
    size = SHORTEST + app_length(raw)
    return size if fault_of(raw[:size], limit) is None else 0
