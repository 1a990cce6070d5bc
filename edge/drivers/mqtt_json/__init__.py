"""Any sensor that publishes JSON: where the values lie is a matter of its profile."""

from __future__ import annotations

from typing import Final

from edge.driver import DriverKind
from edge.drivers.mqtt_json.link import SensorSection
from edge.drivers.mqtt_json.profile import JsonAddress, JsonProfile
from edge.drivers.mqtt_json.strangers import fits

KIND: Final = DriverKind(
    name="mqtt_json", section=SensorSection, address=JsonAddress, profile=JsonProfile, fits=fits
)
