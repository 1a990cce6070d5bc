"""Asks a detector what is in a picture: over its socket, or in this process for a recording."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final, TypeAlias

import numpy as np

from edge.local_socket import connect
from edge.vision.detect.asking import Answer, Busy, Question, Unable
from edge.vision.detect.line import Nonsense, hear_reply, say
from edge.vision.detect.prepare import resized
from edge.vision.pictures import Image

FIRST_SIDE: Final = 1280
"""Pixels; before it is known what a model wants, no longer side than this is sent."""

GRACE_S: Final = 2.0
"""The detector keeps to the patience by itself, and what it has begun it answers: after what the
slowest model takes. Who then still hears nothing hangs up."""

MOST_SIZES: Final = 64
"""Sizes of pictures whose best size is remembered; a camera has one, faces are looked for in
parts of it."""

Size: TypeAlias = tuple[int, int]


class Detector:
    """A camera's line to the detector that all share. Blocking; for one thread.

    Connects when first asked, and again by itself. The picture is shrunk to what the model wants
    before it is sent; boxes are in parts of the picture that was given.
    """

    def __init__(self, socket_path: str, camera: str) -> None:
        self._path = Path(socket_path)
        self._camera = camera
        self._line: socket.socket | None = None
        self._wanted: dict[tuple[str, Size], Size] = {}

    def ask(self, image: Image, model: str, patience_s: float) -> Answer | Unable | None:
        """What is in it; none when its turn has not come within the patience.

        `Unable` where nobody answers at the socket, too: its `reason` is for a technician.
        """
        size = (image.shape[1], image.shape[0])
        question = self._question(image, model, patience_s)
        until = monotonic() + patience_s + GRACE_S
        kept = self._line is not None
        reply: Answer | Unable | Busy | None
        try:
            reply = self._asked(question, until)
        except TimeoutError:
            self.close()
            return None
        except (OSError, Nonsense):
            self.close()
            reply = self._again(question, until) if kept else None
        match reply:
            case None:
                return Unable(model=model, reason=f"no detector answers at {self._path}")
            case Busy():
                return None
            case Answer(read_as=read_as):
                self._remember((model, size), read_as)
        return reply

    def close(self) -> None:
        """Hang up; a later question connects again."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _again(self, question: Question, until: float) -> Answer | Unable | Busy | None:
        """Ask once more: a detector that was started anew has dropped the line."""
        try:
            return self._asked(question, until)
        except TimeoutError:
            self.close()
            return Busy(model=question.model, waited_s=question.patience_s)
        except (OSError, Nonsense):
            self.close()
            return None

    def _asked(self, question: Question, until: float) -> Answer | Unable | Busy:
        left = max(0.01, until - monotonic())
        if self._line is None:
            self._line = connect(self._path, left)
        self._line.settimeout(left)
        say(self._line, question)
        return hear_reply(self._line)

    def _question(self, image: Image, model: str, patience_s: float) -> Question:
        columns, rows = image.shape[1], image.shape[0]
        width, height = self._wanted.get((model, (columns, rows)), _first(columns, rows))
        small = np.ascontiguousarray(resized(image, width, height))
        return Question(
            camera=self._camera,
            model=model,
            width=width,
            height=height,
            pixels=small.tobytes(),
            patience_s=patience_s,
        )

    def _remember(self, asked: tuple[str, Size], read_as: Size) -> None:
        """Send such a picture as the model reads it, where that is smaller."""
        _, (columns, rows) = asked
        if min(read_as) > 0 and read_as[0] * read_as[1] < columns * rows:
            if len(self._wanted) >= MOST_SIZES:
                self._wanted.clear()
            self._wanted[asked] = read_as


class LocalDetector:
    """The same question answered in this process: for recordings, tests, the command line.

    Models are looked for in `folders`, an earlier one first; each is loaded when first asked for.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        # onnxruntime starts a thread when it is loaded, and what cameras are forked from has one
        from edge.vision.detect.answering import Answering  # noqa: PLC0415 - see above

        self._load = partial(Answering, tuple(folders))
        self._answering = self._load()

    def ask(self, image: Image, model: str, patience_s: float = 0.0) -> Answer | Unable | None:  # noqa: ARG002 - the same question as over the socket
        """What is in it; however long that takes, so never none."""
        return self._answering.answer(image, model)

    def close(self) -> None:
        """Let the models go."""
        self._answering = self._load()


def _first(columns: int, rows: int) -> Size:
    ratio = min(1.0, FIRST_SIDE / max(columns, rows))
    return max(1, round(columns * ratio)), max(1, round(rows * ratio))
