"""Any sensor that publishes JSON: where the values lie is a matter of its profile."""

from edge.drivers.mqtt_json.link import KIND

__all__ = ["KIND"]
