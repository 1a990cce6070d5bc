"""The settings of a link to JSON sensors, as the site file has them."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints

from edge.broker import Broker
from edge.model import Text
from edge.schema import Id, Strict, fault


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise fault(
            Text(f"没有时区 {name[:40]}", f"there is no time zone {name[:40]}"),
            Text("写 Asia/Shanghai 这样的名称", "write a name such as Asia/Shanghai"),
        ) from None
    return name


class SensorSettings(Strict):
    """A broker with sensors; times without a zone are in `timezone`."""

    id: Id
    broker: Broker
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    client_id: Annotated[str, StringConstraints(max_length=64)] = Field(
        "", description="Our name at the broker; whistle-<link> when empty."
    )
