"""The settings of a link to JSON sensors, as the site file has them."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints

from edge.broker import Broker
from edge.schema import Id, Strict


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"there is no time zone {name[:40]}")
    return name


class SensorSettings(Strict):
    """A broker with sensors; times without a zone are in `timezone`."""

    id: Id
    broker: Broker
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    client_id: Annotated[str, StringConstraints(max_length=64)] = Field(
        "", description="Our name at the broker; whistle-<link> when empty."
    )
