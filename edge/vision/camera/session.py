"""One session of a camera: from its job until it is lost or the gateway hangs up."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from edge.clock import Clock
from edge.logs import frames
from edge.vision.camera import asked
from edge.vision.camera.darkroom import Darkroom
from edge.vision.camera.desk import Desk
from edge.vision.camera.eyes import Eyes
from edge.vision.camera.filming import Filming
from edge.vision.camera.line import Line
from edge.vision.camera.looker import Looker
from edge.vision.camera.newest import Newest
from edge.vision.camera.ring import Ring
from edge.vision.camera.usage import cpu_s, memory
from edge.vision.camera.watchdog import Watchdog
from edge.vision.findings import Ill, Verdict
from edge.vision.sections.source import SnapshotSource, SourceSection
from edge.vision.sections.zone import CameraAddress
from edge.vision.sources import open_source
from edge.vision.words import Capture, Job, Look, Opened, State

TICK_S: Final = 0.1
"""How soon a loss, a change of health, the end of a clip are noticed."""

STATE_EVERY_S: Final = 1.0

HANGS_S: Final = 2.0
"""Beyond the stalled time: where Python itself cannot go on any more (a decoder that keeps the
interpreter), the kernel's alarm clock ends the process."""

LAST_WORD_WITHIN_S: Final = 1.0
"""For the gateway to take what was said last."""

LATE_S: Final = 25.0
"""Captures under way when the camera is lost are finished, but not for ever: what an alarm was
about may be what the camera was lost by."""

_SOURCE: Final[TypeAdapter[SourceSection]] = TypeAdapter(SourceSection)


class Session:
    """Puts the threads together, and watches them from the main thread."""

    def __init__(self, line: Line, job: Job) -> None:
        self._line = line
        self._clock = Clock()
        section = _SOURCE.validate_json(job.source)
        address = CameraAddress.model_validate_json(job.address)
        ring, newest = Ring(job.ring_s), Newest()
        looker = Looker(
            address,
            ZoneInfo(job.timezone),
            asked.objects(job, address.analysed_per_second),
            camera=job.camera,
        )
        self._filming = Filming(open_source(section, job.password, self._clock.now), ring, newest)
        self._eyes = Eyes(looker, newest, line)
        self._desk = Desk(
            line,
            ring,
            self._eyes,
            job,
            lambda: Darkroom(asked.faces(job), address.private, Path(job.evidence)),
        )
        self._stalled_s = stalled_s(section)
        self._began = time.monotonic()
        self._watchdog = Watchdog(self._stalled_s, self._began)
        self._opened = False
        self._said = float("-inf")
        self._ills: Mapping[Ill, Verdict] = {}
        self._fault = ""

    def run(self) -> str:
        """Film until the camera is lost; return why. `HungUp` when the gateway has gone."""
        threading.excepthook = self._note_fault
        self._filming.start()
        self._eyes.start()
        while True:
            reason = self._step()
            if reason:
                self._eyes.stop()
                return reason

    def take_leave(self) -> None:
        """Close the source as its camera likes it."""
        self._filming.take_leave()

    def finish(self) -> None:
        """After the end: see what was asked for done, as far as pictures have come."""
        signal.setitimer(signal.ITIMER_REAL, LATE_S + HANGS_S)
        until = time.monotonic() + LATE_S
        self._desk.step(float("inf"))
        while not (self._desk.idle or self._fault) and time.monotonic() < until:
            self._line.hear(TICK_S)
        self._line.flush(LAST_WORD_WITHIN_S)

    def _step(self) -> str:
        """Hear, tell, watch; return why it is over, empty while it is not."""
        match self._line.hear(TICK_S):
            case Capture() as capture:
                self._desk.capture(capture)
            case Look() as look:
                self._desk.look(look)
            case _:
                pass
        now = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, self._stalled_s + HANGS_S)
        self._desk.step(now)
        self._tell(now)
        filming = self._filming
        lost = filming.lost or self._watchdog.lost(now, filming.heard, filming.decoded)
        return self._fault or lost

    def _tell(self, now: float) -> None:
        filming = self._filming
        if filming.size is not None and self._eyes.latest is not None and not self._opened:
            self._opened = True
            width, height = filming.size
            self._line.say(Opened(width=width, height=height, codec=filming.codec))
        ills = self._eyes.seeing.ills
        if now - self._said >= STATE_EVERY_S or ills != self._ills:
            self._said, self._ills = now, ills
            self._clock.correct()
            self._line.say(self._state(now))

    def _state(self, now: float) -> State:
        filming, seeing = self._filming, self._eyes.seeing
        heard = filming.heard if filming.heard is not None else self._began
        return State(
            age_s=now - heard,
            fps=filming.fps,
            frames=filming.frames,
            broken=filming.broken,
            motion=seeing.motion,
            analysed=seeing.analysed,
            wanted=seeing.wanted,
            shed=seeing.shed,
            cpu_s=cpu_s(),
            memory=memory(),
            ills=seeing.ills,
            missing=seeing.missing,
            unable=seeing.unable,
        )

    def _note_fault(self, fault: threading.ExceptHookArgs) -> None:
        """Remember that a thread has ended by a mistake of ours: the session ends with it."""
        self._fault = in_words(fault.exc_value)


def stalled_s(section: SourceSection) -> float:
    """Return how long nothing may come; between two snapshots nothing is expected."""
    seconds = section.stalled_after.total_seconds()
    if isinstance(section, SnapshotSource):
        seconds += section.every.total_seconds()
    return seconds


def in_words(fault: BaseException | None) -> str:
    """Say what broke and where; never its text, that may hold what nobody should read."""
    if fault is None:
        return "internal fault"
    at = frames(fault)
    return f"internal fault: {type(fault).__name__} at {at[-1] if at else '?'}"
