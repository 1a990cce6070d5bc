"""Stills and clips: that nobody can be known in them, and that what happened still can be seen."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from edge.vision.camera import darkroom as module
from edge.vision.camera.darkroom import Darkroom, Developed
from edge.vision.camera.faces import Face
from edge.vision.findings import Box
from edge.vision.pictures import Image
from tests.fakes.faces import (
    FACE,
    Reel,
    by_colour,
    frame,
    left_of_it,
    likeness,
    pasted,
    pattern,
    portrait,
    scene,
    yunet,
)

SCALES = (1.0, 0.6, 0.35)
"""At which the finished pictures are searched again, besides close up."""


def face_of(image: Image, left: int, top: int, side: int) -> Image:
    """The face of a portrait that was pasted there."""
    return image[
        top + round(FACE.top * side) : top + round(FACE.bottom * side),
        left + round(FACE.left * side) : left + round(FACE.right * side),
    ]


def faces_at_all(image: Image, near: Box | None = None) -> list[Box]:
    """What the real model takes for a face: in all of it, smaller, and close up."""
    find = yunet()
    looks = [cv2.resize(image, None, fx=scale, fy=scale) for scale in SCALES]
    if near is not None:
        height, width = image.shape[:2]
        for grown in (0.3, 1.0):
            top = max(0, round((near.top - grown * (near.bottom - near.top)) * height))
            left = max(0, round((near.left - grown * (near.right - near.left)) * width))
            bottom = round((near.bottom + grown * (near.bottom - near.top)) * height)
            right = round((near.right + grown * (near.right - near.left)) * width)
            looks.append(image[top:bottom, left:right])
    return [e.box for look in looks for e in find(np.asarray(look, np.uint8)) or () if e.sure]


def read(folder: Path, developed: Developed) -> list[Image]:
    """The pictures of what was kept; its bytes are those that were told of."""
    path = folder / developed.file
    body = path.read_bytes()
    assert (len(body), hashlib.sha256(body).hexdigest()) == (developed.size, developed.sha256)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not list(folder.glob("*.part"))
    if developed.kind == "still":
        image = cv2.imread(str(path))
        assert image is not None
        return [np.asarray(image, np.uint8)]
    with av.open(str(path)) as film:
        return [np.asarray(f.to_ndarray(format="bgr24"), np.uint8) for f in film.decode(video=0)]


@pytest.mark.parametrize(("left", "top", "side"), [(40, 20, 700), (700, 300, 220), (500, 600, 110)])
def test_a_face_in_a_still_cannot_be_known(left: int, top: int, side: int, tmp_path: Path) -> None:
    """Near or far away: no face is found in it at any scale, and no feature is left of it."""
    before = pasted(scene(1280, 720), portrait(), left, top, side)
    height, width = before.shape[:2]
    near = Box(
        (left + FACE.left * side) / width,
        (top + FACE.top * side) / height,
        (left + FACE.right * side) / width,
        (top + FACE.bottom * side) / height,
    )
    assert faces_at_all(before, near), "the test sees nothing"
    developed = Darkroom(yunet(), (), tmp_path).still(frame(before))
    [after] = read(tmp_path, developed)
    assert (developed.blurred, developed.faces) == ("faces", 1)
    assert faces_at_all(after, near) == []
    own = face_of(before, left, top, side)
    assert likeness(own, face_of(after, left, top, side)) < 0.35
    soft = np.asarray(cv2.GaussianBlur(own, (0, 0), own.shape[1] / 30), np.uint8)
    assert likeness(own, soft) > 0.6, "a light blur would pass as well"
    far = np.ones((height, width), bool)
    far[max(0, top - 40) : top + side, max(0, left - 40) : left + side] = False
    assert np.abs(after.astype(int) - before)[far].mean() < 3, "the rest is as it was"


def test_a_face_that_moves_through_a_clip_is_hidden_in_each_picture(tmp_path: Path) -> None:
    """Real model, real encoder: every picture that a player shows is searched again."""
    empty = scene(640, 360)
    places = [(20 + 42 * n, 60 + 4 * n, 150 + 5 * n) for n in range(10)]
    pictures = [pasted(empty, portrait(), *place) for place in places]
    assert sum(bool(faces_at_all(each)) for each in pictures[::4]) == 3, "the test sees nothing"
    developed = Darkroom(yunet(), (), tmp_path).clip(Reel(pictures))
    film = read(tmp_path, developed)
    assert (developed.kind, developed.blurred, developed.faces) == ("clip", "faces", 1)
    assert len(film) == len(pictures)
    for before, after, place in zip(pictures, film, places, strict=True):
        assert faces_at_all(after) == []
        assert likeness(face_of(before, *place), face_of(after, *place)) < 0.4


def test_without_anybody_to_find_faces_nothing_is_known_but_what_happens(tmp_path: Path) -> None:
    """The whole picture is coarse: no face of any size, but a fire is where and what it was."""
    burning = pasted(scene(960, 540), portrait(), 100, 0, 540)
    burning[250:500, 700:940] = (0, 100, 255)
    dark = Darkroom(lambda _: None, (), tmp_path)
    still, clip = dark.still(frame(burning)), dark.clip(Reel([burning] * 12))
    for developed in (still, clip):
        assert (developed.blurred, developed.faces) == ("whole", 0)
        for after in read(tmp_path, developed):
            assert faces_at_all(after, Box(0.2, 0.0, 0.5, 0.5)) == []
            assert likeness(face_of(burning, 100, 0, 540), face_of(after, 100, 0, 540)) < 0.35
            assert np.abs(after[375, 820].astype(int) - (0, 100, 255)).max() < 40
    assert len(read(tmp_path, clip)) == 3, "few of them: of many one could reckon what lies between"


def test_who_cannot_say_any_more_in_the_middle_hides_all(tmp_path: Path) -> None:
    """A detector that dies while a clip is looked through, or while it is written."""
    face = pattern(60)
    reel = Reel([pasted(scene(320, 180), face, 10 * n, 60, 60) for n in range(10)])
    asked = []

    def all_of_it(image: Image) -> tuple[Face, ...] | None:
        asked.append(image.shape)
        return by_colour(image)

    whole = Darkroom(all_of_it, (), tmp_path).clip(reel)
    assert whole.blurred == "faces"
    for last in (0, len(asked) // 4, len(asked) - 2):
        left = [last]

        def dying(image: Image, left: list[int] = left) -> tuple[Face, ...] | None:
            left[0] -= 1
            return by_colour(image) if left[0] >= 0 else None

        developed = Darkroom(dying, (), tmp_path).clip(reel)
        assert developed.blurred == "whole"
        assert not any(map(left_of_it, read(tmp_path, developed)))


def test_a_face_that_is_missed_for_a_moment_stays_hidden(tmp_path: Path) -> None:
    """It turns away for half a second while it walks on: where it was, will be, and between."""
    face = pattern(40)
    empty = scene(480, 270)
    reel = Reel([pasted(empty, face, 20 + 12 * n, 100, 40) for n in range(20)])
    seen = {x for n in (*range(7), *range(12, 20)) for x in range(20 + 12 * n, 32 + 12 * n)}

    def blinking(image: Image) -> tuple[Face, ...]:
        found = by_colour(image)
        whole = image.shape[1] == 480
        return found if found and whole and round(found[0].box.left * 480) in seen else ()

    developed = Darkroom(blinking, (), tmp_path).clip(reel)
    for image in read(tmp_path, developed):
        assert left_of_it(image) == 0


def test_heads_are_hidden_though_nobody_found_a_face(tmp_path: Path) -> None:
    """Seen from behind or from the side: where a person's head is followed."""
    face = pattern(40)
    image = pasted(scene(320, 180), face, 100, 60, 40)
    head = Box(100 / 320, 60 / 180, 140 / 320, 100 / 180)
    dark = Darkroom(lambda _: (), (), tmp_path)
    [still] = read(tmp_path, dark.still(frame(image), [head]))
    assert left_of_it(image) > 500
    film = read(tmp_path, dark.clip(Reel([image] * 8), [(0.3, head), (0.6, head)]))
    jpeg = np.frombuffer(dark.look(frame(image), 320, [head]), np.uint8)
    look = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    for after in (still, *film, np.asarray(look, np.uint8)):
        assert left_of_it(after) == 0


