"""What is written down of updates: one small file, replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec

from edge.model import Text

MOST_RESULTS: Final = 8

Outcome: TypeAlias = Literal["kept", "returned", "refused"]

NOTHING: Final = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A release that has to show that it serves; `failed` says that it did not, and why.

    `starts` counts how often it was begun with.
    """

    version: str
    before: str
    began: datetime
    starts: int = 0
    failed: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How an update went: `before` is what ran until then, and runs again unless it was kept."""

    version: str
    before: str
    outcome: Outcome
    reason: Text = NOTHING
    at: datetime

    @property
    def origin(self) -> str:
        """Its identity: it is told once."""
        return f"update/{self.version}/{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The trial that goes on, if any, and how the last updates went, the newest last."""

    trial: Trial | None = None
    results: tuple[Result, ...] = ()

    def ended(self, result: Result) -> Record:
        """Return this without a trial, and with how it went."""
        return replace(self, trial=None, results=(*self.results, result)[-MOST_RESULTS:])


def encode(record: Record) -> bytes:
    """Write it so that a person can read it, too."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def decode(body: bytes) -> Record:
    """Read what `encode` wrote; `ValueError` for anything else."""
    return msgspec.json.decode(body, type=Record)
