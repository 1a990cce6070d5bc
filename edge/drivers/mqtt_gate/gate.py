"""One gate: what it said becomes records, what it did not say becomes silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from edge.driver import Placed
from edge.drivers.mqtt_gate import door as doors
from edge.drivers.mqtt_gate.codec import Contact, Other, Passage, Presence, Said, Stranger
from edge.drivers.mqtt_gate.profile import GateAddress, GateProfile
from edge.model import Access, DeviceChanged, DeviceReported, Quality, Reading, Record

LIVE: Final = timedelta(seconds=10)
"""A record older than this was stored by the gate and says nothing about the door now."""
FUTURE: Final = timedelta(minutes=5)
FIRST_YEAR: Final = 2020
"""Outside of these the gate's clock was never set; its time is not believed."""
QUIET: Final = timedelta(minutes=10)
"""A gate that sent nothing unreadable for so long is well again."""

PlacedGate: TypeAlias = Placed[GateProfile, GateAddress]


class Gate:
    """Follows one gate over all sessions with the broker; does no I/O."""

    def __init__(self, placed: PlacedGate, zone: ZoneInfo) -> None:
        self.placed = placed
        self._zone = zone
        self._id = placed.device.id
        self._online: bool | None = None
        self._heard: datetime | None = None
        self._door = doors.Door()
        self._bad = 0
        self._last_bad: datetime | None = None

    @property
    def lost(self) -> bool:
        """Whether the gate is known to be away."""
        return self._online is False

    def resume(self, now: datetime) -> None:
        """The broker can be reached again: silence counts from here."""
        self._heard = now

    def hear(self, said: Said, now: datetime) -> tuple[Record, ...]:
        """Take one message."""
        if isinstance(said, Presence) and said.what == "offline":
            return self._go(now, "the broker reports it gone")
        self._heard = now
        came = self._come(now)
        match said:
            case Passage():
                return (*came, self._passage(said, now))
            case Stranger():
                return (*came, self._told("stranger", f"snap/{said.record}", said, now))
            case Contact():
                return (*came, *self._contact(said, now))
            case Other(operator):
                fields = {"operator": operator[:64]}
                return (
                    *came,
                    DeviceReported(device=self._id, what="other", frame="", at=now, fields=fields),
                )
            case _:
                return came

    def misheard(self, why: str, now: datetime) -> tuple[Record, ...]:
        """Take note of a message that was dropped; only the first is told."""
        first = self._last_bad is None
        self._bad += 1
        self._last_bad = now
        return (self._changed("degraded", why, now),) if first else ()

    def allow(self, now: datetime) -> None:
        """A command will open the door."""
        self._door = doors.allow(self._door, now)

    def tick(self, now: datetime) -> tuple[Record, ...]:
        """Take note of the time, about once a second."""
        records: tuple[Record, ...] = ()
        profile = self.placed.profile
        if profile.door is not None:
            self._door, findings = doors.wait(self._door, profile.door, now)
            records = self._findings(findings, now)
        if self._heard is not None and now - self._heard > profile.offline_after:
            silence = f"silent for {profile.offline_after.total_seconds():.0f} s"
            records = (*records, *self._go(now, silence))
        if self._last_bad is not None and now - self._last_bad > QUIET:
            dropped, self._bad, self._last_bad = self._bad, 0, None
            if not self.lost:
                again = f"readable again; {dropped} messages were dropped"
                records = (*records, self._changed("online", again, now))
        return records

    def _come(self, now: datetime) -> tuple[Record, ...]:
        if self._online:
            return ()
        self._online = True
        return (self._changed("online", "heard", now),)

    def _go(self, now: datetime, reason: str) -> tuple[Record, ...]:
        if self._online is False:
            return ()
        self._online = False
        gone = self._changed("offline", reason, now)
        if self._door.open is None:
            return (gone,)
        unknown = Reading(point=f"{self._id}/door_open", value=None, at=now, quality=Quality.BAD)
        return (gone, unknown)

    def _changed(
        self, state: Literal["online", "offline", "degraded"], reason: str, now: datetime
    ) -> DeviceChanged:
        return DeviceChanged(device=self._id, state=state, reason=reason, at=now)

    def _passage(self, said: Passage, now: datetime) -> Record:
        verdict = said.verdict
        if verdict is None or verdict.decision == "undecided":
            return self._told("undecided", f"rec/{said.record}", said, now)
        at = self._instant(said.local, now)
        live = said.live if said.live is not None else abs(now - at) <= LIVE
        if live and verdict.decision != "denied":
            self.allow(now)
        refused = self.placed.profile.person_types.get(_number(said.person_type))
        words = verdict.reason
        if verdict.decision == "denied" and refused is not None:
            words = refused
        return Access(
            device=self._id,
            decision=verdict.decision,
            at=at,
            person=f"{said.person} {said.name}".strip(),
            method="face",
            reason=f"{words.zh} / {words.en}" if words is not None else "",
            origin=self._origin(f"rec/{said.record}", said),
        )

    def _told(
        self, what: str, number: str, said: Passage | Stranger, now: datetime
    ) -> DeviceReported:
        """A record that is no decision: kept and confirmed, without what it shows."""
        status = {"status": said.status[:16]} if isinstance(said, Passage) else {}
        return DeviceReported(
            device=self._id,
            what=what,
            frame="",
            at=self._instant(said.local, now),
            origin=self._origin(number, said),
            device_time=said.stamp,
            fields=status,
        )

    def _origin(self, number: str, said: Passage | Stranger) -> str:
        return f"{self._id}/{number}/{said.stamp}" if said.record else ""

    def _contact(self, said: Contact, now: datetime) -> tuple[Record, ...]:
        timing = self.placed.profile.door
        if timing is None:
            return ()
        if said.what == "exit_request":
            self.allow(now)
            return ()
        reading = Reading(point=f"{self._id}/door_open", value=said.what == "open", at=now)
        if said.what == "open":
            self._door = doors.opened(self._door, timing, now)
            return (reading,)
        self._door, findings = doors.closed(self._door)
        return (reading, *self._findings(findings, now))

    def _findings(self, findings: tuple[doors.Finding, ...], now: datetime) -> tuple[Record, ...]:
        return tuple(
            Access(device=self._id, decision=finding, at=now, method="door_contact")
            for finding in findings
        )

    def _instant(self, local: datetime | None, now: datetime) -> datetime:
        """The gate's time in UTC if it can be believed, the gateway's otherwise."""
        if local is None or local.year < FIRST_YEAR:
            return now
        at = local.replace(tzinfo=self._zone).astimezone(UTC)
        return at if at <= now + FUTURE else now


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 - far above any code, far below a long number
