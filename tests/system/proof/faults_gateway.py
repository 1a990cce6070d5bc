"""What is done to the gateway's own process."""

from __future__ import annotations

import asyncio
import resource
import shutil
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.system.proof.schedule import Value
from tests.system.proof.stage import Stage

Words = Mapping[str, Value]

ROOM: Final = 4 * 1024 * 1024
"""Of address space that a gateway without memory may still take."""

PLENTY: Final = 1024
LOOK_S: Final = 0.1
FOR_EVER: Final = resource.RLIM_INFINITY

_tracing: dict[int, asyncio.subprocess.Process] = {}


async def kill(stage: Stage, words: Words) -> None:
    """SIGKILL."""
    del words
    await stage.daemon.kill()


def no_strace() -> str:
    """Return what it takes, in a word."""
    return "" if shutil.which("strace") else "needs strace"


async def kill_at_write(stage: Stage, words: Words) -> None:
    """SIGKILL as it is about to write a file, or to sync it, for the so-manieth time from here."""
    while not stage.daemon.pid:  # noqa: ASYNC110 - a process tells no event
        await asyncio.sleep(LOOK_S)
    stage.daemon.expect_end()
    with (stage.folder / "strace.log").open("ab") as log:
        _tracing[id(stage)] = await asyncio.create_subprocess_exec(
            "strace",
            *("-f", "-qq", "-o", "/dev/null", "-p", str(stage.daemon.pid)),
            *("-P", str((stage.folder / "var" / str(words["file"])).resolve())),
            *("-e", f"trace={words['call']}"),
            *("-e", f"inject={words['call']}:signal=SIGKILL:when={words['number']}"),
            stderr=log,
        )


async def no_trace(stage: Stage, words: Words) -> None:
    """Let go of a process that wrote too little; it is killed all the same."""
    del words
    tracer = _tracing.pop(id(stage))
    if tracer.returncode is None:
        tracer.terminate()
        await stage.daemon.kill()
    await tracer.wait()


async def freeze(stage: Stage, words: Words) -> None:
    """SIGSTOP."""
    del words
    stage.daemon.signal(signal.SIGSTOP)


async def thaw(stage: Stage, words: Words) -> None:
    """SIGCONT."""
    del words
    stage.daemon.signal(signal.SIGCONT)


async def no_files(stage: Stage, words: Words) -> None:
    """Let it open no further file or connection; those that there are break.

    One that is only starting would end of that: libuv calls `abort` where it gets no pipe.
    """
    del words
    await _up(stage)
    with suppress(FileNotFoundError, ProcessLookupError):
        stage.daemon.limit(resource.RLIMIT_NOFILE, _highest_file(stage.daemon.pid) + 1)
    for way in stage.ways.values():
        way.reset()


async def files_again(stage: Stage, words: Words) -> None:
    """As many as before."""
    del words
    with suppress(ProcessLookupError):
        stage.daemon.limit(resource.RLIMIT_NOFILE, PLENTY)


async def no_memory(stage: Stage, words: Words) -> None:
    """Let it take hardly any further memory; should it die of that, its service starts it anew."""
    del words
    stage.daemon.may_die = True
    with suppress(FileNotFoundError, ProcessLookupError):
        stage.daemon.limit(resource.RLIMIT_AS, _address_space(stage.daemon.pid) + ROOM)


async def memory_again(stage: Stage, words: Words) -> None:
    """As much as there is."""
    del words
    with suppress(ProcessLookupError):
        stage.daemon.limit(resource.RLIMIT_AS, FOR_EVER)
    stage.daemon.may_die = False


async def turn_clock(stage: Stage, words: Words) -> None:
    """Set the wall clock that it sees."""
    assert stage.clock is not None
    stage.clock.turn(float(words["by"]))


async def clock_right(stage: Stage, words: Words) -> None:
    """Set it right."""
    del words
    assert stage.clock is not None
    stage.clock.turn(0)


async def _up(stage: Stage) -> None:
    """Return when the gateway listens to its panels."""
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", stage.world.panel_port)
            writer.close()
            return
        await asyncio.sleep(LOOK_S)


def _highest_file(pid: int) -> int:
    return max(int(each.name) for each in Path(f"/proc/{pid}/fd").iterdir())


def _address_space(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[0]) * resource.getpagesize()
