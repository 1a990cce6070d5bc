"""What follows from what a broker really does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge.cli.doctor import broker
from edge.cli.doctor.broker import Again, Answers, Expiry, Retained, Shared, Sizes

AGAIN = Again(present=True, again=True, marked=True, meanwhile=True)
KEPT = Retained(came=True, marked=True, taken_away=True)


@pytest.mark.parametrize(("code", "verdict"), [(0x10, "ok"), (0, "ok"), (0x80, "look")])
def test_where_nobody_listens(code: int, verdict: str) -> None:
    """Both answers that there are serve; MQTT 3.1.1 has none."""
    answers = Answers(unheard=code, foreign=None)
    assert broker.of_unheard("5", answers, "city").verdict == verdict
    assert broker.of_unheard("3.1.1", answers, "city").verdict == "look"


@pytest.mark.parametrize(("code", "verdict"), [(0x87, "ok"), (0, "look"), (None, "look")])
def test_in_another_gateway_s_name(code: int | None, verdict: str) -> None:
    """A refusal that is said is what is wanted."""
    answers = Answers(unheard=None, foreign=code)
    assert broker.of_foreign("5", answers, "city").verdict == verdict
    assert broker.of_foreign("3.1.1", answers, "city").verdict == "look"


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "ok"),
        ({"marked": False}, "look"),
        ({"present": False}, "wrong"),
        ({"again": False}, "wrong"),
        ({"meanwhile": False}, "wrong"),
    ],
)
def test_after_a_break(changed: dict[str, bool], verdict: str) -> None:
    """What a gate sent must come; that it is a copy the gateway knows by itself."""
    assert broker.of_again(replace(AGAIN, **changed), "gates").verdict == verdict


@pytest.mark.parametrize(
    ("granted", "there", "verdict"),
    [(None, False, "ok"), (86_400, False, "ok"), (60, False, "look"), (None, True, "look")],
)
def test_how_long_a_session_is_kept(granted: int | None, *, there: bool, verdict: str) -> None:
    """No shorter than a day, no longer than was asked."""
    expiry = Expiry(granted_s=granted, there=there)
    assert broker.of_expiry("5", expiry, "gates").verdict == verdict
    assert broker.of_expiry("3.1.1", expiry, "gates").verdict == "look"


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "ok"),
        ({"came": False}, "wrong"),
        ({"marked": False}, "wrong"),
        ({"taken_away": False}, "look"),
    ],
)
def test_what_is_retained(changed: dict[str, bool], verdict: str) -> None:
    """It comes, is told from news, and goes."""
    assert broker.of_retained(replace(KEPT, **changed), "city").verdict == verdict


@pytest.mark.parametrize(
    ("granted", "first", "second", "verdict"),
    [(False, 0, 0, "look"), (True, 0, 0, "look"), (True, 12, 8, "ok"), (True, 20, 20, "look")],
)
def test_a_shared_subscription(*, granted: bool, first: int, second: int, verdict: str) -> None:
    """Granted and delivering nothing is what some brokers do."""
    shared = Shared(granted=granted, sent=20, first=first, second=second)
    assert broker.of_shared(shared, "city").verdict == verdict


def test_the_largest_message() -> None:
    """A batch of events has to fit; what the broker says of itself is told."""
    assert broker.of_sizes(Sizes(said=None, taken=2**20, refused=None), "city").verdict == "ok"
    small = broker.of_sizes(Sizes(said=20_000, taken=16_384, refused=broker.ENOUGH), "city")
    assert (small.verdict, "it says 20.0 kB at most" in small.seen.en) == ("wrong", True)


def test_where_it_may_not_be_tried() -> None:
    """The topic is named, so that somebody can allow it."""
    found = broker.denied("broker.share", "community/v1/s/gw/doctor/1", "city")
    assert (found.verdict, "community/v1/s/gw/doctor/1" in found.seen.en) == ("look", True)
