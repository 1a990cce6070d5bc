"""An older release starts from what a newer one has kept, watches on and says what it lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.alarms.kept import ALARM
from edge.alarms.rescue import WORST
from edge.driver import Report
from edge.model import AlarmCleared, AlarmRaised, Lane, Reading, RecordsDropped
from edge.pipeline import RULE_STATE
from edge.salvage import NAMED, salvaged, told_of
from tests.fakes.pipeline import House, alarm
from tests.fakes.time import EPOCH, run

Change = Callable[[dict[str, Any]], object]

STATE = f"{RULE_STATE}d/a"

ON, OFF = (Report((Reading(point="d/x", value=value, at=EPOCH),)) for value in (True, False))


def kept_of_an_alarm() -> dict[str, bytes]:
    """What is on the disk while an alarm is on."""

    async def main() -> dict[str, bytes]:
        house = House(alarm("d/a", "d/x"))
        await house.after(1, ON)
        return {key: body for key, body in house.journal.states.items() if body is not None}

    return run(main())


KEPT = kept_of_an_alarm()
NUMBER = next(key for key in KEPT if key.startswith(ALARM))


def changed(key: str, change: Change) -> dict[str, bytes]:
    """The same, with one state as a newer release might have it."""
    state = json.loads(KEPT[key])
    change(state)
    return {**KEPT, key: json.dumps(state).encode()}


def begun_from(states: Mapping[str, bytes], *reports: Report) -> House:
    """A gateway that starts from there and takes these reports."""

    async def main() -> House:
        house = House(alarm("d/a", "d/x"))
        house.pipeline.restore(states)
        await house.after(1, *reports)
        return house

    return run(main())


def told(house: House) -> list[str]:
    """What was said to be read in part."""
    events = [kept.event for kept in house.journal.kept]
    return [each.reason for each in events if isinstance(each, RecordsDropped)]


MORE: list[tuple[str, Change]] = [
    (STATE, lambda state: state.update(muted_until="2031-01-01T00:00:00Z")),
    (NUMBER, lambda state: state.update(drill={"by": "anna"})),
    (NUMBER, lambda state: state["raised"].update(weight=3)),
]
"""Fields that an older release does not know: it does without them."""

OTHER: list[tuple[str, Change]] = [
    (STATE, lambda state: state.update(cause={"kind": "of a new sort"})),
    (STATE, lambda state: state.update(since=17.5)),
    (STATE, lambda state: state.update(since="2026-01-01T00:00:00")),
    (NUMBER, lambda state: state.update(suppressed=["by_drill"])),
    (NUMBER, lambda state: state.update(issue={"state": "delegated"})),
    (NUMBER, lambda state: state.update(shelved_until={"until": "noon"})),
    (NUMBER, lambda state: state["raised"].update(behind={"lift-1": 2})),
    (NUMBER, lambda state: state["raised"].update(realarm="for ever")),
    (NUMBER, lambda state: state["raised"].update(lane="evacuation", severity="high")),
    (NUMBER, lambda state: state["raised"].update(alarm=["d", "a"], cause={}, watched_by=3)),
    (NUMBER, lambda state: state.update(since={"at": 1})),
    (NUMBER, lambda state: state.update(since="2026-01-01T00:00:00")),
    (NUMBER, lambda state: state.update(number="one", raised=[])),
    (NUMBER, lambda state: (state.pop("key"), state.pop("number"))),
]
"""Fields that mean something else there: they are as if they had not been kept."""


@pytest.mark.parametrize(("key", "change"), MORE)
def test_what_is_not_known_here_is_passed_over(key: str, change: Change) -> None:
    """The alarm is on as it was, nothing is said, and it is cleared as ever."""
    house = begun_from(changed(key, change), ON)
    assert list(house.pipeline.alarms.active) == ["d/a"]
    assert house.kinds() == []
    again = begun_from(changed(key, change), OFF)
    assert [type(kept.event) for kept in again.journal.kept] == [AlarmCleared]


@pytest.mark.parametrize(("key", "change"), OTHER)
def test_what_has_another_shape_costs_that_field_alone(key: str, change: Change) -> None:
    """The alarm is on, under its number, it is said whose state it was, and it clears."""
    house = begun_from(changed(key, change), OFF)
    (reason,) = told(house)
    assert (key.removeprefix(RULE_STATE) if key == STATE else key) in reason
    assert isinstance(house.journal.kept[-1].event, AlarmCleared)
    on = begun_from(changed(key, change), ON)
    assert [str(each.number) for each in on.pipeline.alarms.active.values()] == [
        NUMBER.removeprefix(ALARM)
    ]
    assert not any(isinstance(kept.event, AlarmRaised) for kept in on.journal.kept)


def test_an_alarm_whose_calls_are_not_known_any_more_calls_anew() -> None:
    """Whoever was called may have been so by the newer release; nobody is forgotten."""
    states = changed(NUMBER, lambda state: state.update(issue=[], suppressed={}))
    assert "alarm.updated" in begun_from(states).kinds()
    seen = changed(NUMBER, lambda state: state.update(suppressed={}, acknowledged=True))
    assert "alarm.updated" not in begun_from(seen).kinds()


def test_of_what_cannot_be_read_the_worst_is_believed() -> None:
    """An alarm of a lane and a severity that mean nothing here calls as one that saves lives."""
    states = changed(NUMBER, lambda state: state["raised"].update(lane="evacuation", severity=[]))
    (found,) = begun_from(states).pipeline.alarms.active.values()
    assert (found.raised.lane, found.raised.severity) == (Lane.LIFE_SAFETY, WORST)
    assert found.raised.alarm == "d/a"


@pytest.mark.parametrize("state", [b"7", KEPT[STATE]])
@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"{}", b'{"key": 1}'])
def test_what_cannot_be_read_at_all_is_given_up_and_said(body: bytes, state: bytes) -> None:
    """The gateway starts, and the next reading raises what is on, whatever its rule has kept."""
    house = begun_from({**KEPT, STATE: state, NUMBER: body}, ON)
    (reason,) = told(house)
    assert NUMBER in reason
    assert isinstance(house.journal.kept[-1].event, AlarmRaised)
    assert house.journal.states[NUMBER] is None


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("2026-01-01")
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


PLAIN = {"key", "active"}
"""Of an alarm what is believed where it can be read: another one, and one that is over."""


@given(st.data())
def test_whatever_stands_there_it_starts_and_alarms(data: st.DataObject) -> None:
    """Any field of either state is anything: the condition, once read, is an active alarm."""
    states = {}
    for key in (STATE, NUMBER):
        state = json.loads(KEPT[key])
        odd = {*state, "new"} - (PLAIN if key == NUMBER else set())
        names = data.draw(st.lists(st.sampled_from(sorted(odd)), max_size=3))
        state |= {name: data.draw(TREES) for name in names}
        states[key] = json.dumps(state).encode()
    assert "d/a" in begun_from(states, ON).pipeline.alarms.active
    assert "d/a" in begun_from(states, OFF, ON).pipeline.alarms.active


def test_a_part_that_is_no_state_is_none() -> None:
    """Only what has fields can be read field by field."""
    assert salvaged({"a": 1}, int) is None
    assert salvaged([1], AlarmRaised) is None
    assert told_of([], EPOCH) == ()
    many = told_of([str(number) for number in range(NAMED + 5)], EPOCH + timedelta(days=1))
    assert (many[0].count, many[0].reason.count(",")) == (NAMED + 5, NAMED)
    assert msgspec.json.encode(many[0])
