"""Whether the audit log is as it was written: every line, their order, the end."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final

from edge.access.audit_folder import NAME, full_files, quiet
from edge.access.audit_line import LONGEST_LINE, Chained, sound
from edge.access.audit_marks import Mark, Marks, marks_of
from edge.model import Text

NONE: Final[Mapping[int, str]] = MappingProxyType({})

MOST_PROBLEMS: Final = 20
"""Told one by one; more are counted, and mean that a file was exchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found: so many lines, from one number to another, and what is wrong with them.

    `compared` lines were as somebody else had noted them, of `gone` ones nothing can be said.
    """

    lines: int
    first: int
    last: int
    compared: int = 0
    gone: int = 0
    problems: tuple[Text, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(store: Path, noted: Mapping[int, str] = NONE) -> Verdict:
    """Read the whole log of a store, while a gateway may be writing it; `OSError` if unreadable.

    What is found: a changed bit, a line that is missing, added or in another place, an end that
    was cut off, a log that was exchanged. A log and an `access.db` that were both written anew, by
    somebody who may write both, are found by what was `noted` elsewhere: a line's hash by its
    number.
    """
    with ExitStack() as stack:
        with quiet(store):
            marks = marks_of(store)
            paths = [path for path in (*full_files(store), store / NAME) if path.exists()]
            files = [stack.enter_context(path.open("rb")) for path in paths]
            sizes = [os.fstat(file.fileno()).st_size for file in files]
        reader = _Reader(marks, noted)
        for path, file, size in zip(paths, files, sizes, strict=True):
            reader.read(path.name, file, size)
        return reader.verdict()


@dataclass(slots=True)
class _Reader:
    """Follows the chain from line to line, and goes on after what is broken."""

    marks: Marks
    noted: Mapping[int, str]
    compared: int = 0
    lines: int = 0
    first: int = 0
    before: Mark | None = None
    broken: int = 0
    problems: list[Text] = field(default_factory=list)
    more: int = 0

    def read(self, name: str, file: BinaryIO, size: int) -> None:
        """Follow the chain through one file."""
        for place, piece in enumerate(_pieces(file, size), 1):
            self.lines += 1
            if not piece.endswith(b"\n"):
                self._wrong(
                    name,
                    place,
                    "没有写完：写到一半断电，或被截断",
                    "it is not finished: the power failed half-way, or it was cut",
                )
                self.broken += 1
            elif (line := sound(piece.removesuffix(b"\n"))) is None:
                self._wrong(name, place, "与写下时不同，被改动过", "it is not as it was written")
                self.broken += 1
            else:
                self._link(name, place, line)

    def verdict(self) -> Verdict:
        """Say how it is, when all files are read."""
        last = self.before.number if self.before else 0
        head = self.marks.head
        if head is None and self.lines:
            self._tell(
                "access.db 里没有末行标记，无法判断末尾是否完整",
                "access.db has no mark of the last line: whether the end is whole nobody can say",
            )
        elif head is not None and head.number > last:
            self._tell(
                f"末尾被截断：编号 {last + 1} 到 {head.number} 的行不见了",
                f"the end is cut off: the lines numbered {last + 1} to {head.number} are missing",
            )
        self._find_lost(last)
        if self.more:
            self.problems.append(Text(f"另有 {self.more} 处", f"and {self.more} more"))
        return Verdict(
            lines=self.lines,
            first=self.first,
            last=last,
            compared=self.compared,
            gone=sum(number < self.first for number in self.noted),
            problems=tuple(self.problems),
        )

    def _find_lost(self, last: int) -> None:
        """A line that somebody has noted, behind the end of a log that looks whole."""
        lost = sorted(number for number in self.noted if number > last)
        if lost:
            self._tell(
                f"别处记下了编号 {lost[0]} 的行，而记录到 {last} 为止：被截断，或被重写",
                f"somebody has noted line {lost[0]}, and the log ends with {last}:"
                " it was cut, or written anew",
            )

    def _link(self, name: str, place: int, found: Chained) -> None:
        """Follow a good line; lines that are no longer good stand for numbers that are missing."""
        mark = Mark(found.line.number, found.hash)
        before = self.before or self._beginning(found)
        self.first = self.first or mark.number
        if mark.number <= before.number:
            self._wrong(
                name,
                place,
                f"编号 {mark.number} 应在前面：重复，或位置不对",
                f"number {mark.number} belongs further up: it stands twice, or in a wrong place",
            )
            return
        missing = mark.number - before.number - 1
        if missing > self.broken:
            self._wrong(
                name,
                place,
                f"前面缺少编号 {before.number + 1} 到 {mark.number - 1}",
                f"before it the numbers {before.number + 1} to {mark.number - 1} are missing",
            )
        elif not missing and found.before != before.hash:
            self._wrong(
                name,
                place,
                f"它接的不是现在的第 {before.number} 号：前面的行被换过",
                f"it does not follow the number {before.number} that stands there: one was changed",
            )
        self._compare(name, place, mark)
        self._compare_noted(name, place, mark)
        self.before, self.broken = mark, 0

    def _beginning(self, first: Chained) -> Mark:
        """What the first line has to follow: the beginning, or what was dropped for age.

        A file that was to be dropped may still be there, if the power failed just then.
        """
        anchor = self.marks.anchor
        number = first.line.number
        return anchor if number > anchor.number else Mark(number - 1, first.before)

    def _compare(self, name: str, place: int, mark: Mark) -> None:
        for noted in (self.marks.head, self.marks.anchor):
            if noted is not None and noted.number == mark.number and noted != mark:
                self._wrong(
                    name,
                    place,
                    f"编号 {mark.number} 与 access.db 里的标记不同：记录被整个换过",
                    f"number {mark.number} is another than access.db has marked:"
                    " the log was exchanged",
                )

    def _compare_noted(self, name: str, place: int, mark: Mark) -> None:
        noted = self.noted.get(mark.number)
        if noted is None:
            return
        self.compared += 1
        if noted != mark.hash:
            self._wrong(
                name,
                place,
                f"编号 {mark.number} 与别处记下的不同：记录被重写过",
                f"number {mark.number} is another than was noted elsewhere:"
                " the log was written anew",
            )

    def _wrong(self, name: str, place: int, zh: str, en: str) -> None:
        self._tell(f"{name} 第 {place} 行：{zh}", f"{name} line {place}: {en}")

    def _tell(self, zh: str, en: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Text(zh, en))
        else:
            self.more += 1


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield the lines up to a size with their ends; what is too long for a line comes cut."""
    while size > 0 and (piece := file.readline(min(size, LONGEST_LINE + 1))):
        size -= len(piece)
        yield piece
