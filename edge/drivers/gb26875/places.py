"""The table that places a panel's components on the site, read from a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from edge.errors import ConfigError
from edge.model import Location

ADDRESS: Final = {"system_type": 255, "system_address": 255, "zone": 65535, "point": 65535}
"""The columns that make a component's address, each with the largest number it can hold."""
PLACE: Final = ("building", "unit", "floor", "room", "text")
COLUMNS: Final = (*ADDRESS, *PLACE)


def read_places(path: Path) -> Mapping[str, Location]:
    """Read component (`1-1-10-2`) to location; `ConfigError` names file, line, column, remedy.

    The file is UTF-8 (or GB18030, as Excel writes it in China) with a header line.
    """
    places: dict[str, Location] = {}
    rows = csv.reader(_text(path).splitlines(), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        _check_header(path, header)
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            where = f"{path}:{rows.line_num}"
            component, location = _place(where, dict(zip(header, row, strict=False)), len(row))
            if component in places:
                raise ConfigError(f"{where}: {component} is placed twice; keep one of the lines")
            places[component] = location
    except csv.Error as error:
        raise ConfigError(f"{path}:{rows.line_num}: {error}; check the quotes") from error
    return places


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; correct `places` in the site file") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(f"{path}: neither UTF-8 nor GB18030; save it as CSV UTF-8")


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in ADDRESS if name not in header]
    if missing:
        raise ConfigError(f"{path}:1: column {missing[0]} is missing; add it to the header line")
    for name in header:
        if name not in COLUMNS or header.count(name) > 1:
            raise ConfigError(
                f"{path}:1: column {name!r} is unknown or stands twice; "
                f"the columns are {', '.join(COLUMNS)}"
            )


def _place(where: str, row: Mapping[str, str], cells: int) -> tuple[str, Location]:
    if cells > len(row):
        raise ConfigError(f"{where}: more cells than columns; quote the text that has a comma")
    numbers = []
    for name, most in ADDRESS.items():
        cell = row.get(name, "").strip()
        if not re.fullmatch(r"[0-9]{1,5}", cell) or int(cell) > most:
            raise ConfigError(
                f"{where}: column {name} is {cell!r}; write a number from 0 to {most}"
            )
        numbers.append(str(int(cell)))
    location = Location(**{name: row.get(name, "").strip() for name in PLACE})
    return "-".join(numbers), location
