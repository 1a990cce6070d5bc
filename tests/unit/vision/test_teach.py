"""What is learnt by example, how honestly it is tried, and what a bin is then told to be."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.__main__ import main
from edge.vision.analytics.logistic import learn, ranking, unseen
from edge.vision.analytics.looks import LONG, looks
from edge.vision.analytics.taught import NotTaughtError, Taught, Trial, decode, encode
from edge.vision.analytics.teaching import doubts, teach
from edge.vision.findings import Box
from tests.fakes.bins import litter_bin
from tests.fakes.time import EPOCH
from tests.fakes.watched import Watched, filmed, person

COUNT = 20


def taught(*, plain: bool = False, count: int = COUNT) -> Taught:
    """Twenty pictures of each kind, half a minute of work."""
    full = [litter_bin(full=True, number=each, plain=plain) for each in range(count)]
    empty = [
        litter_bin(full=False, number=each + (500 if plain else 0), plain=plain)
        for each in range(count)
    ]
    return teach(full, empty, camera="camera-1", zone="bin", at=EPOCH)


@pytest.fixture(scope="module")
def lesson() -> Taught:
    """One lesson for all."""
    return taught()


def test_what_can_be_told_apart_is_learnt(lesson: Taught) -> None:
    """Tried on pictures that were left out, and right on others that it has never seen."""
    assert lesson.trial == Trial(
        full=COUNT, empty=COUNT, auc=lesson.trial.auc, right=lesson.trial.right
    )
    assert lesson.trial.auc >= 0.95
    assert doubts(lesson.trial) == ()
    rows = np.array([looks(litter_bin(full=full, number=900)) for full in (True, False)])
    full, empty = lesson.line().chance(rows)
    assert full > 0.6
    assert empty < 0.4


def test_what_cannot_be_told_apart_is_said_to_be_so() -> None:
    """Pictures without a difference: by heart they could be told apart, unseen they cannot."""
    trial = taught(plain=True).trial
    assert trial.auc < 0.8
    assert doubts(trial) == ("weak",)


def test_few_examples_are_said_to_be_few() -> None:
    """Eight of each show no weather; four of each are refused."""
    assert "few" in doubts(taught(count=8).trial)
    with pytest.raises(NotTaughtError, match="five"):
        taught(count=4)


def test_looks_depend_on_the_picture_and_not_on_its_size() -> None:
    """As many numbers whatever the size, about the same for the same thing, brighter or not."""
    picture = litter_bin(full=True, number=1)
    large = np.asarray(cv2.resize(picture, None, fx=2.0, fy=2.0), np.uint8)
    found = looks(picture)
    assert found.shape == (LONG,)
    assert np.isfinite(looks(np.zeros((1, 1, 3), np.uint8))).all()
    other = looks(litter_bin(full=False, number=2))
    assert float(np.abs(found - looks(large)).sum()) < float(np.abs(found - other).sum()) / 2


def test_learning_is_right_where_the_answer_is_known() -> None:
    """One number decides, the others are noise: its weight is by far the largest."""
    random = np.random.default_rng(3)
    kinds = np.array([1.0] * 40 + [0.0] * 40)
    rows = random.normal(0, 1, (80, 30))
    rows[:, 4] += 3 * kinds
    line = learn(rows, kinds)
    assert int(np.abs(line.weights).argmax()) == 4
    assert ranking(line.chance(rows), kinds) > 0.97
    assert ranking(unseen(rows, kinds), kinds) > 0.85


def test_ranking_counts_pairs() -> None:
    """Half of the pairs in order is chance, an equal pair is half a pair."""
    kinds = np.array([1.0, 1.0, 0.0, 0.0])
    assert ranking(np.array([0.9, 0.8, 0.2, 0.1]), kinds) == 1.0
    assert ranking(np.array([0.9, 0.1, 0.9, 0.1]), kinds) == 0.5
    assert ranking(np.array([0.5]), np.array([1.0])) == 0.5


def test_a_taught_file_comes_back_as_it_was(lesson: Taught) -> None:
    """Written and read; anything else is refused with a word."""
    assert decode(encode(lesson)) == lesson
    for text in (
        b"",
        b"{}",
        encode(lesson).replace(b'"looks-1"', b'"looks-0"'),
        encode(lesson)[:-40],
        encode(Taught(**{**_fields(lesson), "weights": (0.0,)})),  # type: ignore[arg-type]
        encode(Taught(**{**_fields(lesson), "scale": (0.0,) * LONG})),  # type: ignore[arg-type]
    ):
        with pytest.raises(NotTaughtError):
            decode(text)


def _fields(lesson: Taught) -> dict[str, object]:
    return {name: getattr(lesson, name) for name in lesson.__struct_fields__}


def watch(file: Path) -> Watched:
    """A watch of the whole picture by that file."""
    return Watched({"what": "bin_full", "taught_file": str(file), "after": "20s"})


def test_a_full_bin_is_told_once_until_it_is_emptied(tmp_path: Path, lesson: Taught) -> None:
    """After its time; somebody before it changes nothing; emptied, it ends."""
    file = tmp_path / "bin.json"
    file.write_bytes(encode(lesson))
    watched = watch(file)
    full, empty = litter_bin(full=True, number=77), litter_bin(full=False, number=78)
    hidden = np.full_like(full, 40)

    def scene(t: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        if 70 <= t < 80:
            return hidden
        return full if 20 <= t < 100 else empty

    in_front = Box(0.2, 0.1, 0.8, 1.0)
    watched.show(
        filmed(scene, 125.0, 0.5), tracks=lambda t: [person(t, in_front)] if 70 <= t < 80 else []
    )
    assert [phase for phase in watched.phases() if phase != "update"] == ["begin", "end"]
    begin, end = watched.findings[0], watched.findings[-1]
    assert 38.0 <= begin.t <= 52.0
    assert begin.confidence <= lesson.trial.auc
    assert begin.basis == "classical"
    assert 100.0 <= end.t <= 116.0


def test_without_its_file_it_says_why_it_says_nothing(tmp_path: Path) -> None:
    """A missing file stops nobody's camera."""
    watched = watch(tmp_path / "none.json")
    watched.show(filmed(lambda _: litter_bin(full=True, number=1), 60.0, 0.5))
    assert watched.findings == []
    assert "none.json" in watched.watching.unable


