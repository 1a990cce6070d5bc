"""The site file and what belongs to it, on disk, through its versions; blocking throughout."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from edge.config import Configuration, load
from edge.driver import Now
from edge.files.problems import Language, config_error
from edge.model import Text
from edge.versions.disk import Disk
from edge.versions.fence import check_shape, check_size, strangers
from edge.versions.files import Files, Unfit
from edge.versions.live import Live
from edge.versions.naming import is_profile, named
from edge.versions.record import Pending, Record, Version, version_of
from edge.versions.shelf import Shelf

__all__ = ["DIED", "EDITED", "Version", "Versions"]

DIED: Final = Text(
    "试运行期间网关停止，已恢复原配置",
    "the gateway ended during the trial, the configuration before it is back",
)
EDITED: Final = Text(
    "试运行期间网关停止，之后有人手工改过文件；文件保持原样",
    "the gateway ended during the trial, then somebody edited the files; they are left as they are",
)
NOT_WRITTEN: Final = Text(
    "文件无法写入，没有改动", "the files could not be written; all is as before"
)


class Versions:
    """What the configuration is, was, and is tried to be.

    A change is first put into the history, then noted as on trial, then written; whatever ends the
    gateway in between, `recover` goes back to the version before, from the history's copy.
    """

    def __init__(self, site_file: Path, store: Path, now: Now, disk: Disk | None = None) -> None:
        disk = disk or Disk()
        self._live = Live(site_file, store, disk)
        self.folder = self._live.folder
        self._shelf = Shelf(store, disk)
        self._store = store
        self._now = now
        self._turn = threading.RLock()
        self._trying = 0

    def read(self) -> Files:
        """Return what is on disk now."""
        with self._turn:
            return self._live.read()

    def history(self) -> Sequence[Version]:
        """Return every version that is kept, newest first."""
        with self._turn:
            return tuple(reversed(self._shelf.record().versions))

    def files(self, number: int) -> Files:
        """Return what a version said; `Unfit` where it is not kept any more, or damaged."""
        with self._turn:
            return self._files(self._shelf.record(), number)

    def last_good(self) -> Files | None:
        """Return the newest files that the gateway has run with, for when those there are wrong."""
        with self._turn:
            for version in self.history():
                if version.good:
                    try:
                        return self.files(version.number)
                    except Unfit:
                        continue
            return None

    def check(self, files: Files, language: Language | None = None) -> Configuration:
        """Load a candidate and leave what is there alone; `ConfigError` tells every mistake."""
        candidate = self._fit(files, language)
        with self._shelf.laid_out(candidate) as folder:
            path = folder / candidate.site
            return load(path, language=language, home=self._live.folder)

    def begin(self, *, valid: bool) -> Version | None:
        """At a start: note what is there now, when it can be run and is no version yet."""
        with self._turn:
            record, present = self._shelf.record(), self._live.read()
            current = record.version(record.current)
            if not valid or record.pending is not None:
                return None
            if current is None or current.etag != present.etag:
                record = self._found(record, present, good=True)
            elif not current.good:
                record = record.changed(current.number, good=True)
                self._shelf.commit(record)
            else:
                return None
            self._shelf.prune(record)
            return record.version(record.current)

    def stage(self, files: Files, by: str, note: str) -> Version:
        """Put a candidate in place, on trial: `settle` or `roll_back` ends that.

        `Unfit` says why it cannot be; when the disk refuses (`OSError`) nothing has changed.
        """
        with self._turn:
            if self._trying:
                raise Unfit(Text("另一次修改正在试运行", "another change is on trial"))
            self.recover()
            candidate, present = self._fit(files, None), self._live.read()
            record = self._noted(self._shelf.record(), present)
            if candidate.etag == present.etag and self._runs(record):
                raise Unfit(Text("没有改动", "nothing has changed"))
            self._spare(record, candidate, present)
            before = record.last_good or self._one(record, record.current)
            self._files(record, before.number)  # no step is taken that cannot be taken back
            made = tuple(name for name in candidate.contents if not self._live.exists(name))
            number = self._shelf.keep(candidate)
            version = version_of(
                candidate, number=number, at=self._now(), state="trying", by=by, note=note
            )
            pending = Pending(number=number, before=before.number, was=record.current, made=made)
            versions = (*record.versions, version)
            self._shelf.commit(replace(record, versions=versions, pending=pending))
            try:
                gone = [name for name in present.contents if is_profile(name)]
                self._live.replace(candidate.contents, set(gone) - candidate.contents.keys())
            except (OSError, Unfit):
                self._go_back(NOT_WRITTEN)
                raise
            self._trying = number
            return version

    def settle(self, number: int) -> Version:
        """The version on trial serves: it is the good one from now on."""
        with self._turn:
            record, pending = self._pending()
            if pending.number != number:
                raise Unfit(Text(f"版本 {number} 不在试运行", f"version {number} is not on trial"))
            record = replace(
                record.changed(number, state="applied", good=True), current=number, pending=None
            )
            self._shelf.commit(record)
            self._trying = 0
            return self._one(self._shelf.prune(record), number)

    def roll_back(self, reason: Text) -> Version:
        """The version on trial does not serve: put back the last good one, byte for byte."""
        with self._turn:
            record, pending = self._pending()
            if self._edited(record, pending):
                self._found(record, self._live.read())  # what somebody wrote meanwhile is kept
            return self._one(self._go_back(reason), pending.number)

    def recover(self) -> Version | None:
        """At a start: a trial that was not ended is rolled back; return it, or none.

        Files that somebody has edited since are left as they are.
        """
        with self._turn:
            self._shelf.tidy()
            record = self._shelf.record()
            pending = record.pending
            if pending is None:
                return None
            if self._edited(record, pending):
                return self._one(self._ended(record, EDITED, pending.was), pending.number)
            try:
                record = self._go_back(DIED)
            except Unfit as error:
                record = self._ended(record, error.words, pending.was)
            return self._one(record, pending.number)

    def _fit(self, files: Files, language: Language | None) -> Files:
        """A candidate with the tables that it names; refused when it names what it may not."""
        candidate, present = files.called(self._live.file.name), self._live.read()
        check_size(candidate)
        tables = named(candidate.text(), candidate.site).own_tables
        for name in present.contents:
            if not is_profile(name) and name not in {candidate.site, *tables}:
                candidate = candidate.without(name)  # nobody names it any more
        check_shape(candidate)
        found = strangers(candidate, [present], self._live.folder, self._store)
        if found:
            before = [present, *self._all()]
            found = strangers(candidate, before, self._live.folder, self._store)
        if found:
            raise config_error(found, language or "zh")
        missing = [name for name in tables if name not in candidate.contents]
        bodies = {name: body for name in missing if (body := self._live.body(name)) is not None}
        return replace(candidate, contents={**candidate.contents, **bodies})

    def _all(self) -> Iterator[Files]:
        """Every version that the disk has kept."""
        for version in self._shelf.record().versions:
            with suppress(Unfit):
                yield self._shelf.files(version)

    def _runs(self, record: Record) -> bool:
        """Whether what is there is a version that serves."""
        current = record.version(record.current)
        return current is not None and current.good

    def _spare(self, record: Record, candidate: Files, present: Files) -> None:
        """Refuse to write over a file of somebody's that was no part of any version."""
        for name in candidate.contents.keys() - present.contents.keys():
            body = self._live.body(name)
            if body in {None, candidate.contents[name]}:
                continue
            known = (self._perhaps(each).get(name) for each in record.versions)
            if body not in known:
                raise Unfit(
                    Text(
                        f"已有另一个文件 {name}：给表换一个名字，或先移走它",
                        f"another file {name} is there: give the table another name, or move it",
                    )
                )

    def _noted(self, record: Record, present: Files) -> Record:
        """The record with what is there now: what somebody has edited is kept before it goes."""
        current = record.version(record.current)
        if current is not None and current.etag == present.etag:
            return record
        return self._found(record, present)

    def _found(self, record: Record, files: Files, *, good: bool = False) -> Record:
        number = self._shelf.keep(files)
        version = version_of(files, number=number, at=self._now(), state="found", good=good)
        record = replace(record, versions=(*record.versions, version), current=number)
        self._shelf.commit(record)
        return record

    def _edited(self, record: Record, pending: Pending) -> bool:
        """Whether one of the files is now what neither of the versions has written."""
        numbers = (pending.number, pending.before, pending.was)
        written = [self._perhaps(each) for n in numbers if (each := record.version(n))]
        names = {name for each in written for name in each}
        return any(self._live.body(n) not in {each.get(n) for each in written} for n in names)

    def _go_back(self, reason: Text) -> Record:
        """Put back the version before, and say so; may be done again and again."""
        record, pending = self._pending()
        target = self._files(record, pending.before).contents
        tried = self._perhaps(self._one(record, pending.number))
        gone = {name for name in tried if is_profile(name)} | {*pending.made}
        self._live.replace(target, gone - target.keys())
        self._live.tidy({*target, *tried})
        return self._ended(record, reason, pending.before)

    def _ended(self, record: Record, reason: Text, current: int) -> Record:
        """The trial is over and was for nothing."""
        if record.pending is not None:
            number = record.pending.number
            record = record.changed(number, state="rolled_back", reason=reason)
        record = replace(record, current=current, pending=None)
        self._shelf.commit(record)
        self._trying = 0
        return self._shelf.prune(record)

    def _pending(self) -> tuple[Record, Pending]:
        record = self._shelf.record()
        if record.pending is None:
            raise Unfit(Text("没有正在试运行的修改", "no change is on trial"))
        return record, record.pending

    def _one(self, record: Record, number: int) -> Version:
        version = record.version(number)
        if version is None:
            raise Unfit(Text(f"版本 {number} 已不保留", f"version {number} is not kept any more"))
        return version

    def _files(self, record: Record, number: int) -> Files:
        return self._shelf.files(self._one(record, number)).called(self._live.file.name)

    def _perhaps(self, version: Version) -> Mapping[str, bytes]:
        """What a version wrote, by the names of now; nothing where the disk has lost it."""
        try:
            return self._shelf.files(version).called(self._live.file.name).contents
        except Unfit:
            return {}
