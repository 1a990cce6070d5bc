"""The audit log after a power cut, on a full disk, and when somebody has been at it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge.access import audit_file
from edge.access.audit import Audit, AuditLine, verify
from edge.access.audit_folder import NAME, full_files
from edge.access.audit_line import BEGINNING, legible, sound, written
from edge.access.audit_marks import KeptMarks, Mark, marks_of
from edge.access.database import FILE
from tests.fakes.access import in_the_book

FULL_DISK = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def _three(audit: Audit) -> list[AuditLine]:
    for number in range(3):
        await audit.note(None, "gate.opened", str(number))
    return list(await audit.read(100))


def _whats(store: Path) -> list[str]:
    """What stands in the log, oldest first."""

    async def read(audit: Audit) -> list[str]:
        return [f"{line.number} {line.what}" for line in await audit.read(100)][::-1]

    return in_the_book(store, read)


def _problems(store: Path) -> list[str]:
    return [problem.en for problem in verify(store).problems]


@pytest.mark.parametrize("torn", [b"{", b'{"number":4,"at":"2026', b"\x00" * 5_000, b"\xff\n\n"])
def test_what_a_power_cut_left_is_set_aside(tmp_path: Path, torn: bytes) -> None:
    """Half a line, or a block of zeros: the log goes on, says so, and what was there is kept."""
    in_the_book(tmp_path, _three)
    with (tmp_path / NAME).open("ab") as file:
        file.write(torn)
    assert _problems(tmp_path)
    in_the_book(tmp_path, _three)
    assert _problems(tmp_path) == []
    assert _whats(tmp_path)[2:5] == ["3 gate.opened", "4 audit.torn", "5 gate.opened"]
    assert (tmp_path / "audit.torn.4").read_bytes() == torn


def test_a_torn_first_line_is_set_aside(tmp_path: Path) -> None:
    """The power failed at the very first note: there is a beginning all the same."""
    (tmp_path / NAME).write_bytes(b'{"number":1,')
    in_the_book(tmp_path, _three)
    assert _whats(tmp_path)[:2] == ["1 audit.torn", "2 gate.opened"]
    assert _problems(tmp_path) == []


def test_what_is_set_aside_is_told_be_the_power_cut_again(tmp_path: Path) -> None:
    """Between setting it aside and saying so: it is said the next time."""
    in_the_book(tmp_path, _three)
    (tmp_path / "audit.torn.4").write_bytes(b"{")
    in_the_book(tmp_path, _three)
    assert _whats(tmp_path)[3] == "4 audit.torn"


def test_lines_that_were_kept_but_not_marked_stay(tmp_path: Path) -> None:
    """The power failed between the file and the mark: the file is ahead, and that is sound."""
    in_the_book(tmp_path, _three)
    marks = KeptMarks(tmp_path)
    marks.put_head(_first(tmp_path))
    marks.close()
    assert _problems(tmp_path) == []
    in_the_book(tmp_path, _three)
    assert _problems(tmp_path) == []
    assert _whats(tmp_path) == [f"{n} gate.opened" for n in range(1, 7)]


def _first(store: Path) -> Mark:
    """The mark of the first line."""
    found = sound((store / NAME).read_bytes().splitlines()[0])
    assert found is not None
    return Mark(found.line.number, found.hash)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.write_bytes(b""), "numbers 1 to 3 are missing"),
        (lambda path: path.unlink(), "numbers 1 to 3 are missing"),
        (
            lambda path: path.write_bytes(
                b"".join(path.read_bytes().splitlines(keepends=True)[:2])
            ),
            "numbers 3 to 3 are missing",
        ),
        (
            lambda path: path.write_bytes(path.read_bytes().replace(b'"2"', b'"7"')),
            "line 3: it is not as it was written",
        ),
        (
            lambda path: path.write_bytes(path.read_bytes()[:-200] + b"\x00" * 200),
            "line 3: it is not finished",
        ),
    ],
)
def test_a_log_that_was_damaged_is_left_and_gone_on_after(
    tmp_path: Path, damage: Callable[[Path], object], words: str
) -> None:
    """What is gone of which somebody was told: the gap stays, in the log and in every verdict."""
    in_the_book(tmp_path, _three)
    damage(tmp_path / NAME)
    in_the_book(tmp_path, _three)
    assert _whats(tmp_path)[-4:] == [
        "4 audit.damaged",
        "5 gate.opened",
        "6 gate.opened",
        "7 gate.opened",
    ]
    [said] = _problems(tmp_path)
    assert words in said
    in_the_book(tmp_path, _three)
    assert len(_problems(tmp_path)) == 1


def test_a_log_that_was_exchanged_stays_found(tmp_path: Path) -> None:
    """One that is good in itself, and longer: the lines that follow do not cover it up."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    for store, times in ((mine, 1), (other, 2)):
        store.mkdir()
        for _ in range(times):
            in_the_book(store, _three)
    in_the_book(other, lambda audit: audit.note(None, "another.one"))
    forged = (other / NAME).read_bytes().replace(b"gate.opened", b"gate.closed")
    (mine / NAME).write_bytes(_made_anew(forged))
    assert len(_problems(mine)) == 1
    in_the_book(mine, _three)
    assert "8 audit.damaged" in _whats(mine)
    assert any("does not follow the number 7" in problem for problem in _problems(mine))


