"""Who wants to be looked at when: the last word counts, the order is right, nothing piles up."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge.alarms.wakes import SLACK, Wakes
from tests.fakes.time import EPOCH

WHO = st.sampled_from("abcde")
SECONDS = st.lists(st.none() | st.integers(-5, 20), max_size=3)


def at(second: int) -> datetime:
    """An instant of the story."""
    return EPOCH + timedelta(seconds=second)


@given(st.lists(st.tuples(WHO, SECONDS, st.none() | st.integers(-5, 20)), max_size=60))
def test_like_a_table_of_instants(story: list[tuple[str, list[int | None], int | None]]) -> None:
    """Whatever is set and taken in whatever order; shifted along with the clock."""
    wakes, table, moved = Wakes(), dict[str, datetime](), timedelta(0)
    for who, seconds, take in story:
        instants = [None if second is None else at(second) + moved for second in seconds]
        wakes.set(who, instants)
        table.pop(who, None)
        if first := min(filter(None, instants), default=None):
            table[who] = first
        assert wakes.next() == min(table.values(), default=None)
        if take is None:
            wakes.shift(timedelta(hours=1))
            moved += timedelta(hours=1)
            table = {each: when + timedelta(hours=1) for each, when in table.items()}
            continue
        now = at(take) + moved
        due = sorted((when, each) for each, when in table.items() if when <= now)
        assert wakes.take(now) == [each for _, each in due]
        table = {each: when for each, when in table.items() if when > now}


def test_who_changes_its_mind_for_ever_takes_no_room() -> None:
    """Each new instant replaces the one before; what is left behind is thrown out."""
    wakes = Wakes()
    for second in range(10_000):
        wakes.set("storm", (at(second),))
        wakes.set("other", (at(100_000),))
    assert len(wakes._heap) <= 2 * 2 + SLACK
    assert wakes.next() == at(9_999)
