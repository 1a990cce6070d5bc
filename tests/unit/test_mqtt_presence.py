"""Whether a device can be heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from edge.presence import QUIET, Presence

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """An instant of the story."""
    return T0 + timedelta(seconds=seconds)


def test_each_change_is_told_once() -> None:
    """Heard, heard, silent, silent, heard: three changes."""
    presence = Presence("d", timedelta(seconds=90))
    presence.resume(T0)
    told = [
        *presence.heard(after(1)),
        *presence.heard(after(2)),
        *presence.tick(after(92)),
        *presence.tick(after(93)),
        *presence.tick(after(94)),
        *presence.heard(after(100)),
    ]
    assert [(each.state, each.at) for each in told] == [
        ("online", after(1)),
        ("offline", after(93)),
        ("online", after(100)),
    ]
    assert told[1].reason == "silent for 90 s"


def test_a_device_never_heard_is_offline_after_its_patience() -> None:
    """Silence counts from the moment the link is up, and again from each return."""
    presence = Presence("d", timedelta(seconds=90))
    assert presence.tick(after(1000)) == ()
    presence.resume(after(1000))
    for second in range(1001, 1091):
        assert presence.tick(after(second)) == ()
    assert [each.state for each in presence.tick(after(1091))] == ["offline"]
    assert presence.lost


def test_a_device_without_a_patience_is_never_silent() -> None:
    """Only what it says of itself makes it offline."""
    presence = Presence("d", None)
    presence.heard(T0)
    assert presence.tick(after(10**6)) == ()
    assert [each.state for each in presence.gone("said so", after(10**6))] == ["offline"]
    assert presence.gone("said so", after(10**6)) == ()


def test_garbage_is_counted_and_told_at_its_beginning_and_end() -> None:
    """One degraded event for a row of bad messages, one online event with their number."""
    presence = Presence("d", None)
    presence.heard(T0)
    told = [*presence.misheard("bad", T0), *presence.misheard("worse", after(60))]
    assert [(each.state, each.reason) for each in told] == [("degraded", "bad")]
    assert presence.tick(after(60) + QUIET) == ()
    (well,) = presence.tick(after(61) + QUIET)
    assert (well.state, well.reason) == ("online", "readable again; 2 messages were dropped")
    assert [each.state for each in presence.misheard("bad", after(9999))] == ["degraded"]


def test_a_clock_that_is_set_is_no_silence() -> None:
    """Forward or back by a year: silence counts from there, with the patience it always had."""
    for step in (365 * 86400, -365 * 86400):
        presence = Presence("d", timedelta(seconds=90))
        presence.heard(after(0))
        assert presence.tick(after(1)) == ()
        for second in range(2, 92):
            assert presence.tick(after(step + second)) == ()
        told = [each.state for s in range(92, 96) for each in presence.tick(after(step + s))]
        assert told == ["offline"]
