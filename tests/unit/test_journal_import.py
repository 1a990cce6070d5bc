"""What a journal that was put aside had not delivered is taken into the one in use."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw
import pytest

from cloud_bridge.change import Change
from cloud_bridge.journal_aside import mark_damaged, put_aside
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_import import TakenIn, take_in
from cloud_bridge.journal_row import row_of
from cloud_bridge.store_lock import locked
from edge.__main__ import main
from edge.errors import ConfigError
from edge.model import Lane
from tests.fakes.journal import told
from tests.fakes.time import EPOCH
from tests.unit.test_journal_requeue import SITE

COUNT = 60
PAGE = 4096


def aside_of(folder: Path) -> tuple[Path, list[int]]:
    """A journal whose every second event was delivered, put aside, and a new one in its place."""
    path = folder / "journal.db"
    with closing(JournalFile(path, uplinks=["up", "gone"], now=lambda: EPOCH)) as file:
        first = file.standing().last_number + 1
        numbers = [first + n for n in range(COUNT)]
        rows = [row_of(told(n, lane=Lane.FAULT), lambda _: b"x" * 600) for n in numbers]
        file.commit([Change(events=rows)])
        file.commit([Change(settled=[("up", n) for n in numbers[::2]])])
    mark_damaged(path)
    assert put_aside(path, EPOCH)
    with closing(JournalFile(path, uplinks=["up"], now=lambda: EPOCH)) as file:
        file.standing()
    [aside] = folder.glob("journal-aside-*.db")
    return aside, numbers[1::2]


def waiting(folder: Path) -> list[int]:
    """What waits for the uplink now, with an event behind it."""
    with closing(JournalFile(folder / "journal.db", uplinks=["up"])) as file:
        return [each.number for each in file.after("up", Lane.FAULT, 0, 999)]


def test_what_was_not_delivered_waits_again_under_its_number(tmp_path: Path) -> None:
    """Only that, only for uplinks that are served; a second time there is nothing more to take."""
    aside, numbers = aside_of(tmp_path)
    with closing(JournalFile(tmp_path / "journal.db", uplinks=["up"])) as file:
        last = file.last_number()
    before = aside.read_bytes()
    assert take_in(tmp_path / "journal.db", aside) == TakenIn(taken=COUNT // 2, known=0, unread=0)
    assert waiting(tmp_path) == numbers
    assert take_in(tmp_path / "journal.db", aside) == TakenIn(taken=0, known=COUNT // 2, unread=0)
    assert waiting(tmp_path) == numbers
    assert aside.read_bytes() == before, "it is only read"
    with closing(JournalFile(tmp_path / "journal.db", uplinks=["up"])) as file:
        assert file.last_number() == last, "numbers go on where they were"


def test_a_page_that_is_damaged_costs_the_events_on_it(tmp_path: Path) -> None:
    """All others are taken, and it is said how many are not."""
    aside, numbers = aside_of(tmp_path)
    with closing(apsw.Connection(str(aside))) as db:
        [(page,)] = db.execute(
            "SELECT pageno FROM dbstat WHERE name = 'event' AND pagetype = 'leaf'"
            " ORDER BY pageno LIMIT 1 OFFSET 2"
        )
    with aside.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xff" * PAGE)
    found = take_in(tmp_path / "journal.db", aside)
    assert found.unread > 0
    assert found.taken == len(numbers) - found.unread > len(numbers) // 2
    assert set(waiting(tmp_path)) < set(numbers)


def test_the_command_says_how_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And what is in the way: a gateway that runs, a file that is no journal."""
    aside, numbers = aside_of(tmp_path)
    site = tmp_path / "site.yaml"
    site.write_text(SITE, encoding="utf-8")
    words = ["--lang", "en", "journal", "import", str(site)]
    with locked(tmp_path / "journal.lock"), pytest.raises(ConfigError, match="another gateway"):
        take_in(tmp_path / "journal.db", aside)
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"\xff" * 9_000)
    assert main([*words, str(noise)]) == 2
    assert main([*words, str(tmp_path / "none.db")]) == 2
    capsys.readouterr()
    assert main([*words, str(aside)]) == 0
    assert capsys.readouterr().out.startswith(f"{len(numbers)} are sent after the next start")
