"""Which topic belongs to which sensor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from edge.drivers.mqtt_json.sensor import Sensor


class Routes:
    """Topics and sensors; built once for a link."""

    def __init__(self, sensors: Sequence[Sensor]) -> None:
        self._sensors: dict[tuple[str, str], Sensor] = {}
        patterns: dict[str, re.Pattern[str]] = {}
        for sensor in sensors:
            for template in sensor.placed.profile.templates:
                self._sensors[template, sensor.placed.address.device_id] = sensor
                patterns[template] = pattern_of(template)
        self._patterns = patterns
        self.subscriptions = tuple(sorted({each.replace("{id}", "+") for each in patterns}))

    def number(self, topic: str) -> str:
        """Return what stands for `{id}` in a topic that is no sensor's of the site."""
        matches = (pattern.fullmatch(topic) for pattern in self._patterns.values())
        return next((match["id"] for match in matches if match), "")

    def find(self, topic: str) -> tuple[Sensor | None, bool]:
        """Return whose topic it is and whether it is one of availability."""
        for template, pattern in self._patterns.items():
            match = pattern.fullmatch(topic)
            sensor = self._sensors.get((template, match["id"])) if match else None
            if sensor is not None:
                return sensor, template != sensor.placed.profile.topic
        return None, False


@cache
def pattern_of(template: str) -> re.Pattern[str]:
    """What a topic looks like; the group `id` is the sensor's own part of it."""
    levels = {"{id}": "(?P<id>[^/]+)", "+": "[^/]+"}
    return re.compile("/".join(levels.get(each, re.escape(each)) for each in template.split("/")))
