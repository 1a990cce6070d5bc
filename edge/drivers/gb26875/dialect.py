"""How makers differ in GB/T 26875.3: times, heartbeats and what they add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from edge.drivers.gb26875 import tables
from edge.drivers.gb26875.frames import MAX_APP_DATA

DialectName = Literal["std", "dgiot", "dahua-bcd"]
CENTURY: Final = 2000


class DialectUnknownError(ValueError):
    """No dialect of that name is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One way of speaking; `told` are the commands that a device wants confirmed."""

    name: str
    version: bytes = b"\x01\x01"
    bcd: bool = False
    max_app_data: int = MAX_APP_DATA
    told: frozenset[int] = frozenset({tables.SEND})
    heartbeat_command: int = tables.SEND
    heartbeat: bytes = b""
    heartbeat_answer: bytes = b""
    asks_time: bool = False
    component_bits: Mapping[int, str]

    def is_heartbeat(self, command: int, app: bytes) -> bool:
        """Whether a frame only says that the device is there; an empty one always does."""
        if command == self.heartbeat_command and app == self.heartbeat:
            return True
        return command in self.told and not app

    def read_time(self, label: bytes) -> datetime | None:
        """Read six time bytes; none when there is no such instant."""
        numbers = [_from_bcd(byte) for byte in label] if self.bcd else list(label)
        second, minute, hour, day, month, year = numbers
        try:
            return datetime(CENTURY + year, month, day, hour, minute, second)  # noqa: DTZ001  the wire has no zone
        except ValueError:
            return None

    def write_time(self, at: datetime) -> bytes:
        """Write a site-local instant as six bytes."""
        numbers = (at.second, at.minute, at.hour, at.day, at.month, at.year % 100)
        return bytes(_to_bcd(number) for number in numbers) if self.bcd else bytes(numbers)


DIALECTS: Final[Mapping[str, Dialect]] = {
    "std": Dialect(name="std", component_bits=tables.COMPONENT_BITS),
    "dgiot": Dialect(
        name="dgiot",
        version=b"\x10\x00",
        heartbeat=b"\x16",
        heartbeat_answer=b"\x17",
        component_bits=tables.COMPONENT_BITS,
    ),
    "dahua-bcd": Dialect(
        name="dahua-bcd",
        bcd=True,
        max_app_data=512,
        told=frozenset({0, tables.SEND}),
        heartbeat_command=7,
        asks_time=True,
        component_bits=tables.DAHUA_COMPONENT_BITS,
    ),
}


def named(name: str) -> Dialect:
    """Return the dialect; `DialectUnknownError` names those there are."""
    known = DIALECTS.get(name)
    if known is None:
        raise DialectUnknownError(f"dialect_unknown: {name}; known are {', '.join(DIALECTS)}")
    return known


def _from_bcd(byte: int) -> int:
    """Read a two-digit byte; what is no decimal digit makes an impossible number."""
    tens, ones = divmod(byte, 16)
    return tens * 10 + ones if tens < 10 and ones < 10 else 255  # noqa: PLR2004  decimal digits


def _to_bcd(number: int) -> int:
    tens, ones = divmod(number, 10)
    return tens * 16 + ones
