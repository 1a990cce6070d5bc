"""The table that places a panel's components on the site, read from a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from edge.errors import ConfigError, Problem
from edge.files.text_file import unreadable
from edge.model import Location, Text

ADDRESS: Final = {"system_type": 255, "system_address": 255, "zone": 65535, "point": 65535}
"""The columns that make a component's address, each with the largest number it can hold."""
PLACE: Final = ("building", "unit", "floor", "room", "text")
COLUMNS: Final = (*ADDRESS, *PLACE)
LARGEST: Final = 8 * 1024 * 1024
"""Bytes; room for all the 65,000 detectors that a system can address."""


def read_places(path: Path) -> Mapping[str, Location]:
    """Read component (`1-1-10-2`) to location; `ConfigError` names file, line, column, remedy.

    The file is UTF-8 (or GB18030, as spreadsheets write it in China) with a header line.
    """
    places: dict[str, Location] = {}
    rows = csv.reader(_text(path).splitlines(), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        _check_header(path, header)
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            component, location = _place(path, rows.line_num, header, row)
            if component in places:
                what = Text(f"{component} 写了两次", f"{component} is placed twice")
                raise _wrong(
                    path, rows.line_num, 1, what, Text("删去一行", "keep one of the lines")
                )
            places[component] = location
    except csv.Error as error:
        what = Text(f"不是 CSV：{error}", f"this is no CSV: {error}")
        raise _wrong(path, rows.line_num, 0, what, Text("检查引号", "check the quotes")) from error
    return places


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        why = unreadable(error)
        what = Text(f"{path.name}：{why.zh}", f"{path.name}: {why.en}")
        remedy = Text("更正站点文件中的 places", "correct `places` in the site file")
        raise _wrong(path, 0, 0, what, remedy) from error
    if len(raw) > LARGEST:
        what = Text("文件太大", "the file is too large")
        remedy = Text("检查是不是选错了文件", "check whether this is the right file")
        raise _wrong(path, 0, 0, what, remedy)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    what = Text("编码不是 UTF-8 或 GB18030", "neither UTF-8 nor GB18030")
    raise _wrong(path, 0, 0, what, Text("存为 CSV UTF-8", "save it as CSV UTF-8"))


def _check_header(path: Path, header: Sequence[str]) -> None:
    for name in ADDRESS:
        if name not in header:
            what = Text(f"缺少列 {name}", f"column {name} is missing")
            remedy = Text("加到第一行", "add it to the first line")
            if len(header) == 1:
                remedy = Text("第一行写列名，用逗号分隔", "name the columns there, with commas")
            raise _wrong(path, 1, 0, what, remedy)
    for number, name in enumerate(header, 1):
        if name not in COLUMNS or header.index(name) != number - 1:
            what = Text(f"列 {name!r} 未知或重复", f"column {name!r} is unknown or stands twice")
            columns = ", ".join(COLUMNS)
            remedy = Text(f"可用的列：{columns}", f"the columns are {columns}")
            raise _wrong(path, 1, number, what, remedy)


def _place(
    path: Path, line: int, header: Sequence[str], row: Sequence[str]
) -> tuple[str, Location]:
    if len(row) > len(header):
        what = Text("单元格比列多", "there are more cells than columns")
        remedy = Text("带逗号的文字加引号", "quote the text that has a comma")
        raise _wrong(path, line, len(header) + 1, what, remedy)
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
    numbers = []
    for name, most in ADDRESS.items():
        cell = cells.get(name, "")
        if not re.fullmatch(r"[0-9]{1,5}", cell) or int(cell) > most:
            what = Text(f"{name} 是 {cell[:20]!r}", f"{name} is {cell[:20]!r}")
            remedy = Text(f"写 0 到 {most} 的整数", f"write a whole number from 0 to {most}")
            raise _wrong(path, line, header.index(name) + 1, what, remedy)
        numbers.append(str(int(cell)))
    return "-".join(numbers), Location(**{name: cells.get(name, "") for name in PLACE})


def _wrong(path: Path, line: int, column: int, what: Text, remedy: Text) -> ConfigError:
    """`column` counts the cells of the line from 1."""
    place = f"{path}:{line}:{column}" if line else str(path)
    problem = Problem(
        file=str(path), line=line, column=column, where="places", what=what, remedy=remedy
    )
    return ConfigError(f"{place}: {what.en}; {remedy.en}", (problem,))