def test_private_areas_are_black_in_all_that_leaves(tmp_path: Path) -> None:
    """Also where all is coarse: nothing of what is behind them colours what is beside them."""
    image = np.full((180, 320, 3), 200, np.uint8)
    image[60:120, 100:200] = (0, 0, 255)
    area = ((0.3, 0.3), (0.64, 0.3), (0.64, 0.7), (0.3, 0.7))
    for find in (lambda _: (), lambda _: None):
        dark = Darkroom(find, (area,), tmp_path)
        seen = [*read(tmp_path, dark.still(frame(image)))]
        seen += read(tmp_path, dark.clip(Reel([image] * 6)))
        for after in seen:
            assert after[75:105, 120:185].max() < 25
            red = after[:, :, 2].astype(int) - after[:, :, 0]
            assert red.max() < 40


def test_a_clip_is_small_plays_at_once_and_says_nothing_else(tmp_path: Path) -> None:
    """Ten pictures a second, 960 wide, H.264, its index first; no name or place in the files."""
    image = scene(1920, 1080)
    dark = Darkroom(lambda _: (), (), tmp_path)
    clip = dark.clip(Reel([np.roll(image, 9 * n, axis=1) for n in range(25)], per_second=25))
    film = read(tmp_path, clip)
    assert 8 <= len(film) <= 10
    assert film[0].shape == (540, 960, 3)
    assert clip.size < 300_000
    assert (clip.ended - clip.began).total_seconds() == pytest.approx(0.96, abs=0.1)
    body = (tmp_path / clip.file).read_bytes()
    assert body.index(b"moov") < body.index(b"mdat")
    with av.open(str(tmp_path / clip.file)) as opened:
        assert opened.streams.video[0].codec_context.name == "h264"
        assert float(opened.duration or 0) / av.time_base == pytest.approx(0.96, abs=0.2)
    still = dark.still(frame(image))
    jpeg = (tmp_path / still.file).read_bytes()
    assert b"Exif" not in jpeg
    assert read(tmp_path, still)[0].shape == (1080, 1920, 3)


