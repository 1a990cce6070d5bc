"""One simulated camera: its pictures over RTSP or HTTP, its own smart events, its faults."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, cast

from edge.model import Value
from simulators.cameras.door import Door
from simulators.cameras.events import Events
from simulators.cameras.faults import LINE, ONCE, PICTURE, Faults, LineFault, PictureFault
from simulators.cameras.feed import Feed
from simulators.cameras.guard import Guard
from simulators.cameras.line import Line
from simulators.cameras.onvif_services import OnvifServices
from simulators.cameras.renderer import ONE, Renderer
from simulators.cameras.rtsp import Rtsp
from simulators.cameras.scene import Scene
from simulators.cameras.web import Web
from simulators.simulator import Told

SLOW_FPS: Final = 1.0
NATIVE: Final = ("begin", "end", "pulse")
"""What happens to the camera's own smart events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where a camera is reached; 0 where it has no such server.

    `rtsp_path` is where its stream is; `streams` and `snapshots` are paths of the web server.
    """

    host: str = "127.0.0.1"
    rtsp: int = 0
    rtsp_path: str = "/stream"
    http: int = 0
    streams: frozenset[str] = frozenset({"/video.mjpg"})
    snapshots: frozenset[str] = frozenset({"/snapshot.jpg"})


@dataclass(slots=True, kw_only=True, eq=False)
class SimulatedCamera:
    """Verbs: those of its scene; faults; begin, end and pulse{code} of its own smart events.

    Faults of the line: stall, refuse, garbage, drop, half_frame, slow{fps}; of the picture:
    freeze, cover, defocus, move, darken, corrupt. `restore` ends all that last.
    """

    id: str
    device: str
    scene: Scene
    ports: Ports
    guard: Guard = field(default_factory=Guard)
    renderer: Renderer = ONE
    told: list[Told] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    feed: Feed = field(init=False)
    doors: list[Door] = field(init=False)
    _line: Line = field(init=False)
    _events: Events = field(init=False)
    _onvif: OnvifServices = field(init=False)

    def __post_init__(self) -> None:
        """Put the parts together."""
        ports = self.ports
        self.feed = Feed(self.scene, self.device, self.faults, self.renderer)
        self._line = Line(faults=self.faults)
        self._events = Events(_now)
        self._onvif = OnvifServices(
            f"http://{ports.host}:{ports.http}/onvif",
            self.guard,
            _now,
            stream=f"rtsp://{ports.host}:{ports.rtsp}{ports.rtsp_path}" if ports.rtsp else "",
            snapshot=f"http://{ports.host}:{ports.http}{min(ports.snapshots, default='')}",
        )
        web = Web(
            self.feed,
            self._line,
            self.guard,
            self._events,
            streams=ports.streams,
            snapshots=ports.snapshots,
            onvif=self._onvif,
        )
        rtsp = Rtsp(self.feed, self._line, self.guard, path=ports.rtsp_path)
        self.doors = [
            Door(ports.host, port, talk)
            for port, talk in ((ports.rtsp, rtsp.talk), (ports.http, web.talk))
            if port
        ]

    @property
    def verbs(self) -> frozenset[str]:
        """Everything that a story can do to it."""
        return self.scene.verbs | LINE | ONCE | PICTURE | {"slow", "restore", *NATIVE}

    async def run(self) -> None:
        """Live until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._events.run(), name=f"simulator {self.id}: events")
            for number, door in enumerate(self.doors):
                tasks.create_task(door.run(), name=f"simulator {self.id}: door {number}")

    async def act(self, device: str, verb: str, args: dict[str, Value]) -> None:
        """Do what a scenario asks; `ValueError` names a verb or camera that there is not."""
        if device != self.device:
            raise ValueError(f"no camera {device} on {self.id}")
        if verb in self.scene.verbs:
            t = time.monotonic()
            self.feed.do(lambda: self.scene.act(verb, args, t))
        elif verb in NATIVE:
            self._tell(verb, str(args["code"]))
        elif not self._spoil(verb, args):
            known = ", ".join(sorted(self.verbs))
            raise ValueError(f"this camera knows no {verb}; it knows {known}")

    def _spoil(self, verb: str, args: dict[str, Value]) -> bool:
        """Bring a fault about or end all; false when there is no such fault."""
        match verb:
            case "restore":
                self.faults.line, self.faults.picture, self.faults.slow = "", "", 0.0
                self._line.break_next = False
                self.feed.refresh()
                for door in self.doors:
                    door.open()
            case "drop":
                for door in self.doors:
                    door.drop()
            case "half_frame":
                self._line.break_next = True
            case "slow":
                self.faults.slow = float(args.get("fps", SLOW_FPS))
            case _ if verb in LINE:
                self.faults.line = cast("LineFault", verb)
                for door in self.doors if verb == "refuse" else ():
                    door.shut()
            case _ if verb in PICTURE:
                self.faults.picture = cast("PictureFault", verb)
            case _:
                return False
        return True

    def _tell(self, verb: str, code: str) -> None:
        """Say over every channel that something begins, ends or happens."""
        match verb:
            case "begin":
                self._events.begin(code)
            case "end":
                self._events.end(code)
            case _:
                self._events.pulse(code)
        if "/" in code:
            self._onvif.tell(code, verb != "end")
        at = _now()
        origin = f"{self.device}/{code}/{at.isoformat(timespec='milliseconds')}"
        self.told.append(Told(device=self.device, origin=origin, what=f"{verb} {code}", at=at))


def _now() -> datetime:
    return datetime.now(UTC)
