"""The registry of drivers: one line for each protocol."""

from __future__ import annotations

from typing import Final

from edge.driver import DriverKind
from edge.drivers import camera, gb26875, modbus, mqtt_gate, mqtt_json

KINDS: Final[tuple[DriverKind, ...]] = (
    camera.KIND,
    gb26875.KIND,
    modbus.KIND,
    mqtt_gate.KIND,
    mqtt_json.KIND,
)
