"""When an open door is wrong, also when the gateway was killed in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import pytest

from edge.model import Access, Command, Event, Quality, Reading
from edge.rules.door import DoorRule, DoorState
from edge.rules.engine import Engine
from tests.fakes.time import EPOCH

RULE = DoorRule(
    device="gate-1",
    grant_window=timedelta(seconds=10),
    settle=timedelta(seconds=3),
    held_open_after=timedelta(seconds=30),
)
LONG_AGO = EPOCH - timedelta(days=1)

READINGS = {
    "allow": Reading(point="gate-1/may_open", value=True, at=LONG_AGO),
    "refuse": Reading(point="gate-1/may_open", value=False, at=LONG_AGO),
    "open": Reading(point="gate-1/door_open", value=True, at=LONG_AGO),
    "close": Reading(point="gate-1/door_open", value=False, at=LONG_AGO),
    "lose": Reading(point="gate-1/door_open", value=None, at=LONG_AGO, quality=Quality.BAD),
}
"""The instants in them are wrong on purpose: what counts is when the rule was told."""


def at(seconds: float) -> datetime:
    """An instant of the story."""
    return EPOCH + timedelta(seconds=seconds)


class Life:
    """A gateway with one door: it can be told things, wait, be killed, have its clock set."""

    def __init__(self, begun: datetime = LONG_AGO) -> None:
        self.engine = Engine([RULE])
        self.found: list[tuple[float, str]] = []
        self.disk: dict[str, bytes] = {}
        self._take(self.engine.begin(begun), begun)

    def _take(self, follows: Sequence[Event | Command], now: datetime) -> None:
        """Keep events and states together, as the journal does."""
        for each in follows:
            assert isinstance(each, Access)
            assert (each.device, each.method, each.at) == ("gate-1", "door_contact", now)
            self.found.append(((now - EPOCH).total_seconds(), each.decision))
        self.disk |= self.engine.take_changed()

    def wait(self, until: float) -> None:
        """Feed nothing whenever the engine asks for it, and at no other time."""
        while (wake := self.engine.wake_at()) is not None and wake <= at(until):
            self._take(self.engine.feed(None, wake), wake)

    def tell(self, seconds: float, deed: str) -> None:
        """Wait until then; then this happens."""
        self.wait(seconds)
        self._take(self.engine.feed(READINGS[deed], at(seconds)), at(seconds))

    def killed(self, back: float) -> None:
        """Nothing but the disk is left; another process begins at that second."""
        self.engine = Engine([RULE])
        self.engine.restore(self.disk)
        self._take(self.engine.begin(at(back)), at(back))

    @property
    def state(self) -> DoorState:
        """What the next process would know."""
        return msgspec.json.decode(self.disk[RULE.id], type=DoorState)


def closed_door() -> Life:
    """A door that was seen closed."""
    life = Life()
    life.tell(0, "close")
    return life


def play(*deeds: tuple[float, str], life: Life | None = None) -> list[tuple[float, str]]:
    """Let things happen, to a closed door unless another is given, and a minute pass."""
    life = life or closed_door()
    for seconds, deed in deeds:
        if deed == "kill":
            life.killed(seconds)
        else:
            life.tell(seconds, deed)
    life.wait(60)
    return life.found


@pytest.mark.parametrize("grant", [0.5, 4.0, 10.0])
def test_a_door_that_opens_after_a_grant_is_in_order(grant: float) -> None:
    """Ten seconds lie between grant and opening at most."""
    assert play((0.5, "allow"), (grant + 0.5, "open"), (20, "close")) == []


def test_a_grant_that_is_too_old_permits_nothing() -> None:
    """The window is closed after ten seconds; the finding comes after the settling time."""
    assert play((0, "allow"), (11, "open"), (20, "close")) == [(14, "forced"), (20, "closed")]


def test_a_grant_covers_every_opening_within_its_window() -> None:
    """A door that falls shut and is opened again at once is not forced."""
    assert play((0, "allow"), (1, "open"), (4, "close"), (10, "open"), (20, "close")) == []


def test_a_record_that_comes_just_after_the_opening_counts() -> None:
    """Contacts are quicker than records with pictures."""
    assert play((5, "open"), (7, "allow"), (20, "close")) == []


def test_only_a_true_and_trusted_grant_counts() -> None:
    """A point that goes back to false, or is not known, lets nobody pass."""
    told = [(8, "forced"), (20, "closed")]
    assert play((4, "refuse"), (5, "open"), (20, "close")) == told
    life = closed_door()
    doubtful = msgspec.structs.replace(READINGS["allow"], quality=Quality.BAD)
    assert life.engine.feed(doubtful, at(4)) == []
    assert play((5, "open"), (20, "close"), life=life) == told


def test_a_forced_door_that_closes_at_once_is_forced_all_the_same() -> None:
    """An opening too short to be judged is told at its end."""
    assert play((5, "open"), (6, "close")) == [(6, "forced"), (6, "closed")]


def test_a_door_held_open_is_told_once_and_its_end_too() -> None:
    """Thirty seconds are too long, grant or not."""
    assert play((0, "allow"), (1, "open"), (50, "close")) == [(31, "held_open"), (50, "closed")]


def test_a_forced_door_that_stays_open_is_both() -> None:
    """Forced at three seconds, held open at thirty."""
    assert play((0, "open")) == [(3, "forced"), (30, "held_open")]


def test_a_repeated_contact_changes_nothing() -> None:
    """Gates repeat the state of their contact; neither time begins anew."""
    deeds = [(5 + 2 * step, "open") for step in range(20)]
    assert play(*deeds) == [(8, "forced"), (35, "held_open")]


def test_every_opening_is_judged_on_its_own() -> None:
    """After an end the next opening without a grant is told again."""
    assert play((5, "open"), (6, "close"), (20, "open"), (25, "close")) == [
        (6, "forced"),
        (6, "closed"),
        (23, "forced"),
        (25, "closed"),
    ]


def test_the_rule_wakes_exactly_when_a_verdict_is_due() -> None:
    """No polling: a closed door asks for nothing, an open one for its two instants."""
    life = closed_door()
    assert life.engine.wake_at() is None
    life.tell(5, "open")
    assert life.engine.wake_at() == at(8)
    life.wait(8)
    assert life.engine.wake_at() == at(35)
    life.wait(35)
    assert life.engine.wake_at() is None


@pytest.mark.parametrize(
    ("listening", "findings"),
    [
        (0, [(30, "held_open")]),
        (-10, [(30, "held_open")]),
        (-10.001, [(3, "forced"), (30, "held_open")]),
    ],
)
def test_a_door_first_seen_open_is_suspected_when_we_would_have_heard(
    listening: float, findings: list[tuple[float, str]]
) -> None:
    """What happened before we listened is unknown; afterwards it is like any other opening."""
    assert play((0, "open"), life=Life(at(listening))) == findings


def test_a_door_first_seen_open_may_have_a_grant() -> None:
    """Suspected like any other also means permitted like any other."""
    assert play((0, "allow"), (1, "open"), (20, "close"), life=Life()) == []


def test_an_unknown_door_is_not_judged() -> None:
    """A lost gate ends what was pending, without a word, and listening begins anew."""
    assert play((5, "open"), (6, "lose")) == []
    assert play((5, "open"), (6, "lose"), (16, "open"), (20, "close")) == []
    again = [(20, "forced"), (25, "closed")]
    assert play((5, "open"), (6, "lose"), (17, "open"), (25, "close")) == again


def test_what_was_told_of_a_door_ends_after_its_gate_was_lost() -> None:
    """The same opening is not told twice, and its end is told once."""
    assert play((0, "open"), (5, "lose"), (20, "open"), (25, "close")) == [
        (3, "forced"),
        (25, "closed"),
    ]
    assert play((0, "allow"), (1, "open"), (35, "lose"), (36, "close")) == [
        (31, "held_open"),
        (36, "closed"),
    ]


def test_a_grant_outlives_a_restart() -> None:
    """Killed between grant and opening: the opening is in order."""
    assert play((1, "allow"), (4, "kill"), (5, "open"), (20, "close")) == []


def test_a_grant_grows_old_while_nobody_runs() -> None:
    """The window counts from the grant, not from the restart."""
    assert play((1, "allow"), (11, "kill"), (12, "open"), (20, "close")) == [
        (15, "forced"),
        (20, "closed"),
    ]


@pytest.mark.parametrize("back", [6, 8, 12])
def test_an_opening_is_judged_after_a_restart_and_told_once(back: float) -> None:
    """Killed between opening and verdict: told when due, or at once when that has passed."""
    told = [(max(back, 8), "forced"), (35, "held_open"), (40, "closed")]
    assert play((5, "open"), (back, "kill"), (40, "close")) == told


def test_a_verdict_is_not_told_again_after_a_restart() -> None:
    """Killed after the verdict: only the end is still to come."""
    life = closed_door()
    life.tell(5, "open")
    life.wait(8)
    assert play((9, "kill"), (10, "open"), (20, "close"), (21, "kill"), life=life) == [
        (8, "forced"),
        (20, "closed"),
    ]


@pytest.mark.parametrize("seen", [True, False])
def test_a_door_forced_just_after_a_restart_is_told(*, seen: bool) -> None:
    """A long-running gateway comes back and the door opens at once; its contact heard or not."""
    life = closed_door() if seen else Life()
    assert play((5, "kill"), (5.5, "open"), (20, "close"), life=life) == [
        (8.5, "forced"),
        (20, "closed"),
    ]


def test_listening_is_kept_from_the_first_step() -> None:
    """Where nothing has happened yet, the disk still knows since when we listen."""
    life = Life()
    assert life.state == DoorState(listening=LONG_AGO)
    life.killed(5)
    assert life.state == DoorState(listening=LONG_AGO)


def test_a_clock_that_is_set_moves_nothing_but_the_clock() -> None:
    """An hour is added: grant, verdict and listening stay as long ago as they were."""
    hour = 3600
    life = Life(at(-5))
    life.tell(0, "close")
    life.tell(1, "allow")
    life.engine.shift(timedelta(seconds=hour))
    life.tell(hour + 10, "open")
    life.wait(hour + 20)
    life.tell(hour + 21, "close")
    assert life.found == []
    life.tell(hour + 30, "open")
    life.engine.shift(timedelta(seconds=-hour))
    life.wait(60)
    assert life.found == [(33, "forced"), (60, "held_open")]
    fresh = Life(at(0))
    fresh.engine.shift(timedelta(seconds=hour))
    assert play((hour + 5, "open"), (hour + 20, "close"), life=fresh) == []


def test_a_clock_set_back_while_nobody_ran_grants_for_no_longer_than_the_window() -> None:
    """A grant that lies a day ahead counts from the restart, and so does an opening."""
    life = closed_door()
    life.tell(1, "allow")
    day = 86_400
    life.killed(1 - day)
    life.tell(12 - day, "open")
    life.wait(20 - day)
    assert life.found == [(15 - day, "forced")]
    late = closed_door()
    late.tell(5, "open")
    late.killed(-day)
    late.wait(10 - day)
    assert late.found == [(3 - day, "forced")]
    new = Life(EPOCH)
    new.killed(-day)
    new.tell(11 - day, "open")
    new.wait(20 - day)
    assert new.found == [(14 - day, "forced")]
