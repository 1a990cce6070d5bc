"""Readings as a sheet that spreadsheets open: CSV, in UTF-8, with nothing that they would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final, Literal, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from edge.history.export import Label, Line, Wanted
from edge.history.rows import Plain, Row, instant, quality_of, value_of

Format: TypeAlias = Literal["csv", "parquet"]

Encoding: TypeAlias = Literal["utf-8-sig", "utf-8"]
"""With the mark by which a spreadsheet knows UTF-8, and Chinese for what it is, or without."""

COLUMNS: Final = ("point", "name", "unit", "at", "value", "quality")
ROLLED: Final = (
    *("point", "name", "unit", "at", "count", "low", "high", "mean", "last", "quality"),
    *("uncertain_s", "bad_s"),
)

RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet takes for a formula; a device may have told it."""

_SECOND: Final = 10**6


class Sheet(Protocol):
    """A file that is written from its beginning to its end."""

    def begin(self) -> bytes:
        """Return how the file begins."""
        ...

    def add(self, lines: Sequence[Line]) -> bytes:
        """Return what these lines add to it, as far as it is ready."""
        ...

    def end(self) -> bytes:
        """Return how the file ends."""
        ...


class CsvSheet:
    """One line for each reading, minute or hour, in the time of the site."""

    def __init__(self, wanted: Wanted, zone: ZoneInfo, encoding: Encoding = "utf-8-sig") -> None:
        self._wanted = wanted
        self._zone = zone
        self._encoding = encoding

    def begin(self) -> bytes:
        """Return the names of the columns."""
        columns = COLUMNS if self._wanted.resolution == "raw" else ROLLED
        return _written([columns]).encode(self._encoding)

    def add(self, lines: Sequence[Line]) -> bytes:
        """Return a line of the sheet for each."""
        return _written(self._cells(line) for line in lines).encode()

    def end(self) -> bytes:
        """Return nothing: a sheet may end anywhere."""
        return b""

    def _cells(self, line: Line) -> Sequence[str]:
        point, read = line
        name, unit = self._wanted.labels.get(point, Label())
        at = instant(read.at).astimezone(self._zone).isoformat()
        head = (*map(_harmless, (point, name, unit)), at)
        quality = quality_of(read.mark).value
        if isinstance(read, Row):
            return (*head, _cell(read.value, read.mark), quality)
        figures = (_number(each) for each in (read.kept, read.low, read.high, read.mean))
        spent = (_number(each / _SECOND) for each in (read.uncertain, read.bad))
        return (*head, *figures, _cell(read.last, read.mark), quality, *spent)


def _cell(value: Plain, mark: int) -> str:
    told = value_of(value, mark)
    if isinstance(told, str):
        return _harmless(told)
    return str(told).lower() if isinstance(told, bool) else _number(told)


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _written(lines: Iterable[Iterable[str]]) -> str:
    sheet = io.StringIO()
    csv.writer(sheet).writerows(lines)
    return sheet.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(RUNS) else text
