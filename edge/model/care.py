"""What the gateway tells of itself, so that somebody far away can care for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from edge.model.nouns import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkChanged:
    """No way to a platform has been up since `since`, for longer than the site allows; or one is.

    Told once each time, however often the line comes and goes in between.
    """

    uplink: str
    state: Literal["offline", "online"]
    reason: str
    since: datetime
    at: datetime

    @property
    def kind(self) -> str:
        """Which of the two it is."""
        return f"uplink.{self.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferChanged:
    """While a platform is away: the disk lasts for `left`, which is less than `limit`; or more."""

    state: Literal["low", "enough"]
    left: timedelta | None
    limit: timedelta
    at: datetime

    @property
    def kind(self) -> str:
        """Which of the two it is."""
        return f"buffer.{self.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditMarked:
    """How far the audit log had come: the number and the hash of its last line.

    Whoever has this elsewhere can tell a log that was written anew from the one that was.
    """

    number: int
    hash: str
    at: datetime
    kind: Literal["audit.marked"] = "audit.marked"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateEnding:
    """A certificate ends within so many `days`, or has ended where they are 0.

    `use` is what for: the page's, the gateway's own at `whose` broker, or the authority that is
    trusted there.
    """

    use: str
    whose: str
    days: int
    ends: datetime
    at: datetime
    kind: Literal["certificate.ending"] = "certificate.ending"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationChanged:
    """What became of a configuration that the platform has sent as its `revision`.

    `accepted`: it is on trial. `refused`: nothing was changed. `hash` is that of its files, which
    are the gateway's own `version` now; `reasons` say why it was refused or taken back.
    """

    state: Literal["accepted", "refused", "applied", "rolled_back"]
    revision: int
    by: str
    at: datetime
    version: int = 0
    hash: str = ""
    reasons: tuple[Text, ...] = ()

    @property
    def kind(self) -> str:
        """Which of the four it is."""
        return f"config.{self.state}"


OfferState: TypeAlias = Literal["accepted", "refused", "fetched", "waiting", "installing"]

OfferPhase: TypeAlias = OfferState | Literal["installed", "failed"]
"""Where an offer stands; of the last two `GatewayChanged` tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOffered:
    """What became of a `release` that the platform has offered as its `offer`.

    `accepted`: it is fetched now. `waiting`: it is here, and may not be installed yet. `refused`:
    nothing of it is left here. `reasons` say why. How it went once it is installed is told as that
    of any other release, see `GatewayChanged`.
    """

    state: OfferState
    offer: int
    release: str
    by: str
    at: datetime
    reasons: tuple[Text, ...] = ()

    @property
    def kind(self) -> str:
        """Which of the five it is."""
        return f"update.{self.state}"
