"""One camera as a link: a session is the life of its process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from edge.driver import Now, Report
from edge.drivers.camera.describe import describe
from edge.drivers.camera.driver import Bench, CameraDriver, Process, state_key
from edge.drivers.camera.episodes import Episodes
from edge.drivers.camera.listening import NativeLeg
from edge.drivers.camera.passwords import password_in
from edge.drivers.camera.placed import CameraPlaced
from edge.drivers.camera.scribe import Scribe
from edge.drivers.camera.settings import Settings
from edge.drivers.camera.story import Story
from edge.errors import LinkDown
from edge.evidence.store import EvidenceStore
from edge.trace import Frame, Part, Trace
from edge.vision.sections.source import MjpegSource, RtspSource, SnapshotSource
from edge.vision.sections.zone import CameraAddress
from edge.vision.studio import Studio
from edge.vision.words import Ended, Job, Opened

if TYPE_CHECKING:
    from edge.drivers.camera.section import CameraSection

LONGEST_DELAY_S: Final = 4.0
"""Between two tries: with the five seconds that a try may take, a camera that is back is seen again
within ten."""
OPENS_S: Final = 20.0
"""Beyond what a source itself allows for a first picture, on a box that starts thirty of them."""
AROUND_S: Final = 2.0
"""What the ring holds beyond the time before a capture: a clip begins with a whole picture."""


class CameraLink:
    """One camera; `studio`, `evidence` and `settings` are given before it is first opened.

    Without a studio it cannot be opened, without a store nothing is kept. `settings` are those
    that all cameras of the site share.
    """

    longest_delay_s: float = LONGEST_DELAY_S

    def __init__(self, section: CameraSection, placed: CameraPlaced | None) -> None:
        self._section = section
        self._placed = placed
        self._device = placed.device.id if placed is not None else section.id
        self._episodes = Episodes(self._device)
        self.studio: Studio | None = None
        self.evidence: EvidenceStore | None = None
        self.settings = Settings()

    @property
    def id(self) -> str:
        """The link's name in the site file."""
        return self._section.id

    @property
    def kind(self) -> str:
        """The driver's name."""
        return "camera"

    def recall(self, states: Mapping[str, bytes]) -> None:
        """Know from what was kept what went on before the camera when the gateway ended."""
        if (kept := states.get(state_key(self._device))) is not None:
            self._episodes.recall(kept)

    def farewell(self, at: datetime) -> Report | None:
        """What has to be told when the link is closed for good: that nothing goes on any more."""
        ended = self._episodes.close(at)
        return Report(ended, states={state_key(self._device): None}) if ended else None

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncIterator[CameraDriver]:
        """Start the camera's process and wait for its first picture; `LinkDown` when none comes."""
        if self.studio is None:
            raise LinkDown("cameras are not run here")
        process = await self.studio.start(await self._job())
        try:
            opened = await _first(process)
            driver = CameraDriver(self._bench(process, opened, now, trace))
            if self._section.events is not None and self._placed is not None:
                driver.legs = (NativeLeg(self._section.events, driver, now),)
            reading = asyncio.create_task(driver.read(), name=f"camera {self.id} reading")
            try:
                yield driver
            finally:
                driver.close()
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
        finally:
            await process.end()

    def describe(self, frame: Frame, before: Sequence[Frame]) -> tuple[Part, ...]:
        """Tell what the camera's process, or the camera itself, has said."""
        del before
        return describe(frame, self._placed.profile if self._placed is not None else None)

    def _bench(self, process: Process, opened: Opened, now: Now, trace: Trace) -> Bench:
        story = None
        if self._placed is not None:
            story = Story(
                self._placed,
                self._episodes,
                detector=self._objects,
                at=now(),
                t=asyncio.get_running_loop().time(),
            )
        scribe = Scribe(trace, self._device)
        scribe.came(opened)
        return Bench(
            device=self._device,
            process=process,
            opened=opened,
            story=story,
            episodes=self._episodes,
            settings=self.settings,
            evidence=self.evidence,
            scribe=scribe,
            now=now,
        )

    @property
    def _address(self) -> CameraAddress:
        return self._placed.address if self._placed is not None else CameraAddress()

    @property
    def _objects(self) -> str:
        """The model that finds objects for this camera; empty where none is asked."""
        return (self._address.detector or self.settings.objects) if self.settings.detector else ""

    async def _job(self) -> Job:
        source, settings = self._section.source, self.settings
        file = (
            source.password_file
            if isinstance(source, RtspSource | MjpegSource | SnapshotSource)
            else None
        )
        return Job(
            camera=self._device,
            source=source.model_dump_json().encode(),
            password=await password_in(file),
            address=self._address.model_dump_json().encode(),
            detector=self.studio.detector_socket if self.studio and settings.detector else "",
            objects=self._objects,
            faces=settings.faces,
            evidence=str(self.evidence.folder) if self.evidence is not None else "",
            timezone=settings.timezone,
            ring_s=(settings.before + settings.after).total_seconds() + AROUND_S,
        )


async def _first(process: Process) -> Opened:
    """Wait for the first picture."""
    try:
        async with asyncio.timeout(OPENS_S):
            while True:
                word = await process.receive()
                if isinstance(word, Opened):
                    return word
                if isinstance(word, Ended):
                    raise LinkDown(word.reason)
    except TimeoutError:
        raise LinkDown(f"no picture within {OPENS_S:.0f} s") from None
