"""Which orders have come, and the latest time that was seen; for as long as a copy might come."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from cloud_bridge.wire.orders import Order, encode_order
from edge.instants import reckonable

ORDER: Final = "order:"
CLOCK: Final = "orders.clock"
"""How the journal's keys begin, and the one of the time."""

MOST: Final = 10_000
"""Orders of one key remembered at the same time: almost three a second for an hour."""

SAFE_AFTER: Final = timedelta(hours=1)
"""After its expiry by this much a copy is refused as too late, whatever a clock may be off."""


class Trace(msgspec.Struct, frozen=True):
    """One order that has come: what it said, and when it was over."""

    content: str
    expires_at: datetime


class OrderMemory:
    """By key and nonce, in the order of coming; no key can take the room of another."""

    def __init__(self) -> None:
        self.latest: datetime | None = None
        self._traces: dict[str, dict[str, Trace]] = defaultdict(dict)

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Take up what was kept; a body from a version with another shape is left out."""
        traces: dict[str, Trace] = {}
        for key, body in states.items():
            with suppress(msgspec.MsgspecError, UnicodeDecodeError):
                if key.startswith(ORDER):
                    trace = _TRACE.decode(body)
                    if reckonable(trace):
                        traces[key.removeprefix(ORDER)] = trace
                elif key == CLOCK:
                    latest = _INSTANT.decode(body)
                    self.latest = latest if reckonable(latest) else None
        for name, trace in sorted(traces.items(), key=lambda each: each[1].expires_at):
            key, _, nonce = name.partition("/")
            self._traces[key][nonce] = trace

    def seen(self, key: str, order: Order) -> Literal["new", "again", "other"]:
        """Whether it has come before, or another one with its nonce."""
        trace = self._traces[key].get(order.nonce)
        if trace is None:
            return "new"
        return "again" if trace.content == _content(order) else "other"

    def note(
        self, key: str, order: Order, expires_at: datetime, now: datetime
    ) -> Mapping[str, bytes | None]:
        """Know it from now on; return what has to be on disk before anybody acts on it.

        What expired so long ago that it would be forgotten at once is not remembered at all.
        """
        gone = self._forget(now)
        trace = Trace(_content(order), expires_at)
        if _over(trace, now):
            return {**gone, **self.mark(now)}
        self._traces[key][order.nonce] = trace
        kept = {f"{ORDER}{key}/{order.nonce}": _ENCODER.encode(trace)}
        return {**gone, **kept, **self.mark(now)}

    def mark(self, now: datetime) -> Mapping[str, bytes | None]:
        """Note the time, which never goes back; return what has to be kept."""
        if self.latest is not None and now <= self.latest:
            return {}
        self.latest = now
        return {CLOCK: _ENCODER.encode(now)}

    def has_room(self, key: str, now: datetime) -> bool:
        """Whether one more of a key can be remembered with none forgotten that might come again."""
        traces = self._traces[key]
        return len(traces) < MOST or any(_over(each, now) for each in traces.values())

    def _forget(self, now: datetime) -> dict[str, bytes | None]:
        gone = [
            (key, nonce)
            for key, traces in self._traces.items()
            for nonce, trace in traces.items()
            if _over(trace, now)
        ]
        for key, nonce in gone:
            del self._traces[key][nonce]
        return {f"{ORDER}{key}/{nonce}": None for key, nonce in gone}


def _over(trace: Trace, now: datetime) -> bool:
    return now - trace.expires_at > SAFE_AFTER


def _content(order: Order) -> str:
    return hashlib.sha256(encode_order(order)).hexdigest()[:32]


_ENCODER: Final = msgspec.json.Encoder()
_TRACE: Final = msgspec.json.Decoder(Trace)
_INSTANT: Final = msgspec.json.Decoder(datetime)
