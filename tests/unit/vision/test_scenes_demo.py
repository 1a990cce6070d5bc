"""What a demonstration says of its cameras: how soon, how long, and what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cloud_bridge.contract.examples import AT, FIRST, RAISED, SITE
from edge.errors import ConfigError
from edge.model import AlarmCleared, EvidenceKept
from simulators.cameras.camera import SimulatedCamera
from simulators.cameras.site import camera_of
from simulators.community import simulators_of
from simulators.demo.models import lend_models
from simulators.demo.noticed import Acted, not_shown, noticed, shown, too_late
from simulators.demo.report import expectations
from simulators.demo.scenario import Expectation, Recovery, Step, load_scenario
from simulators.demo.stage import SITES
from simulators.platform import pictures
from simulators.platform.store import Store
from tests.fakes.platform_events import Clock, Voice, keep

KEY = RAISED.alarm
SOON = Expectation(alarm=KEY, within=timedelta(seconds=5), shows=("still", "clip"))
CAUSED = Acted(step=Step(second=1, do="trap", expect=(SOON,)), at=AT - timedelta(seconds=3))
OVER = (Recovery(alarm=KEY, within=timedelta(seconds=4)),)
ENDED = Acted(step=Step(second=9, do="release", clears=OVER), at=AT + timedelta(seconds=10))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The platform's store, empty."""
    store = Store(str(tmp_path / "platform.db"), Clock().now)
    yield store
    store.close()


def evidence(what: str) -> EvidenceKept:
    """A picture that a camera has kept of the alarm."""
    return EvidenceKept(
        device="camera-1",
        alarm=KEY,
        what="clip" if what == "clip" else "still",
        media_type="image/jpeg",
        sha256=("9f" if what == "clip" else "8e") * 32,
        size=48_213,
        blurred="faces",
        began=AT,
        ended=AT,
        at=AT + timedelta(seconds=1),
    )


def test_what_came_in_time_and_what_did_not(store: Store) -> None:
    """Seconds count from the step, to the raise and to the end; nothing is said of what is well."""
    voice = Voice(first=FIRST)
    keep(store, *voice.say(RAISED))
    [raise_, end] = noticed(store.connection, [CAUSED, ENDED])
    assert (raise_.after_s, end.after_s) == (3.0, None)
    assert list(too_late([raise_, end])) == [f"alarm {KEY} was not cleared"]
    keep(store, *voice.say(AlarmCleared(alarm=KEY, at=AT + timedelta(seconds=15))))
    both = noticed(store.connection, [CAUSED, ENDED])
    assert [each.after_s for each in both] == [3.0, 5.0]
    assert list(too_late(both)) == [f"alarm {KEY} was cleared after 5.0 s, not within 4.0 s"]


def test_an_alarm_from_before_is_no_answer(store: Store) -> None:
    """What was raised before the step did not come of it."""
    keep(store, *Voice(first=FIRST).say(RAISED))
    late = Acted(step=CAUSED.step, at=AT + timedelta(seconds=1))
    [nothing] = noticed(store.connection, [late])
    assert nothing.after_s is None


def test_what_cameras_kept_is_said_and_what_is_missing(store: Store) -> None:
    """Kind, camera and blur of each piece; what is only told of, and has not come, is missed."""
    voice = Voice(first=FIRST)
    keep(store, *voice.say(RAISED), *voice.say(evidence("still")))
    kept = shown(store.connection)
    assert [(one.alarm, one.camera, one.kind, one.blurred) for one in kept] == [
        (KEY, "camera-1", "still", "faces")
    ]
    assert not_shown([CAUSED], kept) == [f"still of {KEY}", f"clip of {KEY}"]
    pictures.come(store.connection, SITE.id, evidence("still").sha256)
    assert not_shown([CAUSED], shown(store.connection)) == [f"clip of {KEY}"]
    keep(store, *voice.say(evidence("clip")))
    pictures.come(store.connection, SITE.id, evidence("clip").sha256)
    assert not_shown([CAUSED], shown(store.connection)) == []