SITE = """
site: {id: court, name: {zh: 苑, en: Court}, timezone: Asia/Shanghai, language: en}
gateway: {id: gw-1}
buildings:
  - {id: b1, name: {zh: 1号楼, en: Building 1}}
links:
  - {id: yard, driver: camera, source: {type: rtsp, url: 'rtsp://192.0.2.31/1'}}
devices:
  - id: camera-1
    link: yard
    profile: cameras/generic
    name: {zh: 垃圾亭, en: Bins}
    location: {building: b1}
    address:
      zones:
        bin:
          name: {zh: 桶, en: Bin}
          area: [[0.2, 0.2], [0.8, 0.2], [0.8, 0.95], [0.2, 0.95]]
          watch: [{what: left_object}]
"""
RULES = """
zones:
  bin:
    name: {zh: 桶, en: Bin}
    area: [[0.2, 0.2], [0.8, 0.2], [0.8, 0.95], [0.2, 0.95]]
    watch: [{what: bin_full, taught_file: not-yet.json}]
"""


def pictures(folder: Path, *, full: bool) -> str:
    """A folder of pictures, and something else in it."""
    folder.mkdir()
    for number in range(6):
        cv2.imwrite(str(folder / f"{number:03}.png"), litter_bin(full=full, number=number))
    (folder / "notes.txt").write_text("6")
    return str(folder)


def test_the_command_writes_a_file_and_says_how_good_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Full frames are cut to the zone; few examples are an exit status of 1 and a warning."""
    site, out = tmp_path / "site.yaml", tmp_path / "bin.json"
    site.write_text(SITE, encoding="utf-8")
    full = pictures(tmp_path / "full", full=True)
    empty = pictures(tmp_path / "empty", full=False)
    given = ["vision", "teach", "--site", str(site), "--camera", "camera-1", "--lang", "en"]
    given += ["--full", full, "--empty", empty, "--out", str(out)]
    assert main([*given, "--zone", "bin"]) == 1
    printed = capsys.readouterr().out
    assert "6 full and 6 empty" in printed
    assert "AUC" in printed
    assert "fewer than 15" in printed
    assert decode(out.read_bytes()).zone == "bin"
    assert main([*given, "--zone", "gate"]) == 2
    assert "the areas of this camera: bin" in capsys.readouterr().err


def test_teaching_comes_before_the_file_that_the_rules_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of rules may name what is not taught yet; pictures of the zone alone do as well."""
    rules, out = tmp_path / "yard.yaml", tmp_path / "bin.json"
    rules.write_text(RULES, encoding="utf-8")
    given = ["vision", "teach", "--rules", str(rules), "--zone", "bin", "--cropped"]
    given += ["--full", pictures(tmp_path / "full", full=True)]
    given += ["--empty", pictures(tmp_path / "empty", full=False), "--out", str(out)]
    assert main([*given, "--lang", "en"]) == 1
    assert decode(out.read_bytes()).camera == "yard"
    assert f"taught_file: {out}" in capsys.readouterr().out
