"""What a kept event says of an alarm, read back from the document that the platform gets; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from edge.model import Text

Plain: TypeAlias = bool | int | float | str | None


class Both(msgspec.Struct, frozen=True):
    """Words in both languages."""

    zh: str = ""
    en: str = ""

    def plain(self) -> Text:
        """The words as the rest of the house knows them."""
        return Text(self.zh, self.en)


class Where(msgspec.Struct, frozen=True):
    """Where it happened."""

    text: Both = Both()


class Of(msgspec.Struct, frozen=True):
    """The device that it is about."""

    id: str = ""


class About(msgspec.Struct, frozen=True):
    """The alarm."""

    key: str = ""
    category: str = ""
    text: Both | None = None
    latched: bool = False
    suppressed: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """What was done to it, or happened to it."""

    what: str = ""
    by: str = ""
    reason: str = ""
    until: datetime | None = None


class Cause(msgspec.Struct, frozen=True):
    """What made its condition true."""

    point: str = ""
    value: Plain = None
    unit: str = ""
    limit: Plain = None
    about: str = ""
    text: Both = Both()


class Issue(msgspec.Struct, frozen=True):
    """Its issue, as it was opened, or what became of it; an escalation names it only."""

    id: str = ""
    state: str = ""
    by: str = ""
    party: str = ""
    respond_by: datetime | None = None
    resolve_by: datetime | None = None
    parties: tuple[str, ...] = ()


class Escalation(msgspec.Struct, frozen=True):
    """Who was told because nobody came."""

    level: int = 0
    to: str = ""
    overdue: str = ""


class Said(msgspec.Struct, frozen=True):
    """All that an event may say."""

    location: Where = Where()
    device: Of = Of()
    alarm: About = About()
    cause: Cause | None = None
    change: Change | None = None
    issue: Issue | str | None = None
    escalation: Escalation | None = None


class Told(msgspec.Struct, frozen=True):
    """An event."""

    severity: int = 0
    data: Said = Said()


def told(event: Mapping[str, Any]) -> Told:
    """What an event says, as far as a page wants to know."""
    return msgspec.convert(event, type=Told)


def told_in(body: bytes) -> Told:
    """The same, of an event as it was kept."""
    return msgspec.json.decode(body, type=Told)
