"""How other gateways are known to lose what they store: each is shown not to be so here."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import apsw
import pytest
from structlog.testing import capture_logs

from cloud_bridge.change import Change
from cloud_bridge.journal import Journal
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_row import row_of
from edge.model import Lane
from tests.fakes import time as virtual
from tests.fakes.bridge import House
from tests.fakes.journal import narrate, on_disk, opened, told
from tests.fakes.time import EPOCH
from tests.unit.test_journal_power_cut import lived

PAGE = 4096
DAY_S = 86_400.0


def test_a_reconnect_does_not_begin_a_new_store(tmp_path: Path) -> None:
    """What waits is in the same file after every lost session (thingsboard-gateway#2124)."""
    house = House(tmp_path)
    store = tmp_path / "journal.db"

    async def main() -> None:
        inode = store.stat().st_ino
        ids = await house.add(40)
        house.platform.answering = False

        async def story() -> None:
            for _ in range(5):
                await asyncio.sleep(60)
                house.platform.reachable.clear()
                await asyncio.sleep(10)
                house.platform.reachable.set()
                assert len(on_disk(tmp_path)) == len(ids)
                assert sum(house.journal.depths.values()) == len(ids)
            assert house.platform.sessions > 3
            house.platform.answering = True
            await house.journal.delivered()

        await house.live(story)
        assert set(house.platform.stored) == set(ids)
        assert store.stat().st_ino == inode

    virtual.run(main())


def test_what_was_handed_to_a_line_that_was_dead_already_comes_again(tmp_path: Path) -> None:
    """The first seconds after a cut, when sending still seems to work (thingsboard-gateway#2157).

    A publish that returned is no receipt: without one it is sent again, under the same id.
    """
    house = House(tmp_path)
    house.platform.answering = False

    async def main() -> None:
        ids = await house.add(60)

        async def story() -> None:
            await asyncio.sleep(5)
            assert {each for _, each in house.platform.received} == set(ids), "all seemed to go"
            house.platform.reachable.clear()
            await asyncio.sleep(30)
            house.platform.answering = True
            house.platform.reachable.set()
            async with asyncio.timeout(60):
                await house.journal.delivered()

        await house.live(story)
        assert set(house.platform.stored) == set(ids)

    virtual.run(main())


def test_a_store_that_was_full_takes_and_sends_again(tmp_path: Path) -> None:
    """Full to the last page, then there is room: no restart, and nothing by hand.

    thingsboard-gateway#1483: a queue that was full once never recovered.
    """
    house = House(tmp_path)
    journal, ids = house.journal, list[str]()

    async def main() -> None:
        file = journal._file.file

        async def story() -> None:
            house.platform.reachable.clear()
            file.limit(int(file._db.pragma("page_count")) * PAGE)
            for _ in range(20):
                ids.extend(await house.add(50, Lane.LIFE_SAFETY))
                await asyncio.sleep(1)
            assert journal.refusal
            file.limit(2**30)
            house.platform.reachable.set()
            async with asyncio.timeout(300):
                await journal.delivered()
            assert not journal.refusal

        await house.live(story)
        assert set(house.platform.stored) == set(ids)
        assert len(ids) == 1_000

    virtual.run(main())


def test_what_waits_never_takes_more_than_its_share(tmp_path: Path) -> None:
    """A platform that is away for good fills no disk (thingsboard-gateway#2094: 45 GB)."""
    house = House(tmp_path)
    share = 120 * PAGE

    async def main() -> None:
        house.journal._file.file.limit(share)

        async def story() -> None:
            house.platform.reachable.clear()
            for _ in range(30):
                await house.add(100)
                await house.journal.flush()
                assert (tmp_path / "journal.db").stat().st_size <= share
            [lost] = await house.journal.losses()
            assert lost.what == "info events"
            assert lost.count + len(on_disk(tmp_path)) == 3_000

        await house.live(story)

    virtual.run(main())


def test_what_waits_has_no_age_at_which_it_goes(tmp_path: Path) -> None:
    """Others purge what is unsent after so many days; here years later it still waits."""
    now = EPOCH
    journal = Journal(tmp_path / "journal.db", ["up"], narrate, now=lambda: now)

    async def main() -> None:
        nonlocal now
        running = asyncio.create_task(journal.run(), name="journal")
        numbers = [journal.next_number + n for n in range(50)]
        await journal.keep([told(n) for n in numbers], {}, [])
        await journal.flush()
        now += timedelta(days=3_650)
        await asyncio.sleep(30 * DAY_S)
        journal._prune()
        await journal.flush()
        waiting = await journal.after("up", Lane.INFO, 0, 99)
        assert [each.number for each in waiting] == numbers
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await journal.close()

    virtual.run(main())


def test_no_number_of_tries_gives_an_event_up(tmp_path: Path) -> None:
    """Others delete after the tenth try; here the hundredth is answered."""
    house = House(tmp_path)
    house.platform.answering = False

    async def main() -> None:
        ids = await house.add(3)

        async def story() -> None:
            await asyncio.sleep(150 * 60)
            tries = Counter(each for _, each in house.platform.received)
            assert min(tries[each] for each in ids) > 100
            house.platform.answering = True
            async with asyncio.timeout(120):
                await house.journal.delivered()

        await house.live(story)
        assert set(house.platform.stored) == set(ids)

    virtual.run(main())


@pytest.mark.parametrize("noise", [b"\xff" * 9_000, b"SQLite format 3\x00" + b"\x13" * 9_000])
def test_a_corrupt_store_ends_no_start_and_is_not_deleted(tmp_path: Path, noise: bytes) -> None:
    """Others crash at every start until a person deletes it (vector#17644, telegraf#18528)."""
    (tmp_path / "journal.db").write_bytes(noise)
    with capture_logs() as lines:
        journal = opened(tmp_path)

    async def main() -> None:
        [lost] = await journal.losses()
        assert lost.what == "journal"
        await journal.keep([told(journal.next_number)], {}, [])
        await journal.close()

    virtual.run(main())
    assert any(line["event"] == "journal.put_aside" for line in lines)
    [aside] = tmp_path.glob("journal-aside-*.db")
    assert aside.read_bytes() == noise
    assert len(on_disk(tmp_path)) == 1


def test_nothing_is_taken_away_before_what_replaces_it_is_on_disk(tmp_path: Path) -> None:
    """A file that is unlinked before the next is synced is lost in a cut (vector#25570).

    Deliveries end in the transaction of their receipt: at no cut one is gone without the other.
    """
    findings = lived(tmp_path, 5)
    assert findings.cuts > 300
    assert "waits no more without a receipt" not in findings.broken
    assert "delivered without an event" not in findings.broken


def test_a_full_disk_that_takes_everything_back_is_said_to_be_full(tmp_path: Path) -> None:
    """SQLite may end the transaction by itself: what then fails is no sign of a damaged file."""
    with closing(JournalFile(tmp_path / "journal.db", uplinks=["up"])) as file:
        file.limit(int(file._db.pragma("page_count")) * PAGE)
        first = file.last_number() + 1
        rows = [row_of(told(first + n), narrate) for n in range(500)]
        with pytest.raises(apsw.FullError):
            file.commit([Change(events=rows)])
        assert file.last_number() == first - 1
