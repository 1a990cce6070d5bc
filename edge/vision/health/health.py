"""The health of one camera's picture over a session."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, get_args

from edge.vision.findings import Ill, Verdict
from edge.vision.health.bands import bands
from edge.vision.health.blocks import Blocks
from edge.vision.health.holding import Holding
from edge.vision.health.judging import FITS, Judge, Seen, has_outlines
from edge.vision.health.liveness import Liveness
from edge.vision.health.reference import Reference
from edge.vision.health.small import ranked, shrink
from edge.vision.pictures import Frame
from edge.vision.sections.zone import HealthSection

JUDGED_EVERY_S: Final = 0.19
"""Five pictures a second are judged: ills are told within seconds, and it costs little."""
ACCEPTED_AFTER: Final = timedelta(hours=8)
"""A view that has been told to be moved, blurred or hidden in part for so long is the usual one
from then on: a whole shift has had it before its eyes, so it is meant or known. A camera that was
turned on purpose need not wait: a new session begins anew."""
BROKEN_WITHIN_S: Final = 1.5
BROKEN_PART: Final = 0.3
"""Of the pictures of so long so many are broken for the stream to be: one whole picture in each
two seconds is sound even in a stream that loses much; one lost packet heals with the next."""
LEARNED: Final = 0.5
"""Sharpness below which a picture is not learned from, some way before it is told."""
LONGEST_S: Final = 5.0
"""More time than this between two pictures counts as so much in averages."""


class Health:
    """Is shown every decoded picture of a session, and says what is wrong with them.

    Time is the frames' own `t`: a camera at one picture a second is judged like one at 25. Needs
    texture to tell covered, moved and defocused; needs light to tell these and frozen.
    """

    def __init__(self, section: HealthSection) -> None:
        well = section.well_after.total_seconds()
        after: Mapping[Ill, timedelta] = {
            "frozen": section.frozen_after,
            "covered": section.covered_after,
            "defocused": section.defocused_after,
            "moved": section.moved_after,
            "dark": section.dark_after,
            "corrupt": section.corrupt_after,
        }
        self._held = {ill: Holding(after[ill].total_seconds(), well) for ill in get_args(Ill)}
        self._reference, self._judge, self._blocks = Reference(), Judge(), Blocks()
        self._liveness = Liveness(section.frozen_after.total_seconds())
        self._broken: deque[tuple[float, bool]] = deque()
        self._judged_at = float("-inf")
        self._any_broken = False

    @property
    def ills(self) -> Mapping[Ill, Verdict]:
        """Each ill's verdict: `yes` after its time, `no` once well for `well_after`."""
        return {ill: held.verdict for ill, held in self._held.items()}

    @property
    def doubts(self) -> frozenset[Ill]:
        """What seems to be wrong by now and has only not lasted for its time yet."""
        return frozenset(ill for ill, held in self._held.items() if held.doubted)

    def see(self, frame: Frame, *, broken: bool = False) -> None:
        """Take a picture; `broken` when its decoder has complained about it."""
        self._any_broken = self._any_broken or broken
        passed = frame.t - self._judged_at
        if 0 <= passed < JUDGED_EVERY_S:
            return
        seen = self._measure(frame)
        self._judged_at, self._any_broken = frame.t, False
        said = self._judge.judge(seen)
        self._hold(said, seen, frame.t)
        if self._teaches(seen, said):
            first = passed == float("inf")
            self._reference.learn(seen.bands, 0.0 if first else min(max(passed, 0.0), LONGEST_S))

    def _measure(self, frame: Frame) -> Seen:
        """Measure what the judge needs."""
        gray = shrink(frame.image)
        taken = bands(gray)
        return Seen(
            bands=taken,
            bright=ranked(gray[::3, ::3], 0.95),
            likeness=self._reference.compare(taken),
            ready=self._reference.ready,
            frozen=self._liveness.see(gray, frame.t),
            broken=self._blocks.broken(frame.image, frame.t) or self._any_broken,
        )

    def _hold(self, said: Mapping[Ill, Verdict], seen: Seen, t: float) -> None:
        """Let ills last; what a broken or a frozen picture does not tell stays as it was."""
        self._held["corrupt"].see("yes" if self._breaks(seen.broken, t) else "no", t)
        frozen = self._held["frozen"].verdict == "yes" and said.get("frozen") == "yes"
        for ill, held in self._held.items():
            if ill == "corrupt":
                continue
            if ill not in said or (frozen and ill != "frozen"):
                held.keep(t)
            elif ill == "frozen":
                stuck = said[ill] == "yes"
                held.see(said[ill], t, since=self._liveness.since if stuck else None)
            else:
                held.see(said[ill], t)
        for ill in ("moved", "defocused", "covered"):
            held = self._held[ill]
            if held.verdict == "yes" and t - held.since > _ACCEPTED_S and has_outlines(seen.bands):
                self._reference.forget()

    def _breaks(self, broken: bool, t: float) -> bool:  # noqa: FBT001 - one more fact
        """Whether the stream is broken, by the pictures of the last seconds."""
        self._broken.append((t, broken))
        while self._broken[0][0] < t - BROKEN_WITHIN_S:
            self._broken.popleft()
        return sum(bad for _, bad in self._broken) > BROKEN_PART * len(self._broken)

    def _teaches(self, seen: Seen, said: Mapping[Ill, Verdict]) -> bool:
        """Whether the reference may learn from a picture: never from what an attack leaves."""
        if "yes" in said.values() or said["dark"] != "no":
            return False
        like = seen.likeness
        fits = like.same >= FITS or like.lost < like.same
        return fits and (like.sharpness is None or like.sharpness > LEARNED)


_ACCEPTED_S: Final = ACCEPTED_AFTER.total_seconds()
