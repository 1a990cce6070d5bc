"""Small sites to be drawn: devices made from shipped profiles, and readings that they gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from edge.api.ui.now.picture import Looks, Picture, Scene
from edge.api.ui.now.plan import plan_of
from edge.config.lifts import ENTRAPMENT, lift_of
from edge.config.site_build import device_of
from edge.config.site_file import DeviceSection, LocationSection
from edge.model import (
    Alarm,
    AlarmRaised,
    Cause,
    Device,
    Lane,
    LinkChanged,
    Location,
    Quality,
    Reading,
    Text,
    Value,
)
from edge.profiles import Profiles
from edge.schema import Text as Both
from edge.site import Building, Lift, Site
from tests.fakes.site import bare_site

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PROFILES = Profiles()


@cache
def device(name: str, profile: str, **place: str) -> Device:
    """A device of a shipped profile, standing somewhere."""
    section = DeviceSection(
        id=name,
        link="bus",
        profile=profile,
        name=Both(zh=name, en=name),
        location=LocationSection(**place),
    )
    return device_of(section, PROFILES.get(profile), {})


def with_detectors(panel: Device, places: Mapping[str, Location]) -> Device:
    """A panel with what hangs behind it."""
    return replace(panel, components=places)


def lift(of: Device) -> Lift | None:
    """How its car is followed."""
    profile = PROFILES.get(of.profile)
    return lift_of(of, profile.lift, profile.alarms.get(ENTRAPMENT)) if profile.lift else None


def site_of(*devices: Device, buildings: Iterable[Building] = ()) -> Site:
    """A site of these devices; its buildings have floors -1 to 6 and no units by default."""
    known = {each.id: each for each in buildings}
    named = {each.location.building for each in devices} - {"", *known}
    known |= {n: Building(id=n, name=Text(n, n), floors=(-1, 6)) for n in sorted(named)}
    site = bare_site(devices={each.id: each for each in devices}, buildings=known)
    lifts = {each.id: lift(each) for each in devices}
    return replace(site, lifts={n: each for n, each in lifts.items() if each}, links=("bus",))


def readings(
    values: Mapping[str, Value], age: float = 1.0, quality: Quality = Quality.GOOD
) -> dict[str, Reading]:
    """Readings of these points, so many seconds old."""
    at = NOW - timedelta(seconds=age)
    return {p: Reading(point=p, value=v, at=at, quality=quality) for p, v in values.items()}


def alarm(key: str, lane: Lane, category: str = "x.y", point: str = "", number: int = 1) -> Alarm:
    """An active alarm of a device, or of what hangs behind it."""
    raised = AlarmRaised(
        alarm=key,
        device=key.partition("/")[0],
        rule=key,
        category=category,
        severity=500,
        lane=lane,
        text=Text("报警", "alarm"),
        cause=Cause(point=point, value=True),
        at=NOW,
    )
    return Alarm(key=key, number=number, raised=raised, since=NOW)


def looks(
    site: Site,
    told: Mapping[str, Reading],
    *active: Alarm,
    links: Mapping[str, LinkChanged] | None = None,
) -> Looks:
    """How a site looks."""
    scene = Scene(readings=told, links=links or {}, active=active, at=NOW)
    return dict(Picture(site, plan_of(site)).looks(scene))
