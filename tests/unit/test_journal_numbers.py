"""Numbers of events: none is given twice, whatever becomes of the journal's log."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from cloud_bridge.journal import Journal
from cloud_bridge.journal_numbers import AHEAD, Numbers
from tests.fakes import time as virtual
from tests.fakes.journal import on_disk, opened, told
from tests.fakes.power_cut import power_cut
from tests.fakes.power_cut_disk import chance_of


def kept(journal: Journal, count: int = 1) -> Sequence[int]:
    """Keep some events, and leave the journal as a process that is killed does."""
    first = journal.next_number
    numbers = [*range(first, first + count)]

    async def main() -> None:
        for number in numbers:
            await journal.keep([told(number)], {}, [])
            await journal.flush()

    virtual.run(main())
    return numbers


def test_a_lost_log_brings_no_number_back(tmp_path: Path) -> None:
    """A disk that says "synced" and is not loses what was answered; nothing new is taken for it.

    The platform drops what comes under a number that it has, so a new alarm would be lost with it.
    """
    repeated = 0
    with power_cut(lying=True) as disk:
        disk.watch(tmp_path / "run")
        journal = opened(tmp_path / "run")
        given = kept(journal, 5)
        for seed in range(20):
            found = tmp_path / f"found-{seed}"
            found.mkdir()
            for name, body in disk.cut(chance_of(seed)).items():
                (found / name).write_bytes(body)
            numbers = (tmp_path / "run" / "journal.numbers").read_bytes()
            (found / "journal.numbers").write_bytes(numbers)
            again = opened(found)
            repeated += not set(given) <= set(on_disk(found))
            assert again.next_number > given[-1]
            virtual.run(again.close())
        virtual.run(journal.close())
    assert repeated > 5, "the cuts have to lose something"


def test_a_log_that_is_cut_short_brings_no_number_back(tmp_path: Path) -> None:
    """The second half of the log is gone, as after a repair of the file system."""
    journal = opened(tmp_path)
    given = kept(journal, 20)
    log, main = tmp_path / "journal.db-wal", tmp_path / "journal.db"
    cut, whole = log.read_bytes()[: log.stat().st_size // 2], main.read_bytes()
    virtual.run(journal.close())
    (tmp_path / "found").mkdir()
    for name, body in ((log.name, cut), (main.name, whole)):
        (tmp_path / "found" / name).write_bytes(body)
    Numbers(tmp_path / "found" / "journal.numbers").cover(given[-1])
    again = opened(tmp_path / "found")
    assert max(on_disk(tmp_path / "found")) < given[-1], "nothing was cut"
    assert again.next_number > given[-1]
    virtual.run(again.close())


def test_a_clean_end_skips_no_number(tmp_path: Path) -> None:
    """Gaps are seen on the platform: there is one only where the end was not a clean one."""
    journal = opened(tmp_path)
    [number] = kept(journal)
    virtual.run(journal.close())
    again = opened(tmp_path)
    assert again.next_number == number + 1
    virtual.run(again.close())


def test_so_many_are_skipped_at_most(tmp_path: Path) -> None:
    """What is reserved is bounded, and one write reserves for many."""
    numbers = Numbers(tmp_path / "numbers")
    written = 0
    for number in range(1, 5 * AHEAD):
        before = numbers.reserved
        numbers.cover(number)
        written += numbers.reserved != before
        assert number < numbers.reserved <= number + AHEAD
    assert written <= 10
    assert Numbers(tmp_path / "numbers").reserved == numbers.reserved


@pytest.mark.parametrize("cut", range(0, 1_024, 37))
def test_a_torn_write_leaves_what_was_reserved_before(tmp_path: Path, cut: int) -> None:
    """Each entry has a sector to itself: whichever is torn, the other one stands."""
    path = tmp_path / "numbers"
    numbers = Numbers(path)
    numbers.cover(7)
    numbers.cover(7 + AHEAD)
    body = path.read_bytes()
    at = cut // 512 * 512
    path.write_bytes(body[:cut] + b"\x00" * (at + 512 - cut) + body[at + 512 :])
    assert Numbers(path).reserved >= 7 + AHEAD


def test_nothing_is_kept_under_a_number_that_is_not_reserved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that does not take the reservation takes no event: it is tried again, both of it."""
    journal = opened(tmp_path)
    answered: list[str] = []
    real = os.fsync
    refusals = 3

    def refuses(file: int) -> None:
        nonlocal refusals
        if refusals:
            refusals -= 1
            raise OSError(5, "Input/output error")
        real(file)

    async def main() -> None:
        monkeypatch.setattr(os, "fsync", refuses)
        await journal.keep([told(journal.next_number)], {}, [lambda: answered.append("kept")])
        await journal.close()

    virtual.run(main())
    assert refusals == 0
    assert answered == ["kept"]


def test_a_full_disk_takes_a_reservation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has its length from the second write on: no later one needs room."""
    numbers = Numbers(tmp_path / "numbers")
    numbers.cover(1)
    numbers.cover(AHEAD)
    size = (tmp_path / "numbers").stat().st_size

    def full(*_: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "ftruncate", full)
    for number in range(2 * AHEAD, 9 * AHEAD, AHEAD):
        numbers.cover(number)
    assert (tmp_path / "numbers").stat().st_size == size == 1_024
