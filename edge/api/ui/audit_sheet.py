"""The audit log as a sheet that spreadsheets open: CSV, in UTF-8, with nothing they would run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Final

from edge.access.audit import AuditLine

BEGINS: Final = "\ufeff"
"""So that a spreadsheet takes the file for UTF-8, and Chinese for what it is."""

COLUMNS: Final = (
    "number",
    "at",
    "who",
    "role",
    "door",
    "address",
    "what",
    "about",
    "outcome",
    "detail",
)

RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula; somebody may have typed it at login."""


def head() -> str:
    """The first line, with the names of the columns."""
    return BEGINS + _written([COLUMNS])


def rows(lines: Iterable[AuditLine]) -> str:
    """One line of the sheet for each of the log."""
    return _written(
        (
            *(str(each.number), each.at.isoformat(), each.who, each.role, each.door),
            *(each.address, each.what, each.about, each.outcome),
            json.dumps(dict(each.detail), ensure_ascii=False) if each.detail else "",
        )
        for each in lines
    )


def _written(lines: Iterable[Iterable[str]]) -> str:
    sheet = io.StringIO()
    csv.writer(sheet).writerows([_harmless(cell) for cell in line] for line in lines)
    return sheet.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RUNS) else cell
