"""Which lines of the log somebody wants to see; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, Literal, TypeAlias

from edge.logs import LogLine

Level: TypeAlias = Literal["info", "warning", "error"]

ORDER: Final = {"debug": 0, "info": 1, "warning": 2, "error": 3, "critical": 4}
"""How grave a line is."""

MOST_ROWS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One line of the log with its instant; `keys` are what went with the event."""

    number: int
    at: datetime | None
    level: str
    event: str
    keys: str

    @property
    def grave(self) -> bool:
        """Whether somebody should look at it."""
        return ORDER.get(self.level, 1) > ORDER["info"]


def log_rows(lines: Iterable[LogLine]) -> tuple[LogRow, ...]:
    """Lines as they are shown, in the same order."""
    return tuple(
        LogRow(
            number=line.number,
            at=_instant(line.at),
            level=line.level,
            event=line.event,
            keys=line.keys,
        )
        for line in lines
    )


def chosen(lines: Sequence[LogLine], level: Level, words: str) -> tuple[LogRow, ...]:
    """The lines that are grave enough and hold every word, newest first."""
    wanted = words.casefold().split()
    found = (
        line
        for line in reversed(lines)
        if ORDER.get(line.level, 1) >= ORDER[level]
        and all(word in f"{line.event} {line.keys}".casefold() for word in wanted)
    )
    return log_rows(islice(found, MOST_ROWS))


def _instant(at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        return None
