"""Who may command from afar, as the site file has it."""

from __future__ import annotations

from cloud_bridge.order_keys import VerifyingKey
from cloud_bridge.orders import PlatformKey
from edge.commands import Position
from edge.config import Configuration


def allowed(configuration: Configuration) -> Position:
    """Whether commands from afar are carried out, as far as the site file is concerned."""
    return "on" if configuration.commands.allowed else "off"


def keys_of(configuration: Configuration) -> dict[str, PlatformKey]:
    """Who may command from afar, and what."""
    return {
        grant.key: PlatformKey(VerifyingKey(public), grant)
        for public, grant in configuration.commands.keys.items()
    }
