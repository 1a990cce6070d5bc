"""One gate: what it said becomes records, what it did not say becomes silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from edge.driver import Placed
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
        self._contact_heard = False
        self._opening: datetime | None = None

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
                return (*came, *self._passage(said, now))
            case Stranger():
                return (*came, self._told("stranger", f"snap/{said.record}", said, now))
            case Contact():
                return (*came, *self._permission(now), *self._contact(said, now))
            case _:
                return came

    def misheard(self, why: str, now: datetime) -> tuple[Record, ...]:
        """Take note of a message that was dropped; only the first is told."""
        return self._presence.misheard(why, now)

    def will_open(self, now: datetime) -> None:
        """A command opens the door; told with the next tick, or before what the contact says."""
        self._opening = now

    def tick(self, now: datetime) -> tuple[Record, ...]:
        """Take note of the time, about once a second."""
        return (*self._permission(now), *self._with_door(self._presence.tick(now)))

    def _permission(self, now: datetime) -> tuple[Reading, ...]:
        """A command not told yet; one from before an outage says nothing about the door now."""
        asked, self._opening = self._opening, None
        return self._may_open(asked) if asked is not None and now - asked <= LIVE else ()

    def _may_open(self, at: datetime) -> tuple[Reading, ...]:
        """Somebody may pass; nobody asks where no contact is wired."""
        if self.placed.profile.door is None:
            return ()
        return (Reading(point=f"{self._id}/may_open", value=True, at=at),)

    def _with_door(self, changes: tuple[DeviceChanged, ...]) -> tuple[Record, ...]:
        """Add that the door is not known any more where the gate is lost."""
        if not self._contact_heard:
            return changes
        unknown = tuple(
            Reading(point=f"{self._id}/door_open", value=None, at=change.at, quality=Quality.BAD)
            for change in changes
            if change.state == "offline"
        )
        return (*changes, *unknown)

    def _passage(self, said: Passage, now: datetime) -> tuple[Record, ...]:
        verdict = said.verdict
        if verdict is None or verdict.decision == "undecided":
            return (self._told("undecided", f"rec/{said.record}", said, now),)
        at = self._instant(said.local, now)
        live = said.live if said.live is not None else abs(now - at) <= LIVE
        passes = live and verdict.decision != "denied"
        refused = self.placed.profile.person_types.get(said.person_type)
        words = verdict.reason
        if verdict.decision == "denied" and refused is not None:
            words = refused
        access = Access(
            device=self._id,
            decision=verdict.decision,
            at=at,
            person=f"{said.person} {said.name}".strip(),
            method="face",
            reason=f"{words.zh} / {words.en}" if words is not None else "",
            origin=self._origin(f"rec/{said.record}", said),
        )
        return (access, *(self._may_open(now) if passes else ()))

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
        if said.what == "exit_request":
            return self._may_open(now)
        self._contact_heard = True
        return (Reading(point=f"{self._id}/door_open", value=said.what == "open", at=now),)

    def _instant(self, local: datetime | None, now: datetime) -> datetime:
        """The gate's time in UTC if it can be believed, the gateway's otherwise."""
        if local is None or not FIRST_YEAR <= local.year <= now.year + 1:
            return now
        at = local.replace(tzinfo=self._zone).astimezone(UTC)
        return at if at <= now + FUTURE else now
