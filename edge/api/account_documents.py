"""Accounts, sessions, tokens and what was done, as the API speaks of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, SecretStr

from edge.access.accounts import Account, SessionLine, TokenLine
from edge.access.audit import AuditLine
from edge.access.roles import GRANTS, Door, Permission, Principal, Role
from edge.api.words import Document

Password: TypeAlias = Annotated[SecretStr, Field(min_length=1, max_length=512)]
AccountName: TypeAlias = Annotated[str, Field(min_length=1, max_length=64)]
Buildings: TypeAlias = Annotated[
    tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=200)
]
PageLanguage: TypeAlias = Literal["", "zh", "en"]

SCOPE = "The buildings that it is for; empty for the whole site."


class Login(Document):
    """Who wants to come in."""

    name: AccountName
    password: Password


class Enrol(Login):
    """The first admin, with the code that the gateway shows to whoever stands before it."""

    code: Annotated[str, Field(min_length=1, max_length=128)]


class CodeView(Document):
    """A code that makes one admin; a further one makes it worthless."""

    code: str


class MeView(Document):
    """Who asks, and what they may; `csrf` goes into the header X-CSRF-Token of what changes."""

    name: str
    role: Role
    door: Door
    buildings: tuple[str, ...]
    permissions: tuple[Permission, ...]
    language: PageLanguage = ""
    csrf: str = ""

    @classmethod
    def of(cls, who: Principal, language: PageLanguage, csrf: str) -> MeView:
        """Somebody as the API shows them to themselves."""
        return cls(
            name=who.name,
            role=who.role,
            door=who.door,
            buildings=tuple(sorted(who.buildings)),
            permissions=tuple(sorted(each for each in GRANTS[who.role] if who.may(each))),
            language=language,
            csrf=csrf,
        )


class MyChange(Document):
    """What one may change of one's own account."""

    language: PageLanguage


class MyPassword(Document):
    """Another password for one's own account."""

    old: Password
    new: Password


class AccountView(Document):
    """A person who may log in."""

    name: str
    role: Role
    buildings: tuple[str, ...]
    language: PageLanguage
    created_at: datetime
    last_login: datetime | None
    disabled: bool

    @classmethod
    def of(cls, account: Account) -> AccountView:
        """An account as the API shows it."""
        return cls(
            name=account.name,
            role=account.role,
            buildings=tuple(sorted(account.buildings)),
            language=account.language,
            created_at=account.created_at,
            last_login=account.last_login,
            disabled=account.disabled,
        )


class NewAccount(
    Document,
    json_schema_extra={
        "examples": [
            {
                "name": "wang",
                "password": "a sentence that only wang knows",
                "role": "technician",
                "buildings": ["b1"],
            }
        ]
    },
):
    """A person who may log in from now on."""

    name: AccountName
    password: Password
    role: Role
    buildings: Buildings = Field((), description=SCOPE)


class AccountChange(Document):
    """What is to be another; what is left out stays."""

    role: Role | None = None
    buildings: Buildings | None = Field(None, description=SCOPE)
    disabled: bool | None = None
    language: PageLanguage | None = None


class NewPassword(Document):
    """Another password for somebody; whoever is logged in with the old one is so no longer."""

    password: Password


class SessionView(Document):
    """A browser that is logged in."""

    id: str
    account: str
    created_at: datetime
    last_seen: datetime
    expires_at: datetime
    address: str

    @classmethod
    def of(cls, line: SessionLine) -> SessionView:
        """A session as the API shows it."""
        return cls(
            id=line.id,
            account=line.account,
            created_at=line.created_at,
            last_seen=line.last_seen,
            expires_at=line.expires_at,
            address=line.address,
        )


class TokenView(Document):
    """A program that may ask."""

    id: str
    name: str
    role: Role
    buildings: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used: datetime | None

    @classmethod
    def of(cls, line: TokenLine) -> TokenView:
        """A token as the API shows it."""
        return cls(
            id=line.id,
            name=line.name,
            role=line.role,
            buildings=tuple(sorted(line.buildings)),
            created_at=line.created_at,
            expires_at=line.expires_at,
            last_used=line.last_used,
        )


class NewToken(
    Document, json_schema_extra={"examples": [{"name": "grafana", "role": "viewer", "days": 365}]}
):
    """A program that may ask from now on, for so many days or until it is revoked."""

    name: AccountName
    role: Role
    buildings: Buildings = Field((), description=SCOPE)
    days: Annotated[int, Field(ge=1, le=3_650)] | None = None


class MadeToken(TokenView):
    """A token with its secret, which is shown this once."""

    secret: str


class AuditView(Document):
    """One thing that somebody did, or tried."""

    number: int
    at: datetime
    who: str
    role: str
    door: str
    address: str
    what: str
    about: str
    outcome: str
    detail: Mapping[str, str]

    @classmethod
    def of(cls, line: AuditLine) -> AuditView:
        """A line as the API shows it."""
        return cls(
            number=line.number,
            at=line.at,
            who=line.who,
            role=line.role,
            door=line.door,
            address=line.address,
            what=line.what,
            about=line.about,
            outcome=line.outcome,
            detail=dict(line.detail),
        )
