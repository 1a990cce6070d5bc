"""A camera's link whose process is played by the test: words go in, and what it is told is seen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from edge.driver import Placed, Report
from edge.drivers.camera.link import CameraLink
from edge.drivers.camera.placed import CameraPlaced
from edge.drivers.camera.profile import CameraProfile
from edge.drivers.camera.section import CameraSection
from edge.drivers.camera.settings import Settings
from edge.errors import LinkDown
from edge.evidence.store import EvidenceStore
from edge.keeper import Keeper
from edge.model import Command, Device, Event, Location, Reading, Record
from edge.profiles import Profiles, shipped
from edge.vision.findings import Finding, Ill, Phase, Verdict
from edge.vision.sections.zone import CameraAddress
from edge.vision.studio import Studio
from edge.vision.words import Down, Ended, Found, Job, Opened, State, Up
from tests.fakes import time as virtual
from tests.fakes.records import apart

LANE = {
    "name": {"zh": "消防通道", "en": "Fire lane"},
    "area": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]],
    "watch": [{"what": "lane_occupied", "after": "60s"}, {"what": "left_object", "after": "3s"}],
}
WELL: Mapping[Ill, Verdict] = {
    "frozen": "no",
    "covered": "no",
    "defocused": "no",
    "moved": "no",
    "dark": "no",
    "corrupt": "no",
}
SETTINGS = Settings(timezone="Asia/Shanghai", detector="on", objects="yolox_nano", faces="yunet")


_SHIPPED = Profiles(shipped())
PROFILES: Mapping[str, CameraProfile] = {
    name: _SHIPPED.of(f"cameras/{name}", CameraProfile)
    for name in ("generic", "hikvision", "dahua", "onvif")
}


def placed(make: str = "generic", **address: Any) -> CameraPlaced:
    """A camera with one zone."""
    written = {"zones": {"lane": LANE}, **address}
    kinds = PROFILES[make]
    return Placed(
        device=Device(
            id="camera-1",
            kind="camera",
            name=kinds.text.plain(),
            link="camera",
            profile=f"cameras/{make}",
            make=kinds.make,
            model=kinds.model,
            location=Location(building="b1"),
            points={},
        ),
        profile=kinds,
        address=CameraAddress.model_validate_json(json.dumps(written)),
    )


def section(**more: Any) -> CameraSection:
    """A link over RTSP."""
    source = {"type": "rtsp", "url": "rtsp://192.0.2.9/2", "username": "w"}
    written = {"driver": "camera", "id": "camera", "source": source, **more}
    return CameraSection.model_validate_json(json.dumps(written))


class FakeProcess:
    """A camera's process; what it says the test puts into `up`, what it is told is in `told`."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.up: asyncio.Queue[Up | None] = asyncio.Queue(1_000)
        self.told: list[Down] = []
        self.ended = False

    def say(self, *words: Up) -> None:
        """Let it say these."""
        for word in words:
            self.up.put_nowait(word)

    def die(self) -> None:
        """Let it be killed."""
        self.up.put_nowait(None)

    async def receive(self) -> Up:
        """The next word."""
        word = await self.up.get()
        if word is None:
            raise LinkDown("the camera's process was killed")
        return word

    async def send(self, word: Down) -> None:
        """Be told."""
        self.told.append(word)

    async def end(self) -> None:
        """Be over."""
        self.ended = True


class FakeStudio:
    """Starts fake processes; `fault` is why it cannot."""

    detector_socket = "/run/detector.sock"

    def __init__(self, kind: type[FakeProcess] | None = None) -> None:
        self._kind = kind or FakeProcess
        self.processes: list[FakeProcess] = []
        self.fault = ""
        self.opens = True

    async def start(self, job: Job) -> FakeProcess:
        """Start one, whose first picture is there at once."""
        if self.fault:
            raise LinkDown(self.fault)
        process = self._kind(job)
        self.processes.append(process)
        if self.opens:
            process.say(Opened(width=640, height=360, codec="h264"))
        return process


class Scene:
    """A link under its keeper, in virtual time; `told` is every record, in order."""

    def __init__(
        self, link: CameraLink, *, folder: Path | None = None, studio: FakeStudio | None = None
    ) -> None:
        self.link = link
        self.studio = studio or FakeStudio()
        link.studio = cast("Studio", self.studio)
        link.settings = SETTINGS
        self.told: list[Record] = []
        self.states: dict[str, bytes] = {}
        if folder is not None:
            link.evidence = EvidenceStore(
                folder, keep=timedelta(days=1), budget=10**9, now=virtual.now
            )
        self.keeper = Keeper(link, self._take, self._tell, virtual.now)
        self._running = asyncio.create_task(self.keeper.run(), name="keeper")

    @property
    def process(self) -> FakeProcess:
        """The latest."""
        return self.studio.processes[-1]

    async def _take(self, report: Report) -> None:
        self.told += apart(report.records)
        for key, body in report.states.items():
            if body is None:
                self.states.pop(key, None)
            else:
                self.states[key] = body

    async def _tell(self, event: Event) -> None:
        self.told.append(event)

    async def seconds(self, count: int, **state: Any) -> None:
        """Let so many seconds pass in which the process says how it goes."""
        for _ in range(count):
            self.process.say(self.state(**state))
            await asyncio.sleep(1)

    def state(self, **changes: Any) -> State:
        """A word of a camera that is well, but for these; `ills` are added to those that are."""
        t = int(asyncio.get_running_loop().time())
        ills = {**WELL, **changes.pop("ills", {})}
        usual: dict[str, Any] = {
            "age_s": 0.1,
            "fps": 25.0,
            "frames": 25 * t,
            "broken": 0,
            "motion": False,
            "analysed": 5 * t,
            "wanted": 0,
            "shed": 0,
            "cpu_s": 0.2 * t,
            "memory": 60 * 1024 * 1024,
        }
        return State(**{**usual, **changes}, ills=ills)

    def found(
        self, phase: Phase, thing: str = "1", what: str = "lane_occupied", dwell: float = 60.0
    ) -> Found:
        """A step of a finding in the lane."""
        t = asyncio.get_running_loop().time()
        finding = Finding(
            phase=phase,
            what=what,
            zone="lane",
            object=thing,
            since=t - dwell,
            t=t,
            dwell_s=dwell,
            basis="model",
            confidence=0.8,
            label="car",
        )
        return Found(finding=finding, at=virtual.now())

    def readings(self, name: str) -> list[tuple[object, str]]:
        """Every reading of a point so far: value and quality."""
        return [
            (each.value, each.quality.value)
            for each in self.told
            if isinstance(each, Reading) and each.point == f"camera-1/{name}"
        ]

    def kinds(self, start: str) -> list[Any]:
        """The events of kinds that begin so."""
        return [each for each in self.told if each.kind.startswith(start)]

    async def end(self) -> None:
        """Close the link."""
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        if self.link.evidence is not None:
            await self.link.evidence.close()


def capture(number: str = "c1", about: str = "") -> Command:
    """Ask the camera to keep a picture."""
    return Command(
        id=number,
        device="camera-1",
        action="capture",
        issued_by="t",
        expires_at=virtual.now() + timedelta(seconds=10),
        about=about,
    )


def lost(reason: str = "nothing has come for 3 s") -> Ended:
    """The process says that its camera is lost."""
    return Ended(reason=reason)
