"""Fire alarm transmission devices that speak GB/T 26875.3."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from edge.driver import DriverKind
from edge.drivers.gb26875.places import read_places
from edge.drivers.gb26875.profile import GbAddress, GbProfile
from edge.drivers.gb26875.section import GbSection
from edge.drivers.gb26875.strangers import fits
from edge.model import Location


def components(address: GbAddress, folder: Path) -> Mapping[str, Location]:
    """Place what stands behind a device, from the table beside the site file; often there is none.

    `ConfigError` names what is wrong in the table.
    """
    return read_places(folder / address.places) if address.places else {}


KIND = DriverKind(
    name="gb26875",
    section=GbSection,
    address=GbAddress,
    profile=GbProfile,
    components=components,
    fits=fits,
    tables=("places",),
)
