"""What one picture says about its health, ill by ill."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge.vision.findings import Ill, Verdict
from edge.vision.health.bands import Bands
from edge.vision.health.covering import LARGE
from edge.vision.health.reference import TEXTURE, TOO_FEW, Likeness
from edge.vision.health.small import tiled

DARK: Final = 28.0
LIT: Final = 36.0
"""Gray level that the brightest twentieth of a picture stays below to be dark, and reaches to be
lit again. A camera's infrared shows 90 and more; a cellar by the light of its door shows 20."""
HIDDEN: Final = 0.2
HIDDEN_DOUBT: Final = 0.7
"""Parts of the textured tiles that are lost when something is held before the lens: more where
there are few (`HIDDEN` + `HIDDEN_DOUBT` / √tiles), because then one tile is much."""
REST: Final = 0.5
LEFT: Final = 0.15
"""So much of what is not hidden, and of all, is as usual; else the camera was turned away."""
WHOLLY: Final = 0.6
EMPTY: Final = 0.1
ELSEWHERE: Final = 0.3
"""The whole lens is covered: so many tiles are lost, the picture has less than this part of its
outlines' energy, and fewer tiles are the same (a lens or a wall have a few by chance)."""
LAYOUT: Final = 0.8
FADED: Final = 0.3
"""Bright and dark lie where they did, and less than so much is left of the outlines: nothing is
in front, but it is badly blurred."""
MOVED: Final = 0.5
MOVED_DOUBT: Final = 0.7
"""Fewer tiles than this are where they were, fewer still (`MOVED_DOUBT` / √tiles) where there are
few. Moved by 3 % of the width leaves 0.26, turned by 4° 0.14; another lamp 0.73, infrared 0.81, a
bus that fills half the picture 0.5."""
TOGETHER: Final = 0.6
"""Of the neighbours of tiles that are where they were so many are too: then the rest is behind
something. What fits by chance after a turn lies scattered, and has 0.2."""
FITS: Final = 0.6
"""With so many tiles in place the view is the right one, even in the dark."""
BLURRED: Final = 0.3
"""Of the usual sharpness. Out of focus by 0.4 % of the width leaves 0.19; coding at a much lower
bit rate leaves 0.43."""
NO_EDGE: Final = 1.0
"""Gray levels squared: a tile without any outline, only grain."""
TAKES_LIGHT: Final = 64.0
"""A picture without any outline that is darker than this: exposure has made the most of it, so it
is no lit wall but something that takes the light away."""

Said = dict[Ill, Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was measured of one picture. `frozen` is what its liveness says."""

    bands: Bands
    bright: float
    likeness: Likeness
    ready: bool
    frozen: Verdict
    broken: bool


class Judge:
    """Tells ills apart: where one explains others, only that one is said."""

    def __init__(self) -> None:
        self._dark = False

    def judge(self, seen: Seen) -> Mapping[Ill, Verdict]:
        """Return what a picture says; not observable is what another ill hides or nothing shows.

        A broken picture says nothing but that it is.
        """
        self._dark = seen.bright < (LIT if self._dark else DARK)
        if seen.broken:
            return {"corrupt": "yes"}
        covered = self._covered(seen)
        said: Said = dict.fromkeys(("moved", "defocused", "frozen"), "not_observable")
        said |= {"corrupt": "no", "covered": covered, "dark": "not_observable"}
        if covered == "yes":
            return said
        said["dark"] = "yes" if self._dark else "no"
        like = seen.likeness
        judged = seen.ready and like.observable
        if judged and not self._dark and blurred_away(like):
            said["defocused"] = "yes"
        elif judged and (not self._dark or like.same >= FITS):
            said["moved"] = moved(like)
            if said["moved"] == "no" and like.sharpness is not None:
                said["defocused"] = "yes" if like.sharpness < BLURRED else "no"
        if not self._dark:
            said["frozen"] = seen.frozen
        return said

    def _covered(self, seen: Seen) -> Verdict:
        """Say whether something is before the lens.

        In a black picture nobody can: lights that go out and leave nothing look like a hand in
        a black glove, and are what happens every night. What is not black has some light on it.
        """
        like = seen.likeness
        if not (seen.ready and like.observable):
            return "yes" if not self._dark and takes_light(seen.bands) else "not_observable"
        if self._dark:
            return "no" if like.same >= FITS else "not_observable"
        if hides_all(like):
            return "yes"
        if blurred_away(like) or like.turned:
            return "no"
        if hides_part(like):
            at_the_lens = like.edge == "soft" and like.hidden > LARGE
            return "yes" if at_the_lens else "not_observable"
        return "not_observable" if like.hidden > LARGE else "no"


def moved(like: Likeness) -> Verdict:
    """Say whether the camera was turned: not where what is left of the view lies together."""
    if like.turned:
        return "yes"
    if like.same >= MOVED - MOVED_DOUBT / math.sqrt(like.textured):
        return "no"
    return "not_observable" if like.together > TOGETHER else "yes"


def hides_all(like: Likeness) -> bool:
    """Whether nothing of the view is left."""
    gone = like.lost >= WHOLLY and like.same < ELSEWHERE and like.energy < EMPTY
    return gone and not blurred_away(like)


def blurred_away(like: Likeness) -> bool:
    """Whether only the broadest of the view is left."""
    return like.layout > LAYOUT and like.energy < FADED and like.same < FITS


def hides_part(like: Likeness) -> bool:
    """Whether a part of the view is gone, and the rest is where it was."""
    enough = HIDDEN + HIDDEN_DOUBT / math.sqrt(like.textured)
    return like.lost >= enough and like.same >= max(REST * (1 - like.lost), LEFT)


def has_outlines(seen: Bands) -> bool:
    """Whether a picture has enough to be a view: what is behind a covered lens never is."""
    return int((tiled(seen.coarse * seen.coarse) > TEXTURE).sum()) >= TOO_FEW


def takes_light(seen: Bands) -> bool:
    """Whether a picture that nothing is known of can only be a covered lens."""
    plain = float(tiled(seen.coarse * seen.coarse).max()) < NO_EDGE
    return plain and float(np.mean(seen.broad)) < TAKES_LIGHT
