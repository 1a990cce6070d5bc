"""Who has spoken on the links and is no device of the site, with the profiles that suit them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from edge.driver import DriverKind, Kinds
from edge.drivers import KINDS
from edge.keeper import Keeper
from edge.model import Text
from edge.schema import Profile
from edge.strangers import Address, Fit, Heard

MOST_PROFILES: Final = 5
"""Offered for one stranger; who finds none among them looks at the list of all."""

_NO_PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """One who has spoken.

    `address` is what to write in the section `address` of the site file with the first of
    `profiles` (of a box that dials in, in its link's `transport`); empty where that is not known.
    `said` is one readable line. `profiles` are ids, best first.
    """

    link: str
    address: Address
    name: str
    first_seen: datetime
    last_seen: datetime
    count: int
    said: Text
    profiles: tuple[str, ...]


def strangers(
    keepers: Iterable[Keeper],
    profiles: Mapping[str, Profile] = _NO_PROFILES,
    kinds: Kinds = KINDS,
) -> list[Stranger]:
    """Return everyone who is remembered on these links, who spoke last first.

    `profiles` are those that are tried on what they said, by their ids; see `catalogue`.
    """
    found = [
        _stranger(keeper.id, heard, profiles, kinds.get(keeper.link.kind))
        for keeper in keepers
        for heard in keeper.trace.strangers.all()
    ]
    return sorted(found, key=lambda each: each.last_seen, reverse=True)


def _stranger(
    link: str, heard: Heard, profiles: Mapping[str, Profile], kind: DriverKind | None
) -> Stranger:
    fitting: list[tuple[Fit, str]] = []
    if kind is not None and kind.fits is not None:
        for name, profile in profiles.items():
            fit = kind.fits(profile, heard) if profile.driver == kind.name else None
            if fit is not None:
                fitting.append((fit, name))
    fitting.sort(key=lambda each: (-each[0].score, each[1]))
    return Stranger(
        link=link,
        address=fitting[0][0].address if fitting else heard.address,
        name=heard.name,
        first_seen=heard.first_seen,
        last_seen=heard.last_seen,
        count=heard.count,
        said=heard.said,
        profiles=tuple(name for _, name in fitting[:MOST_PROFILES]),
    )
