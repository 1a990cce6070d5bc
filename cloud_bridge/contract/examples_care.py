"""Examples of what the gateway tells of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from edge.model import (
    AuditMarked,
    BufferChanged,
    CertificateEnding,
    ConfigurationChanged,
    Event,
    ReleaseOffered,
    Text,
    UplinkChanged,
)


def care_events(at: datetime) -> Iterator[Event]:
    """A platform that is away for long, and what is told of the audit log each hour."""
    back = at + timedelta(hours=30)
    away = UplinkChanged(
        uplink="platform", state="offline", reason="connection refused", since=at, at=at
    )
    low = BufferChanged(state="low", left=timedelta(hours=20), limit=timedelta(hours=24), at=back)
    yield away
    yield low
    yield replace(away, state="online", reason="", since=back, at=back)
    yield replace(low, state="enough", left=timedelta(days=12))
    digest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    yield AuditMarked(number=418, hash=digest, at=back)
    yield CertificateEnding(
        use="client", whose="platform", days=14, ends=at + timedelta(days=14), at=at
    )
    wanted = ConfigurationChanged(
        state="accepted", revision=7, by="platform:王工", version=12, hash=digest, at=back
    )
    mistake = Text(
        "site.yaml:14:7 devices[0].link: 没有链路 lift",
        "site.yaml:14:7 devices[0].link: there is no link lift",
    )
    yield replace(wanted, state="refused", version=0, hash="", reasons=(mistake,))
    wanted = replace(wanted, revision=8)
    yield wanted
    yield replace(wanted, state="applied")
    lost = Text("链路 lifts 没有连上：超时", "the link lifts is not up: timed out")
    yield replace(wanted, state="rolled_back", reasons=(lost,))
    offered = ReleaseOffered(
        state="accepted", offer=3, release="0.2.0", by="platform:王工", at=back
    )
    yield offered
    burns = Text("有生命安全报警 fire-1/fire", "an alarm of life and limb is on: fire-1/fire")
    yield replace(offered, state="fetched")
    yield replace(offered, state="waiting", reasons=(burns,))
    yield replace(offered, state="installing")
    changed = Text("与说好的哈希不符", "its hash is not the one that was offered")
    yield replace(offered, state="refused", offer=2, reasons=(changed,))
