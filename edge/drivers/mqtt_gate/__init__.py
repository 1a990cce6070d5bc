"""Face gates of the "Terminal MQTT Protocol" family behind a broker."""

from __future__ import annotations

from typing import Final

from edge.driver import DriverKind
from edge.drivers.mqtt_gate.link import GateSection
from edge.drivers.mqtt_gate.profile import GateAddress, GateProfile
from edge.drivers.mqtt_gate.strangers import fits

KIND: Final = DriverKind(
    name="mqtt_gate", section=GateSection, address=GateAddress, profile=GateProfile, fits=fits
)
