"""Which instants a disk may give back: those that can be compared, and moved with a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import pytest

from edge.instants import EARLIEST, LATEST, reckonable

GOOD = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Held:
    """Something with an instant, and something with another inside."""

    at: datetime | None
    inner: object = None


class Line(msgspec.Struct):
    """The same as the store has it."""

    at: datetime


@pytest.mark.parametrize(
    "bad", [GOOD.replace(tzinfo=None), GOOD.replace(year=1), GOOD.replace(year=9999)]
)
def test_one_bad_instant_anywhere_is_seen(bad: datetime) -> None:
    """In itself, in a tuple, in a record, in what a record holds."""
    assert not reckonable(bad)
    assert not reckonable((GOOD, bad))
    assert not reckonable(Held(bad))
    assert not reckonable(Held(None, Held(GOOD, (Line(bad),))))


def test_what_can_be_reckoned_with_is_taken() -> None:
    """To the borders; none is no instant, and neither is a text."""
    assert reckonable((EARLIEST, LATEST, None, "2026", Line(GOOD)))
    assert reckonable(Held(None, Held(GOOD)))
