"""How well a camera serves while its pictures come: what is amiss is told once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from edge.model import DeviceChanged

BEGINS_S: Final = 5.0
"""How long something is amiss before it is told: a busy second is none."""
ENDS_S: Final = 15.0
"""How long it is well before that is told."""


class Troubles:
    """Those of one camera in one session; `t` is seconds of the loop's clock."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._since: dict[str, float] = {}
        self._well: dict[str, float] = {}
        self._told: frozenset[str] = frozenset()

    def follow(self, amiss: Mapping[str, str], at: datetime, t: float) -> DeviceChanged | None:
        """Take what is amiss now, each by its kind with its words; tell a change of kinds."""
        for kind in amiss:
            self._since.setdefault(kind, t)
            self._well.pop(kind, None)
        for kind in tuple(self._since):
            if kind not in amiss:
                well = self._well.setdefault(kind, t)
                if kind not in self._told or t - well >= ENDS_S:
                    del self._since[kind]
                    self._well.pop(kind, None)
        standing = frozenset(
            kind
            for kind, since in self._since.items()
            if kind in self._told or t - since >= BEGINS_S
        )
        if standing == self._told:
            return None
        worse = standing - self._told
        self._told = standing
        if not standing:
            return self._changed("online", "well again", at)
        words = [amiss[kind] for kind in sorted(standing) if kind in amiss]
        return self._changed("degraded", "; ".join(words), at) if worse or words else None

    def _changed(self, state: str, reason: str, at: datetime) -> DeviceChanged:
        return DeviceChanged(
            device=self._device,
            state="online" if state == "online" else "degraded",
            reason=reason,
            at=at,
        )
