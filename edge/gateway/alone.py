"""When it is told that a platform is away, and that the disk will not last so long; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from edge.model import BufferChanged, UplinkChanged

ENOUGH: Final = 1.25
"""Of what the site wants: with so much it is well again, with a little less it might not last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkSeen:
    """How a platform is: a way to it, what waits for its receipts, how often it has answered.

    `offline_after` and `low_buffer` are what the site says of it.
    """

    up: bool
    reason: str
    waiting: int
    answers: int
    offline_after: timedelta
    low_buffer: timedelta


class Away(msgspec.Struct, frozen=True):
    """A platform has been away since then, for so many seconds while the gateway ran.

    They are counted by a clock that nobody sets. `told`: it was an event already.
    """

    since: datetime
    seconds: float = 0.0
    told: bool = False


class Alone(msgspec.Struct, frozen=True):
    """What is known from one look to the next, and from one start of the gateway to the next."""

    away: Mapping[str, Away] = {}
    low: bool = False


class Watch:
    """Compares each look with the one before; what it tells is told once.

    A platform is there when a way to it is up and it answers for what it was sent; a broker that
    takes everything, with nobody behind it, is not enough.
    """

    def __init__(self, alone: Alone) -> None:
        self.alone = alone
        self._answers: dict[str, int] = {}

    def look(
        self,
        uplinks: Mapping[str, UplinkSeen],
        left: timedelta | None,
        passed: timedelta,
        now: datetime,
    ) -> tuple[UplinkChanged | BufferChanged, ...]:
        """Return what is to be told, with what has `passed` since the look before.

        `left` is how long the disk lasts, none while nobody knows.
        """
        away = dict(self._away(uplinks, passed, now))
        told: list[UplinkChanged | BufferChanged] = [*self._changed(uplinks, away, now)]
        limit = max((seen.low_buffer for seen in uplinks.values()), default=timedelta(0))
        low = bool(away) and _is_low(left, limit, was=self.alone.low)
        if low is not self.alone.low:
            told.append(
                BufferChanged(state="low" if low else "enough", left=left, limit=limit, at=now)
            )
        self.alone = Alone(away=away, low=low)
        self._answers = {name: seen.answers for name, seen in uplinks.items()}
        return tuple(told)

    def _away(
        self, uplinks: Mapping[str, UplinkSeen], passed: timedelta, now: datetime
    ) -> Iterator[tuple[str, Away]]:
        for name, seen in uplinks.items():
            answered = seen.answers > self._answers.get(name, seen.answers)
            if seen.up and (answered or not seen.waiting):
                continue
            before = self.alone.away.get(name)
            if before is None:
                yield name, Away(now)
                continue
            seconds = before.seconds + passed.total_seconds()
            told = before.told or seconds >= seen.offline_after.total_seconds()
            yield name, Away(before.since, seconds, told)

    def _changed(
        self, uplinks: Mapping[str, UplinkSeen], away: Mapping[str, Away], now: datetime
    ) -> Iterator[UplinkChanged]:
        for name, seen in uplinks.items():
            before = self.alone.away.get(name)
            was, is_told = before is not None and before.told, name in away and away[name].told
            if is_told and not was:
                reason = "no receipts" if seen.up else seen.reason
                yield UplinkChanged(
                    uplink=name, state="offline", reason=reason, since=away[name].since, at=now
                )
            elif was and not is_told:
                yield UplinkChanged(uplink=name, state="online", reason="", since=now, at=now)


def _is_low(left: timedelta | None, limit: timedelta, *, was: bool) -> bool:
    """Whether it is too little; once it is, it takes more than the limit to be enough."""
    if left is None:
        return was
    return left < (limit * ENOUGH if was else limit)
