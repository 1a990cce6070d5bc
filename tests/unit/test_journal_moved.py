"""A journal that goes on in another place: no number is used twice, and nothing kept is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge import journal_file
from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_fsck import faults
from cloud_bridge.journal_moved import LEAP, goes_on_at, move
from cloud_bridge.wire.limits import MAX_NUMBER
from edge.errors import ConfigError
from edge.model import Lane
from tests.fakes.time import EPOCH

DAY = timedelta(days=1)
moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis gives it its zone
    datetime(2060, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)


def rows(numbers: Sequence[int]) -> Change:
    """Events with these numbers."""
    return Change(
        events=[
            EventRow(
                number=number,
                at=EPOCH.isoformat(),
                kind="gateway.started",
                lane=Lane.INFO,
                subject="gw",
                origin=f"device/{number}",
                body=b"{}",
            )
            for number in numbers
        ]
    )


def journal(path: Path) -> JournalFile:
    """The file, with one platform that waits for all."""
    file = JournalFile(path, uplinks=["city"], now=lambda: EPOCH)
    file.standing()
    return file


def filled(path: Path, count: int) -> range:
    """A journal with so many events; return their numbers."""
    file = journal(path)
    first = file.standing().last_number + 1
    file.commit([rows(range(first, first + count))])
    file.close()
    return range(first, first + count)


def test_what_was_kept_is_sent_and_what_comes_has_numbers_of_its_own(tmp_path: Path) -> None:
    """Deliveries, identities and states are as they were; the next number is far above."""
    path = tmp_path / "journal.db"
    numbers = filled(path, 5)
    first = move(path, EPOCH, EPOCH + DAY, trusted=True)
    assert first == numbers[-1] + LEAP + 86_400_000
    file = journal(path)
    standing = file.standing()
    assert standing.last_number == first
    assert standing.depths == {("city", Lane.INFO): 5}
    assert len(standing.origins) == 5
    file.commit([rows([first + 1])])
    assert [each.number for each in file.after("city", Lane.INFO, 0, 9)] == [*numbers, first + 1]
    file.close()
    assert list(faults(path)) == [], "a leap is no gap"


def test_a_gap_behind_the_leap_is_still_found(tmp_path: Path) -> None:
    """Only the leap itself is none."""
    path = tmp_path / "journal.db"
    filled(path, 3)
    first = move(path, EPOCH, EPOCH, trusted=True)
    file = journal(path)
    file.commit([rows([first + 1, first + 2, first + 5])])
    file.close()
    assert [each.count for each in faults(path)] == [2]


def test_events_of_the_former_box_are_forgotten_in_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many are kept in all, the leap between them does not count."""
    monkeypatch.setattr(journal_file, "EVENTS_KEPT", 10)
    path = tmp_path / "journal.db"
    before = filled(path, 8)
    first = move(path, EPOCH, EPOCH, trusted=True)
    file = journal(path)

    def kept_with(number: int) -> list[int]:
        file.commit([rows([first + number])])
        file.commit([Change(settled=[("city", n) for n in (*before, first + number)])])
        while file.prune():
            pass
        found = file.these([*before, *range(first, first + 99)])
        return [each.number - first if each.number > first else each.number for each in found]

    assert kept_with(1) == [*before, 1]
    assert kept_with(2) == [*before, 1, 2]
    assert kept_with(3) == [*before[1:], 1, 2, 3]
    for number in range(4, 9):
        kept_with(number)
    assert kept_with(9) == [before[-1], *range(1, 10)]
    assert kept_with(10) == list(range(1, 11))
    assert kept_with(11) == list(range(2, 12))
    file.close()


@given(
    last=st.integers(10**12, 10**13),
    made_at=moments,
    used=st.integers(0, LEAP - 1),
    later=st.timedeltas(timedelta(), 2000 * DAY),
    between=st.timedeltas(timedelta(milliseconds=1), 2000 * DAY),
)
def test_two_restores_of_one_backup_never_meet(
    last: int, made_at: datetime, used: int, later: timedelta, between: timedelta
) -> None:
    """Nor either of them the box that was backed up, at up to a thousand events a second."""
    first = goes_on_at(last, made_at, made_at + later, trusted=True)
    second = goes_on_at(last, made_at, made_at + later + between, trusted=True)
    assert first > last + used
    assert second - first >= between // timedelta(milliseconds=1)
    assert second < MAX_NUMBER


def test_with_a_clock_that_is_wrong_chance_keeps_them_apart() -> None:
    """Two boxes that both think it is the day of their making do not count alike."""
    chances = iter((5, 7_000_000))
    both = [
        goes_on_at(10, EPOCH, EPOCH - DAY, trusted=False, chance=lambda _: next(chances))
        for _ in range(2)
    ]
    assert both == [10 + LEAP + 5, 10 + LEAP + 7_000_000]


def test_what_is_no_journal_is_not_touched(tmp_path: Path) -> None:
    """It may be anything: a person has to look at it."""
    path = tmp_path / "journal.db"
    db = apsw.Connection(str(path))
    db.execute("CREATE TABLE other (a)")
    db.close()
    body = path.read_bytes()
    with pytest.raises(ConfigError, match="another program's database"):
        move(path, EPOCH, EPOCH, trusted=True)
    assert path.read_bytes() == body
