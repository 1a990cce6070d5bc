"""What a recording shows: the very same looking as at a camera, as fast as it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final

import msgspec

from edge.vision.camera.looker import Ask, Looker
from edge.vision.detect.asking import Answer, Unable
from edge.vision.findings import Basis, Box, Finding, Ill, Phase
from edge.vision.pictures import Frame, Image
from edge.vision.sections.zone import HealthSection

DIGITS: Final = 3
"""Milliseconds, and thousandths of a picture's width."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One event: `t` is the recording's time, `at` the instant that stands for; both in seconds.

    `type` is what is watched for or what ails the picture, `since` when it began to be so, `dwell`
    how many seconds it has been so. `direction` is that of a line that was crossed. `still` says of
    an end that the recording was over before the thing was.
    """

    t: float
    type: str
    phase: Phase
    zone: str = ""
    object: str = ""
    label: str = ""
    direction: str = ""
    since: float = 0.0
    dwell: float = 0.0
    confidence: float = 1.0
    box: Box | None = None
    basis: Basis = "classical"
    model: str = ""
    still: bool = False


class Analysis:
    """Shows a recording's pictures to a looker and tells what it says.

    Counts for a summary: `frames`, and `seconds` of the recording. `image` is a single picture,
    which is shown again and again: it is not frozen.
    """

    def __init__(self, looker: Looker, health: HealthSection, *, image: bool = False) -> None:
        self._looker = looker
        self._after = _delays(health)
        self._image = image
        self._ill: dict[Ill, float] = {}
        self.frames = 0
        self.seconds = 0.0

    def lines(self, frames: Iterable[Frame]) -> Iterator[Line | None]:
        """Yield what happens, in the order in which it does; none after each picture analysed."""
        looker = self._looker
        t = 0.0
        for frame in frames:
            t = frame.t
            self.frames += 1
            self.seconds = t
            if not self._image:
                looker.see(frame)
                yield from self._ills(t)
            if looker.due(t):
                for finding in looker.look(frame):
                    yield told(finding)
                yield None
        for finding in looker.close(t):
            yield told(finding, still=True)
        for ill, since in self._ill.items():
            yield _ill(ill, "end", since, t, still=True)

    def _ills(self, t: float) -> Iterator[Line]:
        """What has come to ail the picture, and what no longer does."""
        for ill, verdict in self._looker.ills.items():
            if verdict == "yes" and ill not in self._ill:
                since = self._ill[ill] = max(0.0, t - self._after[ill])
                yield _ill(ill, "begin", since, t)
            elif verdict != "yes" and ill in self._ill:
                yield _ill(ill, "end", self._ill.pop(ill), t)


class AskedOnce:
    """Asks about a picture once, however often it is shown."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._image: Image | None = None
        self._answer: Answer | Unable | None = None

    def __call__(self, image: Image) -> Answer | Unable | None:
        """Answer as before where this is the picture of before."""
        if image is not self._image:
            self._image, self._answer = image, self._ask(image)
        return self._answer


def told(finding: Finding, *, still: bool = False) -> Line:
    """A finding as it is printed."""
    label, _, last = finding.label.rpartition(" ")
    crossing = finding.what == "line_crossing"
    return Line(
        t=round(finding.t, DIGITS),
        type=finding.what,
        phase=finding.phase,
        zone=finding.zone,
        object=finding.object,
        label=label if crossing else finding.label,
        direction=last if crossing else "",
        since=round(finding.since, DIGITS),
        dwell=round(finding.dwell_s, DIGITS),
        confidence=round(finding.confidence, DIGITS),
        box=Box(*(round(each, DIGITS + 1) for each in finding.box)) if finding.box else None,
        basis=finding.basis,
        model=finding.model,
        still=still,
    )


def _ill(ill: Ill, phase: Phase, since: float, t: float, *, still: bool = False) -> Line:
    return Line(
        t=round(t, DIGITS),
        type=ill,
        phase=phase,
        object=f"{ill}.{round(since * 1000)}",
        since=round(since, DIGITS),
        dwell=round(t - since, DIGITS),
        still=still,
    )


def _delays(health: HealthSection) -> Mapping[Ill, float]:
    """How long a picture has been ill when it is told, in seconds."""
    after: Mapping[Ill, timedelta] = {
        "frozen": health.frozen_after,
        "covered": health.covered_after,
        "defocused": health.defocused_after,
        "moved": health.moved_after,
        "dark": health.dark_after,
        "corrupt": health.corrupt_after,
    }
    return {ill: delay.total_seconds() for ill, delay in after.items()}
