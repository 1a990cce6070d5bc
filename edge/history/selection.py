"""Which points somebody wants: by name, device, kind or place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edge.history.export import Label
from edge.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Points of these names, or that fit such patterns; what is empty leaves none out."""

    points: Sequence[str] = ()
    device: str = ""
    kind: str = ""
    building: str = ""
    floor: str = ""

    @property
    def patterns(self) -> Sequence[str]:
        """The names to look for."""
        return self.points or (f"{self.device}/*" if self.device else "*",)

    def fits(self, point: str, site: Site) -> bool:
        """Whether a point is one of those that are wanted, where it stands on this site."""
        name = point.partition("/")[0]
        if self.device not in {"", name}:
            return False
        device, place = site.devices.get(name), site.locate(point)
        return (
            (not self.kind or (device is not None and device.kind == self.kind))
            and self.building in {"", place.building}
            and self.floor in {"", place.floor}
        )


def labels(points: Iterable[str], site: Site) -> Mapping[str, Label]:
    """Return what the points of devices are called, in the language of the site."""
    found: dict[str, Label] = {}
    for name in points:
        device_id, _, rest = name.partition("/")
        component, _, bare = rest.rpartition(".")
        device = site.devices.get(device_id)
        point = device.points.get(bare) if device else None
        if device is not None and point is not None:
            words = (getattr(each, site.language) for each in (device.name, point.text))
            called, read = words
            found[name] = Label(" ".join(filter(None, (called, component, read))), point.unit)
    return found
