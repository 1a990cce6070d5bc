"""A stream that is read late is caught up with: fewer pictures rather than old ones."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

from edge.vision.sources.rtsp import CAUGHT_UP_S, LATE_S, Pace

BASE = Fraction(1, 90000)


class _Video:
    """Notes what it is told to skip."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def skip(self, what: str) -> None:
        """As a video does."""
        self.said.append(what)


def _packet(seconds: float, *, keyframe: bool = False) -> Any:
    return SimpleNamespace(dts=round(seconds / BASE), time_base=BASE, is_keyframe=keyframe)


def test_what_is_late_is_left_out_until_a_keyframe_in_time() -> None:
    """On time, then a second and more late, then caught up; it goes on with the next keyframe."""
    video = _Video()
    pace = Pace(cast("Any", video), keyframes=False)
    for step in range(50):
        pace.keep(_packet(step / 25), 100 + step / 25)
    assert video.said == []
    pace.keep(_packet(2.0), 102.0 + LATE_S * 0.9)
    assert video.said == []
    pace.keep(_packet(2.04), 102.04 + LATE_S * 1.1)
    assert video.said == ["NONKEY"]
    pace.keep(_packet(4.0, keyframe=True), 104.0 + LATE_S / 2)
    pace.keep(_packet(5.0), 105.0 + CAUGHT_UP_S / 2)
    assert video.said == ["NONKEY"]
    pace.keep(_packet(6.0, keyframe=True), 106.0 + CAUGHT_UP_S / 2)
    assert video.said == ["NONKEY", "DEFAULT"]


def test_where_keyframes_are_enough_nothing_else_is_ever_decoded() -> None:
    """Late or not."""
    video = _Video()
    pace = Pace(cast("Any", video), keyframes=True)
    for step in range(10):
        pace.keep(_packet(step, keyframe=True), 100 + step * 2)
    assert video.said == ["NONKEY"]
