"""Processes of cameras: humble, alone, gone when they should be, and never waited for in vain."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.errors import LinkDown
from edge.vision import camera_process
from edge.vision.humble import DIES_FIRST, POLICY
from edge.vision.sections.source import FileSource
from edge.vision.studio import Studio
from edge.vision.words import Ended, Opened, State
from tests.fakes.camera_studio import STALLED, heard, job_for, started, studio_in, watched
from tests.fakes.clip_file import recorded

GONE_WITHIN_S = 10.0


def _file(path: Path) -> FileSource:
    return FileSource(type="file", path=str(path), stalled_after=STALLED)


def _pipe(folder: Path) -> FileSource:
    """Return a file that nobody writes to: it cannot even be opened."""
    os.mkfifo(folder / "pipe")
    return _file(folder / "pipe")


def _proc(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8")


def _status(pid: int, key: str) -> str:
    lines = dict(line.split(":", 1) for line in _proc(pid, "status").splitlines())
    return lines[key].strip()


def _runs(pid: int) -> bool:
    """Whether it runs; where the first process reaps nobody a dead orphan stays in the table."""
    try:
        return not _status(pid, "State").startswith("Z")
    except OSError:
        return False


async def _gone(pid: int) -> None:
    async with asyncio.timeout(GONE_WITHIN_S):
        while _runs(pid):  # noqa: ASYNC110 - nobody tells who is not its parent
            await asyncio.sleep(0.02)


def _stderr(pid: int) -> Path:
    return Path(f"/proc/{pid}/fd/2").readlink()


def _nursery(pid: int) -> int:
    return int(_status(pid, "PPid"))


def test_a_camera_gives_way_and_leaves_no_dump(tmp_path: Path) -> None:
    """Runs when the machine is idle, goes first when memory is short; signals are ignored."""

    async def main() -> None:
        film = recorded(tmp_path / "film.mp4")
        async with (
            studio_in(tmp_path) as studio,
            started(studio, job_for(_file(film), tmp_path)) as process,
        ):
            await heard(process, Opened)
            nursery = _nursery(process.pid)
            for pid in (process.pid, nursery):
                assert os.sched_getscheduler(pid) == POLICY
                assert int(_proc(pid, "oom_score_adj")) == DIES_FIRST
                assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)
                ignored = int(_status(pid, "SigIgn"), 16)
                assert ignored & (1 << (signal.SIGINT - 1))
                assert ignored & (1 << (signal.SIGTERM - 1))
            assert _status(nursery, "Threads") == "1"
            assert _status(process.pid, "Name") == "whistle-camera"
            assert _stderr(process.pid) == Path(os.devnull)
        await _gone(process.pid)

    asyncio.run(main())


def test_nobody_may_look_into_one() -> None:
    """The kernel neither dumps it, whoever takes dumps, nor lets its own user attach to it."""
    asks = (
        "import ctypes; from edge.vision.humble import be_humble; be_humble('x');"
        " print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"  # PR_GET_DUMPABLE
    )
    assert subprocess.check_output([sys.executable, "-c", asks]) == b"0\n"


def test_none_goes_first() -> None:
    """What the gateway's two threads may is taken from whoever reads what a camera sends."""
    asks = (
        "import resource as r; limits = {}; r.setrlimit = limits.__setitem__;"
        "from edge.vision.humble import be_humble; be_humble('x'); print(limits[r.RLIMIT_RTPRIO])"
    )
    assert subprocess.check_output([sys.executable, "-c", asks]) == b"(0, 0)\n"


