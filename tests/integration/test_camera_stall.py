"""Streams that stop, break off and come back: noticed in time, recovered in time."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from edge.vision.studio import Studio
from edge.vision.words import Opened, State
from simulators.cameras.camera import Ports
from simulators.ports import free_port
from tests.fakes.camera_studio import (
    CAMERA,
    STALLED,
    Watched,
    filmed,
    job_for,
    rtsp,
    simulated,
    studio_in,
    watched,
)

ROUNDS = 2
NOTICED_S = STALLED.total_seconds() + 2.0
RECOVERED_S = 10.0


def test_a_camera_that_is_lost_is_noticed_and_comes_back(tmp_path: Path) -> None:
    """One goes silent, one is unplugged: told with its reason within the stalled time + 2 s."""

    async def main() -> None:
        async with studio_in(tmp_path) as studio:
            await asyncio.gather(
                _lose_and_find(studio, tmp_path, "stall", "stalled: no picture for 1"),
                _lose_and_find(studio, tmp_path, "refuse", "the camera has ended the stream"),
            )

    asyncio.run(main())


async def _lose_and_find(studio: Studio, folder: Path, fault: str, word: str) -> None:
    port = free_port()
    loop = asyncio.get_running_loop()
    async with (
        filmed(simulated(Ports(rtsp=port))) as camera,
        watched(studio, job_for(rtsp(port), folder, camera=fault)) as one,
    ):
        await one.until("up", 0.0)
        for _ in range(ROUNDS):
            began = loop.time()
            await camera.act(CAMERA, fault, {})
            noticed, reason = await one.until("down", began)
            assert noticed - began < NOTICED_S
            assert reason.startswith(word)
            began = loop.time()
            await camera.act(CAMERA, "restore", {})
            recovered, _ = await one.until("up", began)
            assert recovered - began < RECOVERED_S


def test_a_killed_process_costs_no_other_camera_a_picture(tmp_path: Path) -> None:
    """SIGKILL at one of two: it comes back, and the other's session and its pictures go on."""

    async def main() -> None:
        port = free_port()
        loop = asyncio.get_running_loop()
        async with (
            studio_in(tmp_path) as studio,
            filmed(simulated(Ports(rtsp=port))),
            watched(studio, job_for(rtsp(port), tmp_path)) as one,
            watched(studio, job_for(rtsp(port), tmp_path, camera="camera-2")) as other,
        ):
            await one.until("up", 0.0)
            await other.until("up", 0.0)
            await _states(other, 1)
            assert one.process is not None
            began = loop.time()
            os.kill(one.process.pid, signal.SIGKILL)
            _, reason = await one.until("down", began)
            assert reason == "the camera's process was killed by SIGKILL"
            await one.until("up", began)
            await _states(other, 3)
            assert [way for _, way, _ in other.told] == ["up"]
            states = other.states
            assert all(each.age_s < 0.9 for each in states[-3:])
            took = loop.time() - other.told[0][0]
            assert states[-1].frames > 12 * (took - 2.0) * 0.8

    asyncio.run(main())


async def _states(one: Watched, count: int) -> None:
    """Wait for so many states more."""
    before = len(one.words)
    await one.word(Opened)
    await one.word(
        State, lambda _: sum(isinstance(each, State) for each in one.words[before:]) >= count
    )
