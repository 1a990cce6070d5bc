"""Runs what films and looks: the nursery of camera processes, and the detector all share."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NoReturn

import structlog

from edge.errors import LinkDown
from edge.vision.camera_process import CameraProcess
from edge.vision.nursing import Nursing
from edge.vision.running import keep_running, outlived
from edge.vision.words import Job

NEEDED: Final = ("numpy", "cv2", "av")

MISSING: Final = "cameras need {}: pip install 'whistle[vision]'"
BROKEN: Final = "what cameras need cannot be loaded ({}): pip install 'whistle[vision]'"

BORN_WITHIN_S: Final = 15.0
"""A nursery that has just been started loads for a second, on a busy small machine for ten."""

LONGEST_SOCKET_PATH: Final = 100
"""The kernel takes 107 bytes."""

ENVIRONMENT: Final[Mapping[str, str]] = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}
"""One thread each, or a fork would copy locks that nobody opens; and memory that goes back."""

log = structlog.get_logger()


class Studio:
    """Keeps the nursery and the detector running; starts a process for each camera.

    `store` is where the detector's socket lies, `models` the folder of model files. `detector` is
    the socket of somebody else's detector, or empty for none: then none is started here. `workers`
    look at pictures at once, one core each. Without the packages that cameras need every start
    fails with a word that says what to install.
    """

    def __init__(self, store: Path, models: Path, detector: str | None, workers: int) -> None:
        self._models = models
        self._workers = workers
        self._own_detector = detector is None
        self._socket = _socket_path(store) if detector is None else detector
        self._nursing: Nursing | None = None
        self._begun = asyncio.Event()
        self._living: dict[int, CameraProcess] = {}
        self._missing = _missing()
        self._broken = ""

    @property
    def detector_socket(self) -> str:
        """Where cameras ask what is in a picture."""
        return self._socket

    async def run(self) -> NoReturn:
        """Keep nursery and detector running until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            if self._missing:
                log.warning("vision.missing", reason=self._missing)
            else:
                tasks.create_task(keep_running("nursery", self._nurse), name="nursery")
                if self._own_detector:
                    tasks.create_task(keep_running("detector", self._detect), name="detector")
            await asyncio.Event().wait()
        raise AssertionError

    async def start(self, job: Job) -> CameraProcess:
        """Start a camera's process and give it its job; `LinkDown` when that cannot be."""
        ours, theirs = socket.socketpair()
        async with AsyncExitStack() as undone:
            undone.callback(ours.close)
            try:
                with theirs:
                    async with asyncio.timeout(BORN_WITHIN_S):
                        pid, pidfd = await self._fork(theirs)
            except TimeoutError:
                raise LinkDown("no process could be had for the camera in time") from None
            process = CameraProcess(pid, pidfd, ours)
            undone.push_async_callback(process.end)
            self._living = {pid: each for pid, each in self._living.items() if each.alive}
            self._living[pid] = process
            await process.connect()
            await process.send(job)
            undone.pop_all()
        return process

    async def _fork(self, theirs: socket.socket) -> tuple[int, int]:
        if lacking := self._missing or self._broken:
            raise LinkDown(lacking)
        while self._nursing is None:
            await self._begun.wait()
        return await self._nursing.fork(theirs)

    async def _nurse(self) -> str:
        """Live through one life of the nursery; return why it ended."""
        try:
            loaded, reason = await self._nurse_once()
        except OSError as error:
            loaded, reason = False, error.strerror or "no process"
        if not loaded:
            self._broken = BROKEN.format(reason)
        return reason

    async def _nurse_once(self) -> tuple[bool, str]:
        """Return whether the nursery could load what it needs, and how it ended."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            process = await _python("edge.vision.nursery", str(theirs.fileno()), keep=theirs)
            theirs.close()
            self._nursing = nursing = Nursing(ours, self._gone)
            self._begun.set()
            try:
                await nursing.ready.wait()
                self._broken = ""
                await nursing.over.wait()
            finally:
                self._nursing = None
                self._begun.clear()
                nursing.close()
                reason = await outlived(process)
        return nursing.loaded, nursing.lacking or reason

    async def _detect(self) -> str:
        """Live through one life of the detector; return why it ended."""
        process = await _python(
            "edge.vision.detect.service",
            *("--socket", self._socket),
            *("--models", str(self._models)),
            *("--workers", str(self._workers)),
        )
        try:
            await process.wait()
        finally:
            reason = await outlived(process)
        return reason

    def _gone(self, pid: int, status: int) -> None:
        process = self._living.pop(pid, None)
        if process is not None:
            process.ended(status)


async def _python(
    module: str, *arguments: str, keep: socket.socket | None = None
) -> asyncio.subprocess.Process:
    """Start a module of ours; it speaks by its socket, and to the log when it breaks."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", module),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        pass_fds=() if keep is None else (keep.fileno(),),
        env={**os.environ, **ENVIRONMENT},
    )


def _missing() -> str:
    """Say what has to be installed; nothing where all is there."""
    absent = [name for name in NEEDED if find_spec(name) is None]
    return MISSING.format(", ".join(absent)) if absent else ""


def _socket_path(store: Path) -> str:
    """Return a path beside the rest of the store, or, where that is too long, one that is short."""
    path = str(store / "detector.sock")
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    return str(Path(tempfile.mkdtemp(prefix="whistle-")) / "detector.sock")
