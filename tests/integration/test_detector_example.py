"""A detector of somebody else's: the example of the handbook, run as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edge.vision.detect.asking import Answer, Unable
from edge.vision.detect.client import Detector
from edge.vision.pictures import Image
from tests.fakes.models import squares
from tests.source_tree import ROOT

START_S = 20.0


def example(name: str) -> str:
    """The program in the document."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    [program] = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return str(program)


def bright(picture: Image) -> Image:
    """The squares in white: it looks for brightness."""
    white: Image = picture.max(axis=2, keepdims=True).repeat(3, axis=2)
    return white


def test_both_languages_have_the_same_program() -> None:
    """Whoever reads Chinese runs the same."""
    assert example("models.md") == example("models.zh-CN.md")


def test_the_example_answers_cameras(tmp_path: Path) -> None:
    """Cameras take it for a detector: objects, no model of ours, several cameras at once."""
    program, path = tmp_path / "detector.py", str(tmp_path / "own.sock")
    program.write_text(example("models.md"), encoding="utf-8")
    process = subprocess.Popen([sys.executable, str(program), path])
    try:
        cameras = [Detector(path, f"camera-{number}") for number in range(3)]
        deadline = time.monotonic() + START_S
        while isinstance(cameras[0].ask(bright(squares()), "own", START_S), Unable):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert Path(path).stat().st_mode & 0o777 == 0o600
        for camera in cameras:
            reply = camera.ask(bright(squares((1, 2, "blue"), size=640)), "own", START_S)
            assert isinstance(reply, Answer)
            [found] = reply.objects
            assert (found.label, found.score, found.sure) == ("car", 0.9, True)
            assert tuple(found.box) == pytest.approx((0.25, 0.5, 0.5, 0.75))
            camera.close()
    finally:
        process.kill()
        process.wait()
