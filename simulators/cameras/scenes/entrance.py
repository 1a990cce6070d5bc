"""The hall behind a building's door: who comes in, and who stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import cv2

from edge.model import Value
from edge.vision.pictures import Image
from simulators.cameras.scene import FPS, HEIGHT, WIDTH
from simulators.cameras.scenes.cutouts import Name, stand
from simulators.cameras.scenes.film import Film, glow, lay, surface, through_glass
from simulators.cameras.scenes.moves import Presence, eased

_FACE_S: Final = 1.5


class Entrance:
    """Verbs: arrive, pass_on (a face before the camera); linger, move_on (somebody stays)."""

    fps = FPS
    verbs = frozenset({"arrive", "pass_on", "linger", "move_on"})

    def __init__(self, seed: int = 6) -> None:
        self._empty = through_glass(_empty(seed))
        self._film = Film(seed)
        self._resident = Presence(takes=_FACE_S)
        self._visitor = Presence(takes=4.0)

    def act(self, verb: str, args: Mapping[str, Value], t: float) -> None:
        """Do one of the verbs."""
        del args
        who = self._resident if verb in {"arrive", "pass_on"} else self._visitor
        (who.come if verb in {"arrive", "linger"} else who.go)(t)

    def draw(self, t: float) -> Image:
        """The picture of this moment."""
        image = self._empty.copy()
        if (part := self._visitor.part(t)) > 0:
            near = eased(min(part, 2 - part))
            step: Name = "worker_step" if part != 1 and int(t * 2) % 2 else "worker"
            stand(image, step, (WIDTH + 40 - 440 * near, 330), 190)
        if (part := self._resident.part(t)) > 0:
            near = eased(min(part, 2 - part))
            stand(image, "resident", (470, HEIGHT + 230 * (1 - near)), 230)
        return self._film.expose(image)


def _empty(seed: int) -> Image:
    image = surface((170, 182, 190), 5, seed)
    floor = surface((136, 146, 152), 7, seed + 1, height=500)
    for at in range(0, WIDTH, 64):
        cv2.line(floor, (at, 0), (at, 500), (108, 116, 122), 2)
        cv2.line(floor, (0, at), (WIDTH, at), (108, 116, 122), 2)
    lay(image, floor, ((60, 226), (580, 226), (760, 400), (-120, 400)))
    cv2.rectangle(image, (230, 60), (410, 230), (206, 196, 176), cv2.FILLED)
    for x in (230, 318, 404):
        cv2.rectangle(image, (x, 60), (x + 6, 230), (70, 74, 78), cv2.FILLED)
    cv2.rectangle(image, (230, 54), (410, 64), (70, 74, 78), cv2.FILLED)
    for row in range(4):
        for column in range(3):
            corner = (70 + 40 * column, 100 + 30 * row)
            far = (corner[0] + 34, corner[1] + 24)
            cv2.rectangle(image, corner, far, (120, 132, 140), cv2.FILLED)
            cv2.rectangle(image, corner, far, (84, 92, 98), 1)
    cv2.rectangle(image, (470, 90), (560, 160), (120, 150, 96), cv2.FILLED)
    cv2.rectangle(image, (470, 90), (560, 160), (60, 66, 70), 3)
    return glow(image, (320, 140), 260, (20, 20, 18))
