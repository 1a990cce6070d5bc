"""Which certificates end soon: told at thirty days, fourteen, seven, one, and at the end; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from cloud_bridge.wire import CertificateStatus
from edge.model import CertificateEnding

STAGES: Final = (30, 14, 7, 1, 0)
"""Days before the end; 0: it is over."""


class Stage(msgspec.Struct, frozen=True):
    """So close to its end has a certificate come; one that is renewed ends at another time."""

    use: str
    whose: str
    ends: datetime
    days: int


class Expiry(msgspec.Struct, frozen=True):
    """What was told, of certificates that are still there."""

    told: tuple[Stage, ...] = ()

    def look(
        self, certificates: Iterable[CertificateStatus], now: datetime
    ) -> tuple[Expiry, tuple[CertificateEnding, ...]]:
        """Return what is remembered from now on, and what is to be told.

        Of several stages that were passed only the last is told: a gateway that was off for a
        month says it once.
        """
        stages = dict.fromkeys(filter(None, (_stage(each, now) for each in certificates)))
        events = (
            CertificateEnding(
                use=stage.use, whose=stage.whose, days=stage.days, ends=stage.ends, at=now
            )
            for stage in stages
            if stage not in self.told
        )
        return Expiry(tuple(stages)), tuple(events)


def _stage(certificate: CertificateStatus, now: datetime) -> Stage | None:
    """Return the last stage that it has passed; none while it lasts for longer, or has no end."""
    ends = certificate.ends
    if ends is None:
        return None
    passed = [days for days in STAGES if ends - now <= timedelta(days=days)]
    return Stage(certificate.use, certificate.whose, ends, passed[-1]) if passed else None
