"""A site as the site file describes it, resolved: places, devices, policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Final, Literal
from zoneinfo import ZoneInfo

from edge.model import AlarmRaised, Device, Lane, Location, Party, Text, Value

Scope = Literal["community", "building", "unit"]

USUAL_STORE: Final = "var"
"""The folder in which a gateway keeps all, beside its site file that names no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A building with the names of its units; both are named as residents know them.

    `floors` are the lowest and the highest, where the site file says so.
    """

    id: str
    name: Text
    units: Mapping[str, Text] = field(default_factory=dict)
    floors: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Who is told, one after the other, when nobody responds or resolves in time."""

    to: tuple[Party, ...] = ()
    every: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePolicy:
    """How an alarm becomes an issue (问题上报/报修)."""

    category: str
    title: Text
    respond_within: timedelta
    resolve_within: timedelta
    parties: tuple[Party, ...]
    escalation: Escalation = Escalation()


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
    """What becomes of the alarms whose category fits `alarms` (a glob such as `lift.*`).

    With `alarm` it is about the alarm of that key only.
    """

    alarms: str
    alarm: str = ""
    issue: IssuePolicy | None = None
    notice: NoticePolicy | None = None

    def fits(self, raised: AlarmRaised) -> bool:
        """Whether it is about this alarm."""
        if self.alarm and self.alarm != raised.alarm:
            return False
        return fnmatchcase(raised.category, self.alarms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A point (`lift-3/speed`) and what its value has to be for a fact to be claimed."""

    point: str
    holds: Callable[[Value], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWord:
    """How a lift itself says that passengers are trapped, and how that is told.

    It has to `last` before it is told, and to be over `over` long before that is.
    """

    says: Claim
    lasts: timedelta
    over: timedelta
    category: str
    severity: int
    lane: Lane
    text: Text
    group: str = ""
    latch: bool = False
    realarm: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """How a lift's car is followed: what claims each fact, by the names in its profile.

    The built-in rule `entrapment` watches `own` too, so that alarm has no rule of its own.
    `floor` is what its point of that name says: a floor's name, or its number from the lowest.
    """

    facts: Mapping[str, tuple[Claim, ...]]
    own: OwnWord | None = None
    floor: Literal["named", "counted"] = "named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What one gateway serves; `lifts` are those whose car can be followed, `links` all ids."""

    id: str
    name: Text
    gateway: str
    timezone: ZoneInfo
    language: Literal["zh", "en"]
    reporter: str
    buildings: Mapping[str, Building]
    devices: Mapping[str, Device]
    policies: tuple[Policy, ...]
    lifts: Mapping[str, Lift] = field(default_factory=dict)
    links: tuple[str, ...] = ()

    def policy_for(self, raised: AlarmRaised) -> Policy | None:
        """The first policy that fits the alarm."""
        return next((policy for policy in self.policies if policy.fits(raised)), None)

    def location_of(self, raised: AlarmRaised) -> Location:
        """Where the alarm is: as it says itself, or where its cause or its device stands."""
        return raised.location or self.locate(raised.cause.point or raised.device)

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
