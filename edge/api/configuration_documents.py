"""The configuration and its versions, as the API speaks of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from edge.api.documents import By
from edge.api.problems import Wrong
from edge.api.words import Document, Words
from edge.versions import FileDifference, Files, Version
from edge.versions.applying import Trial

FileName: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
FileText: TypeAlias = Annotated[str, Field(min_length=0)]
"""Sound Unicode; how long it may be, the size of the request says."""


class Candidate(
    Document,
    json_schema_extra={"examples": [{"files": {"site.yaml": "site: {id: riverside, …}\n"}}]},
):
    """What the configuration shall be: every file by its name, as text.

    A file that stands there now and is not named is removed; tables that the site file still names
    stay as they are.
    """

    files: Annotated[Mapping[FileName, FileText], Field(min_length=1, max_length=200)]

    def over(self, present: Files) -> Files:
        """The files as they would be, each encoded as it was."""
        files = present
        for name in present.contents:
            if name not in self.files:
                files = files.without(name)
        for name, text in self.files.items():
            files = files.put(name, text)
        return files


class Change(Candidate):
    """A change to be applied, on trial first."""

    by: By = ""
    note: Annotated[str, Field(max_length=500)] = Field("", description="What for.")
    watch: Literal["links", "pipeline"] = Field(
        "links", description="What has to work for it to stay: each link it touches, or the rules."
    )


class Restore(Document):
    """An earlier version shall count again, on trial first."""

    by: By = ""
    watch: Literal["links", "pipeline"] = "links"


class ConfigurationView(Document):
    """What is on disk; `problems` is what is wrong with it, where it cannot be run."""

    etag: str
    site: str = Field(description="The site file's name among the files.")
    files: Mapping[str, str]
    running: bool
    problems: tuple[Wrong, ...]


class CheckView(Document):
    """Whether a candidate can be run; `warnings` is what to look at all the same."""

    valid: bool
    problems: tuple[Wrong, ...]
    warnings: tuple[Wrong, ...]


class LineView(Document):
    """A line of a difference; `old` and `new` count from 1, 0 where it does not stand."""

    kind: Literal["same", "added", "removed", "hunk"]
    old: int
    new: int
    text: str


class FileDifferenceView(Document):
    """What becomes of one file."""

    name: str
    state: Literal["added", "removed", "changed"]
    added: int
    removed: int
    lines: tuple[LineView, ...]

    @classmethod
    def of(cls, each: FileDifference) -> FileDifferenceView:
        """A difference as the API shows it."""
        return cls(
            name=each.name,
            state=each.state,
            added=each.added,
            removed=each.removed,
            lines=tuple(
                LineView(kind=line.kind, old=line.old, new=line.new, text=line.text)
                for line in each.lines
            ),
        )


class DifferenceView(Document):
    """What differs, file by file; empty when nothing does."""

    files: tuple[FileDifferenceView, ...]


class VersionView(Document):
    """A configuration as it was at some time; `good` is one that the gateway has run with."""

    number: int
    at: datetime
    by: str
    note: str
    etag: str
    state: Literal["applied", "rolled_back", "trying", "found"]
    reason: Words | None
    good: bool
    size: int

    @classmethod
    def of(cls, version: Version) -> VersionView:
        """A version as the API shows it."""
        return cls(
            number=version.number,
            at=version.at,
            by=version.by,
            note=version.note,
            etag=version.etag,
            state=version.state,
            reason=Words.of(version.reason) if version.reason.en else None,
            good=version.good,
            size=version.size,
        )


class VersionDetail(VersionView):
    """A version with its files, and how it differs from what is there now."""

    files: Mapping[str, str]
    difference: tuple[FileDifferenceView, ...]


class TrialView(Document):
    """How the last change goes, or went."""

    state: Literal["idle", "applying", "watching", "applied", "rolled_back"]
    version: int
    by: str
    began_at: datetime | None
    until: datetime | None
    reasons: tuple[Words, ...]

    @classmethod
    def of(cls, trial: Trial) -> TrialView:
        """A trial as the API shows it."""
        return cls(
            state=trial.state,
            version=trial.version,
            by=trial.by,
            began_at=trial.began_at,
            until=trial.until,
            reasons=tuple(Words.of(each) for each in trial.reasons),
        )
