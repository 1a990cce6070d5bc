"""The audit log: what is noted, and how it is read."""

from __future__ import annotations

import asyncio
import hashlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from edge.access.audit import MOST_WAITING, Audit, verify
from edge.access.audit_file import AuditFile
from edge.access.audit_folder import BLOCK, NAME, backwards
from edge.access.audit_line import BEGINNING, LONGEST_LINE, AuditLine, sound, written
from edge.access.roles import Principal
from tests.fakes.access import HOME, START, in_the_book

CHIEF = Principal(name="chief", role="admin", door="session", session="s1")


async def _notes(audit: Audit, count: int, what: str = "command.asked") -> None:
    for number in range(count):
        await audit.note(CHIEF, what, f"gate-{number}", address=HOME, detail={"n": str(number)})


def test_a_note_is_a_line_of_json_chained_to_the_one_before(tmp_path: Path) -> None:
    """Who, from where, through which door, what, to what, with which outcome; and the hashes."""

    async def story(audit: Audit) -> None:
        await audit.note(CHIEF, "session.opened", "chief", address=HOME, detail={"agent": "浏览器"})
        await audit.note(None, "session.refused", "nobody", outcome="refused", address=HOME)

    in_the_book(tmp_path, story)
    raw = (tmp_path / NAME).read_bytes().splitlines()
    first, second = map(json.loads, raw)
    assert {key: first[key] for key in ("number", "who", "role", "door", "address", "what")} == {
        "number": 1,
        "who": "chief",
        "role": "admin",
        "door": "session",
        "address": HOME,
        "what": "session.opened",
    }
    assert (first["at"], first["detail"]) == (f"{START:%Y-%m-%dT%H:%M:%SZ}", {"agent": "浏览器"})
    assert (second["who"], second["outcome"], second["before"]) == ("", "refused", first["hash"])
    assert first["before"] == BEGINNING
    assert hashlib.sha256(raw[0][:-75]).hexdigest() == first["hash"]
    assert verify(tmp_path).sound


def test_only_the_gateway_may_read_it(tmp_path: Path) -> None:
    """Who logs in when is nobody else's business on that machine."""
    in_the_book(tmp_path, lambda audit: _notes(audit, 1))
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_it_is_read_newest_first_page_by_page(tmp_path: Path) -> None:
    """Each page begins before the last line of the one before, over files that were full."""

    async def story(audit: Audit) -> None:
        await _notes(audit, 30)
        numbers, before = [], None
        while page := await audit.read(7, before):
            numbers += [line.number for line in page]
            before = page[-1].number
        assert numbers == list(range(30, 0, -1))
        [line] = await audit.read(1)
        assert line == AuditLine(
            number=30,
            at=START,
            who="chief",
            role="admin",
            door="session",
            address=HOME,
            what="command.asked",
            about="gate-29",
            outcome="done",
            detail={"n": "29"},
        )

    in_the_book(tmp_path, story, full=3_000)
    assert list(tmp_path.glob(f"{NAME}.*"))


def test_it_is_read_by_who_and_by_what(tmp_path: Path) -> None:
    """`session` is all of `session.opened` and `session.refused`, and nothing of `sessions`."""

    async def story(audit: Audit) -> None:
        other = Principal(name="other", role="viewer", door="token")
        await audit.note(CHIEF, "session.opened", "1")
        await audit.note(other, "session.refused", "2")
        await audit.note(CHIEF, "sessions.shown", "3")
        assert [line.about for line in await audit.read(9, what="session")] == ["2", "1"]
        assert [line.about for line in await audit.read(9, what="session.opened")] == ["1"]
        assert [line.about for line in await audit.read(9, who="other")] == ["2"]
        assert [line.about for line in await audit.read(9, 3, "chief")] == ["1"]
        assert await audit.read(9, who="nobody") == []

    in_the_book(tmp_path, story)


def test_an_empty_log_is_read(tmp_path: Path) -> None:
    """Before the first note there is nothing, and nothing wrong; nothing is made by looking."""

    async def story(audit: Audit) -> None:
        assert await audit.read(10) == []
        assert (await audit.verify()).sound

    in_the_book(tmp_path, story)
    assert list(tmp_path.iterdir()) == []


