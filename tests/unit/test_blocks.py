"""What is read together goes through the gateway as one, and means the same as one by one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge.sieve import Sieve
from cloud_bridge.wire import encode_telemetry
from edge.history.batches import Columns, opened
from edge.history.deadbands import Deadbands
from edge.history.noted import REPEATED, Noted
from edge.model import (
    Block,
    Group,
    Quality,
    Reading,
    Readings,
    Reporting,
    Value,
    count_of,
    one_by_one,
)
from edge.rules.engine import Engine
from edge.state import State
from tests.fakes.history import at
from tests.fakes.pipeline import alarm

LIFT = Group.of(("lift-1/floor", "lift-1/moving", "lift-1/load", "lift-1/words"))
VALUES = st.tuples(
    st.integers(-3, 3),
    st.booleans() | st.none(),
    st.sampled_from([0.0, 0.5, 1.5, 2.5, None]),
    st.sampled_from(["上行", "down", None]),
)
STORY = st.lists(st.tuples(st.integers(0, 40), VALUES), max_size=30)


def block(seconds: float, values: tuple[Value | None, ...], group: Group = LIFT) -> Block:
    """What the lift said at an instant."""
    return Block(group=group, values=values, at=at(seconds))


def told(story: list[tuple[int, tuple[Value | None, ...]]]) -> list[Block]:
    """The story as blocks: each some seconds after the one before."""
    passed, blocks = 0, list[Block]()
    for seconds, values in story:
        passed += seconds + 1
        blocks.append(block(passed, values))
    return blocks


def seen(noted: Noted) -> list[tuple[str, datetime, Value | None, Quality]]:
    """What is on its way to the disk."""
    return [(e.point, e.at, e.value, e.quality) for e in one_by_one(noted.waiting())]


def test_one_by_one() -> None:
    """Every value has its point; no value is of bad quality; a part is of its points alone."""
    whole = block(1, (7, None, 2.5, "down"))
    assert whole.readings() == [
        Reading(point="lift-1/floor", value=7, at=at(1)),
        Reading(point="lift-1/moving", value=None, at=at(1), quality=Quality.BAD),
        Reading(point="lift-1/load", value=2.5, at=at(1)),
        Reading(point="lift-1/words", value="down", at=at(1)),
    ]
    assert whole.part((1, 3)).readings() == whole.readings()[1::2]
    assert whole.reading(2) == whole.readings()[2]
    assert count_of([whole, whole.part((0,)), whole.reading(0)]) == 6


def test_the_same_points_are_the_same_group() -> None:
    """A link that comes again finds what is known of its groups."""
    assert (
        Group.of(tuple(f"lift-1/{name}" for name in ("floor", "moving", "load", "words"))) is LIFT
    )
    assert Group.of(("a/x", "b/y")) is not LIFT
    assert Group.of(("a/x", "b/y")).devices == {"a", "b"}


def test_the_state_shows_the_latest() -> None:
    """Of a block, of a reading after it, of a block after that, of another group after them all."""
    state = State()
    state.take(block(1, (1, True, 0.5, "上行")))
    state.take(Reading(point="lift-1/floor", value=None, at=at(2), quality=Quality.BAD))
    assert state.readings["lift-1/floor"].quality is Quality.BAD
    state.take(block(3, (2, True, 0.5, "上行")))
    state.take(block(4, (3,), Group.of(("lift-1/floor",))))
    state.take(block(5, (4, True, 0.5, "上行")))
    state.take(block(6, (5,), Group.of(("lift-1/floor",))))
    assert state.readings["lift-1/floor"].value == 5
    assert state.readings["lift-1/load"].at == at(5)
    assert state.reading_count == 15
    state.take(block(7, (6, True, 0.5, "上行")))
    state.forget({"lift-1"})
    assert not state.readings


def test_a_watch_sees_what_comes_in_a_block() -> None:
    """Whoever opens a gate waits for its contact, however it is read."""
    state = State()
    with state.watch("lift-1/moving", value=True) as done:
        state.take(block(1, (1, False, None, None)))
        assert not done.is_set()
        state.take(block(2, (1, True, None, None)))
        assert done.is_set()


@given(STORY)
def test_the_history_keeps_the_same(story: list[tuple[int, tuple[Value | None, ...]]]) -> None:
    """What changes, as long as nothing is kept for the sake of a sign of life."""
    together, apart = Noted(), Noted()
    for each in told(story):
        together.add(each)
        for reading in each.readings():
            apart.add(reading)
    assert seen(together) == seen(apart)


@given(STORY)
def test_the_file_gets_the_same(story: list[tuple[int, tuple[Value | None, ...]]]) -> None:
    """Row for row, from blocks and parts of them, and when it is unpacked."""
    blocks: list[Readings] = [*told(story), *(each.part((1, 2)) for each in told(story))]
    ids = {point: number for number, point in enumerate(LIFT.points)}
    together, apart = Columns(), Columns()
    together.add(blocks)
    apart.add(one_by_one(blocks))
    rows = [*apart.rows()]
    assert [*together.rows()] == rows
    if blocks:
        names = {number: point for point, number in ids.items()}
        numbers = [[ids[point] for point in shape] for shape in together.shapes]
        assert [*Columns.of(opened(together.packed(numbers)), names).rows()] == rows


@given(STORY)
def test_the_platform_gets_the_same(story: list[tuple[int, tuple[Value | None, ...]]]) -> None:
    """Byte for byte; a block of which nothing is held back passes whole."""
    blocks: list[Readings] = [*told(story), *(each.part((0, 3)) for each in told(story))]
    if not blocks:
        return
    passed = Sieve(lambda _: None).passing(blocks, at(5_000))
    assert passed == blocks
    body = encode_telemetry("l-0", "s", "g", passed)
    assert body == encode_telemetry("l-0", "s", "g", list(one_by_one(blocks)))


def test_what_is_held_back_of_a_block() -> None:
    """A point that is reported now and then is taken out of its block; the others pass."""
    floor = Reporting(every=timedelta(minutes=1), on_change=False)
    sieve = Sieve(lambda point: floor if point == "lift-1/floor" else None)
    first = sieve.passing([block(1, (1, True, 0.5, "up"))], at(1))
    second = sieve.passing([block(2, (2, True, 0.5, "up"))], at(2))
    assert [each.point for each in one_by_one(first)] == [*LIFT.points]
    assert [each.point for each in one_by_one(second)] == [*LIFT.points[1:]]


def test_a_deadband_holds_in_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured from what was kept, so that no drift escapes."""
    noted = Noted()
    bands = Deadbands({"lift-1": {"load": 1.0}})
    monkeypatch.setattr(noted, "_bands", bands)
    for second, load in enumerate((0.0, 0.9, 1.1, 1.9, None, 1.9)):
        noted.add(block(second, (1, True, load, "up")))
    kept = [value for point, _, value, _ in seen(noted) if point == "lift-1/load"]
    assert kept == [0.0, 1.1, None, 1.9]


