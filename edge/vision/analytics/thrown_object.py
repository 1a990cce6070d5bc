"""Tells of what falls along a facade (高空抛物)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from edge.vision.analytics.episodes import Episodes, Sighting
from edge.vision.analytics.falling import Blob, Chain, Chains, falls
from edge.vision.analytics.hours import within
from edge.vision.analytics.window import Mask, Window
from edge.vision.findings import Box, Finding
from edge.vision.pictures import Frame, Gray, Scene
from edge.vision.sections.watch import ThrownObject as Section
from edge.vision.sections.zone import ZoneSection

PIXELS: Final = 768
"""The window's longer side: a bottle on a facade of 30 m has five of them."""
NEEDED: Final = 25
"""Pictures a second, as cameras offer them."""
SLOWEST: Final = 22.0
"""Pictures a second below which nothing is told: a fall of one storey takes 0.8 s."""
COUNTED, FEWEST = 25, 6
"""Pictures over which that is counted, and those that a first count takes."""
STEP: Final = 16
"""Steps of gray that a thing differs from what is behind it, in both of two differences."""
SMALLEST, LARGEST = 2, 500
"""Pixels of a blob; a larger one is a bird close by, a curtain, a person."""
BUSY: Final = 40
"""More blobs than this at once are rain, snow, leaves or a camera that shakes."""
ALONE: Final = 1.5
"""What moves around it, within twice its size, is this part of its own area at most."""
LEAST: Final = 0.25
"""Of the zone's height that it has to fall at least."""
AGAIN_S: Final = 1.0
"""What falls within this time beside something that was told is a part of it."""


class ThrownObject:
    """Each fall is told once, begun and over at once, when it has been seen over enough of it."""

    def __init__(self, zone: str, section: ZoneSection, watch: Section) -> None:
        self._hours = watch.hours
        self._window = Window(section.area or (), PIXELS)
        self._episodes = Episodes(watch.what, zone, "classical")
        self._chains = Chains()
        self._times: deque[float] = deque(maxlen=COUNTED + 1)
        self._last: Gray | None = None
        self._change: Mask | None = None
        self._fallen: list[tuple[Chain, float]] = []
        self._gap = False
        self._number = 0
        self._told = float("-inf")

    @property
    def unable(self) -> str:
        """Why nothing can be told, in words for a technician; empty while it can."""
        if len(self._times) < FEWEST:
            return f"thrown_object needs {NEEDED} pictures a second, few come" if self._gap else ""
        rate = (len(self._times) - 1) / max(1e-3, self._times[-1] - self._times[0])
        if rate >= SLOWEST:
            return ""
        return f"thrown_object needs {NEEDED} pictures a second, {rate:.0f} come"

    def see(self, frame: Frame) -> None:
        """Compare with the two pictures before; follow what is small, alone and falls."""
        if self._times and not 0 < frame.t - self._times[-1] < 1:
            self._forget()
            self._gap = True
        self._times.append(frame.t)
        if self.unable:
            self._last = self._change = None
            return
        gray = np.asarray(cv2.cvtColor(self._window.cut(frame.image), cv2.COLOR_BGR2GRAY), np.uint8)
        if self._last is None or self._last.shape != gray.shape:
            self._last, self._change = gray, None
            return
        change = cv2.threshold(cv2.absdiff(gray, self._last), STEP, 255, cv2.THRESH_BINARY)[1]
        before, self._last, self._change = self._change, gray, np.asarray(change)
        if before is None:
            return
        moving = cv2.bitwise_and(cv2.bitwise_and(change, before), self._window.mask)
        t = self._times[-2]
        high = float(self._window.size[1])
        for chain in self._chains.step(_blobs(np.asarray(moving), t), t, high):
            sure = 0.0 if chain.told else falls(chain.blobs, high, LEAST)
            if sure > 0:
                chain.told = True
                self._fallen.append((chain, sure))

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say what has fallen since the last step."""
        fallen, self._fallen = self._fallen, []
        if not within(self._hours, scene.local):
            return ()
        found: list[Finding] = []
        for chain, sure in fallen:
            began, ended = chain.blobs[0].t, chain.blobs[-1].t
            if began - self._told < AGAIN_S:
                continue
            self._told = ended
            self._number += 1
            sighting = Sighting(
                key=self._number,
                confidence=sure,
                box=self._box(chain),
                since=began,
            )
            found += self._episodes.instant(sighting, ended)
        return found

    def interrupt(self) -> None:
        """Forget the pictures before."""
        self._forget()
        self._episodes.interrupt()

    def close(self, t: float) -> Sequence[Finding]:
        """Nothing is open: each fall is over when it is told."""
        return self._episodes.close(t)

    def _forget(self) -> None:
        self._times.clear()
        self._chains.forget()
        self._last = self._change = None

    def _box(self, chain: Chain) -> Box:
        """All of the way that it was seen on."""
        across = [each.x for each in chain.blobs]
        down = [each.y for each in chain.blobs]
        left, top = int(min(across)), int(min(down))
        return self._window.box(left, top, int(max(across)) - left + 1, int(max(down)) - top + 1)


def _blobs(moving: Mask, t: float) -> list[Blob]:
    """What is small and alone among what moves; none where too much does."""
    if not SMALLEST <= cv2.countNonZero(moving) <= BUSY * LARGEST:
        return []
    from_left, from_top, across, down = cv2.boundingRect(moving)
    moving = moving[from_top : from_top + down, from_left : from_left + across]
    count, _, facts, middles = cv2.connectedComponentsWithStats(moving)
    if not 1 < count <= BUSY:
        return []
    found = []
    for (left, top, wide, high, area), (x, y) in zip(facts[1:], middles[1:], strict=True):
        if not SMALLEST <= area <= LARGEST:
            continue
        around = moving[
            max(0, top - 2 * high) : top + 3 * high, max(0, left - 2 * wide) : left + 3 * wide
        ]
        if cv2.countNonZero(around) <= (1 + ALONE) * area:
            found.append(Blob(t, from_left + float(x), from_top + float(y), float(area)))
    return found
