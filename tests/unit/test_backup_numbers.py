"""A box on which a backup is restored gives no number that it has given before."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloud_bridge.journal import Journal
from cloud_bridge.journal_numbers import Numbers
from edge.__main__ import main
from tests.fakes import time as virtual
from tests.fakes.backed_up import site_that_ran
from tests.fakes.time import EPOCH

FAR_AHEAD = 2**50
"""Beyond any leap that follows from the backup: of a journal that was begun under another clock."""


def next_number(path: Path) -> int:
    """From which number a gateway that starts there goes on."""
    journal = Journal(path, ["city"], lambda _: b"{}", now=lambda: EPOCH)
    virtual.run(journal.close())
    return journal.next_number


def test_what_the_box_gave_since_is_not_given_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its file of numbers stays when the rest is moved aside, and is told in the first number."""
    box, out = tmp_path / "box", tmp_path / "site.zip"
    site = site_that_ran(box)
    assert main(["--lang", "en", "backup", str(site), str(out)]) == 0
    Numbers(box / "var/journal.numbers").end(FAR_AHEAD)
    capsys.readouterr()
    assert main(["--lang", "en", "restore", str(out), str(box), "--replace"]) == 0
    assert str(FAR_AHEAD + 1) in capsys.readouterr().out
    assert next_number(box / "var/journal.db") == FAR_AHEAD + 1


def test_a_new_box_leaps_from_the_backup_alone(tmp_path: Path) -> None:
    """The old box's file of numbers is not in the backup: where it would end is far below."""
    box, out, new = tmp_path / "box", tmp_path / "site.zip", tmp_path / "new"
    site = site_that_ran(box)
    given = next_number(box / "var/journal.db")
    assert (box / "var/journal.numbers").exists()
    assert main(["backup", str(site), str(out)]) == 0
    main(["restore", str(out), str(new)])
    assert not (new / "var/journal.numbers").exists()
    assert next_number(new / "var/journal.db") > given + 10**9