def test_the_beginning_of_a_large_file_is_not_read_for_its_end(tmp_path: Path) -> None:
    """A page costs as much in a file of fifty megabytes as in a small one."""
    in_the_book(tmp_path, lambda audit: _notes(audit, 10))
    body = (tmp_path / NAME).read_bytes()
    with (tmp_path / NAME).open("wb") as file:
        file.truncate(50_000_000)  # a hole: zeros that take no room
        file.seek(50_000_000)
        file.write(b"\n" + body)

    async def story(audit: Audit) -> None:
        assert [line.number for line in await audit.read(10)] == list(range(10, 0, -1))

    pieces: list[int] = []

    def counted(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes]]:
        for begins, piece in backwards(file, size):
            pieces.append(len(piece))
            yield begins, piece

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("edge.access.audit.backwards", counted)
        in_the_book(tmp_path, story)
    assert sum(pieces) <= BLOCK


def test_words_are_cut_and_cleaned(tmp_path: Path) -> None:
    """What strangers send can be neither a second line nor one without end."""
    nasty = '"}\n{"number":7,' + "\x00\ud800\u2028" + "长" * 5_000
    many = {f"k{number}{nasty}": nasty for number in range(100)}

    async def story(audit: Audit) -> None:
        await audit.note(None, nasty, nasty, outcome=nasty, address=nasty, detail=many)
        await audit.note(None, "next")

    in_the_book(tmp_path, story)
    raw = (tmp_path / NAME).read_bytes().splitlines()
    assert len(raw) == 2
    assert max(map(len, raw)) <= LONGEST_LINE
    assert verify(tmp_path).sound


def test_the_longest_line_has_room() -> None:
    """All texts as long as they may be, each letter escaped: still a line."""
    words = "\x01" * 1_000
    line = AuditLine(
        number=10**15,
        at=START,
        who=words,
        role=words,
        door=words,
        address=words,
        what=words,
        about=words,
        outcome=words,
        detail={f"{words[:398]}{n:02}": words for n in range(30)},
    )
    raw, digest = written(line, BEGINNING)
    assert len(raw) <= LONGEST_LINE
    found = sound(raw[:-1])
    assert found is not None
    assert found.hash == digest


def test_what_waits_is_synchronised_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A burst costs a few writes to the disk, each line is there, in the order of asking."""
    groups: list[int] = []
    real = AuditFile.append

    def append(self: AuditFile, lines: list[AuditLine]) -> None:
        groups.append(len(lines))
        real(self, lines)

    monkeypatch.setattr(AuditFile, "append", append)

    async def story(audit: Audit) -> None:
        await asyncio.gather(*(audit.note(CHIEF, "a.b", str(n)) for n in range(250)))
        assert [line.about for line in await audit.read(250)] == [
            str(n) for n in range(249, -1, -1)
        ]

    in_the_book(tmp_path, story)
    assert sum(groups) == 250
    assert len(groups) < 10


def test_a_note_whose_asker_has_gone_is_written(tmp_path: Path) -> None:
    """Closing the browser does not undo what was done, nor that it is written down."""

    async def story(audit: Audit) -> None:
        notes = [
            asyncio.create_task(audit.note(CHIEF, "a.b", str(n)), name="note") for n in range(3)
        ]
        await asyncio.sleep(0)
        for note in notes[:2]:
            note.cancel()
        await asyncio.gather(*notes, return_exceptions=True)
        assert [line.about for line in await audit.read(9)] == ["2", "1", "0"]

    in_the_book(tmp_path, story)


def test_a_disk_that_hangs_is_not_waited_for_by_everybody(tmp_path: Path) -> None:
    """Who comes when a thousand wait is told so, instead of filling the memory."""

    async def story(audit: Audit) -> None:
        audit._waiting.extend([None] * MOST_WAITING)  # type: ignore[list-item]
        with pytest.raises(OSError, match="temporarily unavailable"):
            await audit.note(CHIEF, "a.b")
        audit._waiting.clear()
        await audit.note(CHIEF, "a.b")

    in_the_book(tmp_path, story)
