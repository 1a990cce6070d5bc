"""Roles, what each may do, and who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Role: TypeAlias = Literal["viewer", "technician", "admin", "auditor"]

Permission: TypeAlias = Literal["look", "inspect", "operate", "configure", "audit", "administer"]
"""`look` at the site; `inspect`: see the pictures that cameras have kept; `operate`: acknowledge,
shelve, command a device; `configure`: devices, rules, the site file; `audit`: read who did what;
`administer`: accounts, certificates, backups."""

GRANTS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        "viewer": frozenset({"look"}),
        "technician": frozenset({"look", "inspect", "operate", "configure"}),
        "admin": frozenset({"look", "inspect", "operate", "configure", "audit", "administer"}),
        "auditor": frozenset({"look", "audit"}),
    }
)

SITE_WIDE: Final[frozenset[Permission]] = frozenset({"configure", "audit", "administer"})
"""What nobody has whose account is for some buildings only."""

Door: TypeAlias = Literal["session", "token", "socket", "platform"]
"""How somebody came in: a browser, a program, the socket that the operating system guards, or with
an order that the platform has signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks; `buildings` empty means the whole site, `session` is its id, or the token's."""

    name: str
    role: Role
    door: Door
    buildings: frozenset[str] = frozenset()
    session: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether the role grants it, and the scope does not take it away."""
        if self.buildings and permission in SITE_WIDE:
            return False
        return permission in GRANTS[self.role]

    def sees(self, building: str) -> bool:
        """Whether what stands in this building, or in none, concerns this account."""
        return not self.buildings or building in self.buildings
