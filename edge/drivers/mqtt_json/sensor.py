"""One sensor: what it said becomes records."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from edge.driver import Placed
from edge.drivers.mqtt_json import codec
from edge.drivers.mqtt_json.profile import JsonAddress, JsonProfile
from edge.model import DeviceReported, Quality, Reading, Record
from edge.presence import Presence

FUTURE: Final = timedelta(minutes=5)
FIRST_YEAR: Final = 2020
"""Outside of these the sensor's clock was never set; its time is not believed."""
MAX_FRAME: Final = 2048
"""Bytes of a message that are kept beside what they mean."""
HASH: Final = 12
"""Hex digits that tell two contents under one number apart."""

PlacedSensor: TypeAlias = Placed[JsonProfile, JsonAddress]


class Sensor:
    """Follows one sensor over all sessions with the broker; does no I/O."""

    def __init__(self, placed: PlacedSensor, zone: ZoneInfo) -> None:
        self.placed = placed
        self.presence = Presence(placed.device.id, placed.profile.offline_after)
        self._zone = zone

    def available(self, body: bytes, now: datetime) -> tuple[Record, ...]:
        """Take a word of the availability topic."""
        if codec.available(body, self.placed.profile):
            return self.presence.heard(now)
        return self.presence.gone("said goodbye, or its broker did", now)

    def hear(self, body: bytes, now: datetime, *, retained: bool) -> tuple[Record, ...]:
        """Take one message; one that the broker had in store is uncertain without a time."""
        message = codec.decode(body, self.placed.profile, self._zone)
        at = self._instant(message.at, now)
        came = () if retained else self.presence.heard(now)
        doubtful = retained and message.at is None
        readings = tuple(
            Reading(
                point=f"{self.placed.device.id}/{measured.name}",
                value=measured.value,
                at=at,
                quality=Quality.UNCERTAIN
                if doubtful and measured.quality is Quality.GOOD
                else measured.quality,
            )
            for measured in message.values
        )
        return (*came, *self._told(message, body, at), *readings)

    def _told(self, message: codec.Message, body: bytes, at: datetime) -> tuple[Record, ...]:
        """The message itself, where the sensor numbers it: a copy is confirmed, not repeated.

        The time is part of the number's name, because many sensors count from zero again
        after a change of battery. Where the time is missing or not believed, the content
        joins in: a call told twice harms less than one taken for a copy.
        """
        if not message.number:
            return ()
        device = self.placed.device.id
        content = "" if message.at == at else sha256(body).hexdigest()[:HASH]
        name = "/".join(part for part in (message.number, message.stamp, content) if part)
        return (
            DeviceReported(
                device=device,
                what="message",
                frame=body.hex() if len(body) <= MAX_FRAME else "",
                at=at,
                origin=f"{device}/{name}",
                device_time=message.stamp,
            ),
        )

    def _instant(self, at: datetime | None, now: datetime) -> datetime:
        plausible = at is not None and at.year >= FIRST_YEAR and at <= now + FUTURE
        return at if plausible and at is not None else now
