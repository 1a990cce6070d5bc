"""Decides when a camera is lost, by the age of its last picture (pure)."""

from __future__ import annotations

from typing import Final

from edge.vision.sources import words

FIRST_WITHIN_S: Final = 8.0
"""To connect (5 s) and, with a keyframe each 2 s, to see the first; a stalled time comes on top
where it is longer."""

KEYFRAME_WITHIN_S: Final = 30.0
"""Cameras that save space put up to ten seconds between two keyframes; more cannot be worked
with: nothing can be decoded after a loss, and no clip can be cut."""


class Watchdog:
    """Watches two ages: of what last came at all, and of what was last decoded."""

    def __init__(self, stalled_s: float, began: float) -> None:
        self._stalled_s = stalled_s
        self._decoded_s = max(KEYFRAME_WITHIN_S, 2 * stalled_s)
        self._began = began

    def lost(self, now: float, heard: float | None, decoded: float | None) -> str:
        """Return why the camera is lost; empty while it is not.

        `heard` is when the last picture came, decoded or not, `decoded` when the last one that
        was decoded came; none before the first.
        """
        first_by = self._began + max(FIRST_WITHIN_S, 5.0 + self._stalled_s)
        if heard is None:
            return words.stalled(now - self._began) if now > first_by else ""
        if now - heard > self._stalled_s:
            return words.stalled(now - heard)
        if now - (decoded if decoded is not None else self._began) > self._decoded_s:
            return words.NO_KEYFRAMES
        return ""
