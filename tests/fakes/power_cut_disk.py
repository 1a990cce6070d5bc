"""What a disk holds when the power goes: all that was synced, and any part of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final, Literal, NamedTuple, TypeAlias

SECTOR: Final = 512
"""Bytes that a disk writes whole or not at all."""

SPOILED: Final = 4096
"""Bytes of which a disk without powersafe overwrite may spoil all when it writes some."""


def chance_of(seed: int) -> Random:
    """Return a chance that is the same each time."""
    return Random(seed)  # noqa: S311 - what a disk loses is no secret


class Made(NamedTuple):
    """A file got this name."""

    name: str
    file: int


class Gone(NamedTuple):
    """A name was taken from its file."""

    name: str


class Wrote(NamedTuple):
    """Something was written; it is in the system's memory, and may get to the disk in part."""

    file: int
    at: int
    body: bytes


class Truncated(NamedTuple):
    """A file was made this long."""

    file: int
    size: int


class Synced(NamedTuple):
    """What was written to a file is on the disk."""

    file: int


class Failed(NamedTuple):
    """A sync that failed: what it should have written no later sync writes (as Linux has it)."""

    file: int


class Named(NamedTuple):
    """The names of all files are on the disk."""


class Told(NamedTuple):
    """No step of the disk: somebody was told something, and will rely on it."""

    what: object


DiskStep: TypeAlias = Made | Gone | Wrote | Truncated | Synced | Failed | Named
Step: TypeAlias = DiskStep | Told


@dataclass(slots=True)
class _Waiting:
    """A write or a truncation that may not be on the disk yet; `written` when surely it is."""

    step: Wrote | Truncated
    written: bool = False
    doubtful: bool = False


@dataclass(slots=True)
class _File:
    body: bytearray = field(default_factory=bytearray)
    waiting: list[_Waiting] = field(default_factory=list)

    def sync(self) -> None:
        for each in self.waiting:
            each.written = each.written or not each.doubtful
        while self.waiting and self.waiting[0].written:
            _apply(self.body, self.waiting.pop(0).step)


class Platter:
    """The disk of a folder, step by step; without `careful` overwriting is not powersafe."""

    def __init__(self, files: Mapping[str, bytes], *, careful: bool = True) -> None:
        self._careful = careful
        self._files: dict[int, _File] = {}
        self._names: dict[str, list[int | None]] = {}
        """Of each name the file on the disk, and those that it was given since."""
        for number, (name, body) in enumerate(files.items(), -len(files)):
            self._files[number] = _File(bytearray(body))
            self._names[name] = [number]

    def take(self, step: DiskStep) -> None:
        """Take the next step."""
        match step:
            case Made(name, file):
                self._files[file] = _File()
                self._names.setdefault(name, [None]).append(file)
            case Gone(name):
                self._names.setdefault(name, [None]).append(None)
            case Wrote(file) | Truncated(file):
                self._files[file].waiting.append(_Waiting(step))
            case Synced(file):
                self._files[file].sync()
            case Failed(file):
                for each in self._files[file].waiting:
                    each.doubtful = not each.written
            case Named():
                self._names = {name: files[-1:] for name, files in self._names.items()}

    def left(self, chance: Random) -> dict[str, bytes]:
        """Return the files as they might be found if the power went now."""
        fates = _Fates(chance, careful=self._careful)
        found = {name: chance.choice(files) for name, files in self._names.items()}
        return {
            name: _left(self._files[file], fates)
            for name, file in found.items()
            if file is not None
        }


Fate: TypeAlias = Literal["kept", "lost", "torn"]


class _Fates:
    """What becomes of each write that waits: at one cut all are alike, at another none."""

    def __init__(self, chance: Random, *, careful: bool) -> None:
        self.chance = chance
        self._careful = careful
        self._kept = chance.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        self._torn = chance.choice((0.0, 0.0, 0.3))
        self._in_order = chance.random() < 0.3
        self._junk = chance.random() < 0.3

    def of(self, waiting: Sequence[_Waiting]) -> Iterator[Fate]:
        """Give one for each; a disk may also write in order, up to some point."""
        end = self.chance.randrange(len(waiting) + 1)
        for number, each in enumerate(waiting):
            if each.written:
                yield "kept"
            elif self._in_order and not each.doubtful:
                yield "kept" if number < end else "torn" if number == end else "lost"
            elif self.chance.random() < self._torn:
                yield "torn"
            else:
                yield "kept" if self.chance.random() < self._kept else "lost"

    def gap(self, size: int) -> bytes:
        """What stands where a file grew and nothing got written."""
        return self.chance.randbytes(size) if self._junk else bytes(size)

    def pieces(self, step: Wrote) -> Iterator[tuple[int, bytes]]:
        """Give the sectors of a torn write that got to the disk, and what it spoiled besides."""
        at, end = step.at, step.at + len(step.body)
        if not self._careful:
            begin = at - at % SPOILED
            yield begin, self.chance.randbytes(-(-end // SPOILED) * SPOILED - begin)
        for begin in range(at - at % SECTOR, end, SECTOR):
            if self.chance.random() < 0.5:
                first = max(begin, at)
                yield first, step.body[first - at : begin + SECTOR - at]


def _left(file: _File, fates: _Fates) -> bytes:
    body = bytearray(file.body)
    for each, fate in zip(file.waiting, fates.of(file.waiting), strict=True):
        step = each.step
        if fate == "kept":
            _apply(body, step, fates)
        elif fate == "torn" and isinstance(step, Wrote):
            for at, piece in fates.pieces(step):
                _apply(body, Wrote(step.file, at, piece), fates)
    return bytes(body)


def _apply(body: bytearray, step: Wrote | Truncated, fates: _Fates | None = None) -> None:
    begin = step.size if isinstance(step, Truncated) else step.at
    if begin > len(body):
        missing = begin - len(body)
        body += fates.gap(missing) if fates else bytes(missing)
    if isinstance(step, Truncated):
        del body[step.size :]
    else:
        body[step.at : step.at + len(step.body)] = step.body


def cuts(
    steps: Sequence[Step],
    files: Mapping[str, bytes],
    chance: Random,
    each: float = 1,
    *,
    careful: bool = True,
) -> Iterator[tuple[dict[str, bytes], Sequence[object]]]:
    """Cut the power before the first step and after each, so often on average; give what is left.

    With it comes what had been told by then. A disk that is as it was is not looked at again.
    """
    platter, told = Platter(files, careful=careful), list[object]()
    seen: set[int] = set()
    for number in count():
        for _ in range(int(each) + (chance.random() < each % 1)):
            left = platter.left(chance)
            key = hash((len(told), *sorted(left.items())))
            if key not in seen:
                seen.add(key)
                yield left, tuple(told)
        if number == len(steps):
            return
        step = steps[number]
        if isinstance(step, Told):
            told.append(step.what)
        else:
            platter.take(step)
