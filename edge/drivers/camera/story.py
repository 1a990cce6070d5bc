"""What a camera's session tells, record by record; pure, told the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from edge.drivers.camera.codec import Said
from edge.drivers.camera.episodes import Episodes, Sight
from edge.drivers.camera.native import Native, Step, spec_of
from edge.drivers.camera.placed import CameraPlaced
from edge.drivers.camera.profile import NATIVE
from edge.drivers.camera.standing import Standing
from edge.drivers.camera.troubles import Troubles
from edge.drivers.camera.zones import Zones
from edge.model import DeviceChanged, Record, RecordsDropped
from edge.vision.findings import Finding
from edge.vision.words import Found, Opened, State

NATIVE_CONFIDENCE: Final = 1.0
"""The camera says so, and does not say how sure it is."""


class Story:
    """One session of one camera; `t` is seconds of the loop's clock, `at` the same as a date.

    `detector` names the model that finds objects, empty where none is asked. `episodes` may know of
    what went on when the gateway ended: nobody has looked since, so a session begins by ending it.
    """

    def __init__(
        self, placed: CameraPlaced, episodes: Episodes, *, detector: str, at: datetime, t: float
    ) -> None:
        self._placed = placed
        self._device = placed.device.id
        self._detector = detector
        self._episodes = episodes
        # What is found has a name of its own in each session; this makes it one for ever.
        self._session = f"{int(at.timestamp()):x}"
        self._standing = Standing(placed)
        self._zones = Zones(placed, t)
        self._troubles = Troubles(self._device)
        self._native = Native(placed.profile.codes)
        self._deaf = ""
        self._heard = False
        self._dropped = 0
        self.amiss: Mapping[str, str] = {}

    def begin(self, opened: Opened, at: datetime) -> Iterator[Record]:
        """The first picture is there."""
        yield from self._episodes.close(at)
        size = f"{opened.width} × {opened.height} {opened.codec}".strip()
        yield DeviceChanged(device=self._device, state="online", reason=size, at=at)

    def state(self, state: State, at: datetime, t: float) -> Iterator[Record]:
        """The process's word of each second."""
        self._standing.take(state, t)
        yield from self._native_steps(self._native.tick(t), at, t)
        yield from self.points(at, t)
        amiss = dict(self._standing.amiss())
        if self._deaf:
            amiss["events"] = self._deaf
        self.amiss = amiss
        if (changed := self._troubles.follow(amiss, at, t)) is not None:
            yield changed
        if self._episodes.dropped > self._dropped:
            count = self._episodes.dropped - self._dropped
            self._dropped = self._episodes.dropped
            reason = "too much goes on at once"
            yield RecordsDropped(what=f"{self._device}: vision", count=count, reason=reason, at=at)

    def found(self, found: Found, at: datetime, t: float) -> Iterator[Record]:
        """The process has found something, or goes on to see it, or sees it no more."""
        finding = found.finding
        sight = self._sight(finding, found.at)
        changed = self._episodes.take(finding.phase, sight, found.at)
        if changed is None:
            return
        yield changed
        if finding.phase == "begin":
            self._zones.begin(finding.zone, finding.what, sight.object, finding.label)
        elif finding.phase == "end":
            self._zones.end(finding.zone, finding.what, sight.object)
        yield from self.points(at, t)

    def hear(self, said: Said, at: datetime, t: float) -> Iterator[Record]:
        """The camera itself has said something."""
        yield from self._native_steps(self._native.hear(said, t), at, t)
        yield from self.points(at, t)

    def knows(self, said: Said) -> bool:
        """Whether the profile knows what the camera has said."""
        return spec_of(said.code, self._placed.profile.codes) is not None

    def heard(self, reason: str, at: datetime, t: float) -> Iterator[Record]:
        """The camera can be heard, or, with a reason, cannot any more."""
        self._deaf = reason and f"its own events are not heard: {reason}"
        self._heard = not reason
        if self._heard:
            self._zones.hear()
        else:
            yield from self._native_steps(self._native.lose(t), at, t)
            self._zones.deafen()
        yield from self.points(at, t)

    def end(self, reason: str, at: datetime) -> Iterator[Record]:
        """The session is over: nothing goes on any more, and nothing is known."""
        yield from self._episodes.close(at)
        yield from self._zones.lost(at)
        yield from self._standing.lost(at)
        yield DeviceChanged(device=self._device, state="offline", reason=reason, at=at)

    def points(self, at: datetime, t: float) -> Iterator[Record]:
        """The points that have changed, or have not been told for long."""
        state = self._standing.state
        if state is None:
            return
        yield from self._standing.readings(at, t, self._native.active(), heard=self._heard)
        blind = self._standing.blind
        undetected = (
            not self._detector or self._detector in state.missing or self._standing.sheds_all
        )
        yield from self._zones.readings(
            at, t, blind=blind, undetected=undetected, unable=state.unable
        )

    def _native_steps(self, steps: Iterator[Step], at: datetime, t: float) -> Iterator[Record]:
        for step in steps:
            sight = Sight(
                what=step.what,
                zone="",
                object=f"{self._session}.{step.object}",
                since=at - timedelta(seconds=t - step.since),
                basis="camera",
                confidence=NATIVE_CONFIDENCE,
                dwell_s=step.t - step.since,
                label=step.label,
            )
            if step.phase == "begin":
                self._zones.begin(NATIVE, step.what, sight.object, step.label)
            elif step.phase == "end":
                self._zones.end(NATIVE, step.what, sight.object)
            if (changed := self._episodes.take(step.phase, sight, at)) is not None:
                yield changed

    def _sight(self, finding: Finding, at: datetime) -> Sight:
        return Sight(
            what=finding.what,
            zone=finding.zone,
            object=f"{self._session}.{finding.object}",
            since=at - timedelta(seconds=max(0.0, finding.t - finding.since)),
            basis=finding.basis,
            confidence=finding.confidence,
            dwell_s=finding.dwell_s,
            label=finding.label,
            box=finding.box,
            model=finding.model,
            model_sha256=finding.model_sha256,
        )
