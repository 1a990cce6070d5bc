"""Accounts and the audit log when the power goes: what somebody was told is there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw
import pytest

from edge import whole_file
from edge.access import audit_file, audit_folder
from edge.access.audit import Audit, latest, verify
from edge.access.database import Database
from edge.errors import ConfigError
from tests.fakes.access import in_the_book
from tests.fakes.power_cut import PowerCut, Refusal, power_cut
from tests.fakes.power_cut_disk import chance_of
from tests.fakes.power_cut_files import watched
from tests.fakes.power_cut_search import Findings, examined

PUT = "INSERT OR REPLACE INTO token VALUES (?,?,?,'viewer','[]','2026',NULL,NULL)"
DROP = "DELETE FROM token WHERE id = ?"


def _change(database: Database, disk: PowerCut, seed: int) -> None:
    """Make and drop tokens, two in each transaction; all that was answered is told."""
    chance = chance_of(seed)
    there: frozenset[str] = frozenset()
    for number in range(40):
        one, other = f"{number}a", f"{number}b"
        gone = chance.choice(sorted(there) or [one])
        after = (there | {one, other}) - {gone}
        disk.tell(("begun", after))
        try:
            database.write(
                (PUT, (one.encode(), one, one)),
                (PUT, (other.encode(), other, other)),
                (DROP, (gone,)),
            )
        except OSError:
            continue
        there = after
        disk.tell(("done", after))


def _broken_accounts(folder: Path, told: Sequence[object]) -> list[str]:
    """What is there is what was answered last, or what was under way."""
    try:
        database = Database(folder)
    except ConfigError as error:
        return [f"does not open: {error}"]
    try:
        sound = database.rows("PRAGMA integrity_check")
        there = frozenset(each for (each,) in database.rows("SELECT id FROM token"))
    except OSError as error:
        return [f"cannot be read: {error}"]
    finally:
        database.close()
    done = [number for number, each in enumerate(told) if each[0] == "done"]  # type: ignore[index]
    since = done[-1] if done else 0
    possible = [each[1] for each in told[since:]] + ([] if done else [frozenset[str]()])  # type: ignore[index]
    broken = [] if sound == [("ok",)] else [f"damaged: {sound}"]
    return broken + ([] if there in possible else [f"answered is lost: {len(there)}"])


def _accounts(folder: Path, seed: int, *, lying: bool = False, at: int | None = None) -> Findings:
    with power_cut(lying=lying) as disk:
        disk.watch(folder / "run")
        database = Database(folder / "run")
        disk.refuse(None if at is None else Refusal(at=at, times=2, full=at % 2 == 0))
        _change(database, disk, seed)
        disk.refuse(None)
        database.close()
        return examined(disk, folder / "found", _broken_accounts, seed=seed, each=0.7)


def test_an_account_that_was_answered_for_survives_every_cut(tmp_path: Path) -> None:
    """All of a change or none of it; a password that was set is the one that counts."""
    findings = _accounts(tmp_path, 1)
    assert not findings.broken
    assert findings.cuts > 150


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_a_disk_that_refuses_changes_nothing_half(tmp_path: Path, at: int) -> None:
    """Who was refused has changed nothing, and what comes after him is kept."""
    assert not _accounts(tmp_path, 2, at=at).broken


def test_accounts_on_a_disk_that_lies_are_found(tmp_path: Path) -> None:
    """The cuts would find a change that is answered before the disk has it."""
    assert "answered is lost" in _accounts(tmp_path, 1, lying=True).broken


def _noted(folder: Path, *, lying: bool = False) -> Findings:
    """Thirty lines of the audit log, one after the other."""
    with power_cut(lying=lying) as disk:
        run = folder / "run"
        disk.watch(run)

        async def note(audit: Audit) -> None:
            for number in range(30):
                await audit.note(None, "gate.opened", str(number))
                disk.tell(str(number))

        with watched(disk, run, audit_file, audit_folder, whole_file):
            in_the_book(run, note)
        return examined(disk, folder / "found", _broken_audit, each=1.5)


def _broken_audit(folder: Path, told: Sequence[object]) -> list[str]:
    """The next life goes on with it; every line that was answered is there, the chain holds."""

    async def note(audit: Audit) -> None:
        await audit.note(None, "gate.opened", "more")

    try:
        in_the_book(folder, note)
        there = [line.about for line in latest(folder) if line.what == "gate.opened"][::-1]
        verdict = verify(folder)
    except (OSError, apsw.Error) as error:
        return [f"cannot be read: {error}"]
    broken = [] if verdict.sound else [f"not as it was written: {verdict.problems[0].en}"]
    lost = [each for each in told if each not in there]
    return broken + ([f"answered is lost: {lost}"] if lost else [])


def test_a_line_of_the_audit_log_that_was_answered_survives_every_cut(tmp_path: Path) -> None:
    """Nor does a cut look like somebody who has been at it: what was torn is set aside."""
    findings = _noted(tmp_path)
    assert not findings.broken
    assert findings.cuts > 150


def test_an_audit_log_on_a_disk_that_lies_is_found(tmp_path: Path) -> None:
    """Lines are lost, and the mark beside the log says so."""
    assert "answered is lost" in _noted(tmp_path, lying=True).broken
