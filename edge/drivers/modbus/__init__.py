"""Modbus: lifts, breakers and sensor boxes over TCP, serial lines and 4G boxes that dial in."""

from edge.driver import DriverKind
from edge.drivers.modbus.link import ModbusLink, ModbusSection
from edge.drivers.modbus.profile import ModbusProfile
from edge.drivers.modbus.section import ModbusAddress

KIND = DriverKind(
    name="modbus", section=ModbusSection, address=ModbusAddress, profile=ModbusProfile
)

__all__ = ["KIND", "ModbusAddress", "ModbusLink", "ModbusProfile", "ModbusSection"]
