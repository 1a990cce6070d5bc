"""The journal when the power goes: what was answered is there, under the number that it had."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from cloud_bridge.journal import Journal
from tests.fakes.power_cut import power_cut
from tests.fakes.power_cut_journal import Hasty, Story, broken_promises, careless, short_memory
from tests.fakes.power_cut_search import Findings, examined


def lived(  # noqa: PLR0913 - what may be wrong with a disk and a journal
    folder: Path,
    seed: int,
    *,
    again: int = 0,
    careful: bool = True,
    lying: bool = False,
    make: type[Journal] = Journal,
    under: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Findings:
    """Two lives of a journal, with a cut at every step of both."""
    with short_memory(), under(), power_cut(careful=careful, lying=lying) as disk:
        disk.watch(folder / "run")
        story = Story(disk, folder / "run", seed)
        story.life(make)
        story.life(make)
        return examined(disk, folder / "found", broken_promises, seed=seed, again=again)


@pytest.mark.parametrize("seed", range(2))
def test_what_was_answered_survives_every_cut(tmp_path: Path, seed: int) -> None:
    """Whatever part of the un-synced writes is lost or torn, at each of some 500 steps."""
    findings = lived(tmp_path, seed)
    assert not findings.broken
    assert findings.cuts > 300


def test_what_was_answered_survives_a_disk_that_spoils_its_sectors(tmp_path: Path) -> None:
    """A disk that promises nothing about what stands beside an overwritten place is told of."""
    findings = lived(tmp_path, 3, careful=False)
    assert not findings.broken
    assert findings.cuts > 300


def test_the_power_goes_again_while_the_journal_comes_up(tmp_path: Path) -> None:
    """What the first start after a cut has done so far may be lost as well."""
    findings = lived(tmp_path, 4, again=40)
    assert not findings.broken
    assert findings.cuts > 400


def test_a_journal_that_is_not_synced_each_time_is_found(tmp_path: Path) -> None:
    """The same cuts find what `synchronous=NORMAL` loses: they would find it here too."""
    findings = lived(tmp_path, 0, under=careless)
    assert "answered is lost" in findings.broken
    assert "a number that may come twice" in findings.broken


def test_a_disk_that_lies_is_found(tmp_path: Path) -> None:
    """Nothing helps against a disk that says "synced" and is not; the cuts find that too."""
    findings = lived(tmp_path, 0, lying=True)
    assert "answered is lost" in findings.broken


def test_an_answer_before_the_disk_is_found(tmp_path: Path) -> None:
    """Whoever answers first and writes then has lost it at the first cut."""
    assert "answered is lost" in lived(tmp_path, 0, make=Hasty).broken
