"""Cameras: what is seen in their pictures, and what they find by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.driver import DriverKind
from edge.drivers.camera.profile import CameraProfile
from edge.drivers.camera.section import CameraSection
from edge.model import Text
from edge.vision.sections.zone import CameraAddress


def parts(address: CameraAddress) -> Mapping[str, Text]:
    """A camera's zones, by their names."""
    return {zone: section.name.plain() for zone, section in address.zones.items()}


KIND: Final = DriverKind(
    name="camera",
    section=CameraSection,
    address=CameraAddress,
    profile=CameraProfile,
    parts=parts,
)
