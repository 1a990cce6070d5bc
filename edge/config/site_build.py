"""Sound sections of a site file turned into the site that the rest of the house knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from edge.config.site_file import DeviceSection, GatewaySection, SiteSection
from edge.config.site_reading import Draft
from edge.model import Device, Location
from edge.schema import ONLINE, Profile
from edge.site import Building, Site


def device_of(
    section: DeviceSection, profile: Profile, components: Mapping[str, Location]
) -> Device:
    """A device with its points; a component's point stands under the part after the dot."""
    specs = {"online": ONLINE, **profile.component_points, **profile.points}
    return Device(
        id=section.id,
        kind=profile.kind,
        name=section.name.plain(),
        link=section.link,
        profile=section.profile,
        make=profile.make,
        model=profile.model,
        location=section.location.plain(),
        points={name: spec.plain(name) for name, spec in specs.items()},
        components=components,
    )


def site_of(
    draft: Draft, site: SiteSection, gateway: GatewaySection, devices: Iterable[Device]
) -> Site:
    """The site, once nothing in its file is wrong."""
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
            )
            for building in draft.buildings.values()
        },
        devices={device.id: device for device in devices},
        policies=tuple(policy.plain() for policy in draft.policies.values()),
    )
