"""How a camera of the site is just now: its link, its process, its picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.api.running import Running
from edge.drivers.camera.driver import CameraDriver
from edge.drivers.camera.section import CameraSection
from edge.model import Device, LinkChanged
from edge.vision.findings import Ill
from edge.vision.sections.zone import CameraAddress
from edge.vision.words import Opened, State

CameraState: TypeAlias = Literal["ok", "ill", "degraded", "offline", "unknown"]
"""`ill` is the picture, `degraded` what is made of it; `unknown` until its link has said."""

KIND: Final = "camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraNow:
    """One camera; `driver`, `opened` and `state` are none while its pictures cannot be had.

    `amiss` is what does not go well, by its kind, as the driver says it.
    """

    device: Device
    address: CameraAddress
    section: CameraSection | None
    link: LinkChanged | None
    driver: CameraDriver | None
    opened: Opened | None = None
    state: State | None = None
    amiss: Mapping[str, str]

    @property
    def ills(self) -> tuple[Ill, ...]:
        """What is wrong with its picture."""
        if self.state is None:
            return ()
        return tuple(ill for ill, verdict in self.state.ills.items() if verdict == "yes")

    @property
    def standing(self) -> CameraState:
        """How it is, in a word."""
        if self.driver is None:
            return "unknown" if self.link is None else "offline"
        if self.ills:
            return "ill"
        return "degraded" if self.amiss else "ok"


def cameras_of(running: Running) -> tuple[CameraNow, ...]:
    """Every camera, in the order of the site file."""
    found = (camera_now(running, each) for each in running.configuration.site.devices.values())
    return tuple(each for each in found if each is not None)


def camera_now(running: Running, device: Device) -> CameraNow | None:
    """How a camera is; none for what is no camera."""
    address = _address(running, device)
    if address is None:
        return None
    keeper = running.keepers.get(device.link)
    driver = keeper.driver if keeper else None
    section = running.configuration.sections.get(device.link)
    open_ = driver if isinstance(driver, CameraDriver) else None
    outlook = open_.outlook if open_ is not None else None
    return CameraNow(
        device=device,
        address=address,
        section=section if isinstance(section, CameraSection) else None,
        link=keeper.standing if keeper else None,
        driver=open_,
        opened=outlook.opened if outlook else None,
        state=outlook.state if outlook else None,
        amiss=dict(outlook.amiss) if outlook else {},
    )


def _address(running: Running, device: Device) -> CameraAddress | None:
    if device.kind != KIND:
        return None
    placed = running.configuration.placed.get(device.link, ())
    found = next((each.address for each in placed if each.device.id == device.id), None)
    return found if isinstance(found, CameraAddress) else None
