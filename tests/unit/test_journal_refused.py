"""The journal on a disk that refuses a call, whichever: no answer before the disk has it."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import apsw
import pytest
from structlog.testing import capture_logs

from cloud_bridge.journal import Journal
from cloud_bridge.journal_check import read_only
from cloud_bridge.journal_store import JournalStore
from edge.model import EventQuery, Lane
from tests.fakes import time as virtual
from tests.fakes.power_cut import Refusal, power_cut
from tests.fakes.power_cut_journal import (
    FILE,
    Story,
    broken_promises,
    event,
    narrate,
    short_memory,
)
from tests.fakes.power_cut_search import examined
from tests.fakes.time import EPOCH


@pytest.mark.parametrize(("full", "times"), [(False, 1), (True, 3)], ids=["EIO", "ENOSPC"])
def test_a_call_that_is_refused_costs_nothing(tmp_path: Path, full: bool, times: int) -> None:  # noqa: FBT001 - pytest's
    """Each write, sync and truncation: all is answered in the end, and nothing too early.

    What a sync has failed to write no later one writes, as Linux has it; then the power goes.
    """
    cut = 0
    with short_memory(), power_cut(pages=8) as disk, capture_logs() as lines:
        for call in count(step=2 if full else 1):
            disk.watch(tmp_path / f"run-{call}")
            story = Story(disk, tmp_path / f"run-{call}", seed=call % 7)
            story.life(rounds=1)
            story.life(rounds=4, refusal=Refusal(at=call, times=times, full=full))
            if not story.refused:
                break
            findings = examined(disk, tmp_path / "found", broken_promises, seed=call, each=0.03)
            assert not findings.broken, f"call {call}"
            cut += findings.cuts
    assert call > 30
    assert cut > 100
    assert any(line["event"] == "journal.recovered" for line in lines)


@pytest.mark.parametrize("full", [False, True], ids=["EIO", "ENOSPC"])
def test_a_start_that_is_refused_goes_on_and_keeps_all_in_the_end(
    tmp_path: Path,
    full: bool,  # noqa: FBT001 - pytest's
) -> None:
    """Whichever call it is, of a new journal and of one that is known: tried again until it opens.

    What is handed over meanwhile is answered when it is on disk, and numbers go on.
    """
    waited = 0
    with short_memory(), power_cut() as disk:
        for call in count(step=3):
            path = tmp_path / f"run-{call}" / FILE
            disk.watch(path.parent)
            story = Story(disk, path.parent, seed=call)
            if call % 2:
                story.life(rounds=2)
            disk.refuse(Refusal(at=call, times=4, full=full))
            journal = Journal(path, ["up"], narrate, now=lambda: EPOCH)
            waited += bool(journal.refusal)
            virtual.run(story.live(journal, 2))
            assert not journal.refusal
            assert not broken_promises(path.parent, disk.told())
            if not story.refused:
                break
    assert waited > 5


def test_a_gateway_that_may_only_read_goes_on_from_what_is_known(tmp_path: Path) -> None:
    """Which alarms are open, which copies are known, which number comes next: all as it was."""
    first = Journal(tmp_path / FILE, ["up"], narrate, now=lambda: EPOCH)
    number = first.next_number

    async def kept() -> None:
        await first.keep([event(number)], {"rule:a": b"1"}, [])
        await first.close()

    virtual.run(kept())
    with power_cut() as disk:
        disk.watch(tmp_path)
        disk.refuse(Refusal(times=1_000))
        journal = Journal(tmp_path / FILE, ["up", "new"], narrate, now=lambda: EPOCH)
        assert "the disk does not give the journal" in journal.refusal
        assert journal.states == {"rule:a": b"1"}
        assert journal.knows(f"o/{number}")
        assert journal.next_number == number + 1
        assert journal.depths["up", Lane.INFO] == 1
        disk.refuse(None)
        virtual.run(journal.close())


class _Unreleased:
    """A connection on a disk that does not even let a lock go."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self.execute = db.execute

    def close(self) -> None:
        self._db.close()
        raise apsw.IOError("disk I/O error")


def test_a_lock_that_is_not_let_go_stops_no_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that became read-only while the file is read: what was read of it counts."""
    store = JournalStore(tmp_path / FILE, ["up"], lambda: EPOCH)
    store.open()
    before = store.known()
    monkeypatch.setattr(
        "cloud_bridge.journal_store._readable", lambda path: [_Unreleased(read_only(path))]
    )
    found = store.known()
    store.close()
    assert found == before


def test_a_journal_that_is_not_open_yet_answers_questions(tmp_path: Path) -> None:
    """A page that asks for events is shown none, and an uplink nothing to send; none fails."""
    with power_cut() as disk:
        disk.watch(tmp_path)
        disk.refuse(Refusal(times=1_000))
        journal = Journal(tmp_path / FILE, ["up"], narrate, now=lambda: EPOCH)

        async def main() -> None:
            await journal.keep([event(journal.next_number)], {}, [])
            assert await journal.after("up", Lane.INFO, 0, 9) == []
            assert await journal.these([journal.next_number]) == []
            assert await journal.find(EventQuery(limit=9)) == []
            assert await journal.oldest() is None
            disk.refuse(None)
            await journal.close()

        virtual.run(main())
