"""A port for transmission devices as it is written in the site file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from edge.drivers.gb26875.dialect import DIALECTS, DialectName
from edge.drivers.gb26875.link import GbLink, GbPlaced, Settings
from edge.errors import ConfigError
from edge.schema import Duration, Id, Strict

UtcOffset = Annotated[str, StringConstraints(pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$")]


class Listen(Strict):
    """Where to listen."""

    host: str = "0.0.0.0"  # noqa: S104  devices come from the site's own network
    port: Annotated[int, Field(ge=1, le=65535)]


class GbSection(Strict):
    """A port; `utc_offset` is the zone of the devices' clocks, which the wire does not say."""

    driver: Literal["gb26875"]
    id: Id
    listen: Listen = Field(description="Devices call this port: set it on them.")
    dialect: DialectName = Field("std", description="Ask the maker of the devices.")
    utc_offset: UtcOffset = "+08:00"
    silence: Duration = timedelta(minutes=3)
    connections: Annotated[int, Field(ge=1, le=4096)] = 256

    def bind(self, devices: Sequence[GbPlaced]) -> GbLink:
        """Return the port with its devices; `ConfigError` when two share an address."""
        taken: dict[int, str] = {}
        for placed in devices:
            address = placed.address.address
            if address in taken:
                raise ConfigError(
                    f"{self.id}: {taken[address]} and {placed.device.id} both have the "
                    f"address {address}; give each its own"
                )
            taken[address] = placed.device.id
        settings = Settings(
            host=self.listen.host,
            port=self.listen.port,
            dialect=DIALECTS[self.dialect],
            utc_offset=_offset(self.utc_offset),
            silence=self.silence,
            connections=self.connections,
        )
        return GbLink(self.id, settings, tuple(devices))


def _offset(text: str) -> timedelta:
    hours, minutes = text[1:].split(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return -offset if text.startswith("-") else offset
