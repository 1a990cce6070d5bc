"""Cameras as the API tells of them: how each is, what it watches for, what that costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from edge.api.camera_now import CameraNow, CameraState
from edge.api.words import Document, Words
from edge.vision.findings import Ill, Verdict
from edge.vision.sections.zone import ZoneSection
from edge.vision.words import Opened, State

Corners = Sequence[tuple[float, float]]


class ZoneView(Document):
    """A part of the picture, and what is watched for there; places in parts of the picture."""

    id: str
    name: Words
    shape: Literal["area", "line"]
    corners: Corners
    watch: tuple[str, ...]

    @classmethod
    def of(cls, name: str, zone: ZoneSection) -> ZoneView:
        """A zone as the site file has it."""
        return cls(
            id=name,
            name=Words.of(zone.name.plain()),
            shape="line" if zone.area is None else "area",
            corners=zone.area or zone.line or (),
            watch=tuple(each.what for each in zone.watch),
        )


class SessionView(Document):
    """What its process says, counted since the first picture of this session.

    `wanted` pictures had to be looked at for objects, `shed` are those that nobody had time for.
    `missing` says which model it lacks, and how that is had.
    """

    codec: str
    width: int
    height: int
    fps: float
    age_s: float = Field(description="Of the newest picture.")
    frames: int
    broken: int
    motion: bool
    analysed: int
    wanted: int
    shed: int
    cpu_s: float
    memory_bytes: int
    missing: str
    unable: Mapping[str, str] = Field(
        description="Watches, as zone.what, that cannot tell anything just now, and why not."
    )

    @classmethod
    def of(cls, opened: Opened, state: State) -> SessionView:
        """A session in its latest second."""
        return cls(
            codec=opened.codec,
            width=opened.width,
            height=opened.height,
            fps=state.fps,
            age_s=state.age_s,
            frames=state.frames,
            broken=state.broken,
            motion=state.motion,
            analysed=state.analysed,
            wanted=state.wanted,
            shed=state.shed,
            cpu_s=state.cpu_s,
            memory_bytes=state.memory,
            missing=state.missing,
            unable=dict(state.unable),
        )


class CameraView(Document):
    """A camera; `state` is `ill` where its picture is, `degraded` where less is made of it.

    `ills` says of each whether it is so, or cannot be seen in this scene. `amiss` is what does not
    go well, by its kind. `session` is none while no picture comes, and in the first second.
    """

    id: str
    name: Words
    link: str
    state: CameraState
    since: datetime | None
    reason: str
    ills: Mapping[Ill, Verdict]
    amiss: Mapping[str, str]
    detector: str = Field(description="The model that finds objects; empty where none is asked.")
    zones: tuple[ZoneView, ...]
    private: tuple[Corners, ...]
    session: SessionView | None
    still: str

    @classmethod
    def of(cls, camera: CameraNow, detector: str) -> CameraView:
        """A camera; `detector` is the site's, where it names none of its own."""
        session = None
        if camera.opened is not None and camera.state is not None:
            session = SessionView.of(camera.opened, camera.state)
        return cls(
            id=camera.device.id,
            name=Words.of(camera.device.name),
            link=camera.device.link,
            state=camera.standing,
            since=camera.link.at if camera.link else None,
            reason=camera.link.reason if camera.link and not camera.link.up else "",
            ills=dict(camera.state.ills) if camera.state else {},
            amiss=camera.amiss,
            detector=(camera.address.detector or detector) if detector else "",
            zones=tuple(ZoneView.of(*each) for each in camera.address.zones.items()),
            private=camera.address.private,
            session=session,
            still=f"/api/v1/cameras/{camera.device.id}/still",
        )
