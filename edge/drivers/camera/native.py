"""What a camera finds by itself, followed: words that come again, or never end, become episodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from edge.drivers.camera.codec import Said
from edge.drivers.camera.profile import CodeSpec
from edge.vision.findings import Phase

MOST_OPEN: Final = 64
"""Places times codes that can be on at once; a camera has eight rules of ten kinds."""
TELLS_AGAIN_S: Final = 10.0
"""Between two words that something goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of what the camera has found; times are seconds of the loop's clock."""

    phase: Phase
    what: str
    object: str
    since: float
    t: float
    label: str


@dataclass(slots=True)
class _Thing:
    spec: CodeSpec
    number: int
    since: float
    last: float
    ends: bool
    label: str
    told: float | None = None


def spec_of(code: str, codes: Mapping[str, CodeSpec]) -> CodeSpec | None:
    """What a code means, small or large letters alike; of a topic what its stem means."""
    known = {name.lower(): spec for name, spec in codes.items()}
    stem = code.lower()
    while stem:
        if stem in known:
            return known[stem]
        stem = stem.rpartition("/")[0]
    return None


class Native:
    """Follows one camera's own words over one session; pure, told the time."""

    def __init__(self, codes: Mapping[str, CodeSpec]) -> None:
        self._codes = codes
        self._things: dict[tuple[str, str], _Thing] = {}
        self._count = 0

    def hear(self, said: Said, t: float) -> Iterator[Step]:
        """Take one word; nothing follows from a code that the profile does not know."""
        spec = spec_of(said.code, self._codes)
        if spec is None:
            return
        key = (said.code.lower(), said.where)
        thing = self._things.get(key)
        if said.way == "off":
            if thing is not None:
                yield from self._end(key, thing, t)
            return
        if thing is None:
            if len(self._things) >= MOST_OPEN:
                return
            self._count += 1
            thing = _Thing(spec, self._count, t, t, said.way != "on", said.label)
            self._things[key] = thing
        thing.last = t
        thing.ends = said.way != "on"
        thing.label = said.label or thing.label
        yield from self._tell(key, thing, t)

    def tick(self, t: float) -> Iterator[Step]:
        """Time passes: what has held long enough is told, what is not said any more is over."""
        for key, thing in tuple(self._things.items()):
            if thing.ends and t - thing.last >= thing.spec.lasts.total_seconds():
                yield from self._end(key, thing, t)
            else:
                yield from self._tell(key, thing, t)

    def lose(self, t: float) -> Iterator[Step]:
        """The camera cannot be heard any more: nobody knows of anything that was on."""
        for key, thing in tuple(self._things.items()):
            yield from self._end(key, thing, t)

    def active(self) -> frozenset[str]:
        """What is on and has been told."""
        return frozenset(each.spec.what for each in self._things.values() if each.told is not None)

    def _tell(self, key: tuple[str, str], thing: _Thing, t: float) -> Iterator[Step]:
        if thing.told is None:
            if t - thing.since >= thing.spec.after.total_seconds():
                thing.told = t
                yield self._step("begin", key, thing, t)
        elif t - thing.told >= TELLS_AGAIN_S:
            thing.told = t
            yield self._step("update", key, thing, t)

    def _end(self, key: tuple[str, str], thing: _Thing, t: float) -> Iterator[Step]:
        del self._things[key]
        if thing.told is not None:
            yield self._step("end", key, thing, t)

    @staticmethod
    def _step(phase: Phase, key: tuple[str, str], thing: _Thing, t: float) -> Step:
        code, where = key
        return Step(
            phase=phase,
            what=thing.spec.what,
            object=f"{code}.{thing.number}",
            since=thing.since,
            t=t,
            label=thing.label or where,
        )
