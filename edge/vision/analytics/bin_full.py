"""Tells of a full bin, as taught by examples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from edge.vision.analytics.episodes import Episodes, Sighting
from edge.vision.analytics.hours import within
from edge.vision.analytics.logistic import Line
from edge.vision.analytics.looks import looks
from edge.vision.analytics.taught import NotTaughtError
from edge.vision.analytics.taught_file import read_taught
from edge.vision.analytics.teaching import region
from edge.vision.findings import Finding
from edge.vision.geometry import share
from edge.vision.pictures import Frame, Scene
from edge.vision.sections.watch import BinFull as Section
from edge.vision.sections.zone import ZoneSection

EVERY_S: Final = 2.0
"""A bin does not fill faster."""
SMOOTH_S: Final = 6.0
"""Chances are averaged over this time: somebody throws something in, a cat walks by."""
FULL, EMPTY = 0.6, 0.4
"""From the one on it is full, below the other no longer; in between it is as it was."""
BEFORE: Final = 0.1
"""Somebody who covers this part of the bin hides it; what it looks like then says nothing."""


class BinFull:
    """One episode from when the bin looks full until it has been emptied."""

    def __init__(self, zone: str, section: ZoneSection, watch: Section) -> None:
        self._hours = watch.hours
        self._area = section.area or ()
        self._window = region(self._area)
        self._episodes = Episodes(
            watch.what, zone, "classical", after_s=watch.after.total_seconds(), gap_s=2 * EVERY_S
        )
        self._file = Path(watch.taught_file)
        self._line: Line | None = None
        self._trusted = 0.0
        self.unable = ""
        """Why nothing can be told, in words for a technician; empty while it can."""
        self._read = False
        self._full = False
        self._chance: float | None = None
        self._t = float("-inf")

    def see(self, frame: Frame) -> None:
        """Not needed."""

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say that the bin is full, still is, has been emptied."""
        t = scene.frame.t
        if not within(self._hours, scene.local):
            return self._episodes.close(t)
        line = self._taught()
        if line is None or 0 <= t - self._t < EVERY_S:
            return ()
        passed, self._t = t - self._t, t
        if not self._hidden(scene):
            chance = float(line.chance(looks(self._window.cut(scene.frame.image))[None])[0])
            part = min(1.0, max(0.0, passed) / SMOOTH_S)
            old = chance if self._chance is None else self._chance
            self._chance = old + part * (chance - old)
            self._full = self._chance >= (EMPTY if self._full else FULL)
        if not self._full or self._chance is None:
            return self._episodes.step((), t, left=("bin",))
        sighting = Sighting(key="bin", confidence=self._chance * self._trusted)
        return self._episodes.step([sighting], t)

    def interrupt(self) -> None:
        """Look anew."""
        self._chance = None
        self._episodes.interrupt()

    def close(self, t: float) -> Sequence[Finding]:
        """End what is open."""
        return self._episodes.close(t)

    def _taught(self) -> Line | None:
        """The weights, read once, when the first picture is there."""
        if not self._read:
            self._read = True
            try:
                taught = read_taught(self._file)
            except NotTaughtError as error:
                self.unable = f"bin_full has not been taught: {error}"
            else:
                self._line = taught.line()
                self._trusted = min(1.0, max(0.5, taught.trial.auc))
        return self._line

    def _hidden(self, scene: Scene) -> bool:
        return any(
            share(each.box, self._area) > BEFORE for each in scene.tracks if each.label == "person"
        )
