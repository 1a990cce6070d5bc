"""A camera as its driver sees it."""

from __future__ import annotations

from typing import TypeAlias

from edge.driver import Placed
from edge.drivers.camera.profile import CameraProfile
from edge.vision.sections.zone import CameraAddress

CameraPlaced: TypeAlias = Placed[CameraProfile, CameraAddress]
