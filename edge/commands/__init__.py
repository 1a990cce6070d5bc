"""The only way to a device: permitted, taken once, carried out, observed, answered."""

from edge.commands.switch import Position, RemoteSwitch
from edge.commands.way import Commands, Journal

__all__ = ["Commands", "Journal", "Position", "RemoteSwitch"]
