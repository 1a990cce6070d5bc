"""The engine's alarm clock: the last instant that was set counts, in whatever order."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge.rules.alarm_clock import AlarmClock
from tests.fakes.time import EPOCH

STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 50)), min_size=1, max_size=60
)


@given(STEPS, st.integers(0, 60), st.integers(-30, 30))
def test_everybody_is_woken_once_at_the_last_instant_set(
    steps: list[tuple[str, int | None]], now: int, moved: int
) -> None:
    """Compared with a plain dictionary; a clock that is set moves all alike."""
    clock, wanted = AlarmClock(), dict[str, int]()
    for who, second in steps:
        clock.set(who, None if second is None else EPOCH + timedelta(seconds=second))
        wanted.pop(who, None)
        if second is not None:
            wanted[who] = second
    clock.shift(timedelta(seconds=moved))
    first = min(wanted.values(), default=None)
    assert clock.next() == (None if first is None else EPOCH + timedelta(seconds=first + moved))
    woken: list[str] = []
    while (who_is_due := clock.take(EPOCH + timedelta(seconds=now + moved))) is not None:
        woken.append(who_is_due)
    assert sorted(woken) == sorted(who for who, second in wanted.items() if second <= now)
    assert [wanted[who] for who in woken] == sorted(wanted[who] for who in woken)
