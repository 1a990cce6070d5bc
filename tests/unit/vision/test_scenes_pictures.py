"""What simulated cameras show: places in which things happen, as a detector sees them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.model import Value
from edge.vision.detect.session import Model
from edge.vision.detect.shelf import Shelf
from edge.vision.findings import Box
from edge.vision.pictures import Image
from simulators.cameras.encoder import H264Encoder, is_key, jpeg, parameter_sets
from simulators.cameras.faults import PICTURE, PictureFault
from simulators.cameras.lens import Lens
from simulators.cameras.places import SCENES, scene_of
from simulators.cameras.rtp import CLOCK
from simulators.cameras.scene import HEIGHT, WIDTH, Scene
from simulators.cameras.scenes.moves import Presence
from simulators.cameras.scenes.recorded import Recorded
from tests.fakes.models import real_models

HAPPENS = [
    ("corridor", "walk", "leave"),
    ("corridor", "fire", "put_out"),
    ("corridor", "look_out", "go_in"),
    ("cabin", "bike_in", "bike_out"),
    ("cabin", "enter", "leave"),
    ("lane", "park", "drive_off"),
    ("waste", "fill", "empty"),
    ("entrance", "linger", "move_on"),
]


@cache
def place(name: str) -> Scene:
    """One that is empty again when a test is done with it; drawing it takes a while."""
    return SCENES[name]()


def apart(one: Image, other: Image) -> float:
    """The part of a picture that differs by more than the sensor's grain."""
    return float((cv2.absdiff(one, other).max(axis=2) > 25).mean())


def found(image: Image) -> dict[str, tuple[float, Box]]:
    """What a real detector finds, the best of each kind."""
    objects = detector().find(image).objects
    return {each.label: (each.score, each.box) for each in sorted(objects, key=lambda o: o.score)}


@cache
def detector() -> Model:
    """YOLOX-nano, where there is one."""
    return Model.load(Shelf([real_models()]).find("yolox_nano"))


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_place_is_alive_though_nothing_happens(name: str) -> None:
    """Of the right size, never the same picture twice, and yet the same place."""
    scene = place(name)
    first, second = scene.draw(1.0), scene.draw(1.2)
    assert first.shape == (HEIGHT, WIDTH, 3)
    assert first.dtype == np.uint8
    assert not np.array_equal(first, second)
    assert apart(first, second) < 0.001
    assert 40 < first.mean() < 220, "neither night nor fog"


@pytest.mark.parametrize(("name", "verb", "end"), HAPPENS)
def test_what_happens_is_seen_and_is_over(name: str, verb: str, end: str) -> None:
    """Some hundredths of the picture change when it has come, and are as before when it is gone."""
    scene = place(name)
    before = scene.draw(0.0)
    scene.act(verb, {}, 10.0)
    during = scene.draw(19.0)
    scene.act(end, {}, 20.0)
    assert apart(before, during) > 0.005
    assert apart(before, scene.draw(40.0)) < 0.001


def test_a_thing_falls_as_things_do() -> None:
    """Twice the time is four times the way, until it is on the ground."""
    scene = place("facade")
    empty = scene.draw(0.0)
    scene.act("throw", {"floor": 11.0}, 1.0)

    def height(t: float) -> float:
        rows = np.nonzero(cv2.absdiff(scene.draw(t), empty).max(axis=2) > 60)[0]
        return float(rows.mean())

    start = height(1.0)
    assert height(3.0) - start == pytest.approx(4 * (height(2.0) - start), rel=0.05)
    assert apart(scene.draw(9.0), empty) < 0.001


def test_a_detector_knows_the_people_and_the_cars() -> None:
    """That is what the cut-outs are for: drawn people and cars are seen by no detector."""
    lane, corridor = SCENES["lane"](), SCENES["corridor"]()
    assert not {"car", "truck", "bus"} & set(found(lane.draw(0.0)))
    lane.act("park", {}, 0.0)
    score, box = found(lane.draw(10.0))["car"]
    assert score >= 0.5
    assert box.foot == pytest.approx((415 / WIDTH, 250 / HEIGHT), abs=0.03)
    assert "person" not in found(corridor.draw(0.0))
    corridor.act("walk", {}, 0.0)
    for t in (2.5, 4.0, 7.0):
        assert found(corridor.draw(t))["person"][0] >= 0.5, t


