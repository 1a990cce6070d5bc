"""Names of time zones in files."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator

from edge.choices import nearest
from edge.faults import fault
from edge.model import Text


def _known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = nearest(name, sorted(available_timezones())) or "Asia/Shanghai"
        raise fault(
            Text(f"没有时区 {name[:40]}", f"there is no time zone {name[:40]}"),
            Text(f"是不是 {near}？", f"did you mean {near}?"),
        ) from None
    return name


Timezone: TypeAlias = Annotated[str, AfterValidator(_known)]
"""An IANA name such as Asia/Shanghai."""