def test_a_sign_of_life() -> None:
    """What stays the same is kept again after a while, and after the clock was set back."""
    noted = Noted()
    for seconds in (0.0, 10.0, REPEATED.total_seconds() - 1, REPEATED.total_seconds(), 5.0):
        noted.add(block(seconds, (1, True, 0.5, "up")))
    instants = [each.at for each in noted.waiting()]
    assert instants == [at(0), at(REPEATED.total_seconds()), at(5)]


def test_a_point_that_speaks_by_itself() -> None:
    """A device falls silent and comes back with the same values: bad, and then good again."""
    noted = Noted()
    for start in (0, 100):
        noted.add(block(start, (1, True, 0.5, "up")))
        for point in LIFT.points:
            noted.add(Reading(point=point, value=None, at=at(start + 9), quality=Quality.BAD))
    noted.add(block(200, (1, True, 0.5, "up")))
    floor = [(value, when) for point, when, value, _ in seen(noted) if point == "lift-1/floor"]
    assert floor == [(1, at(0)), (None, at(9)), (1, at(100)), (None, at(109)), (1, at(200))]


@given(STORY)
def test_rules_are_told_the_same(story: list[tuple[int, tuple[Value | None, ...]]]) -> None:
    """From a block they get what they would have got of its readings."""
    rules = [
        alarm("lift-1/moves", "lift-1/moving"),
        alarm("lift-1/still", "lift-1/moving", on_delay=timedelta(seconds=30)),
    ]
    together, apart = Engine(rules), Engine(rules)
    together.begin(at(0))
    apart.begin(at(0))
    said: tuple[list[object], list[object]] = ([], [])
    for each in told(story):
        said[0].extend(together.feed(None, each.at))  # as the pipeline does when it is time
        for reading in together.loud(each):
            said[0].extend(together.feed(reading, each.at))
        for reading in each.readings():
            said[1].extend(apart.feed(reading, each.at))
    assert said[0] == said[1]
    assert together.take_changed() == apart.take_changed()


def test_a_rule_that_comes_later_is_asked_too() -> None:
    """Rules of a component are made when it first speaks: its group may be known by then."""
    engine = Engine([alarm("lift-1/moves", "lift-1/moving")])
    engine.begin(at(0))
    assert [each.point for each in engine.loud(block(1, (1, True, 5.0, "up")))] == ["lift-1/moving"]
    engine._add(alarm("lift-1/odd", "lift-1/load"))
    engine.begin(at(1))
    assert [each.point for each in engine.loud(block(2, (1, True, True, "up")))] == [
        "lift-1/moving",
        "lift-1/load",
    ]
