"""What a camera costs a core and in memory: `python -m tests.bench.camera_cost 8 30 [MODELS]`."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from edge.schema import Text
from edge.vision.camera_process import CameraProcess
from edge.vision.sections.source import FileSource
from edge.vision.sections.watch import Loitering
from edge.vision.sections.zone import CameraAddress, ZoneSection
from edge.vision.studio import Studio
from edge.vision.words import Job, State
from tests.fakes.camera_studio import heard, job_for, running, started
from tests.fakes.clips import CAR, clip_path

CAMERAS: Final = 8
SECONDS: Final = 30
MODEL: Final = "yolox_nano"
SETTLES_S: Final = 5.0

EVERYWHERE: Final = ZoneSection(
    name=Text(zh="全部", en="everywhere"),
    area=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),
    watch=(Loitering(what="loitering", classes=("person", "car")),),
)


async def measure(count: int, seconds: int, models: Path | None, folder: Path) -> None:
    """Film the clip with so many cameras; say what each used of a core, of memory, and was shed."""
    studio = Studio(folder, models or folder, None if models else "", 2)
    zones = {"everywhere": EVERYWHERE} if models else {}
    job = replace(
        job_for(FileSource(type="file", path=str(clip_path(CAR))), folder),
        address=CameraAddress(zones=zones).model_dump_json().encode(),
        detector=studio.detector_socket,
        objects=MODEL if models else "",
    )
    async with running(studio.run(), "studio"):
        await asyncio.gather(
            *(
                _one(studio, replace(job, camera=f"camera-{number}"), seconds)
                for number in range(count)
            )
        )


async def _one(studio: Studio, job: Job, seconds: int) -> None:
    async with started(studio, job) as process:
        first = await _after(process, SETTLES_S)
        last = await _after(process, seconds)
    print(  # noqa: T201 - a measurement
        json.dumps(
            {
                "cpu": round((last.cpu_s - first.cpu_s) / seconds, 4),
                "fps": round((last.frames - first.frames) / seconds, 1),
                "analysed_per_s": round((last.analysed - first.analysed) / seconds, 2),
                "wanted": last.wanted - first.wanted,
                "shed": last.shed - first.shed,
                "memory_mb": round(last.memory / 1e6),
            }
        )
    )


async def _after(process: CameraProcess, seconds: float) -> State:
    """Return the state so many seconds later."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        state = await heard(process, State)
        if loop.time() >= until:
            return state


def main() -> None:
    """Take the number of cameras, seconds and a folder of models from the command line."""
    words = [*sys.argv[1:], *([""] * 3)]
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(
            measure(
                int(words[0] or CAMERAS),
                int(words[1] or SECONDS),
                Path(words[2]) if words[2] else None,
                Path(folder),
            )
        )


if __name__ == "__main__":
    main()