def test_cameras_outlive_their_nursery(tmp_path: Path) -> None:
    """It is started again; who films goes on, can be ended, and others can be begun."""

    async def main() -> None:
        film = FileSource(type="file", path=str(recorded(tmp_path / "film.mp4")))
        async with (
            studio_in(tmp_path) as studio,
            watched(studio, job_for(film, tmp_path)) as one,
        ):
            await one.until("up", 0.0)
            assert one.process is not None
            first = _nursery(one.process.pid)
            os.kill(first, signal.SIGKILL)
            job = job_for(film, tmp_path, camera="camera-2")
            async with watched(studio, job) as another:
                await another.until("up", 0.0)
                assert another.process is not None
                assert _nursery(another.process.pid) != first
                assert [way for _, way, _ in one.told] == ["up"]
                before = len(one.words)
                await one.word(State, lambda each: each in one.words[before:])
            pid = one.process.pid
        await _gone(pid)
        await _gone(another.process.pid)

    asyncio.run(main())


async def _is_mistaken(studio: Studio, tmp_path: Path) -> None:
    job = replace(job_for(_file(tmp_path), tmp_path), source=b'{"type": "canary"}')
    async with started(studio, job) as process:
        ended = await heard(process, Ended)
    assert ended.reason.startswith("internal fault: ValidationError at ")
    assert "canary" not in ended.reason  # what it holds may be a password


def test_a_process_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hangs in the kernel, one in the interpreter, one was stopped, one is mistaken."""
    monkeypatch.setattr(camera_process, "SILENT_S", 3.0)

    async def hangs(studio: Studio) -> None:
        async with started(studio, job_for(_pipe(tmp_path), tmp_path)) as process:
            word = await heard(process, Ended)
            assert word.reason.startswith("stalled: no picture for 8")
            with pytest.raises(LinkDown):
                await process.receive()
        await _gone(process.pid)

    async def is_silent(studio: Studio) -> None:
        film = recorded(tmp_path / "film.mp4")
        async with started(studio, job_for(_file(film), tmp_path)) as process:
            await heard(process, Opened)
            os.kill(process.pid, signal.SIGSTOP)
            with pytest.raises(LinkDown, match="does not answer"):
                await heard(process, Ended)
        await _gone(process.pid)

    async def was_not_wound(studio: Studio) -> None:
        film = recorded(tmp_path / "short.mp4")
        async with started(studio, job_for(_file(film), tmp_path)) as process:
            await heard(process, Opened)
            os.kill(process.pid, signal.SIGALRM)  # as the kernel does to a hung interpreter
            with pytest.raises(LinkDown, match="hung and has ended itself"):
                await heard(process, Ended)

    async def main() -> None:
        async with studio_in(tmp_path) as studio:
            await asyncio.gather(
                hangs(studio),
                is_silent(studio),
                was_not_wound(studio),
                _is_mistaken(studio, tmp_path),
            )

    asyncio.run(main())


GATEWAY = """
import asyncio, sys
from pathlib import Path
from edge.vision.sections.source import FileSource
from edge.vision.words import Opened
from tests.fakes.camera_studio import job_for, studio_in

async def main():
    folder = Path(sys.argv[1])
    async with studio_in(folder) as studio:
        section = FileSource(type="file", path=str(folder / "film.mp4"))
        process = await studio.start(job_for(section, folder))
        while not isinstance(await process.receive(), Opened):
            pass
        print(process.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def test_nothing_films_for_a_gateway_that_is_dead(tmp_path: Path) -> None:
    """SIGKILL at the gateway: its camera and the nursery end by themselves."""

    async def main() -> None:
        recorded(tmp_path / "film.mp4")
        gateway = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", GATEWAY, str(tmp_path)),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert gateway.stdout is not None
        async with asyncio.timeout(30):
            pid = int(await gateway.stdout.readline())
        nursery = _nursery(pid)
        gateway.kill()
        await gateway.wait()
        await _gone(pid)
        await _gone(nursery)

    asyncio.run(main())


def test_without_the_packages_a_word_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway without cameras needs none of them."""
    monkeypatch.setattr("edge.vision.studio.NEEDED", ("numpy", "no_such_package"))

    async def main() -> None:
        studio = Studio(tmp_path, tmp_path, "", 1)
        film = _file(tmp_path / "film.mp4")
        with pytest.raises(LinkDown, match=r"no_such_package: pip install 'whistle\[vision\]'"):
            await studio.start(job_for(film, tmp_path))

    asyncio.run(main())
