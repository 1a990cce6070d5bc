"""What devices are told, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from edge.model.nouns import Value

Issuer: TypeAlias = Literal["platform", "technician", "rule"]
"""Who asks: from afar and signed, at the site, or a rule of the gateway itself."""

Outcome: TypeAlias = Literal["done", "rejected", "expired", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A request that a device do something, by whoever issued it.

    `about` is the key of the alarm that it is given for, empty where there is none.
    """

    id: str
    device: str
    action: str
    issued_by: str
    expires_at: datetime
    args: Mapping[str, Value] = field(default_factory=dict)
    issuer: Issuer = "rule"
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """What became of one command; the acknowledgement its issuer waits for.

    `observed` is whether it was seen to have happened, empty where that cannot be seen.
    """

    command: str
    device: str
    action: str
    outcome: Outcome
    at: datetime
    detail: str = ""
    observed: Literal["", "yes", "no"] = ""
    issued_by: str = ""
    kind: Literal["command.result"] = "command.result"
