"""How a story's issues ended: the demonstration must see what is late, apart, or not told back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from cloud_bridge.contract.examples import AT, FIRST, RAISED, SITE
from edge.model import AlarmCleared
from simulators.demo.ends import CLOSE_S, EXACT_S, Ended, ends, wrong_ends
from simulators.demo.report import expectations
from simulators.demo.scenario import (
    Expectation,
    ExpectedEnd,
    ExpectedEscalation,
    Step,
    load_scenario,
)
from simulators.platform.store import Store
from tests.fakes.platform_events import Clock, Voice, keep, told_back

KEY = "lift-3/entrapment"
WANTED = Expectation(
    alarm=KEY,
    end=ExpectedEnd(
        escalated=(ExpectedEscalation(to="street_office", after=timedelta(minutes=10)),),
        responded=timedelta(seconds=647),
        resolved=timedelta(seconds=707),
    ),
)
SEEN = Ended(
    alarm=KEY,
    escalated=[("street_office", 600.0)],
    responded=647.1,
    resolved=706.8,
    measured=(647.1, 706.8),
    notice="withdrawn",
    told_back=True,
)


def test_the_end_that_was_expected() -> None:
    """Nothing is wrong within what a person's hand and a raise may differ."""
    assert wrong_ends([WANTED], [SEEN]) == []
    assert wrong_ends([Expectation(alarm="bin-1/full")], []) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"escalated": []}, "escalated []"),
        ({"escalated": [("street_office", 600 + EXACT_S + 0.1)]}, "escalated"),
        ({"escalated": [("community", 600.0)]}, "escalated"),
        ({"escalated": [*SEEN.escalated, ("residents", 1200.0)]}, "escalated"),
        ({"responded": None, "measured": (None, 706.8)}, "responded after None"),
        (
            {"responded": 647 + CLOSE_S + 1, "measured": (647 + CLOSE_S + 1, 706.8)},
            "responded after 653",
        ),
        ({"resolved": None, "measured": (647.1, None)}, "resolved after None"),
        ({"measured": (647.1 + EXACT_S + 0.1, 706.8)}, "the gateway measured 648.2 s"),
        ({"measured": (647.1, None)}, "the gateway measured None s"),
        ({"notice": "published"}, "its notice is published"),
        ({"told_back": False}, "not told every step back"),
    ],
)
def test_what_is_wrong_is_said(wrong: dict[str, object], said: str) -> None:
    """Each part of the end, each with what was seen instead."""
    [what] = wrong_ends([WANTED], [replace(SEEN, **wrong)])
    assert what.startswith(f"end {KEY}: ")
    assert said in what


def test_an_issue_without_an_answer_and_one_too_many_are_said() -> None:
    """Exactly one issue of the alarm must have been answered."""
    assert wrong_ends([WANTED], []) == [f"end {KEY}: 0 issues were answered"]
    assert wrong_ends([WANTED], [SEEN, SEEN]) == [f"end {KEY}: 2 issues were answered"]


def test_what_the_sides_see_apart_is_wrong_without_being_asked() -> None:
    """A step that nobody expected must still be settled."""
    assert wrong_ends([], [SEEN]) == []
    [what] = wrong_ends([], [replace(SEEN, told_back=False)])
    assert "not told every step back" in what


def test_the_end_counts_from_the_step_of_the_story() -> None:
    """A play that ends before the issue does waits for none of it."""
    end = ExpectedEnd(responded=timedelta(seconds=10), resolved=timedelta(seconds=60))
    wanted = Expectation(alarm=KEY, end=end)
    steps = [Step(second=10, do="trap", expect=(wanted,))]
    assert expectations(steps, seconds=70) == ([], [wanted])
    assert expectations(steps, seconds=80) == ([wanted], [])


def test_the_shipped_story_lets_ten_minutes_pass() -> None:
    """The usual limit, then the next party."""
    steps = load_scenario("trapped", 1).steps
    [end] = [each.end for step in steps for each in step.expect if each.end]
    assert [(each.to, each.after) for each in end.escalated] == [
        ("street_office", timedelta(minutes=10))
    ]
    assert {step.do for step in steps} == {"trap", "release", "platform.accept", "platform.resolve"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store whose clock shows a second after the example alarm."""
    store = Store(str(tmp_path / "platform.db"), Clock().now)
    yield store
    store.close()


def test_ends_are_read_from_the_platform(store: Store) -> None:
    """Its own measure, the gateway's, the notice; nothing of issues nobody touched."""
    voice = Voice(SITE)
    keep(store, *voice.say(RAISED))
    assert store.connection.execute("SELECT count(*) FROM issues").fetchone() == (1,)
    assert ends(store.connection) == []
    store.step_issue("riverside", f"gw-1/{FIRST}/issue", "accepted", "Li", "property")
    [before] = ends(store.connection)
    assert (before.responded, before.measured, before.told_back) == (1.0, (None, None), False)
    keep(store, *voice.say(told_back("1")))
    keep(store, *voice.say(AlarmCleared(alarm=RAISED.alarm, at=AT + timedelta(minutes=1))))
    [after] = ends(store.connection)
    assert (after.responded, after.resolved, after.measured) == (1.0, None, (1.0, None))
    assert (after.told_back, after.notice) == (True, "withdrawn")
