"""Sound sections of a site file turned into the site that the rest of the house knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from edge.config.lifts import ENTRAPMENT, lift_of
from edge.config.site_file import DeviceSection, GatewaySection, SiteSection
from edge.config.site_reading import Draft
from edge.driver import Placed
from edge.model import Device, Location, Text
from edge.rules.writing import key_of
from edge.schema import AlarmSpec, Profile
from edge.site import Building, Site


def device_of(
    section: DeviceSection, profile: Profile, components: Mapping[str, Location]
) -> Device:
    """A device with its points, which are its profile's unless it reports one in its own way."""
    points = profile.plain_points
    own = {
        name: replace(points[name], report=report.plain())
        for name, report in section.report.items()
        if name in points
    }
    return Device(
        id=section.id,
        kind=profile.kind,
        name=section.name.plain(),
        link=section.link,
        profile=section.profile,
        make=profile.make,
        model=profile.model,
        location=section.location.plain(),
        points={**points, **own} if own else points,
        actions={name: spec.plain(section.id) for name, spec in profile.all_actions.items()},
        components=components,
        direction=section.direction,
    )


def parts_of(
    section: DeviceSection, names: Mapping[str, Text], site: SiteSection | None
) -> Mapping[str, Location]:
    """Where a device's own parts are: where it is, and what they are called in the site's words."""
    own = section.location.plain()
    english = site is not None and site.language == "en"
    return {
        part: replace(own, text=f"{own.text} {name.en if english else name.zh}".strip())
        for part, name in names.items()
    }


def site_of(
    draft: Draft,
    site: SiteSection,
    gateway: GatewaySection,
    placed: Sequence[Placed[Any, Any]],
    alarms: Sequence[tuple[str, str, AlarmSpec]],
) -> Site:
    """The site, once nothing in its file is wrong; `alarms` are device, name and alarm."""
    own = {device: spec for device, name, spec in alarms if name == ENTRAPMENT}
    lifts = [
        (each.device.id, lift_of(each.device, each.profile.lift, own.get(each.device.id)))
        for each in placed
        if each.profile.lift
    ]
    return Site(
        id=site.id,
        name=site.name.plain(),
        gateway=gateway.id,
        timezone=ZoneInfo(site.timezone),
        language=site.language,
        reporter=site.reporter,
        buildings={
            building.id: Building(
                id=building.id,
                name=building.name.plain(),
                units={unit.id: unit.name.plain() for unit in building.units},
                floors=(each.lowest, each.highest) if (each := building.floors) else None,
            )
            for building in draft.buildings.values()
        },
        devices={each.device.id: each.device for each in placed},
        policies=(
            *filter(None, (r.policy(key_of(r, site.id)) for r in draft.rules.rules.values())),
            *(policy.plain() for policy in draft.policies.values()),
        ),
        lifts={device: lift for device, lift in lifts if lift is not None},
        links=tuple(link.id for link in draft.links.values()),
    )