def test_without_models_nobody_waits_for_cars() -> None:
    """The story of the cameras goes without what a model has to see, and with all the rest."""
    whole = load_scenario("cameras", 1)
    wanted = {each.alarm for each in expectations(whole.steps, 1000)[0]}
    plain = {each.alarm for each in expectations(whole.without("models").steps, 1000)[0]}
    assert wanted - plain == {"cam-lane/lane/lane_occupied"}
    assert {"cam-hall/covered", "cam-waste/frozen", "cam-corridor/offline"} <= plain


def test_models_are_lent_where_there_are_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder that is named is used and no other, without a copy; an empty one is none."""
    models, site = tmp_path / "models", tmp_path / "site"
    models.mkdir()
    site.mkdir()
    monkeypatch.setenv("WHISTLE_MODELS", str(models))
    assert not lend_models(site)
    (models / "one.onnx").write_bytes(b"")
    assert lend_models(site)
    assert lend_models(site), "twice does no harm"
    assert (site / "var" / "models" / "one.onnx").is_file()


def test_where_tests_find_models_a_demonstration_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own come first, those that were pulled."""
    monkeypatch.delenv("WHISTLE_MODELS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("WHISTLE_TEST_MODELS", str(tmp_path / "tests"))
    pulled = tmp_path / "own" / "whistle" / "models"
    for number, folder in enumerate((tmp_path / "tests", pulled)):
        folder.mkdir(parents=True)
        (folder / "one.onnx").write_bytes(b"")
        site = tmp_path / f"site-{number}"
        site.mkdir()
        assert lend_models(site)
        assert (site / "var" / "models").resolve() == folder


def test_a_story_asks_of_cameras_only_what_they_know() -> None:
    """A story that cannot be told fails here, not in the middle of a demonstration."""
    story = load_scenario("cameras", 1)
    devices = simulators_of(Path(str(SITES / story.site / "site.yaml")))
    cameras = [camera for camera in devices.values() if isinstance(camera, SimulatedCamera)]
    assert len(cameras) == 5
    for step in story.steps:
        simulator = devices[step.device]
        assert not isinstance(simulator, SimulatedCamera) or step.do in simulator.verbs, step.do


def test_a_camera_stands_where_the_site_file_says(tmp_path: Path) -> None:
    """Ports and paths of its addresses, its account's password; a file needs no simulator."""
    (tmp_path / "secret").write_text("pass word\n", encoding="utf-8")
    link = {
        "id": "cam",
        "source": {
            "type": "rtsp",
            "url": "rtsp://127.0.0.1:8554/lane/stream",
            "username": "admin",
            "password_file": "secret",
        },
        "events": {"type": "hikvision", "url": "http://127.0.0.1:8080"},
    }
    camera = camera_of(link, "camera-1", tmp_path)
    assert camera is not None
    assert (camera.ports.rtsp, camera.ports.rtsp_path) == (8554, "/lane/stream")
    assert camera.ports.http == 8080
    assert (camera.guard.way, camera.guard.password) == ("digest", "pass word")
    snapshots = {"id": "s", "source": {"type": "snapshot", "url": "http://127.0.0.1/a.jpg"}}
    still = camera_of(snapshots, "camera-2", tmp_path)
    assert still is not None
    assert still.ports.http == 80
    assert (sorted(still.ports.snapshots), sorted(still.ports.streams)) == (["/a.jpg"], [])
    played = {"id": "f", "source": {"type": "file", "path": "clip.mp4"}}
    assert camera_of(played, "camera-3", tmp_path) is None


def test_a_story_with_a_wrong_key_is_refused(tmp_path: Path) -> None:
    """What an alarm has to show is a still or a clip."""
    story = tmp_path / "story.yaml"
    story.write_text(
        "name: {zh: 一, en: one}\nsite: lakeside\ntimeline:\n"
        "  - {at: 1s, do: x, expect: [{alarm: a/b, shows: [film]}]}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match="shows"):
        load_scenario(str(story), 1)
