"""What a camera asks the detector that all share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from edge.vision.camera.faces import Face, FindFaces
from edge.vision.detect.asking import Answer, Unable
from edge.vision.detect.client import Detector
from edge.vision.pictures import Image
from edge.vision.words import Job

SHORTEST_PATIENCE_S: Final = 0.2
LONGEST_PATIENCE_S: Final = 1.0
"""An answer is wanted before the next picture is due; one that is older is about the past."""

FACES_PATIENCE_S: Final = 5.0
"""Evidence has time; without an answer the whole picture is made unknowable."""

Objects: TypeAlias = Callable[[Image], Answer | Unable | None]


def objects(job: Job, per_second: float) -> Objects:
    """Return a question for objects; it says so where there is no model or no detector."""
    if not job.detector or not job.objects:
        lacking = Unable(model=job.objects, reason="no detector" if job.objects else "no model")
        return lambda _: lacking
    detector = Detector(job.detector, job.camera)
    patience_s = min(LONGEST_PATIENCE_S, max(SHORTEST_PATIENCE_S, 1 / per_second))
    return lambda image: detector.ask(image, job.objects, patience_s)


def faces(job: Job) -> FindFaces:
    """Return a question for faces, on a line of its own; none is the answer when nobody can say."""
    if not job.detector or not job.faces:
        return lambda _: None
    detector = Detector(job.detector, job.camera)

    def find(image: Image) -> tuple[Face, ...] | None:
        answer = detector.ask(image, job.faces, FACES_PATIENCE_S)
        if not isinstance(answer, Answer):
            return None
        return tuple(Face(each.box, each.sure) for each in answer.objects)

    return find
