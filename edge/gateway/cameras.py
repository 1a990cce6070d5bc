"""What the cameras of the site that runs share: who films and looks, where pictures are kept."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeGuard

from edge.config import Configuration
from edge.config.vision_section import ForeignDetector
from edge.driver import Link, Now, Report
from edge.evidence.store import EvidenceStore
from edge.gateway.tasks import Start, end
from edge.model import Event, EvidenceKept
from edge.vision.studio import Studio

if TYPE_CHECKING:  # few sites have cameras, and whoever has none need not load all about them
    from edge.drivers.camera.link import CameraLink
    from edge.drivers.camera.settings import Settings

EVIDENCE: Final = "evidence"
"""The folder in the store in which pictures are kept."""

_MEGABYTE: Final = 1024 * 1024


class Cameras:
    """Gives each camera's link what it needs; nothing runs while the site has none.

    `states` are what the journal had kept when the gateway began, `active` the keys of the alarms
    that are open.
    """

    def __init__(
        self,
        configuration: Configuration,
        states: Mapping[str, bytes],
        now: Now,
        active: Callable[[], Collection[str]],
    ) -> None:
        self._configuration = configuration
        self._states = states
        self._studio = studio_of(configuration)
        self._filming: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        kept, folder = configuration.vision.evidence, configuration.store / EVIDENCE
        self.evidence = EvidenceStore(
            folder, keep=kept.keep, budget=kept.budget_mb * _MEGABYTE, now=now, active=active
        )
        self._used = folder.is_dir()
        self._serve()

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        """What runs for them."""
        return [task for task in (self._filming, self._keeping) if task is not None]

    def equip(self, links: Iterable[Link]) -> None:
        """Give these links what they need before they are opened."""
        for link in links:
            if _is_camera(link):
                link.studio = self._studio
                link.evidence = self.evidence
                link.settings = settings_of(self._configuration)
                link.recall(self._states)

    @asynccontextmanager
    async def lend(self, link: CameraLink) -> AsyncIterator[None]:
        """Let a link that is not on the site be opened for a look; nothing of it is kept.

        Where no camera runs, what films and looks runs for as long as the block does.
        """
        link.settings = settings_of(self._configuration)
        if self._filming is not None:
            link.studio = self._studio
            yield
            return
        folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="whistle-look-")
        try:
            link.studio = studio_of(self._configuration, Path(folder.name))
            filming = asyncio.create_task(link.studio.run(), name="studio for a look")
            try:
                yield
            finally:
                await end([filming])
        finally:
            await asyncio.to_thread(folder.cleanup)

    def begin(self, start: Start, tell: Callable[[Event], Awaitable[None]]) -> None:
        """Run what has to run for the site's cameras, and is not running yet."""
        films = any(_is_camera(link) for link in self._configuration.links)
        if films and self._filming is None:
            self._filming = start(self._studio.run(), "studio")
        if (films or self._used) and self._keeping is None:
            self._keeping = start(self.evidence.run(tell), EVIDENCE)

    async def reconfigure(
        self,
        configuration: Configuration,
        closed: Iterable[Link],
        now: Now,
        take: Callable[[Report], Awaitable[None]],
    ) -> None:
        """Go on with another configuration, once the links that are not in it are closed."""
        before, self._configuration = self._configuration, configuration
        self._states = {}
        for link in closed:
            if _is_camera(link) and (report := link.farewell(now())) is not None:
                await take(report)
        self._serve()
        if _filmed(before) != _filmed(configuration):
            if self._filming is not None:
                await end([self._filming])
            self._filming = None
            self._studio = studio_of(configuration)

    def heard(self, event: Event) -> None:
        """Note for which alarm a picture is evidence as well: a rule may say so later."""
        if isinstance(event, EvidenceKept) and event.alarm:
            self.evidence.relate(event.sha256, event.alarm)

    def _serve(self) -> None:
        """Tell the store how long and how much, and for whom."""
        kept = self._configuration.vision.evidence
        uplinks = [section.id for section in self._configuration.uplinks]
        self.evidence.serve(kept.keep, kept.budget_mb * _MEGABYTE, uplinks)


def studio_of(configuration: Configuration, folder: Path | None = None) -> Studio:
    """Who films and looks, as the site file has it; its socket lies in the folder, or the store."""
    vision = configuration.vision
    detector = {"own": None, "off": ""}.get(str(vision.detector), "")
    if isinstance(vision.detector, ForeignDetector):
        detector = vision.detector.socket
    return Studio(folder or configuration.store, configuration.models, detector, vision.workers)


def settings_of(configuration: Configuration) -> Settings:
    """What every camera's process is told."""
    from edge.drivers.camera.settings import Settings  # noqa: PLC0415 - see above

    vision = configuration.vision
    return Settings(
        timezone=str(configuration.site.timezone),
        detector="" if vision.detector == "off" else "on",
        objects=vision.objects,
        faces=vision.faces,
        before=vision.evidence.before,
        after=vision.evidence.after,
    )


def _is_camera(link: Link) -> TypeGuard[CameraLink]:
    return link.kind == "camera"


def _filmed(configuration: Configuration) -> tuple[object, ...]:
    """What the studio is made of."""
    vision = configuration.vision
    filmed = any(_is_camera(link) for link in configuration.links)
    return filmed, vision.detector, vision.workers, configuration.models
