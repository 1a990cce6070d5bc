"""Face gates of the "Terminal MQTT Protocol" family behind a broker."""

from edge.drivers.mqtt_gate.link import KIND

__all__ = ["KIND"]
