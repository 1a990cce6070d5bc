"""What `whistle doctor` says of a machine: clock, disk, SQLite, descriptors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.cli.doctor.finding import Finding
from edge.cli.doctor.machine import Clocks, Disk, of_clock, of_descriptors, of_disk, of_sqlite
from edge.cli.doctor.machine_look import kind_of

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
CLOCKS = Clocks(now=NOW, synchronised=True, zone="Asia/Shanghai", local=8 * HOUR, site=8 * HOUR)
DISK = Disk(
    path="/var/lib/whistle",
    kind="ext4",
    free=10**10,
    inodes=10**6,
    read_only=False,
    fsyncs=(0.002, 0.001, 0.009),
)


def verdicts(found: object) -> dict[str, str]:
    """Each check with its verdict, for findings that are all of a kind."""
    assert isinstance(found, list)
    return {each.check: each.verdict for each in found}


def disk(wanted: int = 0, **changed: object) -> list[Finding]:
    """What is found of a sound disk, but for what is given."""
    return list(of_disk(replace(DISK, **changed), wanted))  # type: ignore[arg-type]


def test_a_sound_clock() -> None:
    """In step, and in the site's zone: nothing to do."""
    found = list(of_clock(CLOCKS))
    assert verdicts(found) == {"clock.synchronised": "ok", "clock.zone": "ok"}
    assert found[-1].seen.en == "Asia/Shanghai UTC+08:00"


def test_a_clock_that_nobody_keeps() -> None:
    """It is looked at; one from before the program was made is wrong."""
    lost = replace(CLOCKS, now=datetime(1970, 1, 1, tzinfo=UTC), synchronised=False)
    found = list(of_clock(lost))
    assert verdicts(found) == {
        "clock.set": "wrong",
        "clock.synchronised": "look",
        "clock.zone": "ok",
    }


def test_a_machine_in_another_zone_is_said() -> None:
    """It harms nothing, and explains the times in the system's log."""
    found = list(of_clock(replace(CLOCKS, local=-3.5 * HOUR)))
    assert "this machine UTC-03:30" in found[-1].seen.en
    assert found[-1].verdict == "ok"


def test_a_sound_disk() -> None:
    """Room, and a quick sync: the middle one counts, the worst is told."""
    found = disk(wanted=10**9)
    assert set(verdicts(found).values()) == {"ok"}
    assert found[-1].seen.en == "2.00 ms, 9.00 ms at worst"


@pytest.mark.parametrize(
    ("wanted", "verdict"), [(10**10, "ok"), (2 * 10**10, "look"), (10**12, "wrong")]
)
def test_room_is_compared_with_what_may_be_used(wanted: int, verdict: str) -> None:
    """Less than a tenth of it is wrong."""
    assert verdicts(disk(wanted))["disk.space"] == verdict


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("ext4", "ok"), ("tmpfs", "wrong"), ("nfs4", "wrong"), ("overlay", "look")],
)
def test_what_a_store_must_not_lie_on(kind: str, verdict: str) -> None:
    """Memory forgets, and databases break on a network's files."""
    assert verdicts(disk(kind=kind))["disk.kind"] == verdict


@pytest.mark.parametrize(("seconds", "verdict"), [(0.004, "ok"), (0.2, "look"), (0.6, "wrong")])
def test_a_slow_sync(seconds: float, verdict: str) -> None:
    """Every alarm waits for one."""
    assert verdicts(disk(fsyncs=(seconds,) * 5))["disk.fsync"] == verdict


def test_a_disk_that_takes_nothing() -> None:
    """Read-only, or full: wrong; not ours to write to: not checked. Nothing is said of syncs."""
    full = disk(refusal="No space left on device", fsyncs=())
    assert verdicts(full)["disk.write"] == "wrong"
    assert "No space left" in full[-1].seen.en
    assert verdicts(disk(read_only=True, fsyncs=()))["disk.write"] == "wrong"
    other = disk(refusal="Permission denied", foreign=True, fsyncs=())
    assert verdicts(other)["disk.write"] == "look"
    assert "disk.fsync" not in verdicts(full) | verdicts(other)


def test_inodes_run_out_before_bytes_do() -> None:
    """Where a file system counts them at all."""
    assert verdicts(disk(inodes=12))["disk.inodes"] == "wrong"
    assert "disk.inodes" not in verdicts(disk(inodes=None))


@pytest.mark.parametrize(
    ("version", "verdict"),
    [("3.40.1", "wrong"), ("3.51.2", "wrong"), ("3.51.3", "ok"), ("3.6.9", "ok")],
)
def test_the_sqlite_that_damages_databases(version: str, verdict: str) -> None:
    """The range of the WAL-reset fault, with its ends."""
    assert of_sqlite(version).verdict == verdict


@pytest.mark.parametrize(
    ("limit", "used", "verdict"),
    [(1024, 40, "ok"), (1024, 1000, "wrong"), (256, None, "look"), (4096, None, "ok")],
)
def test_descriptors(limit: int, used: int | None, verdict: str) -> None:
    """Nearly used up is wrong; fewer than the links may need is looked at."""
    assert of_descriptors(limit, used, 400).verdict == verdict


def test_the_file_system_of_a_path(tmp_path: Path) -> None:
    """The longest mount point that a path lies below; blanks are written as octal digits."""
    inner = tmp_path / "a b" / "store"
    inner.mkdir(parents=True)
    outer = str(tmp_path / "a b").replace(" ", r"\040")
    mounts = f"/dev/sda1 / ext4 rw 0 0\ntmpfs {outer} tmpfs rw 0 0\nproc /proc proc rw 0 0\n"
    assert kind_of(inner, mounts) == "tmpfs"
    assert kind_of(tmp_path, mounts) == "ext4"