def test_a_face_is_a_face() -> None:
    """Who looks out at a fire has one that can be found, so that a demonstration can hide it."""
    corridor = SCENES["corridor"]()
    corridor.act("look_out", {}, 0.0)
    faces = Model.load(Shelf([real_models()]).find("yunet")).find(corridor.draw(5.0)).objects
    assert [each.label for each in faces] == ["face"]
    assert faces[0].score >= 0.6


@pytest.mark.parametrize("fault", sorted(PICTURE))
def test_a_bad_picture_is_another_one(fault: PictureFault) -> None:
    """Each fault shows, the clock in the corner runs on but in a frozen one, and it ends."""
    lens = Lens(place("corridor"), "cam-1")
    good = lens.take(1.0, "")
    bad = [lens.take(2.0 + n, fault) for n in range(2)]
    if fault == "freeze":
        assert np.array_equal(bad[0], bad[1])
    else:
        assert apart(good[24:], bad[0][24:]) > 0.05
        assert not np.array_equal(bad[0], bad[1]), "a sensor's grain is there all the same"
    assert apart(good[24:], lens.take(5.0, "")[24:]) < 0.001


def test_a_stream_begins_where_it_is_asked_to() -> None:
    """One access unit a picture, parameter sets before each that stands by itself, no others."""
    scene, encoder = place("lane"), H264Encoder(WIDTH, HEIGHT, 8.0)
    kinds = []
    for number in range(5):
        units = encoder.encode(scene.draw(number / 8), number * CLOCK // 8, key=number in {0, 3})
        kinds.append([unit[0] & 0x1F for unit in units if unit[0] & 0x1F != 6])
        assert is_key(units) == (number in {0, 3})
    assert kinds == [[7, 8, 5], [1], [1], [7, 8, 5], [1]]
    assert [each[0] & 0x1F for each in parameter_sets(WIDTH, HEIGHT, 8.0)] == [7, 8]


def test_something_comes_stays_and_goes() -> None:
    """Who is told to go while still coming comes first; who is there does not come again."""
    presence = Presence(takes=2.0)
    assert presence.part(5) == 0
    presence.come(10)
    presence.come(11)
    assert [presence.part(t) for t in (9, 11, 12, 99)] == [0, 0.5, 1, 1]
    presence.go(11)
    assert [presence.part(t) for t in (11.5, 13, 14.1)] == [0.75, 1.5, 0]
    presence.come(20)
    assert presence.part(21) == 0.5


@pytest.mark.parametrize(
    ("verb", "args"), [("fill", {"percent": 50.0}), ("fill", {"percent": 100.0})]
)
def test_a_bin_is_as_full_as_it_is_said_to_be(verb: str, args: dict[str, Value]) -> None:
    """What is above the rim lies there; only an overflowing one has bags beside it."""
    waste = place("waste")
    empty = waste.draw(0.0)
    waste.act(verb, args, 0.0)
    full = waste.draw(0.0)
    waste.act("empty", {}, 0.0)
    beside = apart(empty[280:, :200], full[280:, :200])
    assert apart(empty[60:180], full[60:180]) > 0.03
    assert (beside > 0.05) == (args["percent"] == 100.0)


def test_an_address_says_what_a_camera_looks_at(tmp_path: Path) -> None:
    """A scene by its name, a file by its; whatever else a camera's path may be is a corridor."""
    clip = tmp_path / "clip.mjpeg"
    clip.write_bytes(b"".join(jpeg(place("lane").draw(t)) for t in (0.0, 0.1, 0.2)))
    assert type(scene_of("rtsp://h:1/lane/stream", tmp_path)).__name__ == "Lane"
    assert type(scene_of("rtsp://h/Streaming/Channels/101", tmp_path)).__name__ == "Corridor"
    played = scene_of("http://h/clip.mjpeg/video", tmp_path)
    assert isinstance(played, Recorded)
    assert apart(played.draw(0.0), place("lane").draw(0.0)) < 0.01
    assert np.array_equal(played.draw(0.0), played.draw(4 / played.fps)), "to and fro"
