"""People and vehicles on scripted ways, and what a detector of a given quality makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from edge.vision.analytics.watching import Watching
from edge.vision.findings import Box, Finding
from edge.vision.pictures import Detection, Frame, Image, Scene
from edge.vision.track.tracker import Tracker
from tests.fakes.time import EPOCH

ASPECT = 16 / 9
PICTURE: Image = np.zeros((18, 32, 3), np.uint8)
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Way:
    """Where the foot of something is at given instants, straight between them; gone outside.

    `stops` are (t, x, y); `height` in parts of the picture, `wide` its width by its height.
    `hidden` are spans in which nothing can see it.
    """

    stops: Sequence[tuple[float, float, float]]
    height: float = 0.3
    wide: float = 0.4
    label: str = "person"
    hidden: Sequence[tuple[float, float]] = ()

    def box(self, t: float) -> Box | None:
        """Where it really is."""
        for (t0, x0, y0), (t1, x1, y1) in pairwise(self.stops):
            if t0 <= t < t1:
                part = (t - t0) / (t1 - t0)
                x, y = x0 + part * (x1 - x0), y0 + part * (y1 - y0)
                half = self.height * self.wide / ASPECT / 2
                return Box(x - half, y - self.height, x + half, y)
        return None

    def seen(self, t: float) -> Box | None:
        """Where it can be seen."""
        return None if any(a <= t < b for a, b in self.hidden) else self.box(t)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """A detector: how often it misses, how far its edges tremble, in parts of the box."""

    missed: float = 0.0
    trembles: float = 0.0
    score: float = 0.7
    varies: float = 0.08
    seed: int = 1
    labels: Sequence[str] = ()
    """What it takes vehicles for, by turns of chance; nothing: what they are."""
    chance: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "chance", np.random.default_rng(self.seed))

    def look(self, ways: Sequence[Way], t: float) -> list[Detection]:
        """What is found at `t`."""
        found = []
        for way in ways:
            box = way.seen(t)
            if box is None or self.chance.random() < self.missed:
                continue
            wide, high = box.right - box.left, box.bottom - box.top
            off = self.chance.normal(0, self.trembles, 4) * (wide, high, wide, high)
            shaken = Box(*(float(a + b) for a, b in zip(box, off, strict=True)))
            label = str(self.chance.choice(self.labels)) if self.labels else way.label
            score = float(np.clip(self.score + self.chance.normal(0, self.varies), 0.05, 0.99))
            found.append(Detection(box=shaken, label=label, score=score, sure=score >= 0.4))
        return found


def scenes(
    ways: Sequence[Way], until: float, per_second: float, eyes: Eyes | None = None
) -> Iterator[Scene]:
    """Yield what an analysed camera would see, with tracks of the real tracker."""
    eyes = eyes or Eyes()
    tracker = Tracker(aspect=ASPECT)
    for number in range(int(until * per_second) + 1):
        t = number / per_second
        at = EPOCH + timedelta(seconds=t)
        yield Scene(
            frame=Frame(PICTURE, t, at),
            local=at.astimezone(ZONE),
            tracks=tracker.step(eyes.look(ways, t), t),
            looked=True,
            model="scripted",
            model_sha256="0" * 64,
        )


def findings(watch: Watching, seen: Iterator[Scene], *, close: bool = False) -> list[Finding]:
    """All that a watch says."""
    found: list[Finding] = []
    t = 0.0
    for scene in seen:
        t = scene.frame.t
        found += watch.step(scene)
    return [*found, *watch.close(t)] if close else found


def truth(way: Way, inside: tuple[float, float], until: float) -> float:
    """For how long its foot is between two places across the picture, to 10 ms."""
    spots = (way.box(number / 100) for number in range(int(until * 100)))
    return sum(0.01 for box in spots if box is not None and inside[0] <= box.foot[0] <= inside[1])
