"""The chain of the audit log: whatever is done to the file afterwards is found."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.access.audit import Audit, verify
from edge.access.audit_folder import NAME, backwards, full_files
from edge.access.audit_line import BEGINNING, sound, written
from edge.access.audit_verdict import MOST_PROBLEMS
from edge.access.database import FILE
from tests.fakes.access import in_the_book

LINES = 12


async def _twelve(audit: Audit) -> None:
    for number in range(LINES):
        await audit.note(None, "gate.opened", f"gate-{number}", detail={"why": "门" * number})


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a log of twelve lines in one file."""
    store = tmp_path_factory.mktemp("store")
    in_the_book(store, _twelve)
    return store


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a log of twelve lines in several files."""
    store = tmp_path_factory.mktemp("store")
    in_the_book(store, _twelve, full=1_000)
    assert len(full_files(store)) > 2
    return store


@contextmanager
def _copy(store: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(store, Path(folder) / "store"))


def _told(store: Path, change: Callable[[list[bytes]], list[bytes]]) -> list[str]:
    """What is told of a copy whose lines were changed."""
    with _copy(store) as copy:
        path = copy / NAME
        path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
        verdict = verify(copy)
        assert verdict.sound is (not verdict.problems)
        assert all(problem.zh for problem in verdict.problems)
        return [problem.en for problem in verdict.problems]


def test_what_was_written_is_sound(log: Path, logs: Path) -> None:
    """In one file or in several: so many lines, from the first to the last."""
    for store in (log, logs):
        verdict = verify(store)
        assert (verdict.lines, verdict.first, verdict.last) == (LINES, 1, LINES)
        assert verdict.sound


@given(st.data())
def test_a_changed_byte_is_found(log: Path, data: st.DataObject) -> None:
    """Any byte, to any other value: digits, letters, brackets, ends of line."""
    whole = (log / NAME).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :]
    assert _told(log, lambda _: [changed])


@given(st.data())
def test_a_changed_piece_is_found(log: Path, data: st.DataObject) -> None:
    """Bytes taken out, put in or repeated, anywhere, a cut end among them."""
    whole = (log / NAME).read_bytes()
    begin = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(begin, len(whole)))
    piece = data.draw(st.one_of(st.binary(max_size=80), st.just(whole[begin:end] * 2)))
    changed = whole[:begin] + piece + whole[end:]
    if changed != whole:
        assert _told(log, lambda _: [changed])


@given(st.data())
def test_changed_lines_are_found(log: Path, data: st.DataObject) -> None:
    """Whole lines in another order, left out, or twice; each is good in itself."""
    whole = (log / NAME).read_bytes().splitlines(keepends=True)
    changed = data.draw(st.lists(st.sampled_from(whole), max_size=LINES + 3))
    if changed != whole:
        assert _told(log, lambda _: changed)


def test_a_changed_byte_is_told_with_its_line(log: Path) -> None:
    """The one line, and nothing about those that follow it."""
    [said] = _told(log, lambda lines: [*lines[:4], lines[4].replace(b"-4", b"-5"), *lines[5:]])
    assert said == f"{NAME} line 5: it is not as it was written"


def test_a_deleted_line_is_told_by_number(log: Path) -> None:
    """Which numbers are missing, and before which line."""
    [said] = _told(log, lambda lines: [*lines[:4], *lines[7:]])
    assert said == f"{NAME} line 5: before it the numbers 5 to 7 are missing"
    [said] = _told(log, lambda lines: lines[1:])
    assert said == f"{NAME} line 1: before it the numbers 1 to 1 are missing"


def test_a_swapped_pair_is_told(log: Path) -> None:
    """Where one is missing, and where it stands instead."""
    swapped = _told(log, lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]])
    assert swapped == [
        f"{NAME} line 5: before it the numbers 5 to 5 are missing",
        f"{NAME} line 6: number 5 belongs further up: it stands twice, or in a wrong place",
    ]


def test_a_cut_end_is_told_by_number(log: Path) -> None:
    """At the end of a line, inside of one, or all of it."""
    [said] = _told(log, lambda lines: lines[:-3])
    assert said == "the end is cut off: the lines numbered 10 to 12 are missing"
    said = " ".join(_told(log, lambda lines: [*lines[:-1], lines[-1][:40]]))
    assert "line 12: it is not finished" in said
    assert "12 to 12 are missing" in said
    [said] = _told(log, lambda _: [])
    assert said == "the end is cut off: the lines numbered 1 to 12 are missing"


def test_a_line_that_was_written_anew_is_found(log: Path) -> None:
    """Good in itself, with a hash that fits: the one behind it follows another."""

    def anew(lines: list[bytes]) -> list[bytes]:
        found = sound(lines[4][:-1])
        assert found is not None
        told, _ = written(replace(found.line, about="gate-0"), found.before)
        return [*lines[:4], told, *lines[5:]]

    [said] = _told(log, anew)
    assert said == (
        f"{NAME} line 6: it does not follow the number 5 that stands there: one was changed"
    )


def test_a_log_that_was_written_anew_is_found(log: Path) -> None:
    """Every line good and every hash right, but not those that were acknowledged."""

    def anew(lines: list[bytes]) -> list[bytes]:
        before, made = BEGINNING, []
        for raw in lines:
            found = sound(raw[:-1])
            assert found is not None
            told, before = written(replace(found.line, about="gate-0"), before)
            made.append(told)
        return made

    [said] = _told(log, anew)
    assert "number 12 is another than access.db has marked" in said


def test_a_lost_mark_is_told(log: Path) -> None:
    """Without it nobody can say that the end is whole, so nobody does."""
    with _copy(log) as copy:
        (copy / FILE).unlink()
        [problem] = verify(copy).problems
        assert problem.en.startswith("access.db has no mark of the last line")


def test_a_full_file_that_is_changed_or_gone_is_found(logs: Path) -> None:
    """The chain goes from file to file; each is named."""
    oldest, *_ = [path.name for path in full_files(logs)]
    with _copy(logs) as copy:
        (copy / oldest).write_bytes((copy / oldest).read_bytes().replace(b"gate-0", b"gate-1"))
        assert [each.en for each in verify(copy).problems] == [
            f"{oldest} line 1: it is not as it was written"
        ]
    for path in full_files(logs):
        with _copy(logs) as copy:
            (copy / path.name).unlink()
            assert any("are missing" in each.en for each in verify(copy).problems)


def test_a_file_full_of_nonsense_is_told_on_one_screen(log: Path) -> None:
    """A thousand wrong lines are twenty that are told and a number."""
    told = _told(log, lambda lines: [*lines, *[b"x\n"] * 1_000])
    assert len(told) == MOST_PROBLEMS + 1
    assert told[-1] == f"and {1_000 - MOST_PROBLEMS} more"


@given(st.binary(max_size=500), st.integers(1, 60))
def test_lines_are_read_backwards_as_forwards(body: bytes, block: int) -> None:
    """Whatever is in a file and however it is cut into blocks, with the place of each line."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryFile() as file:
        patch.setattr("edge.access.audit_folder.BLOCK", block)
        file.write(body)
        found = list(backwards(file, len(body)))
    assert [piece for _, piece in found] == body.split(b"\n")[::-1]
    assert all(body[begins : begins + len(piece)] == piece for begins, piece in found)
