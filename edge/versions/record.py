"""What is written down of the versions: one small file, replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

import msgspec

from edge.model import Text
from edge.versions.files import Files, Unfit

NOTHING: Final = Text("", "")

State: TypeAlias = Literal["applied", "rolled_back", "trying", "found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A configuration as it was at some time.

    `found` is one that nobody applied: it was there at a start, or somebody had changed a file by
    hand. `reason` says why it was rolled back. `good` is what the gateway may go back to. `site`
    is the name that the site file had.
    """

    number: int
    at: datetime
    by: str
    note: str
    etag: str
    state: State
    reason: Text = NOTHING
    good: bool = False
    size: int = 0
    site: str = ""


def version_of(  # noqa: PLR0913 - what is known of it, by name
    files: Files,
    *,
    number: int,
    at: datetime,
    state: State,
    by: str = "",
    note: str = "",
    good: bool = False,
) -> Version:
    """The version that some files are."""
    return Version(
        number=number,
        at=at,
        by=by,
        note=note,
        etag=files.etag,
        state=state,
        good=good,
        size=files.size,
        site=files.site,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A trial that has no end yet.

    `before` is the version to go back to, `was` the one that stood there when it began; `made` are
    the files that it brought along.
    """

    number: int
    before: int
    was: int
    made: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Every version, oldest first; `current` is the one that the live files are, 0 for none."""

    versions: tuple[Version, ...] = ()
    current: int = 0
    pending: Pending | None = None

    def version(self, number: int) -> Version | None:
        """The version of that number, if it is still kept."""
        return next((each for each in self.versions if each.number == number), None)

    @property
    def last_good(self) -> Version | None:
        """The newest that the gateway may go back to."""
        return next((each for each in reversed(self.versions) if each.good), None)

    @property
    def needed(self) -> frozenset[int]:
        """What must not be forgotten, however old it is."""
        good = self.last_good
        kept = {self.current, good.number if good else 0}
        if self.pending is not None:
            kept |= {self.pending.number, self.pending.before, self.pending.was}
        return frozenset(kept)

    def changed(self, number: int, **sides: Any) -> Record:
        """Return this with something else said of one version."""
        versions = tuple(
            replace(each, **sides) if each.number == number else each for each in self.versions
        )
        return replace(self, versions=versions)

    def within(self, most: int, size: int) -> Record:
        """Return this without the oldest that are more, or larger together, than that."""
        kept = list(self.versions)
        for each in self.versions:
            if len(kept) <= most and sum(other.size for other in kept) <= size:
                break
            if each.number not in self.needed:
                kept.remove(each)
        return replace(self, versions=tuple(kept))


def encode(record: Record) -> bytes:
    """Write it so that a person can read it, too."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def decode(body: bytes) -> Record:
    """Read what `encode` wrote; `Unfit` for anything else."""
    try:
        return msgspec.json.decode(body, type=Record)
    except (msgspec.DecodeError, ValueError) as error:
        raise Unfit(Text(f"版本记录已损坏：{error}", f"the record is damaged: {error}")) from None
