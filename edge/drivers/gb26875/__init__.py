"""Fire alarm transmission devices that speak GB/T 26875.3."""

from edge.driver import DriverKind
from edge.drivers.gb26875.profile import GbAddress, GbProfile
from edge.drivers.gb26875.section import GbSection

KIND = DriverKind(name="gb26875", section=GbSection, address=GbAddress, profile=GbProfile)
