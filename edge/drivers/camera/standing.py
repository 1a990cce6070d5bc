"""How a camera is, second by second: its process's counts become points and what is amiss."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from edge.drivers.camera.placed import CameraPlaced
from edge.drivers.camera.profile import ILLS, Measure
from edge.drivers.camera.zones import REFRESH_S
from edge.model import Quality, Reading
from edge.vision.words import State

WINDOW: Final = 10
"""Seconds, one state each, over which rates and shares are counted."""
SHED_SHARE: Final = 0.1
"""Of the pictures that had to be looked at; when more are left out it is told."""
BROKEN_SHARE: Final = 0.05
"""Of the pictures that came; a stream over TCP has none."""
SLOW_SHARE: Final = 0.5
"""Of the pictures a second that are to be analysed; when fewer come it is told."""
FEWEST: Final = 5
"""Pictures in the window; of fewer no share is told."""

BLINDING: Final = ("frozen", "covered", "corrupt", "dark")
"""Ills with which nothing can be said of what is before the camera."""

_MEGABYTE: Final = 1024 * 1024
_Value: TypeAlias = bool | float | None


_VERDICTS: Final[Mapping[str, tuple[_Value, Quality]]] = {
    "yes": (True, Quality.GOOD),
    "no": (False, Quality.GOOD),
    "not_observable": (None, Quality.UNCERTAIN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What has happened within the window."""

    seconds: float
    frames: int
    broken: int
    analysed: int
    wanted: int
    shed: int
    cpu_s: float

    @property
    def shed_share(self) -> float:
        """Of the pictures that had to be looked at for objects, those nobody had time for."""
        return self.shed / self.wanted if self.wanted else 0.0

    @property
    def broken_share(self) -> float:
        """Of the pictures that came, those that could not be decoded whole."""
        return self.broken / self.frames if self.frames else 0.0


class Standing:
    """Follows one camera through one session; `t` is seconds of the loop's clock."""

    def __init__(self, placed: CameraPlaced) -> None:
        self._device = placed.device.id
        self._points = placed.profile.points
        self._wanted_fps = placed.address.analysed_per_second
        self._states: deque[tuple[float, State]] = deque(maxlen=WINDOW + 1)
        self._told: dict[str, tuple[_Value, Quality, float]] = {}

    @property
    def state(self) -> State | None:
        """The latest."""
        return self._states[-1][1] if self._states else None

    @property
    def blind(self) -> bool:
        """Whether the picture cannot be used."""
        state = self.state
        return state is not None and any(state.ills.get(ill) == "yes" for ill in BLINDING)

    @property
    def sheds_all(self) -> bool:
        """Whether nobody has looked for objects lately where somebody had to."""
        counts = self._counts()
        return counts is not None and counts.wanted >= FEWEST and counts.shed >= counts.wanted

    def take(self, state: State, t: float) -> None:
        """Take what the process says once a second."""
        self._states.append((t, state))

    def readings(
        self, at: datetime, t: float, native: Collection[str], *, heard: bool
    ) -> Iterator[Reading]:
        """What has changed, or has not been told for long.

        `native` is what the camera itself says is so, `heard` whether it can be heard at all.
        """
        if self.state is None:
            return
        for name, point in self._points.items():
            measured = self._measured(point.measures, native, heard=heard)
            if measured is None:
                continue
            value, quality = measured
            before = self._told.get(name)
            fresh = before is not None and t - before[2] < REFRESH_S
            if before is not None and fresh and not _differs(before[:2], measured, point.deadband):
                continue
            self._told[name] = (value, quality, t)
            yield Reading(point=f"{self._device}/{name}", value=value, at=at, quality=quality)

    def lost(self, at: datetime) -> Iterator[Reading]:
        """Nothing is known any more of what was told."""
        for name in self._told:
            yield Reading(point=f"{self._device}/{name}", value=None, at=at, quality=Quality.BAD)

    def amiss(self) -> Mapping[str, str]:
        """What does not go well, by its kind, in words for a technician."""
        state = self.state
        if state is None:
            return {}
        found: dict[str, str] = {}
        if state.missing:
            found["missing"] = state.missing
        counts = self._counts()
        if counts is None or counts.seconds < WINDOW / 2:
            return found
        window = f"in {counts.seconds:.0f} s"
        if counts.wanted >= FEWEST and counts.shed_share > SHED_SHARE:
            found["shed"] = (
                f"too much to look at: {counts.shed} of {counts.wanted} pictures left out {window}"
            )
        if counts.frames >= FEWEST and counts.broken_share > BROKEN_SHARE:
            found["broken"] = f"{counts.broken} of {counts.frames} pictures broken {window}"
        if state.fps < SLOW_SHARE * self._wanted_fps:
            found["slow"] = (
                f"{state.fps:.1f} pictures a second, {self._wanted_fps:g} are to be analysed"
            )
        return found

    def _measured(
        self, measure: Measure, native: Collection[str], *, heard: bool
    ) -> tuple[_Value, Quality] | None:
        state = self._states[-1][1]
        if measure in native:
            return True, Quality.GOOD
        if measure in ILLS:
            return _VERDICTS.get(next((v for ill, v in state.ills.items() if ill == measure), ""))
        if measure == "signal_lost":
            return (False, Quality.GOOD) if heard else None
        value = state.motion if measure == "motion" else self._number(measure, state)
        return None if value is None else (value, Quality.GOOD)

    def _number(self, measure: Measure, state: State) -> float | None:
        if measure == "fps":
            return round(state.fps, 1)
        if measure == "age_s":
            return round(state.age_s, 1)
        if measure == "memory_mb":
            return round(state.memory / _MEGABYTE, 1)
        counts = self._counts()
        if counts is None or counts.seconds <= 0:
            return None
        rates = {
            "analysed_per_s": counts.analysed / counts.seconds,
            "shed_share": counts.shed_share,
            "broken_share": counts.broken_share,
            "cpu_share": counts.cpu_s / counts.seconds,
        }
        return round(rates[measure], 3)

    def _counts(self) -> Counts | None:
        if len(self._states) < 2:  # noqa: PLR2004 - a difference is between two
            return None
        (began, first), (ended, last) = self._states[0], self._states[-1]
        return Counts(
            seconds=ended - began,
            frames=last.frames - first.frames,
            broken=last.broken - first.broken,
            analysed=last.analysed - first.analysed,
            wanted=last.wanted - first.wanted,
            shed=last.shed - first.shed,
            cpu_s=last.cpu_s - first.cpu_s,
        )


def _differs(before: tuple[_Value, Quality], now: tuple[_Value, Quality], deadband: float) -> bool:
    one, other = before[0], now[0]
    if before[1] is not now[1] or one is None or other is None or isinstance(other, bool):
        return before != now
    return abs(other - one) > deadband
