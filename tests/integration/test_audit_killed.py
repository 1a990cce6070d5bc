"""The audit log of a process that is killed: what was acknowledged is there, and it is sound."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge.access.audit import Audit, verify
from tests.fakes.access import in_the_book
from tests.source_tree import ROOT

UNFINISHED = "it is not finished"

WRITER = """
import asyncio, itertools, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from edge.access.audit import Audit
from edge.access.audit_marks import KeptMarks

if sys.argv[2] == "before the mark":
    real, calls = KeptMarks.put_head, itertools.count(1)
    def put_head(self, mark):
        if next(calls) == 20:
            os.kill(os.getpid(), signal.SIGKILL)
        real(self, mark)
    KeptMarks.put_head = put_head

async def main():
    audit = Audit(Path(sys.argv[1]), lambda: datetime.now(UTC), full=60_000)
    async def one(who):
        for number in itertools.count():
            await audit.note(None, "gate.opened", f"{who}-{number}")
            print(f"{who}-{number}", flush=True)
    await asyncio.gather(*(one(who) for who in range(3)))

asyncio.run(main())
"""


def _killed(store: Path, how: str, after: int) -> list[str]:
    """Let a process write until it is killed; return what it was told is kept."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(store), how],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line.strip())
        if how == "at any moment" and len(told) == after:
            process.send_signal(signal.SIGKILL)
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return told


@pytest.mark.parametrize(
    ("how", "after"),
    [("before the mark", 0), ("at any moment", 7), ("at any moment", 100), ("at any moment", 301)],
)
def test_what_was_acknowledged_survives_and_the_chain_is_whole(
    tmp_path: Path, how: str, after: int
) -> None:
    """Between the file and its mark, or at any other moment: three times over, and then in use."""
    told: list[str] = []
    for _ in range(3):
        told += _killed(tmp_path, how, after)
        verdict = verify(tmp_path)
        # A line over the edge of a page may be written half when the process is killed: it was
        # acknowledged to nobody, and the next to open the log puts it aside.
        assert [each.en for each in verdict.problems if UNFINISHED not in each.en] == []
        assert len(verdict.problems) <= 1
        assert verdict.lines >= len(told)

    async def story(audit: Audit) -> list[str]:
        await audit.note(None, "gate.opened", "last")
        return [line.about for line in await audit.read(1_000)]

    kept = in_the_book(tmp_path, story)
    assert len(told) > 20
    for each in set(told):
        assert kept.count(each) >= told.count(each)
    assert verify(tmp_path).problems == ()
