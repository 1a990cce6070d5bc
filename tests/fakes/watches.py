"""Watches in zones as a site file would have them, ready to be shown scenes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from edge.vision.analytics.watching import Watching, watching
from edge.vision.sections.zone import CameraAddress, ZoneSection

WHOLE: Sequence[tuple[float, float]] = ((0, 0), (1, 0), (1, 1), (0, 1))
MIDDLE: Sequence[tuple[float, float]] = ((0.3, 0), (0.7, 0), (0.7, 1), (0.3, 1))
"""The part of the picture between 0.3 and 0.7 of its width."""


def zone(
    what: str,
    *,
    area: Sequence[tuple[float, float]] | None = MIDDLE,
    line: Sequence[tuple[float, float]] | None = None,
    **options: object,
) -> ZoneSection:
    """A zone with one watch."""
    section = {
        "name": {"zh": "院子", "en": "Yard"},
        **({"line": line} if line else {"area": area}),
        "watch": [{"what": what, **options}],
    }
    return ZoneSection.model_validate_json(json.dumps(section))


def watch(what: str, **options: object) -> Watching:
    """The one watch of a zone that is called `yard`; options as for `zone`."""
    return watching("yard", zone(what, **options))[0]  # type: ignore[arg-type] # each by its name


def address(what: str = "intrusion", **options: object) -> CameraAddress:
    """A camera with that zone."""
    return CameraAddress(zones={"yard": zone(what, **options)})  # type: ignore[arg-type] # by name
