"""A first look through a camera that is not on the site yet: a picture, its size, its pace."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from edge.discovery.try_link import opened
from edge.driver import Now
from edge.drivers.camera.driver import CameraDriver
from edge.drivers.camera.link import CameraLink
from edge.errors import CommandRejected, LinkDown
from edge.trace import Trace
from edge.vision.words import Opened, Seen

SETTLES_S: Final = 3.0
"""How long pictures are counted before their pace is told."""

LOOKS: Final = 4
"""The detector that finds faces may still be loading: until it is there the whole picture is made
unknowable, in which nobody sees whether the camera points at the right place."""

BETWEEN_S: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """What was seen; `fps` is none where the camera was lost before it could be counted."""

    opened: Opened
    fps: float | None
    seen: Seen


async def glimpse(link: CameraLink, now: Now, width: int) -> Glimpse:
    """Open the camera once and look; `LinkDown` or `OSError` say why it shows nothing."""
    async with opened(link, now, Trace(now)) as driver:
        if not isinstance(driver, CameraDriver):
            raise LinkDown("this is no camera")
        counted = asyncio.get_running_loop().time() + SETTLES_S
        try:
            seen = await driver.look(width)
            for _ in range(LOOKS - 1):
                if seen.blurred == "faces":
                    break
                await asyncio.sleep(BETWEEN_S)
                seen = await driver.look(width)
        except CommandRejected as refused:
            raise LinkDown(str(refused)) from None
        await asyncio.sleep(max(0.0, counted - asyncio.get_running_loop().time()))
        outlook = driver.outlook
        return Glimpse(
            opened=outlook.opened, fps=outlook.state.fps if outlook.state else None, seen=seen
        )
