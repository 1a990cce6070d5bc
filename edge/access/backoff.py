"""How long somebody who failed to get in has to wait before the next try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

FREE: Final = 3
"""Slips of the finger that cost nothing."""

FIRST: Final = timedelta(seconds=1)
LONGEST: Final = timedelta(minutes=15)
"""Four tries an hour guess no password, and nobody is kept out for the rest of the night."""

FADES: Final = timedelta(hours=1)
"""In which one failure is forgiven, when none comes."""

MOST: Final = 16
"""Failures counted: enough for the longest wait, few enough to be forgiven in a night."""

NETWORK_BITS: Final = 64
"""What one subscriber of IPv6 has: to count single addresses would count nothing."""

LONGEST_ADDRESS: Final = 64


@dataclass(frozen=True, slots=True)
class Failures:
    """How often it went wrong lately, and when last."""

    count: int
    at: datetime


def one_more(failures: Failures | None, now: datetime) -> Failures:
    """Count another failure."""
    before = left_of(failures, now) if failures else 0
    return Failures(min(before + 1, MOST), now)


def left_of(failures: Failures, now: datetime) -> int:
    """How many are not yet forgiven."""
    return max(0, failures.count - abs(now - failures.at) // FADES)


def wait_of(failures: Failures | None, now: datetime) -> timedelta:
    """How long from now the next try is refused; a clock that was set makes nobody wait longer."""
    if failures is None or failures.count <= FREE:
        return timedelta()
    doublings = min(failures.count, MOST) - FREE - 1
    whole = min(LONGEST, FIRST * (1 << doublings))
    return max(timedelta(), whole - abs(now - failures.at))


def place_of(address: str) -> str:
    """What is counted for an address: itself, or the network that one IPv6 subscriber has."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:LONGEST_ADDRESS]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(IPv6Network((int(found), NETWORK_BITS), strict=False))
    return str(found)
