"""A site as the site file describes it, resolved: places, devices, policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from edge.model import Device, Location, Text

Party = Literal["property", "community", "street_office", "owners_committee", "residents"]
Scope = Literal["community", "building", "unit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A building with the names of its units; both are named as residents know them."""

    id: str
    name: Text
    units: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePolicy:
    """How an alarm becomes an issue (问题上报/报修)."""

    category: str
    title: Text
    respond_within: timedelta
    resolve_within: timedelta
    parties: tuple[Party, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePolicy:
    """How an alarm becomes a notice (通知公告) to those who live there."""

    title: Text
    text: Text
    audience: Scope
    publish: Literal["draft", "at_once"]
    lasts: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What becomes of the alarms whose category fits `alarms` (a glob such as `lift.*`)."""

    alarms: str
    issue: IssuePolicy | None = None
    notice: NoticePolicy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What one gateway serves."""

    id: str
    name: Text
    gateway: str
    timezone: ZoneInfo
    language: Literal["zh", "en"]
    reporter: str
    buildings: Mapping[str, Building]
    devices: Mapping[str, Device]
    policies: tuple[Policy, ...]

    def locate(self, subject: str) -> Location:
        """Where a device, or the component a point belongs to, stands.

        Of a component that nobody has placed only the building is known, and its address:
        to name the panel's own room would send people to the wrong floor.
        """
        device_id, _, name = subject.partition("/")
        device = self.devices.get(device_id)
        if device is None:
            return Location()
        component, dot, _ = name.partition(".")
        if not dot:
            return device.location
        unplaced = Location(building=device.location.building, text=f"[{component}]")
        return device.components.get(component, unplaced)
