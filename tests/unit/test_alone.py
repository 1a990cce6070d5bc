"""When it is told that a platform is away, and that the disk will not last: once each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec

from edge.gateway.alone import Alone, UplinkSeen, Watch
from edge.model import BufferChanged, UplinkChanged
from tests.fakes.time import EPOCH

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
WELL = UplinkSeen(
    up=True, reason="", waiting=0, answers=0, offline_after=15 * MINUTE, low_buffer=24 * HOUR
)
DOWN = replace(WELL, up=False, reason="connection refused")


class Looks:
    """A watch that is given one look a minute."""

    def __init__(self, alone: Alone | None = None) -> None:
        self.watch = Watch(alone or Alone())
        self.minute = 0

    def at(
        self, seen: UplinkSeen, left: timedelta | None = None, minutes: int = 1
    ) -> list[UplinkChanged | BufferChanged]:
        """Return what was told in these minutes."""
        told: list[UplinkChanged | BufferChanged] = []
        for _ in range(minutes):
            self.minute += 1
            told += self.watch.look({"city": seen}, left, MINUTE, EPOCH + self.minute * MINUTE)
        return told


def test_a_platform_that_is_away_is_told_after_the_time_and_once() -> None:
    """Not before; with its reason and since when; and again only after it was there."""
    looks = Looks()
    assert looks.at(DOWN, minutes=15) == []
    [away] = looks.at(DOWN, minutes=600)
    assert isinstance(away, UplinkChanged)
    assert (away.state, away.reason) == ("offline", "connection refused")
    assert away.since == EPOCH + MINUTE
    [back] = looks.at(WELL, minutes=60)
    assert isinstance(back, UplinkChanged)
    assert (back.state, back.since) == ("online", EPOCH + 616 * MINUTE)
    assert len(looks.at(DOWN, minutes=30)) == 1


def test_a_line_that_comes_and_goes_is_no_outage() -> None:
    """What is there again before the time is up was not away."""
    looks = Looks()
    for _ in range(20):
        assert looks.at(DOWN, minutes=14) == []
        assert looks.at(WELL) == []


def test_a_broker_with_nobody_behind_it_is_no_platform() -> None:
    """It is up and takes everything; what waits is not answered, until somebody does."""
    looks, deaf = Looks(), replace(WELL, waiting=7)
    [away] = looks.at(deaf, minutes=100)
    assert isinstance(away, UplinkChanged)
    assert (away.state, away.reason) == ("offline", "no receipts")
    [back] = looks.at(replace(deaf, answers=1))
    assert back.kind == "uplink.online"


def test_a_backlog_that_drains_is_no_outage() -> None:
    """It may take hours: each look finds answers that were not there before."""
    looks = Looks()
    for answers in range(1, 200):
        assert looks.at(replace(WELL, waiting=10_000 - answers, answers=answers)) == []


def test_the_disk_is_told_only_while_a_platform_is_away() -> None:
    """With the platform there, nothing is kept for it, however little room there is."""
    looks = Looks()
    assert looks.at(WELL, HOUR, minutes=100) == []
    [low] = looks.at(DOWN, HOUR, minutes=5)
    assert isinstance(low, BufferChanged)
    assert (low.state, low.left, low.limit) == ("low", HOUR, 24 * HOUR)
    [enough] = looks.at(WELL, HOUR)
    assert enough.kind == "buffer.enough"


def test_a_pace_that_trembles_is_told_once() -> None:
    """It takes a quarter more than the limit to be enough; what is unknown changes nothing."""
    looks = Looks()
    looks.at(DOWN, 25 * HOUR)
    assert [each.kind for each in looks.at(DOWN, 23 * HOUR)] == ["buffer.low"]
    for hours in (25, 23, 29, 20):
        assert looks.at(DOWN, hours * HOUR) == []
    assert looks.at(DOWN, None) == []
    assert [each.kind for each in looks.at(DOWN, 31 * HOUR)] == ["buffer.enough"]


def test_a_start_tells_nothing_again() -> None:
    """What was told is kept, and so is how long it had lasted; after it, only what is new."""
    looks = Looks()
    looks.at(DOWN, HOUR, minutes=20)
    kept = msgspec.json.decode(msgspec.json.encode(looks.watch.alone), type=Alone)
    after = Looks(kept)
    assert after.at(DOWN, HOUR, minutes=60) == []
    assert [each.kind for each in after.at(WELL, HOUR)] == ["uplink.online", "buffer.enough"]


def test_an_uplink_that_left_the_site_file_is_forgotten() -> None:
    """Nobody waits for it, and nothing is told of it."""
    looks = Looks()
    looks.at(DOWN, minutes=20)
    assert looks.watch.look({}, None, MINUTE, EPOCH) == ()
    assert looks.watch.alone == Alone()


def test_a_clock_that_is_set_makes_no_outage() -> None:
    """The time away is counted by a clock that nobody sets."""
    watch = Watch(Alone())
    watch.look({"city": DOWN}, None, MINUTE, EPOCH)
    assert watch.look({"city": DOWN}, None, MINUTE, EPOCH + timedelta(days=9_000)) == ()
    assert watch.look({"city": DOWN}, None, 14 * MINUTE, EPOCH - timedelta(days=9_000)) != ()
