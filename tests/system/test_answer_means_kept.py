"""An answer to a device means: on disk. The process is killed on it, and the disk is read."""

from __future__ import annotations

import random
import socket
from pathlib import Path

import apsw

from edge.drivers.gb26875 import frames
from simulators.ports import free_port
from tests.fakes import gb26875
from tests.fakes.process import gateway

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}}}
gateway: {{id: gw, store: var}}
links:
  - {{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {port}}}}}
devices:
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {{zh: 装置, en: Device}}
    address: {{address: {address}}}
"""

ANSWER_BYTES = 30
FIRE = 0b10
KILLS = 5
MOST_FRAMES = 12


def test_a_frame_that_was_answered_is_in_the_journal(tmp_path: Path) -> None:
    """Five lives, each ended by SIGKILL on some answer: every answered frame is there, once."""
    port = free_port()
    chance = random.Random(20110701)  # noqa: S311 - the moments have to repeat
    answered: list[str] = []
    serial = 0
    for _ in range(KILLS):
        with gateway(tmp_path, SITE.format(port=port, address=gb26875.ADDRESS)) as running:
            with running.connect(port) as line:
                for _ in range(chance.randint(1, MOST_FRAMES)):
                    serial += 1
                    answered.append(tell(line, serial))
            running.kill()
    kept = journal_frames(tmp_path / "var" / "journal.db")
    assert [frame for frame in answered if frame not in kept] == []
    assert sorted(set(kept)) == sorted(kept), "and each is there once"


def test_a_resent_frame_is_answered_again_and_kept_once_over_a_kill(tmp_path: Path) -> None:
    """The device did not see the answer and sends again to the next life of the gateway."""
    port = free_port()
    for _ in range(3):
        with gateway(tmp_path, SITE.format(port=port, address=gb26875.ADDRESS)) as running:
            with running.connect(port) as line:
                frame = tell(line, 7)
            running.kill()
    assert journal_frames(tmp_path / "var" / "journal.db").count(frame) == 1
    assert alarms(tmp_path / "var" / "journal.db") == ["fire-1/1-1-10-7/fire"]


def tell(line: socket.socket, serial: int) -> str:
    """Send one fire; return its frame in hex when the gateway has confirmed it."""
    app = gb26875.component(FIRE, point=serial)
    frame = frames.encode(gb26875.frame(app, serial=serial))
    line.sendall(frame)
    answer = b""
    while len(answer) < ANSWER_BYTES:
        more = line.recv(ANSWER_BYTES - len(answer))
        assert more, "the gateway hung up"
        answer += more
    assert answer[26] == 3, "command 3 confirms"
    assert int.from_bytes(answer[2:4], "little") == serial
    return frame.hex()


def journal_frames(journal: Path) -> list[str]:
    """The frames of all reports in a journal, in order."""
    return _column(
        journal,
        "SELECT json_extract(body, '$.data.report.frame') FROM event"
        " WHERE kind = 'device.reported' ORDER BY number",
    )


def alarms(journal: Path) -> list[str]:
    """The keys of all raised alarms in a journal, in order."""
    return _column(
        journal,
        "SELECT json_extract(body, '$.data.alarm.key') FROM event"
        " WHERE kind = 'alarm.raised' ORDER BY number",
    )


def _column(journal: Path, query: str) -> list[str]:
    db = apsw.Connection(str(journal))
    try:
        return [str(row[0]) for row in db.execute(query)]
    finally:
        db.close()
