"""What a link remembers of itself: the last frames, counts for each device, who is unknown."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from edge.model import Text
from edge.strangers import MOST_LETTERS, MOST_SAMPLE, MOST_STRANGERS, Strangers
from edge.trace import (
    FEWEST_FRAMES,
    FRAMES_KEPT,
    MOST_BYTES,
    MOST_DEVICES,
    MOST_REASONS,
    Frame,
    Trace,
)
from tests.fakes.time import EPOCH


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = EPOCH

    def now(self) -> datetime:
        """What it shows."""
        return self.at


def test_frames_are_the_last_ones_and_can_be_followed() -> None:
    """Oldest first, a bounded number, of one device, and only those after the last one seen."""
    trace = Trace(Hand().now)
    for number in range(FRAMES_KEPT + 10):
        trace.frame("in", f"d{number % 2}", bytes((number % 256,)))
    kept = trace.frames()
    assert [each.number for each in kept] == list(range(11, FRAMES_KEPT + 11))
    assert {each.device for each in trace.frames("d1")} == {"d1"}
    assert [each.number for each in trace.frames(after=FRAMES_KEPT + 8)] == [409, 410]


@pytest.mark.parametrize(
    ("links", "kept"),
    [(0, FRAMES_KEPT), (150, FRAMES_KEPT), (1_000, 60), (3_000, 20), (90_000, FEWEST_FRAMES)],
)
def test_of_many_links_each_remembers_less(links: int, kept: int) -> None:
    """All together they stay within their memory, and the last exchanges are always there."""
    trace = Trace(Hand().now, links)
    for _ in range(FRAMES_KEPT + 10):
        trace.frame("in", "d", b"x")
    assert len(trace.frames()) == kept


def test_a_frame_is_kept_up_to_a_bound() -> None:
    """A message of megabytes costs two thousand bytes."""
    trace = Trace(Hand().now)
    trace.frame("in", "d", bytes(MOST_BYTES * 2), "topic")
    trace.exchanged("d", bytes(MOST_BYTES * 2), bytes(MOST_BYTES * 2), 0.1, EPOCH)
    assert {len(each.body) for each in trace.frames()} == {MOST_BYTES}


def test_a_question_and_its_answer_are_two_frames_at_their_own_times() -> None:
    """The question carries the time at which it left, the answer that at which it was there."""
    trace = Trace(Hand().now)
    trace.answered("d", b"ask", b"answer", 0.25, EPOCH)
    trace.exchanged("d", b"ask", b"", 0.5, EPOCH)
    assert trace.frames() == [
        Frame(1, EPOCH - timedelta(seconds=0.25), "out", "d", b"ask"),
        Frame(2, EPOCH, "in", "d", b"answer"),
        Frame(3, EPOCH - timedelta(seconds=0.5), "out", "d", b"ask"),
    ]
    tally = trace.devices["d"]
    assert (tally.sent, tally.heard, tally.good, tally.failed) == (2, 1, 1, 0)


def test_a_device_is_counted_by_what_it_does() -> None:
    """Good answers with a mean and the longest; failures by reason; the rest it is left to."""
    hand = Hand()
    trace = Trace(hand.now)
    for seconds in (0.1, 0.2, 0.1):
        trace.good("d", seconds)
    trace.failed("d", "no answer")
    trace.failed("d", "garbled")
    hand.at += timedelta(seconds=5)
    trace.failed("d", "no answer", timedelta(seconds=8))
    tally = trace.devices["d"]
    assert (tally.good, tally.failed, tally.longest) == (3, 3, 0.2)
    assert tally.round_trip == pytest.approx(0.1 * 0.99 + 0.01 + 0.001 - 0.0001, abs=2e-3)
    assert tally.reasons == {"no answer": 2, "garbled": 1}
    assert (tally.last_reason, tally.last_failure) == ("no answer", hand.at)
    assert tally.resting_until == hand.at + timedelta(seconds=8)
    trace.good("d")
    assert tally.resting_until is None
    assert tally.last_good == hand.at


def test_the_link_is_the_sum_of_its_devices() -> None:
    """Also of what nobody is known for, and of devices beyond those that are counted apart."""
    hand = Hand()
    trace = Trace(hand.now)
    assert trace.total.round_trip is None
    trace.good("a", 0.1)
    trace.good("b", 0.3)
    trace.good("b", 0.3)
    trace.failed("a", "no answer")
    hand.at += timedelta(seconds=1)
    trace.failed("", "garbled")
    trace.frame("in", "", b"x")
    total = trace.total
    assert (total.good, total.failed, total.heard, total.longest) == (3, 2, 1, 0.3)
    assert total.round_trip == pytest.approx((0.1 + 0.3 + 0.3) / 3)
    assert total.reasons == {"no answer": 1, "garbled": 1}
    assert (total.last_reason, total.last_failure) == ("garbled", hand.at)
    assert set(trace.devices) == {"a", "b"}


def test_counts_are_bounded() -> None:
    """A storm of invented devices and reasons costs no memory, and the link still counts it."""
    trace = Trace(Hand().now)
    for number in range(MOST_DEVICES + 100):
        trace.failed(f"d{number}", "x")
    for number in range(MOST_REASONS + 30):
        trace.failed("d0", f"reason {number}")
    assert len(trace.devices) == MOST_DEVICES
    assert trace.total.failed == MOST_DEVICES + 100 + MOST_REASONS + 30
    assert len(trace.devices["d0"].reasons) == MOST_REASONS + 1
    assert trace.devices["d0"].reasons["other"] == 31


def test_strangers_are_counted_and_the_silent_ones_forgotten() -> None:
    """One line each, with when first and last; beyond the bound who was silent longest goes."""
    hand = Hand()
    known = Strangers(hand.now)
    said = Text("很" * 500, "x" * 500)
    known.heard("a", said, address={"unit": 1}, sample=bytes(5000))
    hand.at += timedelta(minutes=1)
    known.heard("a", said, address={"unit": 1}, sample=bytes(5000))
    [one] = known.all()
    assert (one.count, one.first_seen, one.last_seen) == (2, EPOCH, hand.at)
    assert len(one.sample) == MOST_SAMPLE
    assert (len(one.said.zh), len(one.said.en)) == (MOST_LETTERS, MOST_LETTERS)
    for number in range(MOST_STRANGERS - 1):
        known.heard(f"n{number}", said)
    known.heard("a", said)
    known.heard("new" * 100, said)
    names = [each.name for each in known.all()]
    assert len(names) == MOST_STRANGERS
    assert names[:2] == [("new" * 100)[:MOST_LETTERS], "a"]
    assert "n0" not in names
