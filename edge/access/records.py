"""Accounts, sessions and tokens as they are shown: nothing in here opens a door but `Opened`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from edge.access.roles import Principal, Role

PageLanguage: TypeAlias = Literal["", "zh", "en"]
"""Of the pages; empty for what the browser asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may log in; `buildings` empty means the whole site."""

    name: str
    role: Role
    buildings: frozenset[str] = frozenset()
    language: PageLanguage = ""
    created_at: datetime
    last_login: datetime | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """A browser that is logged in; `expires_at` if nothing more is asked for."""

    id: str
    account: str
    created_at: datetime
    last_seen: datetime
    expires_at: datetime
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """A program that may ask; without `expires_at` until it is revoked."""

    id: str
    name: str
    role: Role
    buildings: frozenset[str] = frozenset()
    created_at: datetime
    expires_at: datetime | None
    last_used: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A new session; `secret` goes into the cookie and is shown to nobody else."""

    secret: str = field(repr=False)
    principal: Principal
    expires_at: datetime
