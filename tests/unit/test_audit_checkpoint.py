"""A log that was written anew as a whole, by somebody who may, is told by what was noted before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cloud_bridge.contract.examples import AT, narrator
from edge.__main__ import main
from edge.access.audit import Audit, verify
from edge.access.audit_checkpoint import NoCheckpoint, checkpoints
from edge.access.audit_line import sound
from edge.access.audit_marks import Mark, marks_of
from edge.model import AuditMarked, Kept
from tests.fakes.access import in_the_book


def _book(store: Path, who: str, lines: int, full: int = 50_000_000) -> Mark:
    """A log of so many lines; return its head."""

    async def write(audit: Audit) -> None:
        for number in range(lines):
            await audit.note(None, "gate.opened", f"{who}-{number}")

    store.mkdir(exist_ok=True)
    in_the_book(store, write, full=full)
    head = marks_of(store).head
    assert head is not None
    return head


def test_a_log_as_it_was_noted_is_sound(tmp_path: Path) -> None:
    """However far it has gone on since."""
    noted = _book(tmp_path / "store", "ann", 5)
    _book(tmp_path / "store", "bob", 5)
    verdict = verify(tmp_path / "store", {noted.number: noted.hash})
    assert verdict.sound
    assert (verdict.compared, verdict.gone) == (1, 0)


def test_a_log_that_was_written_anew_is_found(tmp_path: Path) -> None:
    """It is whole in itself, with its own marks, and as long; but it is not the one that was."""
    noted = _book(tmp_path / "true", "ann", 5)
    _book(tmp_path / "forged", "nobody", 9)
    assert verify(tmp_path / "forged").sound, "by itself nobody could tell"
    [problem] = verify(tmp_path / "forged", {noted.number: noted.hash}).problems
    assert "number 5 is another than was noted elsewhere" in problem.en


def test_a_log_that_is_shorter_than_was_noted_is_found(tmp_path: Path) -> None:
    """Cut, or begun anew, with marks that fit."""
    noted = _book(tmp_path / "true", "ann", 9)
    _book(tmp_path / "forged", "ann", 5)
    [problem] = verify(tmp_path / "forged", {noted.number: noted.hash}).problems
    assert "somebody has noted line 9, and the log ends with 5" in problem.en
    assert problem.zh


def test_what_is_older_than_the_log_is_told_as_not_compared(tmp_path: Path) -> None:
    """Full files are dropped after years: that is no forgery, and no proof either."""
    store = tmp_path / "store"
    _book(store, "ann", 120, full=1_500)
    first = verify(store).first
    assert first > 1, "files were dropped"
    verdict = verify(store, {1: "0" * 64})
    assert verdict.sound
    assert (verdict.compared, verdict.gone) == (0, 1)


def test_checkpoints_are_read_as_typed_and_as_the_platform_has_them() -> None:
    """A line by hand, and the very event that was sent."""
    event = AuditMarked(number=418, hash="ab" * 32, at=AT)
    told = narrator().encode(Kept(number=7, event=event, trusted_clock=True)).decode()
    assert checkpoints([f"17:{'0' * 64}", "", told]) == {17: "0" * 64, 418: "ab" * 32}


@pytest.mark.parametrize(
    "line",
    [
        "17",
        "17:abc",
        f"x:{'0' * 64}",
        f"-1:{'0' * 64}",
        "{}",
        "{",
        '{"data":{"audit":7}}',
        "\udc80",
    ],
)
def test_what_is_no_checkpoint_is_refused(line: str) -> None:
    """A slip must not look like a comparison that went well."""
    with pytest.raises(NoCheckpoint):
        checkpoints([line])


def test_two_hashes_of_one_line_are_refused() -> None:
    """One of them is wrong, and nobody here knows which."""
    with pytest.raises(NoCheckpoint):
        checkpoints([f"1:{'0' * 64}", f"1:{'1' * 64}"])


def test_the_command_compares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a line or a file of them; its status says whether the log was written anew."""
    store = tmp_path / "store"
    head = _book(store, "ann", 5)
    lines = [json.loads(line) for line in (store / "audit.log").read_text().splitlines()]
    third = sound(json.dumps(lines[2], ensure_ascii=False, separators=(",", ":")).encode())
    assert third is not None
    file = tmp_path / "noted"
    file.write_text(f"3:{third.hash}\n{head.number}:{head.hash}\n")
    assert _run(store, str(file)) == 0
    assert "2 of them compared" in capsys.readouterr().out
    assert _run(store, f"5:{'0' * 64}") == 1
    assert "was written anew" in capsys.readouterr().out
    assert _run(store, "nonsense") == 2
    assert "no checkpoint" in capsys.readouterr().err


def _run(store: Path, checkpoint: str) -> int:
    arguments = ["--lang", "en", "audit", "verify", "--store", str(store)]
    return main([*arguments, "--checkpoint", checkpoint])
