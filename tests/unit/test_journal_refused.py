"""The journal on a disk that refuses a call, whichever: no answer before the disk has it."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from cloud_bridge.journal import Journal
from edge.errors import ConfigError
from tests.fakes import time as virtual
from tests.fakes.power_cut import Refusal, power_cut
from tests.fakes.power_cut_journal import FILE, Story, broken_promises, narrate, short_memory
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
def test_a_start_that_is_refused_says_so_and_may_be_tried_again(
    tmp_path: Path,
    full: bool,  # noqa: FBT001 - pytest's
) -> None:
    """In words of what to do, and nothing of the store is held on to: then the next one starts."""
    with short_memory(), power_cut() as disk:
        for call in count(step=3):
            path = tmp_path / f"run-{call}" / FILE
            disk.watch(path.parent)
            disk.refuse(Refusal(at=call, full=full))
            journal: Journal | None = None
            with suppress(ConfigError):
                journal = Journal(path, ["up"], narrate, now=lambda: EPOCH)
            refused = disk.refused
            disk.refuse(None)
            if journal is not None:
                virtual.run(journal.close())
            story = Story(disk, path.parent, seed=call)
            story.life(rounds=1)
            assert not broken_promises(path.parent, disk.told())
            if not refused:
                break
    assert call > 30


def test_a_disk_that_does_not_answer_is_not_taken_for_a_damaged_journal(tmp_path: Path) -> None:
    """Nobody is told to move a file away that is as good as ever."""
    with power_cut() as disk:
        disk.watch(tmp_path)
        disk.refuse(Refusal(times=9))
        with pytest.raises(ConfigError, match="look at the disk and the permissions"):
            Journal(tmp_path / FILE, ["up"], narrate, now=lambda: EPOCH)
