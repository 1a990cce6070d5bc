"""A camera's own events over loopback: three makers' ways, with the faults of real cameras."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from edge.discovery.onvif_media import streams
from edge.drivers.camera.codec import Said
from edge.drivers.camera.http import Web
from edge.drivers.camera.listening import NativeLeg
from edge.drivers.camera.section import EventsSection
from edge.errors import LinkDown
from edge.keeper import keep_open
from edge.vision.http_login import Login
from simulators.cameras.camera import Ports, SimulatedCamera
from simulators.cameras.guard import Guard
from simulators.ports import free_port
from tests.fakes.camera_studio import CAMERA, filmed, running, simulated

PASSWORD = "p@ss&<wörd>"  # noqa: S105 - what a password may look like
PATIENCE_S = 15.0
CODES = {
    "hikvision": "fielddetection",
    "dahua": "CrossRegionDetection",
    "onvif": "tns1:RuleEngine/FieldDetector/ObjectsInside",
}


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Listener:
    """Hears a camera under the keeper's loop; remembers what it heard."""

    def __init__(self, section: EventsSection) -> None:
        self.said: list[Said] = []
        self.changes: list[tuple[str, str]] = []
        self.nonsense: list[str] = []
        self._leg = NativeLeg(section, self, utc_now)
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        """Keep it open until cancelled."""
        await keep_open("events", self._leg.serve, self._leg.changed, 1.0)

    async def hear(self, said: Said) -> None:
        """Remember a word."""
        async with self._changed:
            self.said.append(said)
            self._changed.notify_all()

    async def garbled(self, what: str) -> None:
        """Remember that it could not be read."""
        self.nonsense.append(what)

    async def changed(self, way: str, reason: str) -> None:
        """Remember whether it can be heard."""
        async with self._changed:
            self.changes.append((way, reason))
            self._changed.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(true)


def section(kind: str, port: int, folder: Path, password: str = PASSWORD) -> EventsSection:
    """The section `events` for a camera of that make."""
    (folder / "secret").write_text(f"{password}\n", encoding="utf-8")
    path = "/onvif/device_service" if kind == "onvif" else ""
    written = {
        "type": kind,
        "url": f"http://127.0.0.1:{port}{path}",
        "username": "admin",
        "password_file": str(folder / "secret"),
    }
    adapter: TypeAdapter[Any] = TypeAdapter(EventsSection)
    made: EventsSection = adapter.validate_json(json.dumps(written))
    return made


@asynccontextmanager
async def heard(kind: str, folder: Path) -> AsyncIterator[tuple[SimulatedCamera, Listener]]:
    """A camera with a login, and who hears it."""
    port = free_port()
    written = await asyncio.to_thread(section, kind, port, folder)
    guard = Guard(way="digest", username="admin", password=PASSWORD)
    listener = Listener(written)
    async with (
        filmed(simulated(Ports(http=port), guard)) as camera,
        running(listener.run(), "listener"),
    ):
        yield camera, listener


@pytest.mark.parametrize("kind", sorted(CODES))
def test_events_of_each_make_are_heard(kind: str, tmp_path: Path) -> None:
    """Begin and end of a rule, by digest; a connection that breaks is opened again and goes on."""

    async def main() -> None:
        async with heard(kind, tmp_path) as (camera, listener):
            await listener.until(lambda: ("up", "connected") in listener.changes)
            await camera.act(CAMERA, "begin", {"code": CODES[kind]})
            await listener.until(lambda: bool(listener.said))
            first = listener.said[0]
            assert first.code == CODES[kind].removeprefix("tns1:")
            assert first.way == ("again" if kind == "hikvision" else "on")
            await camera.act(CAMERA, "end", {"code": CODES[kind]})
            if kind != "hikvision":
                await listener.until(lambda: listener.said[-1].way == "off")
            await asyncio.sleep(0.2)  # an ONVIF camera is asked anew after each answer
            await camera.act(CAMERA, "drop", {})
            await listener.until(lambda: [way for way, _ in listener.changes].count("up") > 1)
            count = len(listener.said)
            await camera.act(CAMERA, "begin", {"code": CODES[kind]})
            await listener.until(lambda: len(listener.said) > count)
            assert listener.nonsense == []

    asyncio.run(main())


def test_what_is_wrong_is_told_in_a_technicians_words(tmp_path: Path) -> None:
    """A wrong password, a camera without that service, nobody there."""

    async def main() -> None:
        port = free_port()
        guard = Guard(way="digest", username="admin", password=PASSWORD)
        async with filmed(simulated(Ports(http=port), guard)):
            for kind, word in (
                ("hikvision", "wrong user name or password"),
                ("dahua", "wrong user name or password"),
                ("onvif", "the camera refuses: ter:NotAuthorized"),
            ):
                wrong = await asyncio.to_thread(section, kind, port, tmp_path, "wrong")
                await _fails(wrong, word)
            lost = await asyncio.to_thread(section, "onvif", port, tmp_path)
            await _fails(lost.model_copy(update={"url": f"http://127.0.0.1:{port}/x"}), "offer")
            await _fails(
                lost.model_copy(update={"url": "http://127.0.0.1:99999"}), "address is none"
            )
            basic = guard.way
            guard.way = "basic"
            plain = await asyncio.to_thread(section, "dahua", port, tmp_path)
            await _fails(plain, "in the clear")
            guard.way = basic
        nobody = await asyncio.to_thread(section, "dahua", port, tmp_path)
        with pytest.raises(OSError, match="Connect"):
            await NativeLeg(nobody, Listener(nobody), utc_now).serve(_nothing)
        gone = nobody.model_copy(update={"password_file": str(tmp_path / "none")})
        await _fails(gone, "file cannot be read")

    asyncio.run(main())


async def _fails(written: EventsSection, word: str) -> None:
    with pytest.raises(LinkDown, match=word):
        await NativeLeg(written, Listener(written), utc_now).serve(_nothing)


async def _nothing() -> None:
    """Nothing."""


def test_a_camera_whose_clock_is_wrong_is_asked_by_its_own_clock(tmp_path: Path) -> None:
    """Its streams are offered, at the host under which it is known, without name and password."""

    async def main() -> None:
        port, rtsp = free_port(), free_port()
        guard = Guard(way="digest", username="admin", password=PASSWORD)
        camera = simulated(Ports(http=port, rtsp=rtsp), guard)
        camera._onvif._skew = timedelta(days=-2_000)
        at = f"http://127.0.0.1:{port}/onvif/device_service"
        web = Web(url=at, login=Login(username="admin", password=PASSWORD))
        async with filmed(camera):
            [found] = await streams(web, utc_now)
            assert (found.name, found.width, found.height) == ("mainStream", 640, 360)
            assert found.url == f"rtsp://127.0.0.1:{rtsp}/stream"
            with pytest.raises(LinkDown, match="NotAuthorized"):
                await streams(Web(url=at), utc_now)

    asyncio.run(main())
    del tmp_path
