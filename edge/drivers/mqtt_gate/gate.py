"""One gate: what it said becomes records, what it did not say becomes silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from edge.driver import Placed
from edge.drivers.mqtt_gate import door as doors
from edge.drivers.mqtt_gate.codec import Contact, Passage, Said, Sign, Stranger
from edge.drivers.mqtt_gate.profile import GateAddress, GateProfile
from edge.model import Access, DeviceChanged, DeviceReported, Quality, Reading, Record
from edge.presence import Presence

LIVE: Final = timedelta(seconds=10)
"""A record older than this was stored by the gate and says nothing about the door now."""
FUTURE: Final = timedelta(minutes=5)
FIRST_YEAR: Final = 2020
"""Outside of these the gate's clock was never set; its time is not believed."""

PlacedGate: TypeAlias = Placed[GateProfile, GateAddress]


class Gate:
    """Follows one gate over all sessions with the broker; does no I/O."""

    def __init__(self, placed: PlacedGate, zone: ZoneInfo) -> None:
        self.placed = placed
        self._zone = zone
        self._id = placed.device.id
        self._presence = Presence(self._id, placed.profile.offline_after)
        self._door = doors.Door()

    @property
    def lost(self) -> bool:
        """Whether the gate is known to be away."""
        return self._presence.lost

    def resume(self, now: datetime) -> None:
        """The broker can be reached again: silence counts from here."""
        self._presence.resume(now)

    def hear(self, said: Said, now: datetime) -> tuple[Record, ...]:
        """Take one message."""
        if isinstance(said, Sign) and said.what == "offline":
            return self._with_door(self._presence.gone("said goodbye, or its broker did", now))
        came = self._presence.heard(now)
        match said:
            case Passage():
                return (*came, self._passage(said, now))
            case Stranger():
                return (*came, self._told("stranger", f"snap/{said.record}", said, now))
            case Contact():
                return (*came, *self._contact(said, now))
            case _:
                return came

    def misheard(self, why: str, now: datetime) -> tuple[Record, ...]:
        """Take note of a message that was dropped; only the first is told."""
        return self._presence.misheard(why, now)

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
        return (*records, *self._with_door(self._presence.tick(now)))

    def _with_door(self, changes: tuple[DeviceChanged, ...]) -> tuple[Record, ...]:
        """Add that the door is not known any more where the gate is lost."""
        if self._door.open is None:
            return changes
        unknown = tuple(
            Reading(point=f"{self._id}/door_open", value=None, at=change.at, quality=Quality.BAD)
            for change in changes
            if change.state == "offline"
        )
        return (*changes, *unknown)

    def _passage(self, said: Passage, now: datetime) -> Record:
        verdict = said.verdict
        if verdict is None or verdict.decision == "undecided":
            return self._told("undecided", f"rec/{said.record}", said, now)
        at = self._instant(said.local, now)
        live = said.live if said.live is not None else abs(now - at) <= LIVE
        if live and verdict.decision != "denied":
            self.allow(now)
        refused = self.placed.profile.person_types.get(said.person_type)
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
        if local is None or not FIRST_YEAR <= local.year <= now.year + 1:
            return now
        at = local.replace(tzinfo=self._zone).astimezone(UTC)
        return at if at <= now + FUTURE else now
