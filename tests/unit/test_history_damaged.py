"""A history's file that was damaged, wherever: it is set aside, and nothing stops."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

from structlog.testing import capture_logs

from edge.history import History
from edge.history.history_file import HistoryFile
from edge.history.look import looking
from tests.fakes import time as virtual
from tests.fakes.history import read
from tests.fakes.power_cut import power_cut
from tests.fakes.power_cut_disk import chance_of, cuts
from tests.fakes.power_cut_history import FILE, FOLLOWERS, Story, busy
from tests.fakes.power_cut_search import put
from tests.fakes.time import EPOCH

FILES = 120


def damaged(body: bytes, chance: Random) -> bytes:
    """A bit, some bytes, a page or the end of it is another."""
    new = bytearray(body)
    match chance.randrange(5):
        case 0:
            new[chance.randrange(len(new))] ^= 1 << chance.randrange(8)
        case 1:
            for _ in range(50):
                new[chance.randrange(len(new))] = chance.randrange(256)
        case 2:
            del new[chance.randrange(len(new)) :]
        case which:
            at = chance.randrange(len(new) // 4096 + 1) * 4096
            size = len(new[at : at + 4096])
            new[at : at + size] = bytes(size) if which == 3 else chance.randbytes(size)
    return bytes(new)


async def used(history: History) -> None:
    """All that a gateway asks of it, some times."""
    await history.set_followers(FOLLOWERS)
    tail = history.follow(FOLLOWERS[0])
    long_ago, later = EPOCH - timedelta(days=2), EPOCH + timedelta(days=2)
    for number in range(3):
        history.add(read(number, number, point="d/1"))
        history.add(read(number, number, point="new/1"))
        await history.flush()
        await history.recent("d/1", 50)
        await history.trend("d/1", long_ago, later, 20)
        await history.readings(["d/*"], long_ago, later, 1_000)
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                while True:
                    batches = await tail.after(0, 100)
                    tail.done(batches[-1].number)
    assert [each.value for each in await history.recent("new/1", 1)] == [2]


def test_wherever_a_file_is_damaged_the_history_goes_on(tmp_path: Path) -> None:
    """What is read now is kept, everything is answered, and what is set aside is told."""
    chance = chance_of(0)

    async def use(folder: Path) -> None:
        history = History(folder, virtual.now)
        try:
            await used(history)
        finally:
            await history.close()

    with power_cut() as disk, busy(), capture_logs() as lines:
        disk.watch(tmp_path / "run")
        Story(disk, tmp_path / "run", 1).life(seconds=60)
        found = [files for files, _ in cuts(disk.steps, disk.files, chance_of(3), 0.1)]
        disk.watch(tmp_path / "nowhere")
        for number in range(FILES):
            files = dict(found[-1 - number % 40])
            name = chance.choice([name for name, body in files.items() if body])
            files[name] = damaged(files[name], chance)
            folder = tmp_path / "found"
            put(folder, files)
            virtual.run(use(folder))
            assert (folder / FILE).exists()
    assert sum(line["event"] == "history.set_aside" for line in lines) > FILES // 8


def test_a_batch_of_a_point_that_is_not_there_is_damage(tmp_path: Path) -> None:
    """It opens as any file does, and could never be sorted."""

    async def story(folder: Path) -> None:
        history = History(folder, virtual.now)
        history.add(read(0, 1, point="d/1"))
        await history.flush()
        assert history._writing.file is not None
        history._writing.file._db.execute("UPDATE point SET id = 77")
        await history.close()
        history = History(folder, virtual.now)
        history.add(read(1, 2, point="d/1"))
        await history.flush()
        assert [each.value for each in await history.recent("d/1", 3)] == [2]
        await history.close()

    with capture_logs() as lines:
        virtual.run(story(tmp_path))
    assert [line["event"] for line in lines] == ["history.set_aside"]


def test_a_reading_from_after_the_end_of_time_is_passed_over(tmp_path: Path) -> None:
    """A bit of the instant of a chunk is another; the others are told."""
    path = tmp_path / FILE
    file = HistoryFile(path, 0)
    for day in range(3):
        file.write([read(86_400 * day, day, point="d/1")])
        file.sort()
    file._db.execute("UPDATE chunk SET at = at | (1 << 62) WHERE low = 1")
    file.close()
    with looking(path) as look:
        assert [each.value for each in look.recent("d/1", 9)] == [2, 0]
