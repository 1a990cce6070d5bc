"""Readings in line protocol, as InfluxDB and its like take them; docs/series.md has the names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from edge.model import Quality, Reading
from edge.site import Site

LINK: Final = "link"
"""The measurement of what the gateway knows of a link, and the tag that names it."""

UNKNOWN: Final = "unknown"
"""The measurement of a device that is no longer in the site file, and of its link neither."""

GATEWAY: Final = "gateway"
"""The measurement of the gateway itself: each time it begins to write, `value` is 1."""

MOST_HEADS: Final = 100_000
"""Points whose names are remembered as they are written: as many as the history follows."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_UNPRINTABLE: Final = (*range(32), 127)
_IN_TAG: Final = str.maketrans(
    {**dict.fromkeys(_UNPRINTABLE, r"\ "), "\\": "/", ",": r"\,", "=": r"\=", " ": r"\ "}
)
"""A backslash at the end of a tag would eat what follows, and can be written in no way."""

_IN_TEXT: Final = str.maketrans({**dict.fromkeys(_UNPRINTABLE, " "), "\\": r"\\", '"': r"\""})


class Lines:
    """Writes the readings of one site, each as one line; instants in microseconds."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._heads: dict[str, str] = {}

    def of(self, readings: Iterable[Reading]) -> list[str]:
        """Return a line for each reading, in the same order."""
        heads = self._heads
        lines = []
        for each in readings:
            head = heads.get(each.point)
            if head is None:
                head = self._head(each.point)
            lines.append(f"{head}{_fields(each)} {(each.at - _EPOCH) // _MICROSECOND}")
        return lines

    def mark(self, at: datetime) -> str:
        """Return a line that no server refuses if it takes any: the gateway writes, from now on."""
        head = _tagged(GATEWAY, self._own() | {"point": "series"})
        return f"{head}value=1,quality=0i {(at - _EPOCH) // _MICROSECOND}"

    def _own(self) -> dict[str, str]:
        return {"site": self._site.id, "gateway": self._site.gateway}

    def _head(self, point: str) -> str:
        """The measurement and the tags of a point, up to its first field."""
        if len(self._heads) >= MOST_HEADS:
            self._heads.clear()
        thing, _, name = point.partition("/")
        device = self._site.devices.get(thing)
        tags = self._own() | {"point": name}
        if device is not None:
            component, dot, rest = name.partition(".")
            where = self._site.locate(point)
            tags |= {"device": thing, "building": where.building, "unit": where.unit}
            tags |= {"floor": where.floor}
            if dot:
                tags |= {"component": component, "point": rest}
        elif thing in self._site.links:
            tags |= {LINK: thing}
        else:
            tags |= {"device": thing}
        kind = device.kind if device else LINK if LINK in tags else UNKNOWN
        head = self._heads[point] = _tagged(kind, tags)
        return head


def _tagged(measurement: str, tags: Mapping[str, str]) -> str:
    """Tags in the order of their names, as servers like them best; one without a value has none."""
    told = (f"{k}={_whole(v).translate(_IN_TAG)}" for k, v in sorted(tags.items()) if v)
    return ",".join((measurement, *told)) + " "


def _whole(text: str) -> str:
    """Without halves of characters, which UTF-8 does not know."""
    return text.encode(errors="replace").decode()


def _fields(reading: Reading) -> str:
    """The value, where there is one to be trusted, and how far it can be."""
    if reading.quality is Quality.BAD:
        return "quality=2i"
    quality = "quality=0i" if reading.quality is Quality.GOOD else "quality=1i"
    value = reading.value
    if isinstance(value, str):
        return f'text="{_whole(value).translate(_IN_TEXT)}",{quality}'
    if value is None or not math.isfinite(value):
        return quality
    return f"value={float(value)!r},{quality}"
