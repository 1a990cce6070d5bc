"""The read model: last readings, and waiting for one."""

from __future__ import annotations

from edge.model import DeviceChanged, LinkChanged, Quality, Reading, Value
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
