"""Who speaks on a link and is no device of the site, remembered for whoever sets the site up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from edge.model import Text

MOST_STRANGERS: Final = 200
"""Remembered for one link; of more, the one that has been silent for longest is forgotten."""

MOST_SAMPLE: Final = 2_048
"""Bytes of what one said last, so that profiles can be tried on it."""

MOST_LETTERS: Final = 120
"""Of a name, and of the line that tells what was said."""

Address: TypeAlias = Mapping[str, str | int]
"""A device's address as its section of the site file wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is known of one who has spoken.

    `address` is empty where only a profile can tell it. `said` is a line for a person; `topic` and
    `sample` are what was said last, pictures and names left out.
    """

    name: str
    address: Address = field(default_factory=dict)
    said: Text
    topic: str = ""
    sample: bytes = b""
    first_seen: datetime
    last_seen: datetime
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How well a profile suits a stranger, from 0 to 1, and the address it would have then."""

    score: float
    address: Address


class Strangers:
    """Written by a link's driver; outlives its sessions, not the gateway."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._known: dict[str, Heard] = {}

    def heard(
        self,
        name: str,
        said: Text,
        *,
        address: Address | None = None,
        topic: str = "",
        sample: bytes = b"",
    ) -> None:
        """Note that one has spoken."""
        name, at = name[:MOST_LETTERS], self._now()
        before = self._known.pop(name, None)
        if before is None and len(self._known) >= MOST_STRANGERS:
            del self._known[next(iter(self._known))]
        self._known[name] = Heard(
            name=name,
            address=address or {},
            said=Text(said.zh[:MOST_LETTERS], said.en[:MOST_LETTERS]),
            topic=topic,
            sample=sample[:MOST_SAMPLE],
            first_seen=at if before is None else before.first_seen,
            last_seen=at,
            count=1 if before is None else before.count + 1,
        )

    def all(self) -> tuple[Heard, ...]:
        """Everyone who is remembered, who spoke last first."""
        return tuple(reversed(self._known.values()))
