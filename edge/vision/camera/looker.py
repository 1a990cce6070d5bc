"""Looks at one camera's pictures: health, motion, what is where, what that means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from edge.vision.analytics.watching import watching
from edge.vision.close_up import CloseUps, cut, merged
from edge.vision.detect.asking import Answer, Unable
from edge.vision.findings import Box, Finding, Ill, Verdict
from edge.vision.gate import Gate
from edge.vision.health import Health
from edge.vision.motion import Motion
from edge.vision.pictures import Detection, Frame, Image, Scene, Track
from edge.vision.sections.watch import NEEDS_DETECTOR, VEHICLES, CabinObject, FlameSuspected
from edge.vision.sections.watch import LeftObject as LeftObjectSection
from edge.vision.sections.zone import CameraAddress, ZoneSection
from edge.vision.track.tracker import Tracker

Ask: TypeAlias = Callable[[Image], Answer | Unable | None]
"""Ask the detector what is in a picture; none when it had no time."""

BLIND: Final[tuple[Ill, ...]] = ("frozen", "covered", "corrupt", "dark")
"""With these nothing can be said of what is there, nor that nobody is."""

HELPED: Final = (LeftObjectSection, CabinObject, FlameSuspected)
"""What works without a detector, and better with one that says where people and vehicles are."""

DOUBTFUL: Final = frozenset[Ill](("covered", "corrupt", "dark"))
"""While one of these seems to come nothing is said either, so that nobody has gone when somebody
holds a bag before the lens. (In a frozen picture everybody stays.)"""

WHOLE: Final = Box(0.0, 0.0, 1.0, 1.0)
"""While the light has just changed anything may move anywhere."""

MASKED: Final = ("person", *VEHICLES)
"""What those want to know of."""


class Looker:
    """One camera's eyes. Not safe for threads; times are the frames' own.

    `see` takes every decoded frame, `look` those that are analysed: whenever `due(frame.t)`.
    Nothing here blocks but `ask`. `analysed` counts the frames looked at, `wanted` those of them
    that had to be looked at for objects (closer looks at parts of them too), `shed` those of these
    that the detector had no time for.
    """

    def __init__(
        self, address: CameraAddress, timezone: ZoneInfo, ask: Ask, *, camera: str
    ) -> None:
        self.camera = camera
        self._timezone = timezone
        self._ask = ask
        self._period_s = 1 / address.analysed_per_second
        self._due_at: float | None = None
        self._health = Health(address.health)
        self._motion = Motion()
        named = [
            (f"{zone}.{watch.what}", each)
            for zone, section in address.zones.items()
            for watch, each in zip(section.watch, watching(zone, section), strict=True)
        ]
        self._named = tuple(named)
        self._watching = tuple(each for _, each in named)
        zones = tuple(address.zones.values())
        self._labels = _labels(zones)
        self._needed = any(isinstance(watch, NEEDS_DETECTOR) for watch in _watches(zones))
        self._enough = _enough(zones)
        self._gate = Gate(zones)
        self._close_ups = CloseUps(zones)
        self._tracker: Tracker | None = None
        self._was_blind = False
        self._model = ("", "")
        self._missing = ""
        self._tracks: Sequence[Track] = ()
        self.analysed = 0
        self.wanted = 0
        self.shed = 0

    def see(self, frame: Frame, *, broken: bool = False) -> None:
        """Take one decoded frame; `broken` where the decoder complained of it."""
        self._health.see(frame, broken=broken)
        if not self._blind:
            for each in self._watching:
                each.see(frame)

    def due(self, t: float) -> bool:
        """Whether the frame of this instant is to be analysed, by `analysed_per_second`.

        Asked once for each frame: it counts those that it says yes to.
        """
        if self._due_at is None:
            self._due_at = t
        if t < self._due_at - self._period_s / 20:
            return False
        self._due_at = max(self._due_at + self._period_s, t + self._period_s / 2)
        return True

    def look(self, frame: Frame) -> Sequence[Finding]:
        """Analyse one frame; say what began, goes on and is over."""
        self.analysed += 1
        self._motion.see(frame.image, frame.t)
        if self._blind:
            self._was_blind = True
            self._tracks = ()
            return ()
        if self._health.doubts & DOUBTFUL:
            return ()
        if self._was_blind:
            self._begin_anew()
        looked = self._look_for_objects(frame)
        scene = Scene(
            frame=frame,
            local=frame.at.astimezone(self._timezone),
            tracks=self._tracks,
            looked=looked,
            model=self._model[0],
            model_sha256=self._model[1],
        )
        return [finding for each in self._watching for finding in each.step(scene)]

    def close(self, t: float) -> Sequence[Finding]:
        """End what is open: the recording or the session is over."""
        return [finding for each in self._watching for finding in each.close(t)]

    @property
    def ills(self) -> Mapping[Ill, Verdict]:
        """What is wrong with the picture, debounced."""
        return self._health.ills

    @property
    def motion(self) -> bool:
        """Whether something moves."""
        return self._motion.moving

    @property
    def missing(self) -> str:
        """The model that is lacking, a colon, why and what to do; empty when nothing is."""
        return self._missing

    @property
    def unable(self) -> Mapping[str, str]:
        """The watches that cannot tell anything just now, as `zone.what`, each with why not."""
        return {name: why for name, each in self._named if (why := each.unable)}

    @property
    def tracks(self) -> Sequence[Track]:
        """What is followed now, as of the newest look."""
        return self._tracks

    @property
    def _blind(self) -> bool:
        return any(self._health.ills.get(ill) == "yes" for ill in BLIND)

    def _begin_anew(self) -> None:
        """Forget what was followed: nobody knows what went on meanwhile."""
        self._was_blind = False
        if self._tracker is not None:
            self._tracker.forget()
        for each in self._watching:
            each.interrupt()

    def _look_for_objects(self, frame: Frame) -> bool:
        """Ask the detector, if this picture is worth it; return whether it has looked."""
        if not self._labels:
            return False
        rows, columns = frame.image.shape[:2]
        if self._tracker is None:
            self._tracker = Tracker(aspect=columns / rows, enough=self._enough)
        tracker, t = self._tracker, frame.t
        if not self._worth_it(tracker, t):
            self._tracks = tracker.guess(t)
            return False
        self.wanted += 1
        answer = self._ask(frame.image)
        if isinstance(answer, Answer):
            self._gate.asked(t)
            self._missing = ""
            self._model = (answer.model, answer.sha256)
            self._tracks = tracker.step(self._closer(frame, self._detections(answer)), t)
            return True
        self._tracks = tracker.guess(t)
        if answer is None:
            self.shed += 1
        else:
            self._gate.refused(t)
            self._missing = f"{answer.model}: {answer.reason}" if self._needed else ""
        return False

    def _worth_it(self, tracker: Tracker, t: float) -> bool:
        motion = self._motion
        moving = motion.areas if motion.settled else (WHOLE,)
        return self._gate.wants(t, moving, living=tracker.living, resting=tracker.resting)

    def _closer(self, frame: Frame, found: Sequence[Detection]) -> Sequence[Detection]:
        """Look once more at a part of the picture, when its turn has come."""
        part = self._close_ups.due(frame.t)
        if part is None:
            return found
        self.wanted += 1
        answer = self._ask(cut(frame.image, part))
        if answer is None:
            self.shed += 1
        if not isinstance(answer, Answer):
            return found
        return merged(found, self._detections(answer), part)

    def _detections(self, answer: Answer) -> Sequence[Detection]:
        return [
            Detection(box=each.box, label=each.label, score=each.score, sure=each.sure)
            for each in answer.objects
            if each.label in self._labels
        ]


def _watches(zones: Iterable[ZoneSection]) -> Iterable[object]:
    return (watch for zone in zones for watch in zone.watch)


def _labels(zones: Iterable[ZoneSection]) -> frozenset[str]:
    """What is followed; nothing where nobody asks for it."""
    labels: set[str] = set()
    for watch in _watches(zones):
        if isinstance(watch, NEEDS_DETECTOR):
            labels.update(watch.classes)
        elif isinstance(watch, HELPED):
            labels.update(MASKED)
    return frozenset(labels)


def _enough(zones: Iterable[ZoneSection]) -> Mapping[str, float]:
    """From which score on somebody wants to hear of a label, whatever its model's card says."""
    enough: dict[str, float] = {}
    for watch in _watches(zones):
        if isinstance(watch, NEEDS_DETECTOR) and watch.confidence is not None:
            for label in watch.classes:
                enough[label] = min(watch.confidence, enough.get(label, 1.0))
    return enough
