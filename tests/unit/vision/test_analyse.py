"""`whistle vision analyse`: any recording or picture, by a file of rules, as JSON or as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from edge.__main__ import main
from edge.vision.pictures import Image
from tests.fakes.models import lay_tiny, squares

RULES = """
timezone: Asia/Shanghai
detector: tiny
analysed_per_second: 5
zones:
  gate:
    name: {zh: 大门, en: Gate}
    area: [[0, 0], [1, 0], [1, 1], [0, 1]]
    watch:
      - {what: intrusion, after: 600ms, hours: "22:00-06:00"}
"""
FACADE = """
timezone: Asia/Shanghai
zones:
  wall:
    name: {zh: 外墙, en: Wall}
    area: [[0, 0], [1, 0], [1, 1], [0, 1]]
    watch: [{what: thrown_object}]
"""
NOBODY = np.random.default_rng(1).integers(20, 90, (128, 128, 3), dtype=np.uint8)
HERE = np.maximum(NOBODY, squares((1, 1, "red"), size=128))


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Rules that look for somebody at night, and the model beside them."""
    lay_tiny(tmp_path / "models")
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def analysed(capsys: pytest.CaptureFixture[str], file: Path, rules: Path, *words: str) -> Any:
    """The exit status, the events, and what was said besides; the recording begins at ten."""
    given = ["vision", "analyse", str(file), "--rules", str(rules), "--json"]
    models = ["--models", str(rules.parent / "models")]
    status = main([*given, *models, "--starts", "2026-01-01T22:00", *words])
    said = capsys.readouterr()
    return status, [json.loads(line) for line in said.out.splitlines()], said.err


def film(path: Path, images: Sequence[Image], *, kind: str = "", rotated: int = 0) -> Path:
    """Write a video of ten pictures a second."""
    with av.open(str(path), "w", format=kind or None) as container:
        stream = container.add_stream("libx264", rate=10)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "10"}
        if rotated:
            stream.set_display_rotation(rotated)
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize(("name", "kind"), [("a.mp4", ""), ("a.mkv", ""), ("a.h264", "h264")])
def test_a_recording_is_told_event_by_event(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: Path, name: str, kind: str
) -> None:
    """Somebody is there from 1 s to 4 s; a stream without times is taken at the rate it names."""
    images = [HERE if 10 <= number < 40 else NOBODY for number in range(100)]
    status, (begin, end), _ = analysed(capsys, film(tmp_path / name, images, kind=kind), rules)
    assert status == 0
    assert {key: begin[key] for key in ("type", "phase", "zone", "label", "basis", "model")} == {
        "type": "intrusion",
        "phase": "begin",
        "zone": "gate",
        "label": "person",
        "basis": "model",
        "model": "tiny",
    }
    assert begin["t"] == pytest.approx(1.7, abs=0.5)
    assert begin["box"] == pytest.approx([0.25, 0.25, 0.5, 0.5], abs=0.15)
    assert (end["phase"], end["object"], end["still"]) == ("end", begin["object"], False)
    assert end["since"] == pytest.approx(1, abs=0.3)
    assert end["dwell"] == pytest.approx(3, abs=0.5)


def test_what_goes_on_when_the_recording_ends_is_said_to(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: Path
) -> None:
    """An end that is none of the thing's own, for whoever counts."""
    _, lines, _ = analysed(capsys, film(tmp_path / "a.mp4", [HERE] * 30), rules)
    assert [(line["phase"], line["still"]) for line in lines] == [("begin", False), ("end", True)]


def test_hours_are_those_of_when_the_recording_began(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: Path
) -> None:
    """The same film at noon."""
    path = film(tmp_path / "a.mp4", [HERE] * 30)
    assert analysed(capsys, path, rules, "--starts", "2026-01-01T12:00")[1] == []


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.bmp", "a.gif"])
def test_a_picture_is_a_short_recording(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: Path, name: str
) -> None:
    """Whoever is in it is told, once; it is not frozen, and the model looks at it once."""
    path = tmp_path / name
    cv2.imwrite(str(path), np.repeat(np.repeat(HERE, 5, axis=0), 3, axis=1))
    status, lines, said = analysed(capsys, path, rules)
    assert status == 0
    assert [line["type"] for line in lines] == ["intrusion", "intrusion"]
    assert "real time" in said


def test_a_film_that_was_taken_upright_is_seen_upright(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: Path
) -> None:
    """A telephone turns the film, not the pictures: top left in them is bottom left of it."""
    corner = np.maximum(NOBODY, squares((0, 0, "red"), size=128))
    path = film(tmp_path / "a.mp4", [corner] * 20, rotated=90)
    box = analysed(capsys, path, rules)[1][0]["box"]
    assert (box[0] + box[2]) / 2 < 0.3
    assert (box[1] + box[3]) / 2 > 0.7


def test_what_cannot_be_read_is_said_with_what_can(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: Path
) -> None:
    """Nonsense, nothing, a folder, a file that is not there: exit status 2, no traceback."""
    (tmp_path / "bad.mp4").write_bytes(b"nonsense" * 500)
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0rest")
    for name in ("bad.mp4", "empty.jpg", "cut.jpg", "models", "none.mp4"):
        status, lines, said = analysed(capsys, tmp_path / name, rules)
        assert (status, lines) == (2, [])
        assert name in said


def test_mistakes_in_rules_are_told_at_their_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: Path
) -> None:
    """As in a site file."""
    rules.write_text(RULES.replace("after: 600ms", "after: soon"), encoding="utf-8")
    status, _, said = analysed(capsys, tmp_path / "a.mp4", rules)
    assert status == 2
    assert "rules.yaml:10:" in said


def test_without_its_model_it_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: Path
) -> None:
    """The picture's health is told all the same; the exit status says that it is not all."""
    (tmp_path / "models" / "tiny.onnx").unlink()
    rules.write_text(RULES + "health: {dark_after: 2s, covered_after: 2s}\n", encoding="utf-8")
    path = film(tmp_path / "a.mp4", [HERE] * 20 + [squares(size=128)] * 60)
    status, lines, said = analysed(capsys, path, rules)
    assert status == 1
    assert [(line["phase"], line["basis"]) for line in lines] == [
        ("begin", "classical"),
        ("end", "classical"),
    ]
    assert {line["type"] for line in lines} <= {"dark", "covered"}
    assert "the model tiny is not here" in said


def test_a_watch_that_could_tell_nothing_says_why(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: Path
) -> None:
    """At the end, by zone and watch: nothing found is not the same as nobody could look."""
    rules.write_text(FACADE, encoding="utf-8")
    _, lines, said = analysed(capsys, film(tmp_path / "a.mp4", [NOBODY] * 30), rules)
    assert lines == []
    assert "wall.thrown_object told nothing: thrown_object needs 25 pictures a second" in said


def test_a_person_reads_a_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules: Path
) -> None:
    """In Chinese and in English: when, what, where, who, for how long, how sure."""
    path = film(tmp_path / "a.mp4", [HERE] * 30)
    given = ["vision", "analyse", str(path), "--rules", str(rules)]
    given += ["--models", str(tmp_path / "models"), "--starts", "2026-01-01T22:00"]
    for language, words in (
        ("zh", ("0:00.6", "开始", "有人进入", "大门", "person", "模型")),
        ("en", ("0:00.6", "begins", "Intrusion", "Gate", "person", "model")),
    ):
        assert main([f"--lang={language}", *given]) == 0
        told = capsys.readouterr().out.splitlines()[0]
        assert [word for word in words if word not in told] == []
