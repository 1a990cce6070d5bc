"""The gateway: devices in, alarms out."""
