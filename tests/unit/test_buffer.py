"""How long the disk lasts: honest while nothing is known, and at the pace of the day."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge.buffer import LONGEST, MEASURED, Pace, buffer_left
from cloud_bridge.journal import Journal
from tests.fakes import time as virtual
from tests.fakes.journal import narrate, told
from tests.fakes.time import EPOCH

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_nothing_is_said_before_anything_was_measured() -> None:
    """No events, or a few minutes after the start: nobody knows."""
    pace = Pace()
    assert pace.an_hour(EPOCH) is None
    assert buffer_left(10**9, None) is None
    pace.count(1000, EPOCH)
    assert pace.an_hour(EPOCH + MEASURED - MINUTE) is None
    assert pace.an_hour(EPOCH + MEASURED) == 6000


def test_the_mean_of_the_day_counts() -> None:
    """A busy hour is neither taken for the day nor forgotten before a day is over."""
    pace = Pace()
    for minute in range(60):
        pace.count(1000, EPOCH + minute * MINUTE)
    assert pace.an_hour(EPOCH + HOUR) == 60_000
    assert pace.an_hour(EPOCH + 10 * HOUR) == 6_000
    assert pace.an_hour(EPOCH + 23 * HOUR) == 60_000 / 23
    assert pace.an_hour(EPOCH + 26 * HOUR) == 0
    assert buffer_left(10**9, 0) is None, "nothing comes: it lasts for nobody knows how long"


def test_it_lasts_so_many_hours() -> None:
    """Free bytes by the bytes of an hour; none below zero and none beyond all use."""
    assert buffer_left(48_000, 1_000) == timedelta(hours=48)
    assert buffer_left(0, 1_000) == timedelta(0)
    assert buffer_left(-5, 1_000) == timedelta(0)
    assert buffer_left(10**15, 1) == LONGEST


def test_a_clock_that_was_set_begins_anew() -> None:
    """Backwards nothing is known for a while; a leap of a year leaves the day empty."""
    pace = Pace()
    pace.count(1000, EPOCH)
    pace.count(1000, EPOCH + HOUR)
    pace.count(500, EPOCH - 1000 * HOUR)
    assert pace.an_hour(EPOCH - 1000 * HOUR) is None
    assert pace.an_hour(EPOCH - 999 * HOUR) == 500
    assert pace.an_hour(EPOCH - 1001 * HOUR) is None
    assert pace.an_hour(EPOCH + 9000 * HOUR) == 0


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 10**6)), min_size=1, max_size=200))
def test_it_is_bounded_and_never_invents_a_byte(steps: list[tuple[int, int]]) -> None:
    """However events come: a day's pieces at most, and no more than was kept."""
    pace, now, total = Pace(), EPOCH, 0
    for minutes, size in steps:
        now += minutes * MINUTE
        pace.count(size, now)
        total += size
        assert len(pace._pieces) <= 24 * 6 + 1
    an_hour = pace.an_hour(now)
    assert an_hour is None or 0 <= an_hour * max(MEASURED / HOUR, 1 / 6) <= total


def test_the_journal_counts_what_it_keeps(tmp_path: Path) -> None:
    """Nothing at first; later about what its events take on disk."""
    now = EPOCH
    journal = Journal(tmp_path / "journal.db", ["up"], narrate, now=lambda: now)

    async def main() -> None:
        nonlocal now
        assert journal.bytes_an_hour is None
        first = journal.next_number
        for batch in range(10):
            await journal.keep([told(first + 1000 * batch + n) for n in range(1000)], {}, [])
            await journal.flush()
            now += 6 * MINUTE
        an_hour = journal.bytes_an_hour
        assert an_hour is not None
        journal._writer.submit(
            journal._file.file._db.execute, "PRAGMA wal_checkpoint(TRUNCATE)"
        ).result()
        size = (tmp_path / "journal.db").stat().st_size
        assert 0.7 < an_hour / size < 3
        await journal.close()

    virtual.run(main())
