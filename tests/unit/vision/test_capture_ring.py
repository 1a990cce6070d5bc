"""The last seconds of a camera: kept within bounds, cut where they are asked for, decoded again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge.vision.camera.ring import Ring
from edge.vision.sources.taken import Codec, Packet
from tests.fakes.filmed import h264, jpegs, number_in
from tests.fakes.time import EPOCH

VIDEO = Codec(name="h264")


def _packet(t: float, *, keyframe: bool = False, size: int = 100) -> Packet:
    return Packet(content=bytes(size), t=t, at=EPOCH, keyframe=keyframe, codec=VIDEO)


def test_a_cut_begins_where_it_is_asked_for_and_ends_there() -> None:
    """Pictures before `since` are decoded, because others need them, but not given."""
    ring = Ring(12.0)
    for packet in h264(60):
        ring.add(packet)

    frames = [*ring.cut(2.5, 4.0).frames()]

    assert [number_in(frame.image) for frame in frames] == [*range(25, 41)]
    assert [frame.t for frame in frames] == pytest.approx([n / 10 for n in range(25, 41)])
    assert (frames[0].at - EPOCH).total_seconds() == pytest.approx(2.5)


def test_a_cut_holds_from_the_keyframe_on() -> None:
    """Nothing older is held than what is needed to decode the first picture."""
    ring = Ring(12.0)
    for packet in h264(60):
        ring.add(packet)
    recording = ring.cut(2.5, 4.0)
    assert recording.packets[0].keyframe
    assert recording.packets[0].t == pytest.approx(2.0)


def test_pictures_are_cut_too() -> None:
    """A camera that sends JPEGs has a ring like any other; those before are not decoded."""
    ring = Ring(12.0)
    for packet in jpegs(30):
        ring.add(packet)
    frames = [*ring.cut(1.0, 1.5).frames()]
    assert [number_in(frame.image) for frame in frames] == [10, 11, 12, 13, 14, 15]


def test_a_cut_of_a_time_before_the_ring_begins_with_what_there_is() -> None:
    """A camera that has just started has a short clip rather than none."""
    ring = Ring(12.0)
    for packet in h264(10):
        ring.add(packet)
    assert len([*ring.cut(-100.0, 100.0).frames()]) == 10
    assert [*ring.cut(50.0, 60.0).frames()] == []
    assert [*Ring(12.0).cut(0.0, 1.0).frames()] == []


def test_a_damaged_packet_costs_pictures_not_the_clip() -> None:
    """What cannot be decoded is left out; from the next keyframe on all is well."""
    ring = Ring(12.0)
    for number, packet in enumerate(h264(30)):
        ring.add(replace(packet, content=b"\xff" * 40) if number == 5 else packet)
    shown = [number_in(frame.image) for frame in ring.cut(0.0, 3.0).frames()]
    assert shown[:5] == [0, 1, 2, 3, 4]
    assert shown[-20:] == [*range(10, 30)]


def test_whole_groups_go_when_they_are_too_old() -> None:
    """The oldest packet kept is a keyframe, and at most one group older than asked for."""
    ring = Ring(3.0)
    for step in range(200):
        ring.add(_packet(step / 10, keyframe=step % 20 == 0))
        kept = ring.cut(0.0, 1e9).packets
        assert kept[0].keyframe
        assert kept[-1].t - kept[0].t < 3.0 + 2.0


def test_what_comes_before_the_first_keyframe_is_not_kept() -> None:
    """Nothing can be made of it."""
    ring = Ring(3.0)
    ring.add(_packet(0.0))
    assert ring.cut(0.0, 9.0).packets == ()
    assert ring.held_bytes == 0


def test_the_ring_is_bounded_in_bytes() -> None:
    """A camera that sends a hundredfold does not eat the gateway's memory."""
    ring = Ring(1000.0, most_bytes=10_000)
    for step in range(500):
        ring.add(_packet(step / 10, keyframe=step % 10 == 0, size=500))
        assert ring.held_bytes <= 10_000
    kept = ring.cut(0.0, 1e9).packets
    assert sum(len(each.content) for each in kept) == ring.held_bytes
    assert kept[0].keyframe


def test_a_group_without_end_is_not_kept() -> None:
    """One that is larger than the bound goes whole, and nothing is kept until the next keyframe."""
    ring = Ring(1000.0, most_bytes=10_000)
    for step in range(100):
        ring.add(_packet(step / 10, keyframe=step == 0, size=500))
    assert ring.cut(0.0, 1e9).packets == ()
    ring.add(_packet(10.0, keyframe=True))
    assert len(ring.cut(0.0, 1e9).packets) == 1


def test_another_codec_begins_another_group() -> None:
    """A camera that was set to another codec is decoded with the one that each packet came in."""
    ring = Ring(12.0)
    for packet in (*jpegs(5), *h264(10, start=1.0)):
        ring.add(packet)
    shown = [number_in(frame.image) for frame in ring.cut(0.0, 9.0).frames()]
    assert shown == [*range(5), *range(10)]
