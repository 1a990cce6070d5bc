"""A first look through a camera that is not on the site, at a gateway that has no camera yet."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from edge.discovery.try_camera import glimpse
from edge.discovery.try_link import link_of
from edge.drivers.camera.link import CameraLink
from edge.errors import LinkDown
from edge.gateway.cameras import Cameras
from simulators.cameras.camera import Ports
from simulators.ports import free_port
from tests.fakes.camera_studio import filmed, simulated
from tests.fakes.house import riverside
from tests.fakes.house_parts import START


def camera_at(port: int, folder: Path) -> CameraLink:
    """The link that somebody has just typed in."""
    url = f"rtsp://127.0.0.1:{port}/stream"
    section = {"driver": "camera", "id": "video-1", "source": {"type": "rtsp", "url": url}}
    link = link_of(section, folder, running=())
    assert isinstance(link, CameraLink)
    return link


def test_a_camera_is_seen_before_it_is_added(tmp_path: Path) -> None:
    """What films runs for the look only; the picture says what was hidden; nothing is left."""
    port = free_port()
    configuration = replace(riverside(), store=tmp_path)
    there, away = camera_at(port, tmp_path), camera_at(free_port(), tmp_path)

    cameras = Cameras(configuration, {}, lambda: START, tuple)

    async def main() -> None:
        async with filmed(simulated(Ports(rtsp=port))), cameras.lend(there):
            seen = await glimpse(there, lambda: START, 320)
            with pytest.raises(LinkDown, match="nothing listens"):
                async with cameras.lend(away):
                    await glimpse(away, lambda: START, 320)
        assert seen.seen.jpeg.startswith(b"\xff\xd8")
        assert seen.seen.blurred == "whole", "there is no model for faces"
        assert seen.opened.width > 0
        assert seen.fps is not None
        assert seen.fps > 1
        await cameras.evidence.close()

    asyncio.run(main())
    assert [each.name for each in tmp_path.iterdir()] in ([], ["evidence"])
