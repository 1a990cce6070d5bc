"""What an account or a token may be called, and which roles are for some buildings only."""

from __future__ import annotations

import unicodedata
from typing import Final

from edge.access.refused import Refused
from edge.access.roles import Role
from edge.model import Text

LONGEST: Final = 40
MARKS: Final = "._-@"

SITE_ROLES: Final[frozenset[Role]] = frozenset({"admin", "auditor"})
"""Those that are for the whole site or for nothing."""


def name_of(typed: str) -> str:
    """Return the name as it is kept: small letters, so that nobody is two people; or `Refused`."""
    name = unicodedata.normalize("NFKC", typed).strip().casefold()
    fits = name[:1].isalnum() and all(c.isalnum() or c in MARKS for c in name)
    if not fits or len(name) > LONGEST:
        raise Refused(
            Text(
                f"名称以汉字、字母或数字开头，最多 {LONGEST} 个字，中间可用 {MARKS}",
                f"a name begins with a letter or digit and has at most {LONGEST} of them,"
                f" or of {MARKS}",
            )
        )
    return name


def name_meant(typed: str) -> str:
    """Return the name that somebody may mean who logs in; what cannot be one is left as it is."""
    try:
        return name_of(typed)
    except Refused:
        return typed[:LONGEST]


def scope_of(role: Role, buildings: frozenset[str]) -> frozenset[str]:
    """Return the buildings; `Refused` for a role that is for the whole site."""
    if buildings and role in SITE_ROLES:
        raise Refused(
            Text(
                "管理员和审计员对整个小区负责，不能只限几栋楼",
                "an admin or an auditor is for the whole site, not for some buildings",
            )
        )
    return buildings
