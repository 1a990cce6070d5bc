"""A detector that finds what a script says, and a camera's pictures for it to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from edge.vision.detect.asking import Answer, Object, Unable
from edge.vision.pictures import Frame, Image
from tests.fakes.time import EPOCH
from tests.fakes.walks import Eyes, Way

_ROWS, _COLUMNS = 90, 160


class Scripted:
    """Finds the things on their ways at the instant of the picture that was made last.

    `unable` is a reason it cannot, `busy` says that it has no time. `asked` counts.
    """

    def __init__(self, ways: Sequence[Way] = (), eyes: Eyes | None = None) -> None:
        self.ways = tuple(ways)
        self.unable = ""
        self.busy = False
        self.asked: list[float] = []
        self.t = 0.0
        self._eyes = eyes or Eyes()
        self._grain = np.random.default_rng(7)
        self._noise = self._grain.normal(0, 2, (_ROWS, _COLUMNS, 3)).astype(np.int16)
        self._scene = self._grain.integers(40, 200, (_ROWS, _COLUMNS, 3), dtype=np.uint8)

    def __call__(self, image: Image) -> Answer | Unable | None:
        """Answer as a detector would."""
        del image
        self.asked.append(self.t)
        if self.unable:
            return Unable(model="scripted", reason=self.unable)
        if self.busy:
            return None
        found = self._eyes.look(self.ways, self.t)
        return Answer(
            objects=tuple(
                Object(each.box, each.label, each.score, (), each.sure) for each in found
            ),
            model="scripted",
            sha256="0" * 64,
            waited_s=0.0,
            took_s=0.01,
        )

    def frames(self, since: float, until: float, per_second: float = 5) -> Iterator[Frame]:
        """Pictures of a scene with texture and grain, in which those are blocks that move."""
        for number in range(round(since * per_second), round(until * per_second)):
            self.t = number / per_second
            yield self.frame(self._drawn())

    def frame(self, image: Image) -> Frame:
        """Any picture, taken now."""
        return Frame(image, self.t, EPOCH + timedelta(seconds=self.t))

    def _drawn(self) -> Image:
        grain = np.roll(self._noise, int(self._grain.integers(_COLUMNS)), axis=1)
        image = self._scene.astype(np.int16) + grain
        for way in self.ways:
            box = way.seen(self.t)
            if box is None:
                continue
            rows = slice(max(0, int(box.top * _ROWS)), max(0, int(box.bottom * _ROWS)))
            columns = slice(max(0, int(box.left * _COLUMNS)), max(0, int(box.right * _COLUMNS)))
            image[rows, columns] = (20, 30, 220)
        return np.asarray(image.clip(0, 255), np.uint8)
