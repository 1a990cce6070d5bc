"""Every alarm that calls somebody has the nearest cameras keep what they see of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Final

from pydantic import Field

from edge.errors import refusal
from edge.model import (
    AlarmCleared,
    AlarmRaised,
    AlarmUpdated,
    Command,
    CommandResult,
    Device,
    EvidenceKept,
    Record,
    Text,
)
from edge.rules.nearest import CAPTURE, nearest
from edge.rules.rule import BuiltIn, Step
from edge.schema import Duration, Id, Strict
from edge.site import Site

ILL: Final = ("camera.*", "link.*", "network.*", "gateway.*", "*.offline", "device.battery")
"""Alarms that say that something cannot be heard or seen: no picture tells more about them."""

EXPIRES: Final = timedelta(seconds=10)
"""A camera that takes the word later keeps what has nothing to do with the alarm any more."""

MOST_SHARED: Final = 20
"""Later alarms that share what was kept for an earlier one; in a storm the rest has none."""

MOST_SHOTS: Final = 3
"""Captures of a camera that are remembered: their clips come late, and in turn."""

MOST_KEPT: Final = 4
"""Pieces of one capture; there are two, a still and a clip."""

MOST_ASIDE: Final = 200
"""Alarms that call nobody for now and may call later."""


class EvidenceOptions(Strict):
    """Which alarms have pictures taken, by how many cameras, how often."""

    enabled: bool = True
    cameras: Annotated[int, Field(ge=1, le=10)] = Field(
        3, description="So many at most, those that stand nearest."
    )
    every: Duration = Field(
        timedelta(seconds=20),
        description="A camera keeps something this often at most; alarms in between share it.",
    )
    near: Mapping[Id, tuple[Id, ...]] = Field(
        default_factory=dict,
        description="The cameras that show a device, where the place does not tell:"
        " `lift-1: [cabin-1]`.",
    )
    alarms: tuple[str, ...] = Field(
        ("*",), description="Only alarms of these categories, such as `lift.*`."
    )
    ignore: tuple[str, ...] = Field(
        ILL, description="No alarms of these categories: a picture tells nothing about them."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One capture by one camera: for which alarm, which others share it, what came of it."""

    id: str
    at: datetime
    about: str
    also: tuple[str, ...] = ()
    kept: tuple[EvidenceKept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceState:
    """The latest captures by camera; alarms that call nobody for now, with their cameras."""

    shots: dict[str, tuple[Shot, ...]] = field(default_factory=dict)
    aside: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRule:
    """Tells the cameras that stand nearest to an alarm to keep a still and a clip.

    An alarm of a camera itself is about what that camera sees. What calls nobody (a test,
    maintenance, a flood) has no pictures taken of it until it does. A camera that has just kept
    something is not told again: what it kept is told as evidence of the later alarm as well.
    """

    cameras: Mapping[str, Device]
    site: Site
    options: EvidenceOptions

    @property
    def id(self) -> str:
        """One for the whole site: a camera serves all who stand around it."""
        return ".evidence"

    @property
    def points(self) -> tuple[str, ...]:
        """No point matters."""
        return ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What happens to alarms, what was kept, what cameras answer."""
        answers = (f"{camera}/command.result" for camera in self.cameras)
        return ("alarm.raised", "alarm.updated", "alarm.cleared", "evidence.kept", *answers)

    def start(self) -> EvidenceState:
        """Begin with nothing kept."""
        return EvidenceState()

    def step(
        self, state: EvidenceState, record: Record | None, now: datetime
    ) -> Step[EvidenceState]:
        """Have pictures taken of an alarm, or tell for whom else they are."""
        match record:
            case AlarmRaised() if self._wanted(record):
                step = self._raised(state, record, now)
            case AlarmUpdated(alarm=key, why="unsuppressed") if key in state.aside:
                step = self._taken(_let_go(state, key), key, state.aside[key], now)
            case AlarmCleared(alarm=key) if key in state.aside:
                step = Step(_let_go(state, key))
            case EvidenceKept(device=camera) if camera in state.shots:
                step = _shared(state, record, now)
            case CommandResult(device=camera) if camera in state.shots and record.outcome != "done":
                left = tuple(each for each in state.shots[camera] if each.id != record.command)
                step = Step(replace(state, shots={**state.shots, camera: left}))
            case _:
                step = Step(state)
        return step

    def _wanted(self, raised: AlarmRaised) -> bool:
        """Whether a picture could tell anything about it."""
        return _fits(raised.category, self.options.alarms) and not _fits(
            raised.category, self.options.ignore
        )

    def _raised(
        self, state: EvidenceState, raised: AlarmRaised, now: datetime
    ) -> Step[EvidenceState]:
        cameras = self._cameras(raised)
        if raised.suppressed:
            return Step(_put_aside(state, raised.alarm, cameras))
        return self._taken(state, raised.alarm, cameras, now)

    def _cameras(self, raised: AlarmRaised) -> tuple[str, ...]:
        if raised.device in self.cameras:
            return (raised.device,)
        named = self.options.near.get(raised.device)
        if named is not None:
            return tuple(each for each in named if each in self.cameras)[: self.options.cameras]
        place = self.site.location_of(raised)
        return nearest(self.cameras.values(), place, self.options.cameras)

    def _taken(
        self, state: EvidenceState, alarm: str, cameras: Iterable[str], now: datetime
    ) -> Step[EvidenceState]:
        shots = dict(state.shots)
        out: list[Command | EvidenceKept] = []
        for camera in cameras:
            before = shots.get(camera, ())
            last = before[-1] if before else None
            if last is None or not timedelta(0) <= now - last.at < self.options.every:
                command = self._command(camera, alarm, now)
                out.append(command)
                shots[camera] = (*before, Shot(id=command.id, at=now, about=alarm))[-MOST_SHOTS:]
            elif alarm not in {last.about, *last.also} and len(last.also) < MOST_SHARED:
                shots[camera] = (*before[:-1], replace(last, also=(*last.also, alarm)))
                out += [replace(kept, alarm=alarm, at=now) for kept in last.kept]
        return Step(replace(state, shots=shots), tuple(out))

    def _command(self, camera: str, alarm: str, now: datetime) -> Command:
        return Command(
            id=f"{self.id}/{camera}/{now.isoformat()}",
            device=camera,
            action=CAPTURE,
            issuer="rule",
            issued_by=self.id,
            expires_at=now + EXPIRES,
            about=alarm,
        )


def _shared(state: EvidenceState, kept: EvidenceKept, now: datetime) -> Step[EvidenceState]:
    """Something was kept: it is evidence of the alarms that share the capture as well."""
    shots = state.shots[kept.device]
    if any(kept.sha256 == one.sha256 for shot in shots for one in shot.kept):
        return Step(state)  # our own word
    of = [at for at, shot in enumerate(shots) if shot.about == kept.alarm]
    if not of or len(shots[of[-1]].kept) >= MOST_KEPT:
        return Step(state)
    shot = shots[of[-1]]
    told = (*shots[: of[-1]], replace(shot, kept=(*shot.kept, kept)), *shots[of[-1] + 1 :])
    out = tuple(replace(kept, alarm=alarm, at=now) for alarm in shot.also)
    return Step(replace(state, shots={**state.shots, kept.device: told}), out)


def _put_aside(state: EvidenceState, alarm: str, cameras: tuple[str, ...]) -> EvidenceState:
    if not cameras:
        return state
    aside = {**_let_go(state, alarm).aside, alarm: cameras}
    while len(aside) > MOST_ASIDE:
        del aside[next(iter(aside))]
    return replace(state, aside=aside)


def _let_go(state: EvidenceState, alarm: str) -> EvidenceState:
    return replace(
        state, aside={key: cameras for key, cameras in state.aside.items() if key != alarm}
    )


def _fits(category: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(category, pattern) for pattern in patterns)


def _build(site: Site, options: EvidenceOptions) -> Iterable[EvidenceRule]:
    """`ConfigError` names a device that is not there, or a camera that is none."""
    cameras = {device.id: device for device in site.devices.values() if CAPTURE in device.actions}
    for device, shown in options.near.items():
        if device not in site.devices:
            raise refusal(
                Text(f"没有设备 {device}", f"there is no device {device}"),
                Text("写一台设备的 id", "write the id of a device"),
            )
        for camera in shown:
            if camera not in cameras:
                raise refusal(
                    Text(
                        f"{camera} 不是能留证的摄像机", f"{camera} is no camera that keeps anything"
                    ),
                    Text("写一台摄像机的 id", "write the id of a camera"),
                )
    if options.enabled and cameras:
        yield EvidenceRule(cameras=cameras, site=site, options=options)


BUILT_IN: Final = BuiltIn("evidence", EvidenceOptions, _build)
