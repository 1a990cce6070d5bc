"""What looking costs: each model on one core, and the detector shared by eight cameras."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Final

import numpy as np

from edge.vision.detect.asking import Answer, Unable
from edge.vision.detect.cards import cards
from edge.vision.detect.client import Detector
from edge.vision.detect.measure import measure
from edge.vision.detect.shelf import Shelf
from edge.vision.pictures import Image
from tests.fakes.models import find_models

REFERENCE_MS: Final = {"yolox_nano": 31.0, "fastestdet": 8.0, "yunet": 5.0}
"""As measured when the models were chosen: two virtual cores of an AMD EPYC, nothing else."""

CAMERAS: Final = 8
A_SECOND: Final = 5
SECONDS: Final = 10.0
START_S: Final = 20.0


class Camera:
    """Asks about pictures of 768 × 432: so many a second, or as fast as it is answered."""

    def __init__(self, path: str, number: int, every_s: float) -> None:
        self.detector = Detector(path, f"camera-{number}")
        self.answered = 0
        self.shed = 0
        self.waited: list[float] = []
        self._every_s = every_s
        chance = np.random.default_rng(number)
        small = chance.integers(0, 256, (27, 48, 3), dtype=np.uint8)
        self._image: Image = small.repeat(16, axis=0).repeat(16, axis=1)

    def first(self) -> None:
        """Ask until there is an answer: the detector is loading."""
        deadline = time.monotonic() + START_S
        while not isinstance(self.detector.ask(self._image, "yolox_nano", START_S), Answer):
            if time.monotonic() > deadline:
                raise TimeoutError("the detector does not answer")
            time.sleep(0.1)

    def run(self, until: float) -> None:
        """Ask until then."""
        due = time.monotonic()
        while time.monotonic() < until:
            patience = self._every_s or START_S
            reply = self.detector.ask(self._image, "yolox_nano", patience)
            if isinstance(reply, Unable):
                raise TypeError(reply.reason)
            if reply is None:
                self.shed += 1
            else:
                self.answered += 1
                self.waited.append(reply.waited_s * 1000)
            due = max(due + self._every_s, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()))


def run(cameras: Sequence[Camera]) -> None:
    """Let all of them ask at once."""
    until = time.monotonic() + SECONDS
    threads = [Thread(target=each.run, args=(until,), name="camera") for each in cameras]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def shared(folder: Path, workers: int, every_s: float) -> dict[str, object]:
    """How eight cameras fare at one detector."""
    with tempfile.TemporaryDirectory() as place:
        path = str(Path(place) / "detector.sock")
        words = ["--socket", path, "--models", str(folder), "--workers", str(workers)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        process = subprocess.Popen(
            [sys.executable, "-m", "edge.vision.detect.service", *words],
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )
        try:
            cameras = [Camera(path, number, every_s) for number in range(CAMERAS)]
            for camera in cameras:
                camera.first()
            run(cameras)
        finally:
            process.terminate()
            process.wait()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    answered = [camera.answered for camera in cameras]
    waited = np.array([each for camera in cameras for each in camera.waited])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "workers": workers,
        "asked_a_second": A_SECOND if every_s else "all the time",
        "answers_a_second": sum(answered) / SECONDS,
        "least": min(answered),
        "most": max(answered),
        "shed": sum(camera.shed for camera in cameras),
        "waited_p50_ms": float(np.percentile(waited, 50)),
        "waited_p99_ms": float(np.percentile(waited, 99)),
        "cores": cpu / SECONDS,
        "memory_mb": after.ru_maxrss / 1024,
    }


def main() -> None:
    """Print one JSON object for each benchmark."""
    folder = find_models()
    if folder is None:
        sys.stdout.write('{"name": "detector", "skipped": "the models are not here"}\n')
        return
    told: list[dict[str, object]] = []
    for model in cards():
        cost = measure(Shelf([folder]).find(model))
        told.append(
            {
                "name": f"detector.{model}",
                "runs_on": cost.runs_on,
                "p50_ms": cost.p50_ms,
                "p99_ms": cost.p99_ms,
                "reference_ms": REFERENCE_MS.get(model),
            }
        )
    for workers in sorted({1, os.cpu_count() or 1}):
        for name, every_s in (("five_a_second", 1 / A_SECOND), ("all_the_time", 0.0)):
            told.append({"name": f"detector.{name}", **shared(folder, workers, every_s)})
    for each in told:
        line = {k: round(v, 2) if isinstance(v, float) else v for k, v in each.items()}
        sys.stdout.write(f"{json.dumps(line)}\n")


if __name__ == "__main__":
    main()
