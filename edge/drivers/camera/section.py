"""A camera's link as it is written in the site file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from edge.drivers.camera.link import CameraLink
from edge.drivers.camera.placed import CameraPlaced
from edge.drivers.camera.profile import NATIVE
from edge.errors import refusal
from edge.model import Text
from edge.schema import Id, Strict
from edge.vision.sections.source import HttpUrl, SourceSection


class _Events(Strict):
    url: HttpUrl = Field(description="Where the camera's web service is: http://192.168.1.64")
    username: str = ""
    password_file: str | None = None
    ca_file: str | None = Field(
        None, description="Whom a https address has to be vouched for by; without it by nobody."
    )


class OnvifEvents(_Events):
    """What the camera finds by itself, over ONVIF; the address is that of its device service."""

    type: Literal["onvif"]


class HikvisionEvents(_Events):
    """What a Hikvision camera finds by itself, over ISAPI's alertStream."""

    type: Literal["hikvision"]
    channel: Annotated[int, Field(ge=1, le=512)] = Field(
        1, description="Of a recorder, which of its cameras."
    )


class DahuaEvents(_Events):
    """What a Dahua camera finds by itself, over eventManager."""

    type: Literal["dahua"]
    channel: Annotated[int, Field(ge=1, le=512)] = Field(
        1, description="Of a recorder, which of its cameras."
    )


EventsSection: TypeAlias = Annotated[
    OnvifEvents | HikvisionEvents | DahuaEvents, Field(discriminator="type")
]


class CameraSection(Strict):
    """One camera: where its pictures come from, and how its own smart events are heard."""

    driver: Literal["camera"]
    id: Id
    source: SourceSection
    events: EventsSection | None = Field(
        None, description="The camera's own smart events, where it has any."
    )

    def bind(self, devices: Sequence[CameraPlaced]) -> CameraLink:
        """Return the link with its one camera; `ConfigError` when there is none, or another."""
        if len(devices) > 1:
            raise refusal(
                Text(
                    f"链路 {self.id} 上有 {len(devices)} 台设备",
                    f"there are {len(devices)} devices on the link {self.id}",
                ),
                Text("每台摄像机一条链路", "give each camera a link of its own"),
            )
        for placed in devices:
            if NATIVE in placed.address.zones:
                raise refusal(
                    Text(f"区域不能叫 {NATIVE}", f"no zone can be called {NATIVE}"),
                    Text("换一个名字", "give it another id"),
                )
        return CameraLink(self, devices[0] if devices else None)
