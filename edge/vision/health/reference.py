"""What a camera's view usually looks like, learned slowly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from edge.vision.health.bands import Bands
from edge.vision.health.covering import Edge, changed, edge_of, largest
from edge.vision.health.sharpness import Sharpness
from edge.vision.health.small import ACROSS, DOWN, HEIGHT, WIDTH, Plane, Tiles, spread_out, tiled
from edge.vision.health.turning import turned

FIRST_S: Final = 4.5
"""So much of a session is averaged before anything is compared with it."""
FIRST: Final = 3
"""Pictures that are averaged at least."""
FOLLOWS_S: Final = 60.0
"""How fast it follows where it fits: the sun's way and a warming mount take minutes."""
FORGETS_S: Final = 600.0
"""How fast it takes up what does not fit: a car that has parked is part of the view."""
TEXTURE: Final = 4.0
"""Gray levels squared that a tile's outlines have on average to count; grain has 0.5."""
TOO_FEW: Final = 6
"""With fewer tiles that have texture nothing can be compared: a wall, the sky, a fog."""
PROVED_S: Final = 300.0
DOUBTED_S: Final = 20.0
"""How fast a tile gains and loses trust by fitting or not. What was in front for a while has left
outlines in the average that never fit again; leaves in the wind never do."""
TRUSTED: Final = 0.5
LIKE: Final = 0.4
"""Correlation from which a tile is the same: by chance it is below 0.3."""
FAINT: Final = 0.2
"""A tile with less than this part of its outlines' energy has lost them."""

_Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How a picture stands to the reference, in parts of the tiles that have texture there.

    `textured` is how many those are. `same`: their outlines are still there, under whatever
    light, and `together` how many of their neighbours are too; `lost`: gone, and nothing in their
    place. `hidden` is the largest connected part of the whole picture that is lost or, where there
    was no texture, other than it was; `edge` how that ends. `energy` is what outlines the whole
    picture has, in parts of the usual; `layout` how much of where bright and dark lie is as usual,
    at most 1. `sharpness`, 1 as usual, is None where grain hides it. `turned`: the view is
    elsewhere.
    """

    textured: int
    same: float = 1.0
    together: float = 0.0
    lost: float = 0.0
    hidden: float = 0.0
    edge: Edge = "none"
    energy: float = 1.0
    layout: float = 1.0
    sharpness: float | None = None
    turned: bool = False

    @property
    def observable(self) -> bool:
        """Whether the view has enough texture for the rest to mean anything."""
        return self.textured >= TOO_FEW


class Reference:
    """An average of the view that knows which parts of it still fit.

    What is not to be learned (an attack) has to be kept from `learn`.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew: the view is another one, on purpose."""
        self._count, self._age = 0, 0.0
        self._coarse: Plane = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
        self._edges: Plane = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
        self._broad: Tiles = np.zeros((DOWN, ACROSS), np.float32)
        self._energy: Tiles = np.zeros((DOWN, ACROSS), np.float32)
        self._fits: Tiles = np.ones((DOWN, ACROSS), np.float32)
        self._trust: Tiles = np.ones((DOWN, ACROSS), np.float32)
        self._sharpness = Sharpness()
        self._steep: Tiles = np.zeros((DOWN, ACROSS), np.float32)
        self._spread: Tiles = np.zeros((DOWN, ACROSS), np.float32)
        self._doubtful = False

    @property
    def ready(self) -> bool:
        """Whether there is enough of it to compare with."""
        return self._age >= FIRST_S and self._count >= FIRST

    @property
    def _textured(self) -> _Mask:
        """Return the tiles that can be judged by: with outlines that have proved to stay."""
        return np.asarray((self._energy > TEXTURE) & (self._trust > TRUSTED), np.bool_)

    def compare(self, seen: Bands) -> Likeness:
        """Say how a picture stands to it."""
        there = tiled(seen.coarse * seen.coarse)
        mask = self._textured
        textured = int(mask.sum())
        sharpness = self._sharpness.see(seen, there, mask)
        if textured < TOO_FEW or not self.ready:
            self._fits[:] = 1
            return Likeness(textured=textured, sharpness=sharpness)
        like = self._alike(seen, there)
        self._fits = like.astype(np.float32)
        same = float(like[mask].mean())
        lost = mask & ~like & (there < FAINT * self._energy)
        hidden = self._hidden(seen, there, lost, like & mask)
        self._doubtful = float(hidden.mean()) > WORTH
        return Likeness(
            textured=textured,
            same=same,
            together=together(like & mask, mask) if same < SUSPECT else 1.0,
            lost=float(lost[mask].mean()),
            hidden=float(hidden.mean()),
            edge=edge_of(hidden, seen.soft + seen.fine) if self._doubtful else "none",
            energy=float(there.mean() / self._energy.mean()),
            layout=_layout(self._broad, seen.broad),
            sharpness=sharpness,
            turned=same < SUSPECT and turned(self._coarse, seen.coarse),
        )

    def _hidden(self, seen: Bands, there: Tiles, lost: _Mask, alike: _Mask) -> _Mask:
        """Return the largest part of the picture that something may be in front of."""
        other = changed(self._broad, seen.broad, alike)
        bare = ~self._textured & (there <= TEXTURE) & other
        hidden = np.asarray(lost | bare, np.bool_)
        return largest(hidden) if hidden.mean() > WORTH else np.zeros_like(hidden)

    def learn(self, seen: Bands, passed_s: float) -> None:
        """Take the picture in that was compared last, `passed_s` after the one before."""
        self._count += 1
        self._age += passed_s
        if not self.ready:
            self._take(seen, np.full((DOWN, ACROSS), 1 / self._count, np.float32))
        elif int(self._textured.sum()) < TOO_FEW:
            self._take(seen, np.full((DOWN, ACROSS), _part(passed_s, FOLLOWS_S), np.float32))
        else:
            fitting = _part(passed_s, min(FOLLOWS_S, self._age))
            slow = FORGETS_S if self._doubtful else min(FORGETS_S, 5 * self._age)
            other = _part(passed_s, slow)
            proves, doubts = _part(passed_s, PROVED_S), _part(passed_s, DOUBTED_S)
            fits, had = self._fits, self._energy > TEXTURE
            self._take(seen, other + (fitting - other) * fits)
            self._trust += np.where(fits > 0, proves, doubts) * (fits - self._trust)
            self._trust[~had & (self._energy > TEXTURE)] = 0
        self._sharpness.learn(passed_s)

    def _take(self, seen: Bands, part: Tiles) -> None:
        """Let so much of each tile follow the picture."""
        over = spread_out(part)
        self._coarse += over * (seen.coarse - self._coarse)
        self._edges += over * (seen.edges - self._edges)
        self._broad += part * (seen.broad - self._broad)
        self._energy = tiled(self._coarse * self._coarse)
        self._steep = tiled(self._edges)
        self._spread = tiled(self._edges * self._edges) - self._steep * self._steep

    def _alike(self, seen: Bands, there: Tiles) -> _Mask:
        """Return the tiles whose outlines are the usual ones, by their sign or by their place."""
        signed = tiled(seen.coarse * self._coarse) / np.sqrt(there * self._energy + _TINY)
        usual, now = self._steep, tiled(seen.edges)
        both = tiled(self._edges * seen.edges) - usual * now
        spread = self._spread
        spread_now = tiled(seen.edges * seen.edges) - now * now
        place = both / np.sqrt(np.maximum(spread, 0) * np.maximum(spread_now, 0) + _TINY)
        return np.asarray((signed > LIKE) | (place > LIKE), np.bool_)


SUSPECT: Final = 0.75
"""With less of the view in its place it is looked whether the rest is elsewhere; usual is 0.9."""
WORTH: Final = 0.05
"""Of the picture: the edge of what is smaller is not looked at."""
_TINY: Final = 1e-3


def together(alike: _Mask, textured: _Mask) -> float:
    """Return how many neighbours of tiles that are the same are too, in parts of all."""
    both = either = 0
    for one, other in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
        known = textured[one] & textured[other]
        both += int((alike[one] & alike[other] & known).sum())
        either += int(((alike[one] | alike[other]) & known).sum())
    return both / either if either else 0.0


def _layout(usual: Tiles, now: Tiles) -> float:
    """Return how much of the usual brightness of tiles is there, 1 at most; 0 if as any other."""
    spread = usual - usual.mean()
    apart = now - now.mean() - spread
    return 1 - float((apart * apart).sum()) / max(float((spread * spread).sum()), _TINY)


def _part(passed_s: float, follows_s: float) -> float:
    """Return the weight of a new value in an average that follows so fast."""
    return 1 - math.exp(-passed_s / follows_s)
