"""The history when the power goes: what was written is there, and no follower skips any of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path

import pytest

from edge.history.keeping import USUAL, Keeping
from tests.fakes.power_cut import Refusal, power_cut
from tests.fakes.power_cut_history import SHORT, Story, broken_promises, busy, careless
from tests.fakes.power_cut_search import Findings, examined


def lived(  # noqa: PLR0913 - what may be wrong with a disk and a history
    folder: Path,
    seed: int,
    *,
    each: float = 0.3,
    again: int = 0,
    careful: bool = True,
    lying: bool = False,
    keeping: Keeping = USUAL,
    under: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Findings:
    """Two lives of a history, with cuts at their steps."""
    with busy(), under(), power_cut(careful=careful, lying=lying) as disk:
        disk.watch(folder / "run")
        story = Story(disk, folder / "run", seed, keeping)
        story.life()
        story.life()
        return examined(disk, folder / "found", broken_promises, seed=seed, each=each, again=again)


@pytest.mark.parametrize(
    ("keeping", "careful"),
    [(USUAL, True), (SHORT, True), (USUAL, False)],
    ids=["kept", "forgotten", "spoiled"],
)
def test_what_was_written_survives_every_cut(
    tmp_path: Path,
    keeping: Keeping,
    careful: bool,  # noqa: FBT001 - pytest's
) -> None:
    """Each reading, its minute, and every batch that a follower has not confirmed, as it was."""
    findings = lived(tmp_path, 0, keeping=keeping, careful=careful)
    assert not findings.broken
    assert findings.cuts > 120


def test_the_power_goes_again_while_the_history_comes_up(tmp_path: Path) -> None:
    """What the first start after a cut has sorted so far may be lost as well."""
    findings = lived(tmp_path, 1, each=0.15, again=40)
    assert not findings.broken
    assert findings.cuts > 120


def test_a_history_that_is_not_synced_is_found(tmp_path: Path) -> None:
    """With `synchronous=NORMAL` minutes of readings are lost; but what is there is sound."""
    findings = lived(tmp_path, 0, under=careless)
    assert "written is lost" in findings.broken
    assert not {"damaged", "does not open", "cannot be read", "never written"} & {*findings.broken}


def test_a_disk_that_lies_is_found(tmp_path: Path) -> None:
    """The same cuts find it: they would find it of a history that does not ask for a sync."""
    assert "written is lost" in lived(tmp_path, 0, lying=True).broken


@pytest.mark.parametrize("full", [False, True], ids=["EIO", "ENOSPC"])
def test_a_call_that_is_refused_costs_nothing(tmp_path: Path, full: bool) -> None:  # noqa: FBT001 - pytest's
    """Each write, sync and truncation, in the midst of sorting too; then the power goes."""
    cut = 0
    with busy(), power_cut() as disk:
        for call in count(step=6):
            disk.watch(tmp_path / f"run-{call}")
            story = Story(disk, tmp_path / f"run-{call}", seed=call % 5)
            story.life(seconds=15, refusal=Refusal(at=call, times=2, full=full))
            if not story.refused:
                break
            findings = examined(disk, tmp_path / "found", broken_promises, seed=call, each=0.02)
            assert not findings.broken, f"call {call}"
            cut += findings.cuts
    assert cut > 50
