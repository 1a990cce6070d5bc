"""A corridor of a residential building, seen from its end: doors, lamps, what may burn there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np

from edge.model import Value
from edge.vision.findings import Box
from edge.vision.pictures import Image
from simulators.cameras.scene import FPS, HEIGHT, WIDTH
from simulators.cameras.scenes.cutouts import Name, stand
from simulators.cameras.scenes.film import Film, glow, lay, surface, through_glass, veil
from simulators.cameras.scenes.moves import Presence, eased
from simulators.things import flame

_BACK: Final = (262, 118, 378, 214)
"""The far wall: left, top, right, bottom, in pixels."""
_FIRE: Final = Box(0.475, 0.36, 0.545, 0.575)
_STEP_S: Final = 0.55


class Corridor:
    """Verbs: walk (somebody comes along), stay, leave; fire, put_out; look_out, go_in."""

    fps = FPS
    verbs = frozenset({"walk", "leave", "fire", "put_out", "look_out", "go_in"})

    def __init__(self, seed: int = 1) -> None:
        self._empty = through_glass(_empty(seed))
        self._film = Film(seed)
        self._walker = Presence(takes=6.0)
        self._resident = Presence(takes=1.5)
        self._burning = Presence(takes=4.0)

    def act(self, verb: str, args: Mapping[str, Value], t: float) -> None:
        """Do one of the verbs."""
        del args
        who = {"walk": self._walker, "leave": self._walker, "fire": self._burning}
        who |= {"put_out": self._burning, "look_out": self._resident, "go_in": self._resident}
        (who[verb].come if verb in {"walk", "fire", "look_out"} else who[verb].go)(t)

    def draw(self, t: float) -> Image:
        """The picture of this moment."""
        image = self._empty.copy()
        fire = self._burning.part(t)
        if fire > 0:
            image = _burn(image, min(fire, 2 - fire), t)
        if (walked := self._walker.part(t)) > 0:
            _walk(image, min(walked, 2 - walked), t)
        if (out := self._resident.part(t)) > 0:
            rest = eased(min(out, 2 - out))
            stand(image, "resident", (WIDTH - 95 + 200 * (1 - rest), HEIGHT), 225)
        return self._film.expose(image)


def _walk(image: Image, part: float, t: float) -> None:
    """Somebody on the way from the far end; at the end of it he stands before the camera."""
    near = part**1.6
    height = 62 + 150 * near
    foot = (306 - 70 * near, 208 + 125 * near)
    moving = part < 1
    step: Name = "worker_step" if moving and int(t / _STEP_S) % 2 else "worker"
    bob = 0.01 * height * math.sin(2 * math.pi * t / _STEP_S) if moving else 0.0
    stand(image, step, (foot[0], foot[1] + bob), height)


def _burn(image: Image, part: float, t: float) -> Image:
    """Flames at the far end, their light on the walls, and smoke under the ceiling."""
    flicker = 0.8 + 0.2 * math.sin(31 * t) * math.sin(17 * t)
    light = part * flicker
    lit = glow(image, (328, 200), 120 * part, (8 * light, 50 * light, 95 * light))
    tall = (_FIRE.bottom - _FIRE.top) * max(0.15, part)
    burning = flame(lit, _FIRE._replace(top=_FIRE.bottom - tall), t, seed=3)
    smoke = np.zeros((HEIGHT // 4, WIDTH // 4), np.float32)
    for puff in range(7):
        age = (t * 0.25 + puff / 7) % 1
        x = 82 + 38 * age * math.sin(puff * 2.4 + t * 0.2)
        middle = (int(x), int(37 - 27 * age))
        cv2.circle(smoke, middle, int(3 + 17 * age), 0.5 * part * (1 - age), cv2.FILLED)
    return veil(burning, np.asarray(cv2.GaussianBlur(smoke, (0, 0), 3.5), np.float32), 60)


def _empty(seed: int) -> Image:
    left, top, right, bottom = _BACK
    image = surface((176, 184, 186), 5, seed)
    floor = surface((120, 132, 142), 7, seed + 1, height=720)
    for y in range(0, 720, 36):
        cv2.line(floor, (0, y), (WIDTH, y), (84, 94, 102), 2)
    for x in range(0, WIDTH + 1, 80):
        cv2.line(floor, (x, 0), (x, 720), (84, 94, 102), 3)
    ceiling = surface((205, 210, 210), 4, seed + 2, height=720)
    for y in range(60, 720, 170):
        cv2.rectangle(ceiling, (240, y), (400, y + 50), (252, 254, 254), cv2.FILLED)
    lay(image, ceiling, ((0, 0), (WIDTH, 0), (right, top), (left, top)))
    lay(image, floor, ((left, bottom), (right, bottom), (WIDTH + 40, HEIGHT), (-40, HEIGHT)))
    for side, edge in ((0, left), (WIDTH, right)):
        wall = _wall(seed + 3 + side)
        lay(image, wall, ((side, 0), (edge, top), (edge, bottom), (side, HEIGHT + 20)))
    back = surface((196, 204, 206), 4, seed + 9, height=bottom - top, width=right - left)
    cv2.rectangle(back, (40, 26), (78, 96), (112, 126, 134), cv2.FILLED)
    cv2.rectangle(back, (44, 30), (74, 92), (168, 176, 178), 1)
    cv2.rectangle(back, (42, 8), (76, 20), (60, 160, 40), cv2.FILLED)
    cv2.putText(back, "EXIT", (46, 17), cv2.FONT_HERSHEY_PLAIN, 0.7, (240, 255, 240), 1)
    image[top:bottom, left:right] = back
    dim = glow(image, (320, 380), 330, (-22, -22, -20))
    return glow(dim, (320, 70), 230, (14, 16, 18))


def _wall(seed: int) -> Image:
    """A side wall with doors, handrail and a hydrant's box; its far end is on the right."""
    wall = surface((188, 198, 202), 6, seed, height=HEIGHT, width=900)
    cv2.rectangle(wall, (0, 318), (900, HEIGHT), (120, 128, 134), cv2.FILLED)
    for x in (78, 352, 612):
        cv2.rectangle(wall, (x, 90), (x + 120, 340), (74, 92, 118), cv2.FILLED)
        cv2.rectangle(wall, (x, 90), (x + 120, 340), (44, 56, 72), 4)
        for y in (110, 225):
            cv2.rectangle(wall, (x + 20, y), (x + 100, y + 85), (60, 76, 100), 3)
        cv2.circle(wall, (x + 106, 225), 5, (190, 200, 205), cv2.FILLED)
    cv2.rectangle(wall, (255, 130), (320, 220), (44, 44, 178), cv2.FILLED)
    cv2.rectangle(wall, (262, 138), (313, 212), (70, 70, 205), 2)
    return wall
