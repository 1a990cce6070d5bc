"""What a window shows when nothing is in it, and what of a picture differs from that."""

from __future__ import annotations

from math import exp
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.analytics.window import Mask
from edge.vision.pictures import Image

Levels: TypeAlias = npt.NDArray[np.float32]
"""Rows × columns × 3, 0 to 255, with fractions."""

SETTLES_S: Final = 3.0
"""The quick mean follows within this time: what has stood for twice as long is in it."""
DIFFERS: Final = 22.0
"""Steps of any colour from which on a pixel is another: four times a camera's noise at dusk."""
STILL: Final = 12.0
"""Steps from the quick mean up to which a pixel does not move."""
RESTS_S: Final = 2.0
"""... for so long at a stretch: a car's roof and windows, one after the other, are like its mean
for a moment."""
SWAYS: Final = 9.0
"""Steps that count as stirring; smoothed noise has one."""
SWITCHED: Final = 0.5
"""When so much of the window differs at once, the light has changed or the camera was turned."""
GAIN: Final = 0.015
"""A change of light is followed at once from this part on; less is left to the drift."""
COARSE: Final = 4
"""Every so many pixels are enough to tell it."""
PATIENT_S: Final = 5.0
"""So long that has to be so: somebody who walks up close covers everything for a moment."""


class Background:
    """A slow reference and a quick mean of a window; times in seconds.

    `reference` only takes over what agrees with it (`drift_s`: the sun), or what it is told to
    (`adopt`). `quick` follows everything. Both are without value until `ready`.
    """

    def __init__(self, drift_s: float) -> None:
        self._drift_s = drift_s
        self._t: float | None = None
        self._began = 0.0
        self._switched: float | None = None
        self.reference: Levels = np.zeros((0, 0, 3), np.float32)
        self.quick: Levels = np.zeros((0, 0, 3), np.float32)
        self.now: Levels = np.zeros((0, 0, 3), np.float32)
        """The picture itself, its noise smoothed."""
        self._from_quick = self._from_reference = self._settled = np.zeros((0, 0), np.float32)
        self._rested = np.zeros((0, 0), np.float32)
        self.lasts = np.zeros((0, 0), np.float32)
        """For how long each pixel has been another than the reference, in seconds."""
        self.ready = False
        self.anew = False
        """Whether the last picture made it begin anew: all that was known of it is void."""

    def see(self, window: Image, mask: Mask, t: float, hidden: Mask | None = None) -> None:
        """Take a picture; nothing is learnt where `hidden` is set (people)."""
        self.now = np.asarray(cv2.GaussianBlur(window, (5, 5), 0), np.float32)
        self.anew = False
        if self._t is None or self.now.shape != self.reference.shape or t < self._t:
            self._begin(t)
            return
        passed, self._t = t - self._t, t
        cv2.accumulateWeighted(self.now, self.quick, 1 - exp(-passed / SETTLES_S))
        if not self.ready:
            self.reference = self.quick.copy()
            self.ready = t - self._began >= 2 * SETTLES_S
        self._measure()
        if self._follow_light(mask) or self._follow_switch(mask, t):
            self._measure()
        resting = (self._settled >= DIFFERS) & (self._from_quick < STILL)
        self._rested = np.asarray((self._rested + passed) * resting, np.float32)
        self.lasts = np.asarray(
            (self.lasts + passed) * (self._from_reference >= DIFFERS), np.float32
        )
        same = (self._settled < DIFFERS).astype(np.uint8)
        if hidden is not None:
            same[hidden > 0] = 0
        cv2.accumulateWeighted(self.quick, self.reference, 1 - exp(-passed / self._drift_s), same)

    def adopt(self, where: npt.NDArray[np.bool_]) -> None:
        """Take what is there now for the empty window."""
        self.reference[where] = self.quick[where]
        self._measure()

    def forget(self) -> None:
        """Begin anew with the next picture."""
        self._t = None
        self.ready = False

    @property
    def differs(self) -> Mask:
        """255 where the picture of now is another than the reference."""
        return _mask(self._from_reference >= DIFFERS)

    @property
    def rests(self) -> Mask:
        """255 where what differs has been there for some seconds and does not move."""
        return _mask(self._rested >= RESTS_S)

    def _measure(self) -> None:
        self._from_quick = distance(self.now, self.quick)
        self._from_reference = distance(self.now, self.reference)
        self._settled = distance(self.quick, self.reference)

    def _begin(self, t: float) -> None:
        self._t = self._began = t
        self.reference, self.quick = self.now.copy(), self.now.copy()
        self._rested = np.zeros(self.now.shape[:2], np.float32)
        self.lasts = np.zeros(self.now.shape[:2], np.float32)
        self.ready = False
        self.anew = True
        self._switched = None

    def _follow_light(self, mask: Mask) -> bool:
        """Clouds, dusk, a camera's exposure: what makes most pixels brighter alike."""
        inside = mask[::COARSE, ::COARSE] > 0
        now, reference = self.now[::COARSE, ::COARSE], self.reference[::COARSE, ::COARSE]
        gain = brighter(reference, now, inside)
        if float(np.abs(gain - 1).max()) < GAIN:
            return False
        lit = np.asarray(np.clip(reference * gain, 0, 255), np.float32)
        before = (distance(now, reference)[inside] >= DIFFERS / 2).mean()
        if float((distance(now, lit)[inside] >= DIFFERS / 2).mean()) > float(before):
            return False
        self.reference = np.asarray(np.clip(self.reference * gain, 0, 255), np.float32)
        return True

    def _follow_switch(self, mask: Mask, t: float) -> bool:
        """Where most of the window differs for a while: follow a lamp, or begin anew."""
        inside = mask > 0
        if float((self._from_reference[inside] >= DIFFERS).mean()) < SWITCHED:
            self._switched = None
            return False
        if self._switched is None:
            self._switched = t
        if t - self._switched < PATIENT_S:
            return False
        self._switched = None
        lit = relit(self.reference, self.quick, inside)
        if float((distance(self.quick, lit)[inside] >= DIFFERS).mean()) < SWITCHED / 2:
            self.reference = lit
        else:
            self._begin(t)
        return True


def relit(reference: Levels, now: Levels, inside: npt.NDArray[np.bool_]) -> Levels:
    """The reference in the light of now, as most of its pixels tell it, colour by colour."""
    return np.asarray(np.clip(reference * brighter(reference, now, inside), 0, 255), np.float32)


def brighter(reference: Levels, now: Levels, inside: npt.NDArray[np.bool_]) -> Levels:
    """How many times brighter most pixels are, colour by colour."""
    return np.asarray(np.median((now[inside] + 4) / (reference[inside] + 4), axis=0), np.float32)


def stirred(now: Levels, before: Levels) -> npt.NDArray[np.bool_]:
    """Where a picture is another than one of a second before: as little as somebody sways."""
    return distance(now, before) >= SWAYS


def distance(one: Levels, other: Levels) -> npt.NDArray[np.float32]:
    """How far two pictures are apart at each pixel: the colour that differs most."""
    apart = cv2.absdiff(one, other)
    most = np.maximum(np.maximum(apart[..., 0], apart[..., 1]), apart[..., 2])
    return np.asarray(most, np.float32)


def edges(picture: Levels) -> npt.NDArray[np.float32]:
    """How steep each pixel is, in steps a pixel."""
    gray = picture.mean(axis=2)
    across = cv2.Sobel(gray, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(gray, cv2.CV_32F, 0, 1, scale=0.25)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _mask(where: npt.NDArray[np.bool_]) -> Mask:
    return where.astype(np.uint8) * np.uint8(255)
