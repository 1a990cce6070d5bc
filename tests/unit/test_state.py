"""The read model: last readings, and waiting for one."""

from __future__ import annotations

from typing import Final

from edge.model import Block, DeviceChanged, Group, LinkChanged, Quality, Reading, Value
from edge.state import State
from tests.fakes.time import EPOCH


def reading(*, value: Value | None, quality: Quality = Quality.GOOD) -> Reading:
    """A reading of the door."""
    return Reading(point="gate-1/door_open", value=value, at=EPOCH, quality=quality)


def test_the_last_reading_of_each_point() -> None:
    """Also of `online`, which follows from what devices and links do."""
    state = State()
    for value in (False, True):
        state.follow(reading(value=value))
    state.follow(DeviceChanged(device="gate-1", state="offline", reason="r", at=EPOCH))
    state.follow(LinkChanged(link="gates", up=True, reason="r", at=EPOCH))
    last = {point: each.value for point, each in state.readings.items()}
    assert last == {"gate-1/door_open": True, "gate-1/online": False, "gates/online": True}


def test_a_watch_sees_what_is_and_what_comes() -> None:
    """Already so counts; otherwise the moment it is; true is not 1, and bad quality is nothing."""
    state = State()
    with state.watch("gate-1/door_open", value=True) as seen:
        for other in (
            reading(value=False),
            reading(value=1),
            reading(value=True, quality=Quality.BAD),
            reading(value=None),
        ):
            state.follow(other)
        assert not seen.is_set()
        state.follow(reading(value=True))
        state.follow(reading(value=False))
        assert seen.is_set()
    state.follow(reading(value=True))
    with state.watch("gate-1/door_open", value=True) as at_once:
        assert at_once.is_set()


def test_nothing_is_left_of_a_watch() -> None:
    """However many watch the same point, and in whatever order they leave."""
    state = State()
    one, two = (state.watch("p/x", value=number) for number in (1, 1))
    first = one.__enter__()
    second = two.__enter__()
    one.__exit__(None, None, None)
    state.follow(Reading(point="p/x", value=1, at=EPOCH))
    assert (first.is_set(), second.is_set()) == (False, True)
    two.__exit__(None, None, None)
    assert state._watches == {}


LIFT: Final = Group.of(("lift-1/a", "lift-1/b"))


def block(group: Group, *values: Value | None) -> Block:
    """What a group reads."""
    return Block(group=group, values=values, at=EPOCH)


def values(state: State) -> dict[str, Value | None]:
    """What is read last, by point."""
    return {point: each.value for point, each in state.readings.items()}


def test_of_what_was_read_together_each_point_is_known() -> None:
    """And what has no value is bad."""
    state = State()
    state.take(block(LIFT, 1, None))
    assert values(state) == {"lift-1/a": 1, "lift-1/b": None}
    assert state.readings["lift-1/b"].quality is Quality.BAD
    assert len(state.readings) == state.reading_count == len(LIFT.points)
    assert "lift-1/c" not in state.readings


def test_what_came_by_itself_since_a_mark() -> None:
    """Each point once, by what it read last; what a block has replaced is in the block."""
    state = State()
    mark, found = state.singles_since(0)
    assert found == []
    for value, point in enumerate(("lift-1/a", "gate-1/open", "gate-2/open", "gate-1/open")):
        state.take(Reading(point=point, value=value, at=EPOCH))
    middle, found = state.singles_since(mark)
    assert {each.point: each.value for each in found} == {
        "lift-1/a": 0,
        "gate-2/open": 2,
        "gate-1/open": 3,
    }
    assert state.singles_since(middle) == (middle, [])
    state.take(Reading(point="gate-2/open", value=4, at=EPOCH))
    state.take(block(LIFT, 5, 6))
    after, found = state.singles_since(middle)
    assert [each.value for each in found] == [4]
    assert after > middle
    assert {each.point for each in state.singles_since(0)[1]} == {"gate-1/open", "gate-2/open"}


def test_the_later_counts_wherever_it_came() -> None:
    """A reading by itself, the next block, another group with the same point, and back."""
    state, other = State(), Group.of(("lift-1/b", "lift-1/c"))
    state.take(block(LIFT, 1, 2))
    state.take(Reading(point="lift-1/b", value=3, at=EPOCH))
    assert values(state) == {"lift-1/a": 1, "lift-1/b": 3}
    state.take(block(LIFT, 4, 5))
    assert values(state) == {"lift-1/a": 4, "lift-1/b": 5}
    assert not state.singles_since(0)[1]
    state.take(block(other, 6, 7))
    assert values(state) == {"lift-1/a": 4, "lift-1/b": 6, "lift-1/c": 7}
    state.take(block(LIFT, 8, 9))
    assert values(state) == {"lift-1/a": 8, "lift-1/b": 9, "lift-1/c": 7}
    state.take(block(other, 10, 11))
    assert values(state) == {"lift-1/a": 8, "lift-1/b": 10, "lift-1/c": 11}


def test_what_is_gone_is_forgotten() -> None:
    """Of a group that several devices share the others stay."""
    state, shared = State(), Group.of(("lift-1/a", "lift-2/a"))
    state.take(block(shared, 1, 2))
    state.take(Reading(point="lift-1/online", value=True, at=EPOCH))
    state.forget({"lift-1"})
    assert values(state) == {"lift-2/a": 2}
    state.take(block(LIFT, 3, 4))
    state.forget({"lift-1", "lift-2"})
    assert (values(state), dict(state.blocks)) == ({}, {})


def test_a_watch_sees_what_comes_in_a_block() -> None:
    """And is not woken by the other points of it."""
    state = State()
    with state.watch("lift-1/b", value=1) as seen:
        state.take(block(LIFT, 1, 0))
        assert not seen.is_set()
        state.take(block(LIFT, 0, 1))
        assert seen.is_set()
