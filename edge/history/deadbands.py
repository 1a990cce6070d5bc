"""How much a value has to change before that says anything new."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeGuard

from edge.model import Value
from edge.site import Site

_NONE: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType({})


class Deadbands:
    """The deadbands of a site's points; a component's point has that of its device."""

    def __init__(self, bands: Mapping[str, Mapping[str, float]] = _NONE) -> None:
        self._bands = bands

    @classmethod
    def of(cls, site: Site) -> Deadbands:
        """Return those of a site."""
        bands = {
            device.id: {name: point.deadband for name, point in device.points.items()}
            for device in site.devices.values()
        }
        return cls({device: named for device, named in bands.items() if any(named.values())})

    def band(self, point: str) -> float:
        """Return the smallest change that counts at a point; 0 where every change does."""
        device, _, name = point.partition("/")
        bands = self._bands.get(device)
        return 0.0 if bands is None else bands.get(name.rpartition(".")[2], 0.0)


def near(value: Value | None, was: Value | None, band: float) -> bool:
    """Whether two values that differ differ by less than counts."""
    return bool(band) and _counts(value) and _counts(was) and abs(value - was) < band


def _counts(value: Value | None) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
