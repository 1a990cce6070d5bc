"""All that is fuzzed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.fuzz import (
    camera_targets,
    file_targets,
    fire_targets,
    local_targets,
    modbus_targets,
    mqtt_targets,
    platform_targets,
    store_targets,
)
from tests.fuzz.target import Target

TARGETS: Final[Mapping[str, Target]] = {
    target.name: target
    for module in (
        fire_targets,
        modbus_targets,
        mqtt_targets,
        camera_targets,
        platform_targets,
        file_targets,
        store_targets,
        local_targets,
    )
    for target in module.TARGETS
}
