"""When somebody is told that a certificate ends, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cloud_bridge.wire import CertificateStatus
from edge.gateway.expiry import Expiry

ENDS = datetime(2026, 6, 30, tzinfo=UTC)


def certificate(ends: datetime | None = ENDS, whose: str = "city") -> CertificateStatus:
    """The gateway's own at a broker."""
    return CertificateStatus(use="client", whose=whose, ends=ends)


def days_told(steps_h: int, *held: CertificateStatus) -> list[int]:
    """The stages that are told from forty days before the end to five after it."""
    expiry, told, now = Expiry(), [], ENDS - timedelta(days=40)
    while now < ENDS + timedelta(days=5):
        expiry, events = expiry.look(held, now)
        told += [event.days for event in events]
        now += timedelta(hours=steps_h)
    return told


def test_each_stage_is_told_once() -> None:
    """Thirty days before, fourteen, seven, the last, and when it is over."""
    assert days_told(1, certificate()) == [30, 14, 7, 1, 0]


def test_two_certificates_of_one_platform_are_told_each() -> None:
    """Its broker's and its web service's may end at different times."""
    later = certificate(ENDS + timedelta(days=2))
    assert sorted(days_told(1, certificate(), later)) == [0, 0, 1, 1, 7, 7, 14, 14, 30, 30]


def test_what_was_told_is_not_told_again_after_a_start() -> None:
    """What is remembered says so; a gateway that was off meanwhile tells the last stage only."""
    first, events = Expiry().look([certificate()], ENDS - timedelta(days=29))
    assert [event.days for event in events] == [30]
    again, events = first.look([certificate()], ENDS - timedelta(days=28))
    assert events == ()
    _, events = again.look([certificate()], ENDS - timedelta(hours=5))
    assert [event.days for event in events] == [1]


def test_a_renewed_one_begins_anew() -> None:
    """Nothing is told of it before its own thirty days, then all of it."""
    told, _ = Expiry().look([certificate()], ENDS - timedelta(days=2))
    renewed = certificate(ENDS + timedelta(days=365))
    told, events = told.look([renewed], ENDS - timedelta(days=2))
    assert events == ()
    _, events = told.look([renewed], ENDS + timedelta(days=340))
    assert [(event.days, event.whose, event.use) for event in events] == [(30, "city", "client")]


def test_one_that_cannot_be_read_has_no_end_to_tell() -> None:
    """That it cannot be read is told elsewhere."""
    assert Expiry().look([certificate(None)], ENDS) == (Expiry(), ())
