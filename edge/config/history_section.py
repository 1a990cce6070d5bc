"""How much of the readings is kept on the gateway's disk, and for how long."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Final, Self, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from edge import model
from edge.history.keeping import GIGABYTE, MEGABYTE, USUAL, Keeping
from edge.schema import Duration, Strict, fault

_SIZE: Final = re.compile(r"^([0-9]{1,6})(MB|GB)$")
_UNITS: Final = {"MB": MEGABYTE, "GB": GIGABYTE}

SMALLEST: Final = 64 * MEGABYTE
LARGEST: Final = 1000 * GIGABYTE

SHORTEST: Final = timedelta(hours=1)


def parse_size(text: Any) -> int:
    """Turn `512MB` or `2GB` into bytes."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    match = _SIZE.match(text) if isinstance(text, str) else None
    if match is None:
        raise fault(
            model.Text("大小写法不对", "this is not a size"),
            model.Text("写数字加单位 MB 或 GB，例如 512MB", "write a number with MB or GB: 512MB"),
        )
    size = int(match[1]) * _UNITS[match[2]]
    if not SMALLEST <= size <= LARGEST:
        raise fault(
            model.Text("大小超出范围", "this size is out of range"),
            model.Text("写 64MB 到 1000GB", "write 64MB to 1000GB"),
        )
    return size


def format_size(size: int) -> str:
    """Write a size as `parse_size` reads it."""
    whole, rest = divmod(size, GIGABYTE)
    return f"{whole}GB" if whole and not rest else f"{size // MEGABYTE}MB"


Size: TypeAlias = Annotated[
    int,
    BeforeValidator(parse_size),
    PlainSerializer(format_size, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _SIZE.pattern, "examples": ["512MB", "2GB"]}),
]


class HistorySection(Strict):
    """The share of the disk, and the age of readings as they came, of their minutes and hours."""

    size: Size = Field(USUAL.size, description="What the file may take of the disk.")
    raw: Duration = Field(USUAL.raw, description="How long each reading is kept.")
    minutes: Duration = Field(
        USUAL.minutes, description="How long least, greatest and mean of each minute are kept."
    )
    hours: Duration = Field(
        USUAL.hours, description="How long least, greatest and mean of each hour are kept."
    )

    @model_validator(mode="after")
    def _longer_when_coarser(self) -> Self:
        if not SHORTEST <= self.raw <= self.minutes <= self.hours:
            raise fault(
                model.Text("保留时间的顺序不对", "these ages do not fit together"),
                model.Text(
                    "raw 至少 1h，minutes 不短于 raw，hours 不短于 minutes",
                    "raw is 1h or more, minutes is no less than raw, hours no less than minutes",
                ),
            )
        return self

    def plain(self) -> Keeping:
        """The same, as the history knows it."""
        return Keeping(size=self.size, raw=self.raw, minutes=self.minutes, hours=self.hours)
