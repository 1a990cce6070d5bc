"""Whether one device can be heard, told when that changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from edge.model import DeviceChanged

CLOCK_STEP: Final = timedelta(seconds=60)
"""Between two ticks, a second apart, more than this is a clock that was set, not silence."""

QUIET: Final = timedelta(minutes=10)
"""A device that sent nothing unreadable for so long is well again."""


class Presence:
    """Follows one device over all sessions of its link; does no I/O."""

    def __init__(self, device: str, offline_after: timedelta | None) -> None:
        self._device = device
        self._patience = offline_after
        self._online: bool | None = None
        self._heard: datetime | None = None
        self._ticked: datetime | None = None
        self._bad = 0
        self._last_bad: datetime | None = None

    @property
    def lost(self) -> bool:
        """Whether the device is known to be away."""
        return self._online is False

    def resume(self, now: datetime) -> None:
        """The link is up again, or the clock was set: silence counts from here."""
        self._heard = now

    def heard(self, now: datetime) -> tuple[DeviceChanged, ...]:
        """It said something that can be read."""
        self._heard = now
        if self._online:
            return ()
        self._online = True
        return (self._changed("online", "heard", now),)

    def gone(self, reason: str, now: datetime) -> tuple[DeviceChanged, ...]:
        """It, or somebody who knows, says that it is away."""
        if self._online is False:
            return ()
        self._online = False
        return (self._changed("offline", reason, now),)

    def misheard(self, why: str, now: datetime) -> tuple[DeviceChanged, ...]:
        """A message was dropped; only the first of a row is told."""
        first = self._last_bad is None
        self._bad += 1
        self._last_bad = now
        return (self._changed("degraded", why, now),) if first else ()

    def tick(self, now: datetime) -> tuple[DeviceChanged, ...]:
        """Time passes; to be asked about once a second."""
        if self._ticked is not None and not timedelta(0) <= now - self._ticked < CLOCK_STEP:
            self.resume(now)
        self._ticked = now
        changes: tuple[DeviceChanged, ...] = ()
        patience = self._patience
        if patience is not None and self._heard is not None and now - self._heard > patience:
            changes = self.gone(f"silent for {patience.total_seconds():.0f} s", now)
        if self._last_bad is not None and now - self._last_bad > QUIET:
            dropped, self._bad, self._last_bad = self._bad, 0, None
            if not self.lost:
                again = f"readable again; {dropped} messages were dropped"
                changes = (*changes, self._changed("online", again, now))
        return changes

    def _changed(
        self, state: Literal["online", "offline", "degraded"], reason: str, now: datetime
    ) -> DeviceChanged:
        return DeviceChanged(device=self._device, state=state, reason=reason, at=now)