def _made_anew(body: bytes) -> bytes:
    before, made = BEGINNING, b""
    for raw in body.splitlines():
        line = legible(raw)
        assert line is not None
        told, before = written(line, before)
        made += told
    return made


def test_more_than_a_power_cut_can_leave_is_left_as_it_is(tmp_path: Path) -> None:
    """Megabytes of zeros after good lines, and the mark gone too: nothing is cut off."""
    in_the_book(tmp_path, _three)
    for path in tmp_path.glob(f"{FILE}*"):
        path.unlink()
    body = (tmp_path / NAME).read_bytes()
    with (tmp_path / NAME).open("r+b") as file:
        file.truncate(audit_file.LOOKED_AT + 200_000)
    in_the_book(tmp_path, _three)
    assert (tmp_path / f"{NAME}.1").read_bytes().startswith(body)
    assert _problems(tmp_path)
    assert _whats(tmp_path)[-4:][0].endswith("audit.damaged")


def test_a_lost_mark_is_written_down(tmp_path: Path) -> None:
    """Somebody who deletes the accounts, to enrol anew, is seen in the log."""
    in_the_book(tmp_path, _three)
    for path in tmp_path.glob(f"{FILE}*"):
        path.unlink()
    in_the_book(tmp_path, _three)
    assert _whats(tmp_path)[3] == "4 audit.unmarked"
    assert _problems(tmp_path) == []


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (os, "write"),
        (os, "fsync"),
        (KeptMarks, "put_head"),
    ],
)
def test_a_disk_that_refuses_is_told_and_leaves_no_line(
    tmp_path: Path, where: Any, name: str
) -> None:
    """At each of the three steps: who asked is told, the log is as before, and goes on."""

    async def story(audit: Audit) -> None:
        await _three(audit)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(where, name, _refuse)
            with pytest.raises(OSError, match="No space left"):
                await audit.note(None, "gate.opened", "lost")
        await audit.note(None, "gate.opened", "kept")
        assert [line.about for line in await audit.read(9)] == ["kept", "2", "1", "0"]

    in_the_book(tmp_path, story)
    assert _problems(tmp_path) == []


def _refuse(*_: object) -> None:
    raise FULL_DISK


def test_half_a_line_on_a_full_disk_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk takes thirty bytes and then no more: none of them stays."""
    real = os.write

    def short(file: int, body: bytes) -> int:
        if len(body) < 200:
            raise FULL_DISK
        return real(file, body[:-100])

    async def story(audit: Audit) -> None:
        await _three(audit)
        monkeypatch.setattr(os, "write", short)
        with pytest.raises(OSError, match="No space left"):
            await audit.note(None, "gate.opened", "lost")
        monkeypatch.setattr(os, "write", real)
        await audit.note(None, "gate.opened", "kept")

    in_the_book(tmp_path, story)
    assert (_problems(tmp_path), len(_whats(tmp_path))) == ([], 4)
    assert not list(tmp_path.glob("audit.torn*"))


def test_accounts_that_cannot_be_opened_stop_the_note(tmp_path: Path) -> None:
    """No mark, no line: what cannot be held to is not promised."""
    (tmp_path / FILE).write_bytes(b"nonsense" * 1_000)

    async def story(audit: Audit) -> None:
        with pytest.raises(OSError, match="accounts"):
            await audit.note(None, "gate.opened")

    in_the_book(tmp_path, story)
    with pytest.raises(OSError, match=FILE):
        verify(tmp_path)


def test_the_oldest_file_goes_and_that_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many full files and no more; the verdict begins after what was dropped, and is sound."""
    monkeypatch.setattr(audit_file, "MOST_FULL", 3)

    async def story(audit: Audit) -> None:
        for _ in range(10):
            await _three(audit)

    in_the_book(tmp_path, story, full=700)
    assert len(full_files(tmp_path)) == 3
    verdict = verify(tmp_path)
    assert verdict.sound
    assert verdict.first == marks_of(tmp_path).anchor.number + 1 > 1
    assert any("audit.dropped" in what for what in _whats(tmp_path))
    oldest = full_files(tmp_path)[0]
    oldest.unlink()
    assert "are missing" in _problems(tmp_path)[0]


def test_a_power_cut_while_the_oldest_is_dropped_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark says that it is dropped, the file is still there: both are sound, and it goes."""
    monkeypatch.setattr(audit_file, "MOST_FULL", 3)

    async def story(audit: Audit) -> None:
        for _ in range(10):
            await _three(audit)

    gone: dict[Path, bytes] = {}
    real = Path.unlink

    def kept(path: Path, missing_ok: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is
        gone[path] = path.read_bytes()
        real(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", kept)
        in_the_book(tmp_path, story, full=700)
    last, body = list(gone.items())[-1]
    last.write_bytes(body)
    assert _problems(tmp_path) == []
    in_the_book(tmp_path, story, full=700)
    assert not last.exists()
    assert _problems(tmp_path) == []
