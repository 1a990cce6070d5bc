"""What processes of this machine say to each other: cameras, their nursery, detectors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from edge.vision import framing
from edge.vision.detect import line
from edge.vision.detect.asking import Question
from edge.vision.detect.line import Nonsense
from edge.vision.nursery_words import SAID, Born, Gone
from edge.vision.words import Opened
from tests.fuzz.target import Target

AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
HEAD: Final = 4
QUESTION: Final = msgspec.msgpack.encode(
    Question(camera="c", model="m", width=2, height=1, pixels=b"abcdef")
)
OPENED: Final = framing.framed(Opened(width=640, height=480))[HEAD:]


def _camera(body: bytes) -> None:
    framing.length(body[:HEAD])
    framing.upward(body[HEAD:])


def _question(body: bytes) -> None:
    line.length_of(body[:HEAD])
    line.question_of(body[HEAD:])


TARGETS: Final = (
    Target(name="local.camera", parse=_camera, errors=(ValueError,), seeds=(b"\0\0\0\1" + OPENED,)),
    Target(
        name="local.detector",
        parse=_question,
        errors=(Nonsense,),
        seeds=(b"\0\0\0\1" + QUESTION,),
    ),
    Target(
        name="local.nursery",
        parse=SAID.decode,
        errors=(ValueError,),
        seeds=tuple(map(msgspec.msgpack.encode, (Born(1), Gone(1, -9)))),
        most=512,
    ),
)
