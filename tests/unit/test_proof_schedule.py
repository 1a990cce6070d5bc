"""The proof's schedule: the same for the same seed, every card before any is dealt anew."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.system.proof.kinds import KINDS
from tests.system.proof.ledger import Follower, Ledger, read
from tests.system.proof.schedule import FIRST_S, KILL, QUIET_S, Card, plan
from tests.system.proof.short import SHORT, short_schedule

CARDS = [kind.card for kind in KINDS.values()]
HOUR = 3600.0

OF_THE_NETWORK = (
    *("reset", "silence", "thin", "slow"),
    *("one_way", "half_open", "refused", "narrow"),
)
POWER = ("power_cut", "power_torn")


def test_a_seed_is_a_schedule() -> None:
    """A failure can be done again; another seed is another night."""
    assert plan(7, HOUR, CARDS, QUIET_S) == plan(7, HOUR, CARDS, QUIET_S)
    assert plan(7, HOUR, CARDS, QUIET_S) != plan(8, HOUR, CARDS, QUIET_S)


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    """What failed at minute three of an hour fails in a run of four minutes."""
    short, long = plan(7, 600, CARDS, QUIET_S), plan(7, HOUR, CARDS, QUIET_S)
    assert long[: len(short) - 1] == short[:-1]


@pytest.mark.parametrize("seed", range(20))
def test_every_card_comes_and_none_reaches_beyond_the_end(seed: int) -> None:
    """An hour has them all, each so often as it says, and ends with all of them over."""
    planned = plan(seed, HOUR, CARDS, QUIET_S)
    assert {each.kind for each in planned} == set(KINDS)
    assert min(each.at for each in planned) == FIRST_S
    assert max(each.at + each.seconds for each in planned) <= HOUR
    times = Counter(each.kind for each in planned if each.kind != KILL)
    decks = {kind: count / KINDS[kind].card.often for kind, count in times.items()}
    assert max(decks.values()) - min(decks.values()) <= 1


@pytest.mark.parametrize("seed", range(20))
def test_an_hour_is_enough(seed: int) -> None:
    """What the promise is said to have been held under: counted, whatever the seed."""
    times = Counter(each.kind for each in plan(seed, HOUR, CARDS, QUIET_S))
    assert times[KILL] + times["kill_at_write"] >= 200
    assert sum(times[kind] for kind in POWER) >= 30
    assert all(times[kind] >= 20 for kind in OF_THE_NETWORK)


def test_nothing_meets_a_fault_that_is_to_be_alone() -> None:
    """A disk is not repaired under a gateway that somebody starts again."""
    cards = [Card(kind="disk", seconds=(5.0, 5.0), alone=True), Card(kind=KILL)]
    planned = plan(1, HOUR, cards, QUIET_S)
    busy = [(each.at, each.at + each.seconds) for each in planned if each.kind == "disk"]
    kills = [each.at for each in planned if each.kind == KILL]
    assert not any(begin <= at <= end for at in kills for begin, end in busy)


def test_a_gateway_is_also_killed_in_the_middle_of_other_faults() -> None:
    """Two things go wrong at once, on a night like that."""
    planned = plan(1, HOUR, [Card(kind="broker", seconds=(5.0, 5.0))], QUIET_S)
    kills = [each.at for each in planned if each.kind == KILL]
    assert 0 < len(kills) < len(planned) / 2


def test_the_short_run_kills_and_cuts() -> None:
    """All of its cards are dealt within half a minute."""
    dealt = Counter(each.kind for each in short_schedule())
    assert dealt[KILL] >= 3
    assert set(dealt) == set(SHORT)


def test_a_torn_last_line_is_no_line(tmp_path: Path) -> None:
    """Who wrote was killed half-way; who writes next begins a line of their own."""
    path = tmp_path / "ledger"
    ledger = Ledger(path)
    ledger.add({"id": 1}, {"id": 2})
    ledger.close()
    with path.open("ab") as file:
        file.write(b'{"id": 3, "a')
    assert [line["id"] for line in read(path)] == [1, 2]
    follower = Follower(path)
    assert [line["id"] for line in follower.more()] == [1, 2]
    ledger = Ledger(path)
    ledger.add({"id": 4})
    ledger.close()
    assert [line["id"] for line in follower.more()] == [4]
    assert [line["id"] for line in read(path)] == [1, 2, 4]
