"""Episodes: what is so for a while, begun once, told now and then, ended once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from edge.vision.findings import Basis, Box, Finding, Phase
from edge.vision.geometry import overlap

UPDATE_S: Final = 10.0
"""Between two words on the same episode: often enough for a dwell on a screen."""

ADOPTED_AT: Final = 0.3
"""Two boxes that share so much of what both cover are the same thing under another key: a track
that broke, or one that began anew after the picture was covered."""

NEAR_ACROSS: Final = 1.5
NEAR_DOWN: Final = 0.5
"""In widths and heights: so near, and of about its size, is where somebody hidden comes out."""

LIKE: Final = 0.5
"""How small the smaller of two areas may be beside the larger."""

RESUME_S: Final = 5.0
"""After the picture could not be seen, open episodes wait so long for what they were about."""

MOST: Final = 200
"""Things at a time that are kept in mind, per watch; a picture shows fewer that mean anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One thing for which it is so at this instant.

    `key` says whose it is: a track's number, or a word where the whole zone is meant. `since` is
    when it began to be so where that is known better than "now, when first told"; `until` where
    it was last so a little before now: between two pictures it went. `basis` where it is another
    than that of the episodes.
    """

    key: int | str
    confidence: float
    box: Box | None = None
    label: str = ""
    since: float | None = None
    until: float | None = None
    basis: Basis | None = None


@dataclass(slots=True, kw_only=True)
class _Episode:
    """One thing that is so, or is on the way to be: not begun until it has lasted."""

    object: str
    since: float
    last: float
    sighting: Sighting
    most: float
    told: float = 0.0
    begun: bool = False
    waits_until: float = 0.0


class Episodes:
    """The episodes of one watch in one zone; times in seconds of the frames' clock.

    What has been so for `after_s` begins; what has not been seen to be so for `gap_s` is over,
    or for `left_s` where it was seen to be otherwise (`left`): a person hidden behind a pillar has
    not gone, one seen outside has. How long it lasted never contains the waiting. `object` is
    given once in a session: zone, what, number.
    """

    def __init__(  # noqa: PLR0913 - each is a fact of the watch, by name
        self,
        what: str,
        zone: str,
        basis: Basis,
        *,
        after_s: float = 0.0,
        gap_s: float = 5.0,
        left_s: float = 1.2,
    ) -> None:
        self._what = what
        self._zone = zone
        self._basis: Basis = basis
        self._after_s = after_s
        self._gap_s = gap_s
        self._left_s = min(left_s, gap_s)
        self._numbers = count(1)
        self._known: dict[int | str, _Episode] = {}
        self._resuming = False
        self._model = ("", "")

    @property
    def keys(self) -> frozenset[int | str]:
        """Whose have begun and are not over."""
        return frozenset(key for key, episode in self._known.items() if episode.begun)

    def since(self, key: int | str) -> float | None:
        """Since when it has been so for this key, begun or not; none where it is not."""
        episode = self._known.get(key)
        return None if episode is None else episode.since

    def step(
        self,
        sightings: Iterable[Sighting],
        t: float,
        *,
        left: Iterable[int | str] = (),
        held: Container[int | str] = (),
        model: tuple[str, str] = ("", ""),
    ) -> list[Finding]:
        """Say what began, goes on and is over, now that this is so and nothing else.

        `left` are keys that were seen, and for which it is not so; `held` those of which nothing
        can be known now, which go on. `model` is id and hash.
        """
        self._model = model
        if self._resuming:
            self._resuming = False
            for episode in self._known.values():
                episode.waits_until = t + RESUME_S
        now = {sighting.key: sighting for sighting in sightings}
        gone = set(left)
        self._adopt(now, gone)
        found = []
        for key, sighting in now.items():
            found += self._seen(key, sighting, t)
        for key in [key for key in self._known if key not in now and key not in held]:
            found += self._missed(key, t, self._left_s if key in gone else self._gap_s)
        return found

    def instant(
        self, sighting: Sighting, t: float, *, model: tuple[str, str] = ("", "")
    ) -> list[Finding]:
        """Begin and end in one: something that takes no time, such as crossing a line."""
        self._model = model
        since = t if sighting.since is None else sighting.since
        episode = self._new(sighting, since, since)
        return [self._told(episode, "begin", t), self._told(episode, "end", t)]

    def interrupt(self) -> None:
        """Note that the picture could not be seen: what has not begun is forgotten.

        What has begun goes on, and waits a moment for the thing to be found again.
        """
        self._known = {key: episode for key, episode in self._known.items() if episode.begun}
        self._resuming = True

    def close(self, t: float) -> list[Finding]:
        """End what is open, as seen until now: the recording or the session is over."""
        found = [self._told(each, "end", t) for each in self._known.values() if each.begun]
        self._known.clear()
        return found

    def _new(self, sighting: Sighting, since: float, last: float) -> _Episode:
        return _Episode(
            object=f"{self._zone}.{self._what}.{next(self._numbers)}"
            if self._zone
            else f"{self._what}.{next(self._numbers)}",
            since=since,
            last=last,
            sighting=sighting,
            most=sighting.confidence,
        )

    def _seen(self, key: int | str, sighting: Sighting, t: float) -> list[Finding]:
        last = t if sighting.until is None else sighting.until
        episode = self._known.get(key)
        if episode is None:
            if len(self._known) >= MOST:
                return []
            since = last if sighting.since is None else sighting.since
            episode = self._known[key] = self._new(sighting, since, last)
        episode.last = max(episode.last, last)
        episode.sighting = _better(sighting, episode.sighting)
        episode.most = max(episode.most, sighting.confidence)
        episode.waits_until = 0.0
        if not episode.begun:
            if episode.last - episode.since < self._after_s:
                return []
            episode.begun = True
            episode.told = t
            return [self._told(episode, "begin", t)]
        if t - episode.told < UPDATE_S:
            return []
        episode.told = t
        return [self._told(episode, "update", t)]

    def _missed(self, key: int | str, t: float, patience_s: float) -> list[Finding]:
        episode = self._known[key]
        if t < episode.waits_until or t - episode.last <= patience_s:
            return []
        del self._known[key]
        return [self._told(episode, "end", t)] if episode.begun else []

    def _adopt(self, now: Mapping[int | str, Sighting], gone: Container[int | str]) -> None:
        """Give episodes whose key is gone to new keys that are at the same place.

        `gone` are keys that are known to be elsewhere, whose episodes are nobody's to take.
        """
        orphans = [key for key in self._known if key not in now and key not in gone]
        for key, sighting in now.items():
            if key in self._known or sighting.box is None:
                continue
            likeness = {
                orphan: _likeness(box, sighting.box)
                for orphan in orphans
                if (box := self._known[orphan].sighting.box) is not None
            }
            best = max(likeness, key=lambda orphan: likeness[orphan], default=None)
            if best is not None and likeness[best] > 0:
                orphans.remove(best)
                self._known[key] = self._known.pop(best)

    def _told(self, episode: _Episode, phase: Phase, t: float) -> Finding:
        sighting = episode.sighting
        basis = sighting.basis or self._basis
        model, sha256 = self._model if basis == "model" else ("", "")
        return Finding(
            phase=phase,
            what=self._what,
            zone=self._zone,
            object=episode.object,
            since=episode.since,
            t=t,
            dwell_s=max(0.0, episode.last - episode.since),
            basis=basis,
            confidence=round(episode.most if phase == "end" else sighting.confidence, 3),
            label=sighting.label,
            box=sighting.box,
            model=model,
            model_sha256=sha256,
        )


def _better(now: Sighting, before: Sighting) -> Sighting:
    """Where it is now; what it is by the better word, which is that of the episodes' own basis."""
    if now.basis is None or before.basis is not None:
        return now
    return replace(now, label=before.label, confidence=before.confidence, basis=None)


def _likeness(one: Box, other: Box) -> float:
    """How well a box fits one that is gone: by what they share, else by nearness; 0 is not."""
    shared = overlap(one, other)
    if shared >= ADOPTED_AT:
        return shared
    areas = sorted((one.area, other.area))
    width, height = other.right - other.left, other.bottom - other.top
    if areas[0] < LIKE * areas[1] or width <= 0 or height <= 0:
        return 0.0
    across = abs(one.left + one.right - other.left - other.right) / 2 / width
    down = abs(one.bottom - other.bottom) / height
    far = max(across / NEAR_ACROSS, down / NEAR_DOWN)
    return (1 - far) * ADOPTED_AT if far < 1 else 0.0
