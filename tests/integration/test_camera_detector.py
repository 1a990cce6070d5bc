"""The detector that all cameras share: kept running by the studio, gone with it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from edge.vision.humble import POLICY
from edge.vision.studio import Studio
from tests.fakes.camera_studio import running

WITHIN_S = 20.0


async def _until(done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not await done():  # noqa: ASYNC110 - nobody tells when another process listens
            await asyncio.sleep(0.05)


def _detectors(folder: Path) -> list[int]:
    """Return the processes that serve a detector's socket in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if "edge.vision.detect.service" in words and str(folder) in words:
            found.append(int(process.name))
    return found


def test_the_detector_is_kept_running_and_ends_with_the_studio(tmp_path: Path) -> None:
    """Killed, it is there again; nothing of it is left when the studio has ended."""

    async def main() -> None:
        studio = Studio(tmp_path, tmp_path, None, 1)

        async def answers() -> bool:
            try:
                _, writer = await asyncio.open_unix_connection(studio.detector_socket)
            except OSError:
                return False
            writer.close()
            await writer.wait_closed()
            return True

        async with running(studio.run(), "studio"):
            await _until(answers)
            (first,) = _detectors(tmp_path)
            assert os.sched_getscheduler(first) == POLICY
            os.kill(first, signal.SIGKILL)

            async def another_runs() -> bool:
                return bool({*_detectors(tmp_path)} - {first})

            await _until(another_runs)
            await _until(answers)
        assert _detectors(tmp_path) == []

    asyncio.run(main())


def test_a_store_that_lies_deep_has_its_socket_elsewhere(tmp_path: Path) -> None:
    """The kernel takes 107 bytes; a socket that could not be bound would blind every camera."""
    deep = tmp_path / ("store" * 30)
    shallow = Studio(tmp_path, tmp_path, None, 1).detector_socket
    assert shallow == str(tmp_path / "detector.sock")
    path = Path(Studio(deep, tmp_path, None, 1).detector_socket)
    assert len(os.fsencode(path)) < 107
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.parent.rmdir()