def test_a_camera_that_changes_its_size_in_the_middle_makes_one_film(tmp_path: Path) -> None:
    """All pictures as large as the first; sizes that are odd become even."""
    reel = Reel([scene(321, 181)] * 4 + [scene(640, 360)] * 4)
    film = read(tmp_path, Darkroom(lambda _: (), (), tmp_path).clip(reel))
    assert {image.shape for image in film} == {(180, 320, 3)}


def test_an_empty_recording_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    """With a word, not with an empty file."""
    for find in (lambda _: (), lambda _: None):
        with pytest.raises(ValueError, match="no picture"):
            Darkroom(find, (), tmp_path).clip(Reel([]))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk's error is told; what was begun is gone."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("edge.vision.camera.picture_file.os.fsync", full)
    dark = Darkroom(lambda _: (), (), tmp_path)
    with pytest.raises(OSError, match="No space"):
        dark.still(frame(scene(320, 180)))
    with pytest.raises(OSError, match="No space"):
        dark.clip(Reel([scene(320, 180)] * 3))
    assert list(tmp_path.iterdir()) == []


def test_what_is_always_found_anew_is_hidden_whole(tmp_path: Path) -> None:
    """A detector that sees a face in whatever is left of it has the last word."""
    developed = Darkroom(lambda _: (Face(Box(0.4, 0.4, 0.6, 0.6)),), (), tmp_path).still(
        frame(scene(320, 180))
    )
    assert developed.blurred == "whole"
    assert module.LOOKS == 3
