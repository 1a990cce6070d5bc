"""The pieces that the site file and the profiles are both written in."""

from edge.duration import Duration
from edge.faults import fault
from edge.schema.alarm import COMPARISONS, EVENTS, NUMERIC, AlarmSpec, Condition, Realarm
from edge.schema.lift import LiftSpec
from edge.schema.pieces import (
    ActionSpec,
    Id,
    Kind,
    Name,
    ObserveSpec,
    PointSpec,
    ReportSpec,
    Scalar,
    Strict,
    Text,
    scaled,
)
from edge.schema.profile import ONLINE, DoorSpec, Profile

__all__ = [
    "COMPARISONS",
    "EVENTS",
    "NUMERIC",
    "ONLINE",
    "ActionSpec",
    "AlarmSpec",
    "Condition",
    "DoorSpec",
    "Duration",
    "Id",
    "Kind",
    "LiftSpec",
    "Name",
    "ObserveSpec",
    "PointSpec",
    "Profile",
    "Realarm",
    "ReportSpec",
    "Scalar",
    "Strict",
    "Text",
    "fault",
    "scaled",
]
